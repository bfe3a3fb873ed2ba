import { CheckboxControl, TextControl } from '@wordpress/components';
import { useState } from '@wordpress/element';
import { __ } from '@wordpress/i18n';
import { useActions } from '../../actions';
import Submit from '../../parts/submit';
import { EVENTS } from '../../words';

// One more service, and what it hears of; where nothing is chosen, everything.
export default function Add( { added } ) {
	const { act } = useActions();
	const [ url, setUrl ] = useState( '' );
	const [ types, setTypes ] = useState( [] );
	const [ busy, setBusy ] = useState( false );
	const save = async ( event ) => {
		event.preventDefault();
		setBusy( true );
		const done = await act( '/hooks', { url, types }, ( { secret } ) => {
			added( secret );
		} );
		setBusy( false );
		if ( done ) {
			setUrl( '' );
			setTypes( [] );
		}
	};
	return (
		<form className="onhand-form" onSubmit={ save }>
			<TextControl
				label={ __( 'Address of another service', 'onhand' ) }
				help={ __(
					'Begins with https://. It is asked by POST and answers with 2xx.',
					'onhand'
				) }
				type="url"
				value={ url }
				required
				onChange={ setUrl }
				__next40pxDefaultSize
				__nextHasNoMarginBottom
			/>
			<fieldset>
				<legend>
					{ __(
						'What it hears of (nothing chosen: everything)',
						'onhand'
					) }
				</legend>
				{ Object.entries( EVENTS ).map( ( [ type, label ] ) => (
					<CheckboxControl
						key={ type }
						label={ label }
						checked={ types.includes( type ) }
						onChange={ ( on ) =>
							setTypes( ( before ) =>
								on
									? [ ...before, type ]
									: before.filter( ( one ) => one !== type )
							)
						}
						__nextHasNoMarginBottom
					/>
				) ) }
			</fieldset>
			<Submit busy={ busy } disabled={ url === '' }>
				{ __( 'Tell it', 'onhand' ) }
			</Submit>
		</form>
	);
}
