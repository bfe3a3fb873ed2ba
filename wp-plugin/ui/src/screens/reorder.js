import {
	Card,
	CardBody,
	CardHeader,
	Spinner,
	TextControl,
} from '@wordpress/components';
import { useState } from '@wordpress/element';
import { __ } from '@wordpress/i18n';
import { useLive } from '../live';
import Table from '../parts/table';
import Trouble from '../parts/trouble';
import { storyOf } from '../route';
import { units } from '../words';

const round = ( number ) => ( Math.round( number * 10 ) / 10 ).toLocaleString();

function Row( { row } ) {
	return (
		<tr>
			<th scope="row">
				{ row.skus.map( ( sku ) => (
					<a key={ sku } href={ storyOf( sku ) }>
						{ sku }{ ' ' }
					</a>
				) ) }
				<span className="onhand-why">{ row.name }</span>
			</th>
			<td
				className="onhand-number"
				data-label={ __( 'In the shop', 'onhand' ) }
			>
				{ units( row.quantity ) }
			</td>
			<td className="onhand-number" data-label={ __( 'Sold', 'onhand' ) }>
				{ units( row.sold ) }
			</td>
			<td
				className="onhand-number"
				data-label={ __( 'Per day', 'onhand' ) }
			>
				{ round( row.per_day ) }
			</td>
			<td
				className="onhand-number"
				data-label={ __( 'Lasts days', 'onhand' ) }
			>
				{ round( row.days ) }
			</td>
			<td
				className="onhand-number"
				data-label={ __( 'Order now', 'onhand' ) }
			>
				{ row.reorder > 0 ? <strong>{ row.reorder }</strong> : '–' }
			</td>
		</tr>
	);
}

// How long the stock lasts at the rate at which it sells, and how much to order.
export default function Reorder() {
	const [ asked, setAsked ] = useState( {
		days: '30',
		lead_days: '14',
		target_days: '30',
	} );
	const days = Object.fromEntries(
		Object.entries( asked ).map( ( [ name, value ] ) => [
			name,
			Math.min( 365, Math.max( 1, Number( value ) || 1 ) ),
		] )
	);
	const { data, error, refresh } = useLive( '/cover', days, 10000 );
	const field = ( name, label ) => (
		<TextControl
			label={ label }
			type="number"
			min="1"
			max="365"
			value={ asked[ name ] }
			onChange={ ( value ) =>
				setAsked( ( before ) => ( { ...before, [ name ]: value } ) )
			}
			__next40pxDefaultSize
			__nextHasNoMarginBottom
		/>
	);
	return (
		<>
			<h2 className="screen-reader-text">
				{ __( 'Reorder', 'onhand' ) }
			</h2>
			<Trouble error={ error } retry={ refresh } />
			<Card>
				<CardHeader>
					<div className="onhand-then">
						{ field(
							'days',
							__( 'Sales of so many days', 'onhand' )
						) }
						{ field(
							'lead_days',
							__( 'An order takes days', 'onhand' )
						) }
						{ field(
							'target_days',
							__( 'And should last days', 'onhand' )
						) }
					</div>
				</CardHeader>
				<CardBody>
					{ ! data && ! error && <Spinner /> }
					{ data?.items.length === 0 && (
						<p>
							{ __( 'Nothing was sold in that time.', 'onhand' ) }
						</p>
					) }
					{ data?.items.length > 0 && (
						<Table
							heads={ [
								__( 'SKU', 'onhand' ),
								__( 'In the shop', 'onhand' ),
								__( 'Sold', 'onhand' ),
								__( 'Per day', 'onhand' ),
								__( 'Lasts days', 'onhand' ),
								__( 'Order now', 'onhand' ),
							] }
						>
							{ data.items.map( ( row ) => (
								<Row key={ row.skus.join() } row={ row } />
							) ) }
						</Table>
					) }
				</CardBody>
			</Card>
		</>
	);
}
