import { Card, CardBody, CardHeader, Spinner } from '@wordpress/components';
import { __ } from '@wordpress/i18n';
import { may } from '../actions';
import { useLive } from '../live';
import Trouble from '../parts/trouble';
import Add from './locations/add';
import Places from './locations/places';
import Routing from './locations/routing';
import Transfer from './locations/transfer';

// Where stock is, what is moved, and by which rules orders are sent from there.
export default function Locations() {
	const places = useLive( '/locations', {}, 10000 );
	const rules = useLive( '/routing', {}, 10000 );
	const items = places.data?.items;
	return (
		<>
			<h2 className="screen-reader-text">
				{ __( 'Locations', 'onhand' ) }
			</h2>
			<Trouble error={ places.error } retry={ places.refresh } />
			<Card>
				<CardHeader>
					<h3>{ __( 'Locations', 'onhand' ) }</h3>
				</CardHeader>
				<CardBody>
					{ ! items && ! places.error && <Spinner /> }
					{ items?.length === 0 && (
						<p>
							{ __(
								'The shop has one place and needs no name for it. Add a main one and a second, and say what is where.',
								'onhand'
							) }
						</p>
					) }
					{ items?.length > 0 && (
						<Places items={ items } changed={ places.refresh } />
					) }
				</CardBody>
			</Card>
			{ items && may( 'configure' ) && (
				<Card>
					<CardHeader>
						<h3>{ __( 'Another one', 'onhand' ) }</h3>
					</CardHeader>
					<CardBody>
						<Add changed={ places.refresh } />
					</CardBody>
				</Card>
			) }
			{ items?.length > 1 && may( 'operate' ) && (
				<Card>
					<CardHeader>
						<h3>{ __( 'Transfer', 'onhand' ) }</h3>
					</CardHeader>
					<CardBody>
						<Transfer items={ items } />
					</CardBody>
				</Card>
			) }
			{ items?.length > 1 && rules.data && (
				<Card>
					<CardHeader>
						<h3>
							{ __( 'From where orders are sent', 'onhand' ) }
						</h3>
					</CardHeader>
					<CardBody>
						<Routing
							rules={ rules.data.items }
							changed={ rules.refresh }
						/>
					</CardBody>
				</Card>
			) }
		</>
	);
}
