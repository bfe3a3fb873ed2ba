import { Button, Modal, Notice } from '@wordpress/components';
import apiFetch from '@wordpress/api-fetch';
import { useState } from '@wordpress/element';
import { __, sprintf } from '@wordpress/i18n';

function Sure( { channel, close, removed } ) {
	const [ busy, setBusy ] = useState( false );
	const [ wrong, setWrong ] = useState( null );
	const remove = async () => {
		setBusy( true );
		setWrong( null );
		try {
			await apiFetch( {
				path: `/onhand/v1/channels/${ channel.name }/remove`,
				method: 'POST',
			} );
			removed();
		} catch ( error ) {
			setWrong( error );
			setBusy( false );
		}
	};
	return (
		<Modal
			title={ sprintf(
				/* translators: %s: channel */
				__( 'Remove %s?', 'onhand' ),
				channel.name
			) }
			onRequestClose={ close }
		>
			<p>
				{ __(
					'Forgotten are its credentials, its rules, its listings with what they are matched to, and the list of its orders.',
					'onhand'
				) }
			</p>
			<p>
				{ __(
					'What stays: the ledger, with what it was told; the orders that came home, in WooCommerce. Units that were its alone are the shop’s again.',
					'onhand'
				) }
			</p>
			<p>
				{ __(
					'Its listings on the marketplace are left as they are and go on selling: end them there, or set them to nothing first.',
					'onhand'
				) }
			</p>
			{ wrong && (
				<Notice status="error" isDismissible={ false }>
					{ wrong.message }
				</Notice>
			) }
			<div className="onhand-buttons">
				<Button
					variant="primary"
					isDestructive
					isBusy={ busy }
					disabled={ busy }
					accessibleWhenDisabled
					onClick={ remove }
				>
					{ __( 'Remove it', 'onhand' ) }
				</Button>
				<Button variant="tertiary" onClick={ close }>
					{ __( 'Keep it', 'onhand' ) }
				</Button>
			</div>
		</Modal>
	);
}

// A channel that is not wanted any more. What that means is said before it is done.
export default function Remove( { channel, refresh } ) {
	const [ asked, setAsked ] = useState( false );
	return (
		<>
			<Button
				variant="link"
				isDestructive
				onClick={ () => setAsked( true ) }
			>
				{ __( 'Remove this channel', 'onhand' ) }
				<span className="screen-reader-text">{ channel.name }</span>
			</Button>
			{ asked && (
				<Sure
					channel={ channel }
					close={ () => setAsked( false ) }
					removed={ () => {
						setAsked( false );
						refresh();
					} }
				/>
			) }
		</>
	);
}
