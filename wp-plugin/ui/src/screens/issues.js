import {
	Button,
	Card,
	CardBody,
	CardHeader,
	Notice,
	Spinner,
} from '@wordpress/components';
import { __, sprintf } from '@wordpress/i18n';
import { may, useActions } from '../actions';
import { useLive } from '../live';
import Trouble from '../parts/trouble';
import { credentialsOf, storyOf } from '../route';
import { Ago } from '../words';

function Section( { title, children } ) {
	return (
		<Card>
			<CardHeader>
				<h3>{ title }</h3>
			</CardHeader>
			<CardBody>{ children }</CardBody>
		</Card>
	);
}

function Holds( { items, refresh } ) {
	const { act } = useActions();
	const decide = async ( id, action, done ) => {
		await act( `/holds/${ id }/${ action }`, {}, done );
		refresh();
	};
	return (
		<Section title={ __( 'Held for your yes', 'onhand' ) }>
			{ items.map( ( hold ) => (
				<div key={ hold.id } className="onhand-issue">
					<p>{ hold.message }</p>
					{ may( 'operate' ) && (
						<p className="onhand-buttons">
							<Button
								variant="primary"
								onClick={ () =>
									decide(
										hold.id,
										'confirm',
										__(
											'It is right: it is sent now.',
											'onhand'
										)
									)
								}
							>
								{ __( 'This is right, send it', 'onhand' ) }
							</Button>
							<Button
								variant="secondary"
								isDestructive
								onClick={ () =>
									decide(
										hold.id,
										'reject',
										__(
											'It is kept back: the channel stays as it is.',
											'onhand'
										)
									)
								}
							>
								{ __(
									'This is wrong, keep it back',
									'onhand'
								) }
							</Button>
						</p>
					) }
				</div>
			) ) }
		</Section>
	);
}

function DeadLetters( { items, refresh } ) {
	const { act } = useActions();
	return (
		<Section title={ __( 'Given up after many tries', 'onhand' ) }>
			{ items.map( ( letter ) => (
				<div key={ letter.id } className="onhand-issue">
					<p>
						{ letter.sku ? (
							<a href={ storyOf( letter.sku ) }>{ letter.sku }</a>
						) : (
							`#${ letter.id }`
						) }{ ' ' }
						{ sprintf(
							/* translators: 1: channel, 2: what it said */
							__( 'on %1$s: %2$s', 'onhand' ),
							letter.channel,
							letter.message ?? ''
						) }
					</p>
					{ may( 'operate' ) && (
						<Button
							variant="secondary"
							size="compact"
							onClick={ async () => {
								await act(
									'/dead-letters/redrive',
									{ ids: [ letter.id ] },
									__( 'It is sent again.', 'onhand' )
								);
								refresh();
							} }
						>
							{ __( 'Send again', 'onhand' ) }
							<span className="screen-reader-text">
								{ letter.sku }
							</span>
						</Button>
					) }
				</div>
			) ) }
		</Section>
	);
}

// What needs a person: what is wrong, why, and what to do about it.
export default function Issues() {
	const health = useLive( '/health' );
	const holds = useLive( '/holds' );
	const letters = useLive( '/dead-letters' );
	const drift = useLive( '/drift', { limit: 20 } );
	const bad = health.data?.checks.filter(
		( check ) =>
			check.status !== 'good' && ! check.name.startsWith( 'hold ' )
	);
	const held = holds.data?.items ?? [];
	const dead = letters.data?.items ?? [];
	const drifted = drift.data?.items ?? [];
	const none =
		bad?.length === 0 &&
		holds.data &&
		letters.data &&
		held.length + dead.length === 0;
	return (
		<>
			<h2 className="screen-reader-text">{ __( 'Issues', 'onhand' ) }</h2>
			<Trouble error={ health.error } retry={ health.refresh } />
			{ ! health.data && ! health.error && <Spinner /> }
			{ none && (
				<Notice status="success" isDismissible={ false }>
					{ __( 'Nothing needs you.', 'onhand' ) }
				</Notice>
			) }
			{ held.length > 0 && (
				<Holds items={ held } refresh={ holds.refresh } />
			) }
			{ dead.length > 0 && (
				<DeadLetters items={ dead } refresh={ letters.refresh } />
			) }
			{ bad?.length > 0 && (
				<Section title={ __( 'What is wrong', 'onhand' ) }>
					{ bad.map( ( check, at ) => (
						<Notice
							key={ `${ check.name }-${ at }` }
							status={
								check.status === 'error' ? 'error' : 'warning'
							}
							isDismissible={ false }
						>
							<p>
								<strong>{ check.name }</strong>:{ ' ' }
								{ check.message }
							</p>
							{ check.action && <p>{ check.action }</p> }
							{ check.credentials_of && may( 'configure' ) && (
								<Button
									variant="secondary"
									href={ credentialsOf(
										check.credentials_of
									) }
								>
									{ __( 'New credentials', 'onhand' ) }
								</Button>
							) }
						</Notice>
					) ) }
				</Section>
			) }
			{ drifted.length > 0 && (
				<Section
					title={ __(
						'Channels that showed something else',
						'onhand'
					) }
				>
					<ul>
						{ drifted.map( ( one, at ) => (
							<li key={ at }>
								{ one.sku && (
									<a href={ storyOf( one.sku ) }>
										{ one.sku }
									</a>
								) }{ ' ' }
								{ sprintf(
									/* translators: 1: channel, 2: quantity, 3: quantity */
									__(
										'on %1$s showed %2$s instead of %3$s',
										'onhand'
									),
									one.channel,
									one.shown ?? '–',
									one.desired ?? '–'
								) }{ ' ' }
								<Ago ms={ one.found_at } />
							</li>
						) ) }
					</ul>
				</Section>
			) }
		</>
	);
}
