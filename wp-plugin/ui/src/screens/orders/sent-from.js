import { SelectControl, Spinner } from '@wordpress/components';
import { useState } from '@wordpress/element';
import { __, sprintf } from '@wordpress/i18n';
import { may, useActions } from '../../actions';
import { useLive } from '../../live';
import Submit from '../../parts/submit';
import Trouble from '../../parts/trouble';
import { sized } from '../locations/sized';
import { nameOf } from './name';
import Route from './route';

// From where a channel's order is sent, why, and the choice of another place.
export default function SentFrom( { order, places, decided } ) {
	const reference = nameOf( order );
	const { act } = useActions();
	const { data, error, refresh } = useLive(
		'/routing/order',
		{ order: reference },
		0
	);
	const [ to, setTo ] = useState( places[ 0 ].id );
	const [ busy, setBusy ] = useState( false );
	const decide = async ( event ) => {
		event.preventDefault();
		setBusy( true );
		await act(
			'/routing/order',
			{ order: reference, to },
			sprintf(
				/* translators: 1: number of an order, 2: location */
				__( 'Order %1$s is sent from %2$s.', 'onhand' ),
				order.number,
				places.find( ( place ) => place.id === to ).name
			)
		);
		setBusy( false );
		refresh();
		decided();
	};
	return (
		<>
			<Trouble error={ error } retry={ refresh } />
			{ ! data && ! error && <Spinner /> }
			{ data?.parcels.length === 0 && (
				<p>
					{ __(
						'Nothing of it is off the stock: there is nothing to send.',
						'onhand'
					) }
				</p>
			) }
			{ data && <Route of={ data } /> }
			{ data?.parcels.length > 0 && may( 'operate' ) && (
				<form className="onhand-form" onSubmit={ decide }>
					<SelectControl
						label={ __( 'Send all of it from', 'onhand' ) }
						value={ to }
						onChange={ setTo }
						options={ places.map( ( place ) => ( {
							value: place.id,
							label: place.name,
						} ) ) }
						{ ...sized }
					/>
					<Submit busy={ busy }>
						{ __( 'Send from there', 'onhand' ) }
					</Submit>
				</form>
			) }
		</>
	);
}
