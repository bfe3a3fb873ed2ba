import { Button, Notice } from '@wordpress/components';
import { __ } from '@wordpress/i18n';

// Why something is not on the screen, in the words of whoever refused it, and a second try.
export default function Trouble( { error, retry } ) {
	if ( ! error ) {
		return null;
	}
	return (
		<Notice status="error" isDismissible={ false }>
			<p>{ error.message }</p>
			<Button variant="secondary" onClick={ retry }>
				{ __( 'Try again', 'onhand' ) }
			</Button>
		</Notice>
	);
}
