import { Button } from '@wordpress/components';
import { useState } from '@wordpress/element';
import { __, sprintf } from '@wordpress/i18n';
import { may, useActions } from '../actions';
import { credentialsOf } from '../route';

// What the agent is told to do. What a check is about is named for those who hear the button alone.
const DONE_HERE = {
	resume: {
		capability: 'operate',
		label: __( 'Resume', 'onhand' ),
		path: ( { channel } ) => `/channels/${ channel }/resume`,
		done: ( { channel } ) =>
			sprintf(
				/* translators: %s: channel */
				__( '%s runs again.', 'onhand' ),
				channel
			),
	},
	orders: {
		capability: 'configure',
		label: __( 'Let its orders come home', 'onhand' ),
		path: ( { channel } ) => `/channels/${ channel }/orders`,
		data: () => ( { mode: 'order' } ),
		done: ( { channel } ) =>
			sprintf(
				/* translators: %s: channel */
				__( 'What %s sells becomes orders of this shop.', 'onhand' ),
				channel
			),
	},
	compare: {
		capability: 'configure',
		label: __( 'Compare now', 'onhand' ),
		path: () => '/jobs',
		data: ( { channel } ) => ( { what: 'compare', channel } ),
		done: ( { channel } ) =>
			sprintf(
				/* translators: %s: channel */
				__( 'What %s shows is being compared.', 'onhand' ),
				channel
			),
	},
	redrive: {
		capability: 'operate',
		label: __( 'Send all again', 'onhand' ),
		path: () => '/dead-letters/redrive',
		data: ( { channel } ) => ( channel ? { channel } : {} ),
		done: () => __( 'All of it is sent again.', 'onhand' ),
	},
	restate: {
		capability: 'operate',
		label: __( 'State the shop anew', 'onhand' ),
		path: () => '/restate',
		done: () =>
			__(
				'The shop states all of its stock anew; that takes a while.',
				'onhand'
			),
	},
};

// Where it is done.
const DONE_THERE = {
	credentials: {
		capability: 'configure',
		label: __( 'Give it new credentials', 'onhand' ),
		href: ( { channel } ) => credentialsOf( channel ),
	},
	parked_orders: {
		capability: 'operate',
		label: __( 'See the orders', 'onhand' ),
		href: () => '#/orders',
	},
	product: {
		label: __( 'Edit the product', 'onhand' ),
		href: ( { item } ) => `post.php?post=${ item }&action=edit`,
	},
	holds: {
		capability: 'operate',
		label: __( 'Decide', 'onhand' ),
		href: () => '#/issues',
	},
	skus: {
		label: __( 'See them', 'onhand' ),
		href: () => '#/issues',
	},
};

// The button that mends what a check found, as the agent names it, for whoever may press it.
export default function Mend( { fix, refresh, ...button } ) {
	const { act } = useActions();
	const [ busy, setBusy ] = useState( false );
	const here = DONE_HERE[ fix?.kind ];
	const there = DONE_THERE[ fix?.kind ];
	const { label, capability } = here ?? there ?? {};
	if ( ! label || ( capability && ! may( capability ) ) ) {
		return null;
	}
	const about = fix.channel ?? fix.sku;
	const said = (
		<>
			{ label }
			{ about && <span className="screen-reader-text"> { about }</span> }
		</>
	);
	if ( there ) {
		return (
			<Button
				variant="secondary"
				size="compact"
				href={ there.href( fix ) }
				{ ...button }
			>
				{ said }
			</Button>
		);
	}
	const mend = async () => {
		setBusy( true );
		await act(
			here.path( fix ),
			here.data?.( fix ) ?? {},
			here.done( fix )
		);
		setBusy( false );
		refresh?.();
	};
	return (
		<Button
			variant="secondary"
			size="compact"
			isBusy={ busy }
			disabled={ busy }
			accessibleWhenDisabled
			onClick={ mend }
			{ ...button }
		>
			{ said }
		</Button>
	);
}
