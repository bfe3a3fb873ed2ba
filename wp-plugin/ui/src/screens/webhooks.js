import { __ } from '@wordpress/i18n';
import { may } from '../actions';
import Addresses from './webhooks/addresses';
import Deliveries from './webhooks/deliveries';
import Services from './webhooks/services';

// What this shop tells other services, and where channels tell it.
export default function Webhooks() {
	return (
		<>
			<h2 className="screen-reader-text">
				{ __( 'Webhooks', 'onhand' ) }
			</h2>
			<Services />
			<Deliveries />
			{ may( 'configure' ) && <Addresses /> }
		</>
	);
}
