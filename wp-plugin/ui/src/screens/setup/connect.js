import {
	Card,
	CardBody,
	Notice,
	SelectControl,
	Spinner,
	TextControl,
} from '@wordpress/components';
import { useState } from '@wordpress/element';
import { __, sprintf } from '@wordpress/i18n';
import { useLive } from '../../live';
import { connect as connectChannel, Fields } from '../../parts/credentials';
import Submit from '../../parts/submit';
import Trouble from '../../parts/trouble';
import { setupOf } from '../../route';

// A name that no channel has yet: ebay, then ebay-2.
function free( kind, channels ) {
	const taken = channels.map( ( { name } ) => name );
	let name = kind;
	for ( let number = 2; taken.includes( name ); number++ ) {
		name = `${ kind }-${ number }`;
	}
	return name;
}

// Where somebody began, and did not end.
function Unfinished( { channels } ) {
	return channels
		.filter( ( channel ) => channel.unfinished )
		.map( ( { name } ) => (
			<p key={ name }>
				<a href={ setupOf( name ) }>
					{ sprintf(
						/* translators: %s: channel */
						__( 'Go on with the set-up of %s', 'onhand' ),
						name
					) }
				</a>
			</p>
		) );
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
		try {
			// Nothing is sent to it before you have seen what that would be.
			await connectChannel( kind, values, { name, paused: true } );
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
						<Unfinished channels={ channels } />
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
