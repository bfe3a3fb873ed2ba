import { TextControl } from '@wordpress/components';
import { useState } from '@wordpress/element';
import { __, sprintf } from '@wordpress/i18n';
import Submit from '../../parts/submit';

// Whose stock a listing shows: another variation's than so far, or the first one's.
export default function Remap( { items, closeModal, act, refresh } ) {
	const [ item ] = items;
	const [ sku, setSku ] = useState( '' );
	const [ busy, setBusy ] = useState( false );
	const save = async ( event ) => {
		event.preventDefault();
		setBusy( true );
		const done = await act(
			'/listings/map',
			{ channel: item.channel, sku, external: item.external },
			sprintf(
				/* translators: 1: title of a listing, 2: channel, 3: SKU */
				__( '“%1$s” on %2$s shows the stock of %3$s.', 'onhand' ),
				item.title || item.sku,
				item.channel,
				sku
			)
		);
		setBusy( false );
		if ( done ) {
			refresh();
			closeModal();
		}
	};
	return (
		<form className="onhand-form" onSubmit={ save }>
			<TextControl
				label={ __( 'SKU of the variation in the shop', 'onhand' ) }
				help={ __(
					'From then on this listing shows what the shop has of that one.',
					'onhand'
				) }
				required
				value={ sku }
				onChange={ setSku }
				__next40pxDefaultSize
				__nextHasNoMarginBottom
			/>
			<Submit busy={ busy }>{ __( 'Link', 'onhand' ) }</Submit>
		</form>
	);
}
