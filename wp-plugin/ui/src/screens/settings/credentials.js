import { Button, Notice, Spinner } from '@wordpress/components';
import { useEffect, useRef, useState } from '@wordpress/element';
import { __, sprintf } from '@wordpress/i18n';
import { useLive } from '../../live';
import { connect, Fields } from '../../parts/credentials';
import Submit from '../../parts/submit';
import Trouble from '../../parts/trouble';

function Form( { channel, done } ) {
	const kinds = useLive( '/kinds', {}, 0 );
	const [ values, setValues ] = useState( {} );
	const [ busy, setBusy ] = useState( false );
	const [ wrong, setWrong ] = useState( null );
	const kind = kinds.data?.items.find( ( one ) => one.name === channel.kind );
	const nothing = Object.values( values ).every(
		( value ) => value.trim() === ''
	);
	const save = async ( event ) => {
		event.preventDefault();
		setBusy( true );
		setWrong( null );
		try {
			done(
				await connect( kind, values, {
					name: channel.name,
				} )
			);
		} catch ( error ) {
			setWrong( error );
			setBusy( false );
		}
	};
	return (
		<>
			<Trouble error={ kinds.error } retry={ kinds.refresh } />
			{ ! kinds.data && ! kinds.error && <Spinner /> }
			{ kind && (
				<form className="onhand-form" onSubmit={ save }>
					<p>
						{ __(
							'Type only what changes. The channel is asked at once; what it refuses is not kept.',
							'onhand'
						) }
					</p>
					<Fields
						known
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
						<Notice status="error" isDismissible={ false }>
							{ sprintf(
								/* translators: 1: channel, 2: what it said */
								__(
									'%1$s does not take them, and nothing has changed: %2$s',
									'onhand'
								),
								channel.name,
								wrong.message
							) }
						</Notice>
					) }
					<Submit busy={ busy } disabled={ nothing }>
						{ __( 'Check and keep', 'onhand' ) }
					</Submit>
				</form>
			) }
		</>
	);
}

// New credentials in the place of those that end, or were refused. Everything else of the channel stays.
export default function Credentials( { channel, opened, refresh } ) {
	const [ open, setOpen ] = useState( opened );
	const [ taken, setTaken ] = useState( null );
	const place = useRef();
	useEffect( () => {
		if ( opened ) {
			setOpen( true );
			place.current?.scrollIntoView();
		}
	}, [ opened ] );
	return (
		<div ref={ place } className="onhand-credentials">
			<Button
				variant="secondary"
				aria-expanded={ open }
				onClick={ () => setOpen( ! open ) }
			>
				{ __( 'New credentials', 'onhand' ) }
				<span className="screen-reader-text">{ channel.name }</span>
			</Button>
			{ taken && (
				<Notice status="success" isDismissible={ false }>
					{ taken.paused
						? sprintf(
								/* translators: 1: channel, 2: name of the account */
								__(
									'%1$s takes them (%2$s). It is paused as before.',
									'onhand'
								),
								channel.name,
								taken.account
							)
						: sprintf(
								/* translators: 1: channel, 2: name of the account */
								__(
									'%1$s takes them (%2$s), and runs.',
									'onhand'
								),
								channel.name,
								taken.account
							) }
				</Notice>
			) }
			{ open && (
				<Form
					channel={ channel }
					done={ ( answer ) => {
						setTaken( answer );
						setOpen( false );
						refresh();
					} }
				/>
			) }
		</div>
	);
}
