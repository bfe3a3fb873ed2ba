import { SelectControl, TextControl } from '@wordpress/components';
import { __, sprintf } from '@wordpress/i18n';
import { useActions } from '../../actions';
import Ask from './ask';
import { sized } from './sized';

// Stock goes from one location to another.
export default function Transfer( { items } ) {
	const { act } = useActions();
	const options = items.map( ( place ) => ( {
		value: place.id,
		label: place.name,
	} ) );
	return (
		<Ask
			start={ {
				sku: '',
				units: '1',
				from: items[ 0 ].id,
				to: items[ 1 ].id,
				note: '',
			} }
			label={ __( 'Transfer', 'onhand' ) }
			send={ ( values, refused ) =>
				act(
					'/locations/transfer',
					{ ...values, units: Number( values.units ) },
					sprintf(
						/* translators: 1: units, 2: SKU */
						__( '%1$s of %2$s went there.', 'onhand' ),
						values.units,
						values.sku
					),
					refused
				)
			}
			fields={ ( values, set, wrong ) => (
				<>
					<TextControl
						label={ __( 'SKU', 'onhand' ) }
						value={ values.sku }
						onChange={ set( 'sku' ) }
						required
						{ ...sized }
						{ ...wrong( 'sku' ) }
					/>
					<TextControl
						label={ __( 'Units', 'onhand' ) }
						type="number"
						min="0"
						step="any"
						value={ values.units }
						onChange={ set( 'units' ) }
						required
						{ ...sized }
						{ ...wrong( 'units' ) }
					/>
					<SelectControl
						label={ __( 'From', 'onhand' ) }
						value={ values.from }
						onChange={ set( 'from' ) }
						options={ options }
						{ ...sized }
					/>
					<SelectControl
						label={ __( 'To', 'onhand' ) }
						value={ values.to }
						onChange={ set( 'to' ) }
						options={ options }
						{ ...sized }
					/>
					<TextControl
						label={ __( 'Note for the ledger', 'onhand' ) }
						value={ values.note }
						onChange={ set( 'note' ) }
						{ ...sized }
					/>
				</>
			) }
		/>
	);
}
