import {
	Card,
	CardBody,
	Notice,
	SelectControl,
	Spinner,
	TextControl,
} from '@wordpress/components';
import apiFetch from '@wordpress/api-fetch';
import { useState } from '@wordpress/element';
import { __, sprintf } from '@wordpress/i18n';
import { useLive } from '../../live';
import Submit from '../../parts/submit';
import Trouble from '../../parts/trouble';

const label = ( key ) =>
	key.charAt( 0 ).toUpperCase() + key.slice( 1 ).replaceAll( '_', ' ' );

// A name that no channel has yet: ebay, then ebay-2.
function free( kind, channels ) {
	const taken = channels.map( ( { name } ) => name );
	let name = kind;
	for ( let number = 2; taken.includes( name ); number++ ) {
		name = `${ kind }-${ number }`;
	}
	return name;
}

function Fields( { kind, values, change } ) {
	const needed = kind.fields.filter( ( field ) => field.default === null );
	const rest = kind.fields.filter( ( field ) => field.default !== null );
	const input = ( field ) => (
		<TextControl
			key={ field.key }
			label={ label( field.key ) }
			help={ field.help }
			type={ field.secret ? 'password' : 'text' }
			autoComplete="off"
			required={ field.default === null }
			placeholder={ field.default ?? undefined }
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

// Which marketplace, and what proves that the account is yours. It is asked at once whether it is right.
export default function Connect( { channels, connected } ) {
	const kinds = useLive( '/kinds', {}, 0 );
	const [ chosen, setChosen ] = useState( '' );
	const [ name, setName ] = useState( '' );
	const [ values, setValues ] = useState( {} );
	const [ busy, setBusy ] = useState( false );
	const [ wrong, setWrong ] = useState( null );
	const kind = kinds.data?.items.find( ( one ) => one.name === chosen );
	const connect = async ( event ) => {
		event.preventDefault();
		setBusy( true );
		setWrong( null );
		const given = ( secret ) =>
			Object.fromEntries(
				kind.fields
					.filter(
						( field ) =>
							field.secret === secret && values[ field.key ]
					)
					.map( ( field ) => [
						field.key,
						values[ field.key ].trim(),
					] )
			);
		try {
			// Nothing is sent to it before you have seen what that would be.
			await apiFetch( {
				path: '/onhand/v1/channels',
				method: 'POST',
				data: {
					name,
					kind: kind.name,
					config: given( false ),
					secrets: given( true ),
					paused: true,
				},
			} );
			await apiFetch( {
				path: `/onhand/v1/channels/${ name }/check`,
				method: 'POST',
			} );
			connected( name );
		} catch ( error ) {
			setWrong( error );
		}
		setBusy( false );
	};
	return (
		<Card>
			<CardBody>
				<Trouble error={ kinds.error } retry={ kinds.refresh } />
				{ ! kinds.data && ! kinds.error && <Spinner /> }
				{ kinds.data && (
					<form className="onhand-form" onSubmit={ connect }>
						<SelectControl
							label={ __( 'Marketplace', 'onhand' ) }
							value={ chosen }
							onChange={ ( value ) => {
								setChosen( value );
								setName( free( value, channels ) );
								setValues( {} );
								setWrong( null );
							} }
							options={ [
								{
									value: '',
									label: __( 'Choose…', 'onhand' ),
									disabled: true,
								},
								...kinds.data.items.map( ( one ) => ( {
									value: one.name,
									label: one.title,
								} ) ),
							] }
							__next40pxDefaultSize
							__nextHasNoMarginBottom
						/>
						{ kind && (
							<>
								<TextControl
									label={ __(
										'Name of this channel',
										'onhand'
									) }
									help={ __(
										'Lower-case letters, digits and dashes: it stands on screens, orders and in the ledger.',
										'onhand'
									) }
									value={ name }
									pattern="[a-z0-9\-]{1,64}"
									required
									onChange={ setName }
									__next40pxDefaultSize
									__nextHasNoMarginBottom
								/>
								<Fields
									kind={ kind }
									values={ values }
									change={ ( key, value ) =>
										setValues( ( before ) => ( {
											...before,
											[ key ]: value,
										} ) )
									}
								/>
								{ wrong && (
									<Notice
										status="error"
										isDismissible={ false }
									>
										{ sprintf(
											/* translators: 1: marketplace, 2: what it said */
											__(
												'%1$s is not connected: %2$s',
												'onhand'
											),
											kind.title,
											wrong.message
										) }
									</Notice>
								) }
								<Submit busy={ busy }>
									{ __( 'Connect and check', 'onhand' ) }
								</Submit>
							</>
						) }
					</form>
				) }
			</CardBody>
		</Card>
	);
}
