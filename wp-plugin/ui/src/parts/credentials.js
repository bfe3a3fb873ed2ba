import { TextControl } from '@wordpress/components';
import apiFetch from '@wordpress/api-fetch';
import { __ } from '@wordpress/i18n';

const label = ( key ) =>
	key.charAt( 0 ).toUpperCase() + key.slice( 1 ).replaceAll( '_', ' ' );

// What a kind of channel must be told, and where to find it. Of one that is there nothing must be: what is empty stays as it is.
export function Fields( { kind, values, change, known = false } ) {
	const needed = kind.fields.filter( ( field ) => field.default === null );
	const rest = kind.fields.filter( ( field ) => field.default !== null );
	const input = ( field ) => (
		<TextControl
			key={ field.key }
			label={ label( field.key ) }
			help={ field.help }
			type={ field.secret ? 'password' : 'text' }
			autoComplete="off"
			required={ ! known && field.default === null }
			placeholder={
				known
					? __( 'as it is', 'onhand' )
					: ( field.default ?? undefined )
			}
			value={ values[ field.key ] ?? '' }
			onChange={ ( value ) => change( field.key, value ) }
			__next40pxDefaultSize
			__nextHasNoMarginBottom
		/>
	);
	return (
		<>
			{ needed.map( input ) }
			{ rest.length > 0 && (
				<details>
					<summary>
						{ __( 'What most leave as it is', 'onhand' ) }
					</summary>
					<div className="onhand-form">{ rest.map( input ) }</div>
				</details>
			) }
		</>
	);
}

// The channel itself is asked whether it takes them; what it refuses is not kept.
export function connect( kind, values, more ) {
	const given = ( secret ) =>
		Object.fromEntries(
			kind.fields
				.filter(
					( field ) => field.secret === secret && values[ field.key ]
				)
				.map( ( field ) => [ field.key, values[ field.key ].trim() ] )
		);
	return apiFetch( {
		path: '/onhand/v1/channels',
		method: 'POST',
		data: {
			kind: kind.name,
			config: given( false ),
			secrets: given( true ),
			check: true,
			...more,
		},
	} );
}
