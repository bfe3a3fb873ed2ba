import { humanTimeDiff, dateI18n, getSettings } from '@wordpress/date';
import { __, sprintf } from '@wordpress/i18n';

// Words for what the agent says in codes.
export const STATES = {
	idle: __( 'In step', 'onhand' ),
	behind: __( 'Waiting', 'onhand' ),
	leased: __( 'Being sent', 'onhand' ),
	verifying: __( 'Being checked', 'onhand' ),
	in_feed: __( 'In a feed', 'onhand' ),
	dead: __( 'Given up', 'onhand' ),
	held: __( 'Held for your yes', 'onhand' ),
};

export const CHANNEL_STATES = {
	active: __( 'Running', 'onhand' ),
	paused: __( 'Paused', 'onhand' ),
	unfinished: __( 'Being set up', 'onhand' ),
	throttled: __( 'Slowed down by the channel', 'onhand' ),
	circuit_open: __( 'Does not answer', 'onhand' ),
};

export const ORDER_STATES = {
	home: __( 'In the shop', 'onhand' ),
	waiting: __( 'Waiting', 'onhand' ),
	on_its_way: __( 'On its way', 'onhand' ),
	parked: __( 'Needs you', 'onhand' ),
};

// What happens, and people and services may hear of.
export const EVENTS = {
	'stock.changed': __( 'A quantity changed', 'onhand' ),
	'stock.sold_out': __( 'Something is sold out', 'onhand' ),
	'stock.low': __( 'Little is left of something', 'onhand' ),
	'stock.back_in_stock': __( 'Something is there again', 'onhand' ),
	'stock.oversold': __( 'More was sold than there is', 'onhand' ),
	'order.parked': __(
		'An order needs somebody (oversold, unknown SKU, …)',
		'onhand'
	),
	'order.imported': __( 'An order has come in from a channel', 'onhand' ),
	'channel.paused': __( 'A channel is told nothing any more', 'onhand' ),
	'channel.lagging': __( 'A channel is behind for too long', 'onhand' ),
	'credential.expiring': __(
		'The credentials of a channel will soon end',
		'onhand'
	),
	'drift.found': __( 'A channel showed something else', 'onhand' ),
};

export const elements = ( words ) =>
	Object.entries( words ).map( ( [ value, label ] ) => ( { value, label } ) );

// "3 minutes ago", with the exact moment for whoever points at it.
export function Ago( { ms } ) {
	if ( ! ms ) {
		return <span>{ __( 'never', 'onhand' ) }</span>;
	}
	const moment = new Date( ms );
	return (
		<time dateTime={ moment.toISOString() } title={ exact( ms ) }>
			{ humanTimeDiff( moment ) }
		</time>
	);
}

export const exact = ( ms ) =>
	dateI18n(
		`${ getSettings().formats.date } H:i:s`,
		new Date( ms ).toISOString()
	);

export function howLong( ms ) {
	if ( ms === null || ms === undefined ) {
		return '–';
	}
	if ( ms < 1000 ) {
		/* translators: %d: milliseconds */
		return sprintf( __( '%d ms', 'onhand' ), ms );
	}
	if ( ms < 120000 ) {
		/* translators: %d: seconds */
		return sprintf( __( '%d s', 'onhand' ), Math.round( ms / 1000 ) );
	}
	/* translators: %d: minutes */
	return sprintf( __( '%d min', 'onhand' ), Math.round( ms / 60000 ) );
}

// A number that may be unknown.
export const units = ( value ) =>
	value === null || value === undefined ? '–' : String( value );
