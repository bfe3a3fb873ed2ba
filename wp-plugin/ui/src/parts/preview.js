import { __, sprintf } from '@wordpress/i18n';
import { units } from '../words';
import Table from './table';

const SHOWN = 20;

// What every channel would show: in all, and the first listings by name.
export default function Preview( { preview } ) {
	if ( preview.changed === 0 ) {
		return (
			<p role="status">
				{ __( 'No listing would show anything else.', 'onhand' ) }
			</p>
		);
	}
	return (
		<div role="status">
			<ul>
				{ preview.channels
					.filter( ( channel ) => channel.changed > 0 )
					.map( ( channel ) => (
						<li key={ channel.channel }>
							{ sprintf(
								/* translators: 1: channel, 2: how many listings, 3: units now, 4: units then, 5: how many listings */
								__(
									'%1$s: %2$d listings would show something else, %3$d units in all would become %4$d; %5$d would be sold out there.',
									'onhand'
								),
								channel.channel,
								channel.changed,
								channel.units,
								channel.units_then,
								channel.emptied
							) }
						</li>
					) ) }
			</ul>
			<Table
				caption={ __( 'What would change', 'onhand' ) }
				heads={ [
					__( 'SKU', 'onhand' ),
					__( 'Channel', 'onhand' ),
					__( 'Now', 'onhand' ),
					__( 'Then', 'onhand' ),
				] }
			>
				{ preview.items.slice( 0, SHOWN ).map( ( item ) => (
					<tr key={ `${ item.channel } ${ item.sku }` }>
						<th scope="row">{ item.sku }</th>
						<td data-label={ __( 'Channel', 'onhand' ) }>
							{ item.channel }
						</td>
						<td data-label={ __( 'Now', 'onhand' ) }>
							{ units( item.now ) }
						</td>
						<td data-label={ __( 'Then', 'onhand' ) }>
							{ units( item.then ) }
						</td>
					</tr>
				) ) }
			</Table>
			{ preview.changed > SHOWN && (
				<p>
					{ sprintf(
						/* translators: %d: how many listings */
						__( 'And %d more.', 'onhand' ),
						preview.changed -
							Math.min( SHOWN, preview.items.length )
					) }
				</p>
			) }
		</div>
	);
}
