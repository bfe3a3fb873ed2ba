import { Button, ProgressBar } from '@wordpress/components';
import { __, sprintf } from '@wordpress/i18n';
import { may, useActions } from '../actions';
import { howLong } from '../words';

function worded( job ) {
	if ( job.what === 'rules' ) {
		return __( 'Trying rules on a few listings first', 'onhand' );
	}
	return job.what === 'match'
		? sprintf(
				/* translators: %s: channel */
				__( 'Reading the listings of %s', 'onhand' ),
				job.channel
			)
		: sprintf(
				/* translators: %s: channel */
				__( 'Comparing what %s shows', 'onhand' ),
				job.channel
			);
}

// How far a piece of work is, how long it will still take, and a way to end it.
export default function Job( { job, refresh } ) {
	const { act } = useActions();
	const percent =
		job.total > 0
			? Math.floor( ( 100 * job.done ) / job.total )
			: undefined;
	const cancel = async () => {
		await act(
			`/jobs/${ job.id }/cancel`,
			{},
			job.what === 'rules'
				? __( 'It is ended. What was tried is taken back.', 'onhand' )
				: __( 'It is ended. What was done so far stays.', 'onhand' )
		);
		refresh?.();
	};
	return (
		<div className="onhand-job" role="status">
			<span>{ worded( job ) }</span>{ ' ' }
			<ProgressBar value={ percent } aria-label={ worded( job ) } />{ ' ' }
			<span className="onhand-why">
				{ job.total
					? sprintf(
							/* translators: 1: how many are done, 2: of how many */
							__( '%1$d of about %2$d', 'onhand' ),
							job.done,
							job.total
						)
					: job.done }
				{ job.left_ms !== null &&
					' · ' +
						sprintf(
							/* translators: %s: a time, such as 20 s */
							__( 'about %s left', 'onhand' ),
							howLong( job.left_ms )
						) }
			</span>
			{ may( 'operate' ) && (
				<Button variant="link" isDestructive onClick={ cancel }>
					{ __( 'Cancel', 'onhand' ) }
				</Button>
			) }
		</div>
	);
}
