import {
	Button,
	Card,
	CardBody,
	CardHeader,
	SelectControl,
} from '@wordpress/components';
import { useState } from '@wordpress/element';
import { __ } from '@wordpress/i18n';
import { addQueryArgs } from '@wordpress/url';
import { useLive } from '../../live';

// What most look for, by the words of these screens; the rest under its own name.
const NAMES = {
	item: __( 'Products and variations', 'onhand' ),
	pool: __( 'Quantities', 'onhand' ),
	listing: __( 'Listings', 'onhand' ),
	ledger: __( 'Ledger: every movement of the stock', 'onhand' ),
	push: __( 'What channels were told', 'onhand' ),
	rule_set: __( 'Rules', 'onhand' ),
	channel: __( 'Channels', 'onhand' ),
	channel_order: __( 'Orders of channels', 'onhand' ),
	order_line: __( 'Lines of these orders', 'onhand' ),
	setting_change: __( 'Activity', 'onhand' ),
};

const addressOf = ( table, as ) => {
	const [ base, query ] = window.onhandSettings.dataUrl.split( '?' );
	const plain = query.startsWith( 'rest_route=' );
	// Without pretty permalinks the route is a part of the query.
	return plain
		? addQueryArgs(
				window.onhandSettings.dataUrl.replace(
					/(rest_route=[^&]*)/,
					`$1/${ table }`
				),
				{ as }
			)
		: addQueryArgs( `${ base }/${ table }?${ query }`, { as } );
};

// Everything that is known, to be taken along.
export default function Data() {
	const { data } = useLive( '/data', {}, 0 );
	const [ table, setTable ] = useState( 'ledger' );
	const [ as, setAs ] = useState( 'csv' );
	const tables = data?.items ?? [];
	const known = Object.keys( NAMES ).filter( ( name ) =>
		tables.includes( name )
	);
	const rest = tables.filter( ( name ) => ! ( name in NAMES ) );
	return (
		<Card>
			<CardHeader>
				<h3>{ __( 'Your data', 'onhand' ) }</h3>
			</CardHeader>
			<CardBody>
				<div className="onhand-form">
					<SelectControl
						label={ __( 'What', 'onhand' ) }
						value={ table }
						onChange={ setTable }
						options={ [ ...known, ...rest ].map( ( name ) => ( {
							value: name,
							label: NAMES[ name ] ?? name,
						} ) ) }
						__next40pxDefaultSize
						__nextHasNoMarginBottom
					/>
					<SelectControl
						label={ __( 'As', 'onhand' ) }
						help={ __(
							'Credentials and addresses of buyers are sealed in it. All at once, and back into a fresh installation: “onhand data export” and “onhand data import”.',
							'onhand'
						) }
						value={ as }
						onChange={ setAs }
						options={ [
							{
								value: 'csv',
								label: __( 'CSV, for spreadsheets', 'onhand' ),
							},
							{
								value: 'ndjson',
								label: __( 'NDJSON, for programs', 'onhand' ),
							},
						] }
						__next40pxDefaultSize
						__nextHasNoMarginBottom
					/>
					<div>
						<Button
							variant="secondary"
							href={ addressOf( table, as ) }
							disabled={ tables.length === 0 }
						>
							{ __( 'Download', 'onhand' ) }
						</Button>
					</div>
				</div>
			</CardBody>
		</Card>
	);
}
