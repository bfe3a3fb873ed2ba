import {
	Button,
	Card,
	CardBody,
	CardHeader,
	Notice,
	SelectControl,
	Spinner,
} from '@wordpress/components';
import { useState } from '@wordpress/element';
import { __, _n, sprintf } from '@wordpress/i18n';
import { may, useActions } from '../actions';
import { useLive } from '../live';
import Badge, { TONES } from '../parts/badge';
import Chart from '../parts/chart';
import Table from '../parts/table';
import ToSetUp from '../parts/to-set-up';
import Trouble from '../parts/trouble';
import { Ago, CHANNEL_STATES, howLong } from '../words';
import Work from './overview/work';

const SPANS = {
	hour: { step_ms: 60000, stretches: 60 },
	day: { step_ms: 1800000, stretches: 48 },
	week: { step_ms: 14400000, stretches: 42 },
};

function Health( { checks } ) {
	const bad = checks.filter( ( check ) => check.status !== 'good' );
	if ( bad.length === 0 ) {
		return (
			<Notice status="success" isDismissible={ false }>
				{ __( 'Everything is in step.', 'onhand' ) }
			</Notice>
		);
	}
	const errors = bad.filter( ( check ) => check.status === 'error' );
	return (
		<Notice
			status={ errors.length > 0 ? 'error' : 'warning' }
			isDismissible={ false }
			actions={ [
				{ label: __( 'See the issues', 'onhand' ), url: '#/issues' },
			] }
		>
			{ sprintf(
				/* translators: %d: how many things */
				_n(
					'%d thing needs a look:',
					'%d things need a look:',
					bad.length,
					'onhand'
				),
				bad.length
			) }{ ' ' }
			{ ( errors[ 0 ] ?? bad[ 0 ] ).message }
		</Notice>
	);
}

function Channel( { channel, refresh } ) {
	const { act } = useActions();
	const [ busy, setBusy ] = useState( false );
	const paused = channel.state === 'paused';
	const state = channel.unfinished ? 'unfinished' : channel.state;
	const run = async ( action, done ) => {
		setBusy( true );
		await act( `/channels/${ channel.name }/${ action }`, {}, done );
		setBusy( false );
		refresh();
	};
	return (
		<tr>
			<th scope="row">
				{ channel.name }
				{ channel.message && (
					<span className="onhand-why">{ channel.message }</span>
				) }
			</th>
			<td>
				<Badge tone={ TONES[ state ] }>
					{ CHANNEL_STATES[ state ] ?? state }
				</Badge>
			</td>
			<td data-label={ __( 'Waiting', 'onhand' ) }>{ channel.behind }</td>
			<td data-label={ __( 'Longest wait', 'onhand' ) }>
				{ howLong( channel.oldest_behind_ms ) }
			</td>
			<td data-label={ __( 'Given up', 'onhand' ) }>{ channel.dead }</td>
			<td data-label={ __( 'Last told', 'onhand' ) }>
				<Ago ms={ channel.last_push_at } />
			</td>
			<td data-label={ __( 'Orders', 'onhand' ) }>
				{ channel.orders_parked > 0 ? (
					<a href="#/orders">
						{ sprintf(
							/* translators: %d: how many orders */
							_n(
								'%d needs you',
								'%d need you',
								channel.orders_parked,
								'onhand'
							),
							channel.orders_parked
						) }
					</a>
				) : (
					sprintf(
						/* translators: %d: how many orders */
						__( '%d on their way', 'onhand' ),
						channel.orders_waiting
					)
				) }
			</td>
			{ may( 'operate' ) && (
				<td className="onhand-buttons">
					<ToSetUp channel={ channel } />
					<Button
						size="compact"
						variant="secondary"
						isBusy={ busy }
						disabled={ busy }
						accessibleWhenDisabled
						onClick={ () =>
							paused
								? run(
										'resume',
										sprintf(
											/* translators: %s: channel */
											__( '%s runs again.', 'onhand' ),
											channel.name
										)
									)
								: run(
										'pause',
										sprintf(
											/* translators: %s: channel */
											__(
												'%s is paused: it is told nothing until you resume it.',
												'onhand'
											),
											channel.name
										)
									)
						}
					>
						{ paused
							? __( 'Resume', 'onhand' )
							: __( 'Pause', 'onhand' ) }
						<span className="screen-reader-text">
							{ channel.name }
						</span>
					</Button>
					<Button
						size="compact"
						variant="tertiary"
						disabled={ busy || paused }
						accessibleWhenDisabled
						onClick={ () =>
							run( 'resync', ( answer ) =>
								sprintf(
									/* translators: 1: how many listings, 2: channel */
									__(
										'%1$d listings of %2$s are told again.',
										'onhand'
									),
									answer.listings,
									channel.name
								)
							)
						}
					>
						{ __( 'Tell all again', 'onhand' ) }
						<span className="screen-reader-text">
							{ channel.name }
						</span>
					</Button>
				</td>
			) }
		</tr>
	);
}

