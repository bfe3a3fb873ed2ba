import { Button, Card, CardBody, Notice, Spinner } from '@wordpress/components';
import apiFetch from '@wordpress/api-fetch';
import { useEffect, useState } from '@wordpress/element';
import { __, sprintf } from '@wordpress/i18n';
import { useLive } from '../../live';
import Job from '../../parts/job';
import Trouble from '../../parts/trouble';
import Unmatched from './unmatched';

/**
 * The channel's newest matching: one that runs, or has been done since the channel was connected, whoever began it; else it is begun.
 *
 * @param {string}  channel Its name.
 * @param {boolean} ready   The shop is read, so that there is something to match with.
 */
function useMatching( channel, ready ) {
	const [ id, setId ] = useState( null );
	const [ refused, setRefused ] = useState( null );
	const begin = () => {
		setRefused( null );
		setId( null );
		return apiFetch( {
			path: '/onhand/v1/jobs',
			method: 'POST',
			data: { what: 'match', channel },
		} ).then( ( answer ) => setId( answer.id ), setRefused );
	};
	const known = useLive( ready ? '/jobs' : null, { limit: 100 }, 0 );
	const looked = ready && known.data !== undefined;
	useEffect( () => {
		if ( ! looked ) {
			return;
		}
		const newest = known.data.items.find(
			( one ) => one.what === 'match' && one.channel === channel
		);
		if ( [ 'running', 'done' ].includes( newest?.state ) ) {
			setId( newest.id );
		} else {
			begin();
		}
		// Once: what runs from now on is what is looked at here.
		// eslint-disable-next-line react-hooks/exhaustive-deps
	}, [ looked ] );
	const { data: job, refresh } = useLive(
		id === null ? null : `/jobs/${ id }`,
		{},
		1000
	);
	const here = job?.id === id ? job : null;
	const ended = here && here.state !== 'running' ? here : null;
	return {
		running: here && ! ended ? here : null,
		matched: ended?.state === 'done',
		error:
			refused ??
			known.error ??
			( ended && ended.state !== 'done'
				? {
						message:
							ended.message ??
							__( 'It was ended before it was done.', 'onhand' ),
					}
				: null ),
		refresh,
		begin,
	};
}

// Which of the channel's listings is which variation: by SKU, by GTIN, and where that is not enough, by you.
export default function Match( { channel, whole, next } ) {
	const { running, matched, error, refresh, begin } = useMatching(
		channel,
		whole
	);
	return (
		<Card>
			<CardBody>
				<Trouble error={ error } retry={ begin } />
				{ ! whole && (
					<Notice status="info" isDismissible={ false }>
						{ sprintf(
							/* translators: %s: channel */
							__(
								'%s is connected. Its listings are matched as soon as all of your shop is read.',
								'onhand'
							),
							channel
						) }
					</Notice>
				) }
				{ whole && ! matched && ! error && ! running && <Spinner /> }
				{ running && <Job job={ running } refresh={ refresh } /> }
				{ matched && (
					<>
						<Unmatched channel={ channel } />
						<div className="onhand-buttons">
							<Button variant="primary" onClick={ next }>
								{ __( 'Next', 'onhand' ) }
							</Button>
							<Button variant="tertiary" onClick={ begin }>
								{ __( 'Match again', 'onhand' ) }
							</Button>
						</div>
					</>
				) }
			</CardBody>
		</Card>
	);
}
