import { Button } from '@wordpress/components';
import { __ } from '@wordpress/i18n';
import { may } from '../actions';
import { setupOf } from '../route';

// Where a channel's set-up goes on, or its listings are matched again.
export default function ToSetUp( { channel } ) {
	if ( ! may( 'configure' ) ) {
		return null;
	}
	return (
		<Button
			size="compact"
			variant={ channel.unfinished ? 'primary' : 'tertiary' }
			href={
				channel.unfinished
					? setupOf( channel.name )
					: setupOf( channel.name, 'match' )
			}
		>
			{ channel.unfinished
				? __( 'Go on with the set-up', 'onhand' )
				: __( 'Match again', 'onhand' ) }
			<span className="screen-reader-text">{ channel.name }</span>
		</Button>
	);
}