// Health in a line, the channels, and how much went on lately.
export default function Overview() {
	const [ span, setSpan ] = useState( 'hour' );
	const status = useLive( '/status' );
	const health = useLive( '/health' );
	const activity = useLive( '/activity', SPANS[ span ] );
	const channels = status.data?.channels;
	const size = status.data?.mirror;
	return (
		<>
			<h2 className="screen-reader-text">
				{ __( 'Overview', 'onhand' ) }
			</h2>
			<Trouble error={ status.error } retry={ status.refresh } />
			{ ! status.error && health.data && (
				<>
					<Health checks={ health.data.checks } />
					<Work
						checks={ health.data.checks }
						refresh={ health.refresh }
					/>
				</>
			) }
			<Card>
				<CardHeader>
					<h3>{ __( 'Channels', 'onhand' ) }</h3>
					{ size && (
						<span>
							{ sprintf(
								/* translators: 1: variations, 2: listings */
								__(
									'%1$d products and variations, %2$d listings',
									'onhand'
								),
								size.items,
								size.listings
							) }
						</span>
					) }
				</CardHeader>
				<CardBody>
					{ ! channels && ! status.error && <Spinner /> }
					{ channels?.length === 0 && (
						<p>
							{ __( 'No channel is connected yet.', 'onhand' ) }{ ' ' }
							<a href="#/setup">
								{ __( 'Connect the first', 'onhand' ) }
							</a>
						</p>
					) }
					{ channels?.length > 0 && (
						<Table
							heads={ [
								__( 'Channel', 'onhand' ),
								__( 'State', 'onhand' ),
								__( 'Waiting', 'onhand' ),
								__( 'Longest wait', 'onhand' ),
								__( 'Given up', 'onhand' ),
								__( 'Last told', 'onhand' ),
								__( 'Orders', 'onhand' ),
								may( 'operate' ) && __( 'Actions', 'onhand' ),
							] }
						>
							{ channels.map( ( channel ) => (
								<Channel
									key={ channel.name }
									channel={ channel }
									refresh={ status.refresh }
								/>
							) ) }
						</Table>
					) }
				</CardBody>
			</Card>
			<Card>
				<CardHeader>
					<h3>{ __( 'What went on', 'onhand' ) }</h3>
					<SelectControl
						label={ __( 'In the last', 'onhand' ) }
						labelPosition="side"
						value={ span }
						onChange={ setSpan }
						options={ [
							{ value: 'hour', label: __( 'hour', 'onhand' ) },
							{ value: 'day', label: __( 'day', 'onhand' ) },
							{ value: 'week', label: __( 'week', 'onhand' ) },
						] }
						__next40pxDefaultSize
						__nextHasNoMarginBottom
					/>
				</CardHeader>
				<CardBody>
					<Trouble
						error={ status.error ? undefined : activity.error }
						retry={ activity.refresh }
					/>
					{ activity.data && <Chart items={ activity.data.items } /> }
				</CardBody>
			</Card>
		</>
	);
}
