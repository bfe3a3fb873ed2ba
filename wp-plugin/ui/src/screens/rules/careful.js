import { Notice } from '@wordpress/components';
import { useEffect } from '@wordpress/element';
import { __, _n, sprintf } from '@wordpress/i18n';
import { useLive } from '../../live';

// How a change that was tried on a few listings first ended: it holds, or it was taken back and why.
export default function Careful( { id, ended } ) {
	const { data: job, error } = useLive( `/jobs/${ id }`, {}, 500 );
	const state = job?.state;
	useEffect( () => {
		if ( state && state !== 'running' ) {
			ended();
		}
		// Once, when it ends.
		// eslint-disable-next-line react-hooks/exhaustive-deps
	}, [ state ] );
	if ( error && ! job ) {
		return (
			<Notice status="error" isDismissible={ false }>
				{ error.message }
			</Notice>
		);
	}
	if ( ! job || state === 'running' ) {
		return (
			<Notice status="info" isDismissible={ false }>
				{ __(
					'It is being tried on a few listings. You may leave this page.',
					'onhand'
				) }
			</Notice>
		);
	}
	if ( state !== 'done' ) {
		return (
			<Notice status="error" isDismissible={ false }>
				{ job.message ??
					__(
						'It was ended in the middle: look at the rules.',
						'onhand'
					) }
			</Notice>
		);
	}
	const { halted, first } = job.result;
	return (
		<Notice
			status={ halted ? 'warning' : 'success' }
			isDismissible={ false }
		>
			{ halted
				? sprintf(
						/* translators: %s: why */
						__( 'Halted: %s.', 'onhand' ),
						halted
					)
				: sprintf(
						/* translators: %d: how many listings */
						_n(
							'Tried on %d listing, and it holds for all of them now.',
							'Tried on %d listings, and it holds for all of them now.',
							first.length,
							'onhand'
						),
						first.length
					) }
		</Notice>
	);
}
