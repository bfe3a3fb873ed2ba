import { CheckboxControl, TextControl } from '@wordpress/components';
import { __ } from '@wordpress/i18n';
import { useActions } from '../../actions';
import Ask from './ask';
import { sized } from './sized';

// A new location.
export default function Add( { changed } ) {
	const { act } = useActions();
	return (
		<Ask
			start={ { id: '', name: '', cost: '', counted: true } }
			label={ __( 'Add', 'onhand' ) }
			send={ async ( { id, name, cost, counted }, refused ) => {
				const done = await act(
					'/locations',
					{
						id,
						name: name || id,
						counted,
						cost: Number( cost ) || 0,
					},
					__(
						'It is there. The stock of the shop is being stated anew.',
						'onhand'
					),
					refused
				);
				changed();
				return done;
			} }
			fields={ ( values, set, wrong ) => (
				<>
					<TextControl
						label={ __( 'Short name', 'onhand' ) }
						help={ __(
							'Lower-case letters, digits and dashes, such as shop. The first becomes the main one.',
							'onhand'
						) }
						value={ values.id }
						onChange={ set( 'id' ) }
						required
						{ ...sized }
						{ ...wrong( 'id' ) }
					/>
					<TextControl
						label={ __( 'Name', 'onhand' ) }
						value={ values.name }
						onChange={ set( 'name' ) }
						{ ...sized }
					/>
					<TextControl
						label={ __(
							'What a parcel from there costs',
							'onhand'
						) }
						type="number"
						min="0"
						step="any"
						value={ values.cost }
						onChange={ set( 'cost' ) }
						{ ...sized }
						{ ...wrong( 'cost' ) }
					/>
					<CheckboxControl
						label={ __(
							'What is there is for sale, and a part of WooCommerce’s number',
							'onhand'
						) }
						checked={ values.counted }
						onChange={ set( 'counted' ) }
						__nextHasNoMarginBottom
					/>
				</>
			) }
		/>
	);
}
