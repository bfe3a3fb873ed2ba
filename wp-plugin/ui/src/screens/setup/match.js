import { Button, Card, CardBody, Notice, Spinner } from '@wordpress/components';
import apiFetch from '@wordpress/api-fetch';
import { useEffect, useState } from '@wordpress/element';
import { __, sprintf } from '@wordpress/i18n';
import { useActions } from '../../actions';
import { useLive } from '../../live';
import Job from '../../parts/job';
import Trouble from '../../parts/trouble';

const SHOWN = 50;

function Open( { channel, listing, linked } ) {
	const { act } = useActions();
	const link = async ( candidate ) => {
		const done = await act(
			'/listings/map',
			{ channel, item: candidate.item, external: listing.external },
			sprintf(
				/* translators: 1: listing, 2: variation */
				__( '%1$s is %2$s.', 'onhand' ),
				listing.title || listing.sku,
				candidate.sku ?? candidate.name
			)
		);
		if ( done ) {
			linked();
		}
	};
	return (
		<li className="onhand-issue">
			<strong>{ listing.title || listing.sku }</strong>{ ' ' }
			{ listing.sku && <code>{ listing.sku }</code> }{ ' ' }
			{ listing.gtin && <code>{ listing.gtin }</code> }
			<div className="onhand-buttons">
				{ listing.candidates.map( ( candidate ) => (
					<Button
						key={ candidate.item }
						variant="secondary"
						size="compact"
						onClick={ () => link( candidate ) }
					>
						{ sprintf(
							/* translators: 1: variation, 2: how sure, 3: why */
							__( 'It is %1$s (%2$d %%, %3$s)', 'onhand' ),
							candidate.sku
								? `${ candidate.name } ${ candidate.sku }`
								: candidate.name,
							candidate.confidence,
							candidate.reason
						) }
					</Button>
				) ) }
				{ listing.candidates.length === 0 && (
					<span className="onhand-why">
						{ __(
							'Nothing in the shop is like it. Give the variation the same SKU, then match again.',
							'onhand'
						) }
					</span>
				) }
			</div>
		</li>
	);
}

// Which of the channel's listings is which variation: by SKU, by GTIN, and where that is not enough, by you.
export default function Match( { channel, next } ) {
	const [ id, setId ] = useState( null );
	const [ refused, setRefused ] = useState( null );
	const [ round, setRound ] = useState( 0 );
	const { data: job, refresh } = useLive(
		id === null ? null : `/jobs/${ id }`,
		{},
		1000
	);
	const ended = job?.id === id && job.state !== 'running' ? job : null;
	const matched = ended?.state === 'done' ? ended.result : null;
	const wrong =
		refused ??
		( ended && ! matched
			? {
					message:
						ended.message ??
						__( 'It was ended before it was done.', 'onhand' ),
				}
			: null );
	const open = useLive(
		matched ? '/candidates' : null,
		{ channel, limit: SHOWN },
		0
	);
	useEffect( () => {
		let here = true;
		apiFetch( {
			path: '/onhand/v1/jobs',
			method: 'POST',
			data: { what: 'match', channel },
		} )
			// Where it was begun before this page was opened, it goes on.
			.then( ( answer ) => here && setId( answer.id ) )
			.catch( ( error ) => here && setRefused( error ) );
		return () => {
			here = false;
		};
	}, [ channel, round ] );
	const again = () => {
		setRefused( null );
		setId( null );
		setRound( round + 1 );
	};
	const items = open.data?.items ?? [];
	return (
		<Card>
			<CardBody>
				<Trouble error={ wrong ?? open.error } retry={ again } />
				{ ! ended && ! wrong && ! job && <Spinner /> }
				{ ! ended && ! wrong && job && (
					<Job job={ job } refresh={ refresh } />
				) }
				{ matched && (
					<>
						<Notice status="success" isDismissible={ false }>
							{ sprintf(
								/* translators: 1: how many are matched, 2: how many there are */
								__(
									'%1$d of %2$d listings are matched with your products.',
									'onhand'
								),
								matched.linked + matched.already,
								matched.listings
							) }
						</Notice>
						{ items.length > 0 && (
							<>
								<p>
									{ __(
										'These could not be matched beyond doubt. What you leave open is not touched.',
										'onhand'
									) }
								</p>
								<ul>
									{ items.map( ( listing ) => (
										<Open
											key={ listing.listing }
											channel={ channel }
											listing={ listing }
											linked={ open.refresh }
										/>
									) ) }
								</ul>
							</>
						) }
						<div className="onhand-buttons">
							<Button variant="primary" onClick={ next }>
								{ __( 'Next', 'onhand' ) }
							</Button>
							<Button variant="tertiary" onClick={ again }>
								{ __( 'Match again', 'onhand' ) }
							</Button>
						</div>
					</>
				) }
			</CardBody>
		</Card>
	);
}
