import { useState } from '@wordpress/element';
import Submit from '../../parts/submit';

// A form whose fields are named, and what is done with them.
export default function Ask( { fields, start, label, send } ) {
	const [ values, setValues ] = useState( start );
	const [ busy, setBusy ] = useState( false );
	const submit = async ( event ) => {
		event.preventDefault();
		setBusy( true );
		if ( await send( values ) ) {
			setValues( start );
		}
		setBusy( false );
	};
	return (
		<form className="onhand-form" onSubmit={ submit }>
			{ fields(
				values,
				( name ) => ( value ) =>
					setValues( ( before ) => ( {
						...before,
						[ name ]: value,
					} ) )
			) }
			<Submit busy={ busy }>{ label }</Submit>
		</form>
	);
}
