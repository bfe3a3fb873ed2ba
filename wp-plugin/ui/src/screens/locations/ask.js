import { useState } from '@wordpress/element';
import Submit from '../../parts/submit';
import { wrongOf } from '../../parts/wrong';

// A form whose fields are named, and what is done with them.
export default function Ask( { fields, start, label, send } ) {
	const [ values, setValues ] = useState( start );
	const [ busy, setBusy ] = useState( false );
	const [ errors, setErrors ] = useState( [] );
	const submit = async ( event ) => {
		event.preventDefault();
		setBusy( true );
		setErrors( [] );
		if ( await send( values, setErrors ) ) {
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
					} ) ),
				( name ) => wrongOf( errors, name )
			) }
			<Submit busy={ busy }>{ label }</Submit>
		</form>
	);
}
