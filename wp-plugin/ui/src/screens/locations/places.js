import { Button } from '@wordpress/components';
import { __, sprintf } from '@wordpress/i18n';
import { may, useActions } from '../../actions';
import Table from '../../parts/table';

// The locations there are.
export default function Places( { items, changed } ) {
	const { act } = useActions();
	const remove = async ( id ) => {
		await act(
			'/locations/remove',
			{ id },
			/* translators: %s: location */
			sprintf( __( '%s is gone.', 'onhand' ), id )
		);
		changed();
	};
	return (
		<Table
			heads={ [
				__( 'Location', 'onhand' ),
				__( 'What is there', 'onhand' ),
				__( 'A parcel costs', 'onhand' ),
				may( 'configure' ) && __( 'Actions', 'onhand' ),
			] }
		>
			{ items.map( ( place ) => (
				<tr key={ place.id }>
					<th scope="row">
						{ place.name } <code>{ place.id }</code>
					</th>
					<td>
						{ place.main &&
							__( 'has what is nowhere else (main)', 'onhand' ) }
						{ ! place.main &&
							( place.counted
								? __( 'is for sale', 'onhand' )
								: __( 'is not for sale', 'onhand' ) ) }
					</td>
					<td data-label={ __( 'A parcel costs', 'onhand' ) }>
						{ place.cost }
					</td>
					{ may( 'configure' ) && (
						<td>
							<Button
								variant="tertiary"
								isDestructive
								size="compact"
								onClick={ () => remove( place.id ) }
							>
								{ __( 'Remove', 'onhand' ) }
								<span className="screen-reader-text">
									{ place.name }
								</span>
							</Button>
						</td>
					) }
				</tr>
			) ) }
		</Table>
	);
}
