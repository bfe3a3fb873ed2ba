import {
	Button,
	Card,
	CardBody,
	CardHeader,
	Spinner,
	TextControl,
} from '@wordpress/components';
import { getDate } from '@wordpress/date';
import { useState } from '@wordpress/element';
import { __, sprintf } from '@wordpress/i18n';
import { useLive } from '../live';
import Table from '../parts/table';
import Trouble from '../parts/trouble';
import { exact, units } from '../words';

const signed = ( number ) =>
	Number( number ) > 0 ? `+${ number }` : String( number );

function change( row ) {
	if ( row.op === 'delta' ) {
		return signed( row.delta );
	}
	if ( row.op === 'status' || row.op === 'place' ) {
		return row.op === 'status'
			? __( 'status', 'onhand' )
			: __( 'moved', 'onhand' );
	}
	return `= ${ units( row.set_to ) }`;
}

const who = ( actor ) => actor?.name ?? actor?.kind ?? '';

function Row( { row } ) {
	return (
		<tr>
			<td>
				<time dateTime={ new Date( row.at / 1000 ).toISOString() }>
					{ exact( row.at / 1000 ) }
				</time>
			</td>
			<td
				className="onhand-number"
				data-label={ __( 'Change', 'onhand' ) }
			>
				{ change( row ) }
			</td>
			<td className="onhand-number" data-label={ __( 'Then', 'onhand' ) }>
				{ units( row.balance ) }
			</td>
			<td data-label={ __( 'Why', 'onhand' ) }>
				{ row.cause.replaceAll( '_', ' ' ) } { row.ref ?? '' }
				{ row.note && <span className="onhand-why">{ row.note }</span> }
			</td>
			<td data-label={ __( 'Who', 'onhand' ) }>{ who( row.actor ) }</td>
			<td data-label={ __( 'Who was told', 'onhand' ) }>
				<ul>
					{ ( row.pushes ?? [] ).map( ( push, at ) => (
						<li key={ at }>
							{ sprintf(
								/* translators: 1: channel, 2: quantity, 3: outcome, 4: milliseconds */
								__(
									'%1$s: %2$s, %3$s after %4$s ms',
									'onhand'
								),
								push.channel,
								push.quantity,
								push.outcome.replaceAll( '_', ' ' ),
								push.latency_ms
							) }
						</li>
					) ) }
				</ul>
			</td>
		</tr>
	);
}

// What was typed is a second by the clock of the site, as all times here; what happened in it has happened then.
const endOf = ( typed ) =>
	new Date( getDate( typed ).getTime() + 999 ).toISOString();

function Then( { of } ) {
	const [ at, setAt ] = useState( '' );
	const past = useLive(
		at ? '/ledger' : null,
		at ? { ...of, at: endOf( at ), limit: 1 } : {},
		0
	);
	const last = at ? past.data?.rows?.[ 0 ] : undefined;
	return (
		<div className="onhand-then">
			<TextControl
				label={ __( 'How many were there on', 'onhand' ) }
				type="datetime-local"
				step="1"
				value={ at }
				onChange={ setAt }
				__next40pxDefaultSize
				__nextHasNoMarginBottom
			/>
			<p aria-live="polite">
				{ at && past.error && past.error.message }
				{ at &&
					past.data &&
					! past.error &&
					( last
						? sprintf(
								/* translators: 1: how many, 2: what happened last */
								__( '%1$s, since %2$s.', 'onhand' ),
								units( last.balance ),
								last.cause.replaceAll( '_', ' ' )
							)
						: __( 'Nothing was known of it then.', 'onhand' ) ) }
			</p>
		</div>
	);
}

// One variation: why every channel shows what it shows, and all that ever happened to it.
export default function Story( { of } ) {
	const [ limit, setLimit ] = useState( 50 );
	const told = useLive( '/explain', of );
	const ledger = useLive( '/ledger', { ...of, limit } );
	const now = told.data;
	const facts = now && [
		[ __( 'In the shop', 'onhand' ), units( now.quantity ) ],
		[ __( 'Held by unpaid checkouts', 'onhand' ), units( now.held ) ],
		[ __( 'Sold and on its way home', 'onhand' ), units( now.in_flight ) ],
		[ __( 'To be listed', 'onhand' ), units( now.available ) ],
		...( now.locations ?? [] ).map( ( [ place, count ] ) => [
			/* translators: %s: location */
			sprintf( __( 'At %s', 'onhand' ), place ),
			units( count ),
		] ),
	];
	return (
		<>
			<h2>
				{ of.sku ?? now?.sku ?? `#${ of.item }` }
				{ now?.name && <small> { now.name }</small> }
			</h2>
			<Trouble error={ told.error } retry={ told.refresh } />
			{ ! now && ! told.error && <Spinner /> }
			{ now && (
				<>
					<dl className="onhand-facts">
						{ facts.map( ( [ label, value ] ) => (
							<div key={ label }>
								<dt>{ label }</dt>
								<dd>{ value }</dd>
							</div>
						) ) }
					</dl>
					<div className="onhand-cards">
						{ now.listings.map( ( listing ) => (
							<Card key={ listing.channel }>
								<CardHeader>
									<h3>
										{ sprintf(
											/* translators: 1: channel, 2: quantity */
											__( '%1$s shows %2$s', 'onhand' ),
											listing.channel,
											units( listing.confirmed )
										) }
									</h3>
								</CardHeader>
								<CardBody>
									<ol className="onhand-steps">
										{ listing.steps.map( ( step, at ) => (
											<li key={ at }>{ step }</li>
										) ) }
									</ol>
								</CardBody>
							</Card>
						) ) }
						{ now.listings.length === 0 && (
							<p>{ __( 'No channel lists it.', 'onhand' ) }</p>
						) }
					</div>
				</>
			) }
			<Card>
				<CardHeader>
					<h3>{ __( 'What happened', 'onhand' ) }</h3>
					<Then of={ of } />
				</CardHeader>
				<CardBody>
					<Trouble
						error={ told.error ? undefined : ledger.error }
						retry={ ledger.refresh }
					/>
					{ ledger.data && (
						<Table
							heads={ [
								__( 'When', 'onhand' ),
								__( 'Change', 'onhand' ),
								__( 'Then', 'onhand' ),
								__( 'Why', 'onhand' ),
								__( 'Who', 'onhand' ),
								__( 'Who was told', 'onhand' ),
							] }
						>
							{ ledger.data.rows.map( ( row ) => (
								<Row key={ row.id } row={ row } />
							) ) }
						</Table>
					) }
					{ ledger.data?.rows.length >= limit && limit < 1000 && (
						<Button
							variant="secondary"
							onClick={ () => setLimit( limit + 100 ) }
						>
							{ __( 'Show older', 'onhand' ) }
						</Button>
					) }
				</CardBody>
			</Card>
		</>
	);
}
