import { __, sprintf } from '@wordpress/i18n';
import Preview from '../../parts/preview';
import Table from '../../parts/table';

const SHOWN = 20;

const worded = ( state ) =>
	Object.entries( state ?? {} )
		.map( ( [ name, value ] ) => `${ name }: ${ value ?? '–' }` )
		.join( ', ' );

// What the rows would do to the shop, and to what every channel shows.
export default function Would( { would, of } ) {
	const told = would.items.filter( ( item ) => item.outcome !== 'same' );
	return (
		<>
			<p role="status">
				{ sprintf(
					/* translators: 1: how many rows were looked at, 2: how many change something, 3: how many change nothing, 4: how many are refused */
					__(
						'The first %1$d rows: %2$d would change something, %3$d would change nothing, %4$d would be refused.',
						'onhand'
					),
					would.items.length,
					would.changed,
					would.same,
					would.refused
				) }{ ' ' }
				{ of > would.items.length &&
					sprintf(
						/* translators: %d: how many rows */
						__( 'There are %d in all.', 'onhand' ),
						of
					) }
			</p>
			{ told.length > 0 && (
				<Table
					caption={ __( 'What the shop would have', 'onhand' ) }
					heads={ [
						__( 'Row', 'onhand' ),
						__( 'SKU', 'onhand' ),
						__( 'Now', 'onhand' ),
						__( 'Then', 'onhand' ),
					] }
				>
					{ told.slice( 0, SHOWN ).map( ( item ) => (
						<tr key={ item.row }>
							<th scope="row">{ item.row }</th>
							<td data-label={ __( 'SKU', 'onhand' ) }>
								{ item.sku }
							</td>
							<td data-label={ __( 'Now', 'onhand' ) }>
								{ worded( item.before ) }
							</td>
							<td data-label={ __( 'Then', 'onhand' ) }>
								{ item.why ?? worded( item.after ) }
							</td>
						</tr>
					) ) }
				</Table>
			) }
			<Preview preview={ would.channels } />
		</>
	);
}
