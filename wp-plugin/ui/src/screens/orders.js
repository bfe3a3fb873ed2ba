import { useMemo, useState } from '@wordpress/element';
import { __, sprintf } from '@wordpress/i18n';
import { may, useActions } from '../actions';
import { useLive } from '../live';
import Badge, { TONES } from '../parts/badge';
import Pages, { usePages } from '../parts/pages';
import Rows from '../parts/rows';
import Trouble from '../parts/trouble';
import { Ago, elements, ORDER_STATES } from '../words';
import Route, { useRoutes } from './orders/route';
import SentFrom from './orders/sent-from';

const FIRST = {
	type: 'table',
	search: '',
	page: 1,
	perPage: 25,
	filters: [],
	titleField: 'number',
	fields: [
		'channel',
		'state',
		'lines',
		'sent_from',
		'shop_order',
		'placed_ms',
	],
	layout: {},
};

const plain = {
	enableSorting: false,
	enableGlobalSearch: false,
	filterBy: false,
};

const only = { operators: [ 'is' ], isPrimary: true };

const fieldsOf = ( channels ) => [
	{
		id: 'number',
		label: __( 'Number', 'onhand' ),
		enableHiding: false,
		...plain,
	},
	{
		id: 'channel',
		label: __( 'Channel', 'onhand' ),
		...plain,
		elements: channels.map( ( { name } ) => ( {
			value: name,
			label: name,
		} ) ),
		filterBy: only,
	},
	{
		id: 'state',
		label: __( 'State', 'onhand' ),
		...plain,
		elements: elements( ORDER_STATES ),
		filterBy: only,
		render: ( { item } ) => (
			<>
				{ item.code === 'closed' ? (
					<Badge>{ __( 'Dealt with', 'onhand' ) }</Badge>
				) : (
					<Badge tone={ TONES[ item.state ] }>
						{ ORDER_STATES[ item.state ] ?? item.state }
					</Badge>
				) }
				{ item.message && (
					<span className="onhand-why">{ item.message }</span>
				) }
			</>
		),
	},
	{
		id: 'lines',
		label: __( 'What', 'onhand' ),
		...plain,
		render: ( { item } ) => (
			<ul>
				{ item.lines.map( ( line ) => (
					<li key={ line.line }>
						{ sprintf(
							/* translators: 1: units, 2: SKU or title */
							__( '%1$d × %2$s', 'onhand' ),
							line.quantity,
							line.sku ?? line.title
						) }
					</li>
				) ) }
			</ul>
		),
	},
	{
		id: 'sent_from',
		label: __( 'Sent from', 'onhand' ),
		...plain,
		render: ( { item } ) => <Route of={ item.route } />,
	},
	{
		id: 'shop_order',
		label: __( 'In the shop', 'onhand' ),
		...plain,
		render: ( { item } ) =>
			item.shop_order ? (
				<a
					href={ `${ window.onhandSettings.orderUrl }${ item.shop_order }` }
				>
					{ sprintf(
						/* translators: %d: number of an order */
						__( 'Order %d', 'onhand' ),
						item.shop_order
					) }
				</a>
			) : (
				'–'
			),
	},
	{
		id: 'placed_ms',
		label: __( 'Placed', 'onhand' ),
		...plain,
		render: ( { item } ) => <Ago ms={ item.placed_ms } />,
	},
];

// From where they are sent is asked of all that are on a page at once.
const PAGES = { perPageSizes: [ 10, 25, 50 ] };

const ACCEPTABLE = {
	oversold: __( 'Sell below zero', 'onhand' ),
	currency: __( 'Take its currency as it is', 'onhand' ),
	buyer: __( 'Take it without a customer', 'onhand' ),
};

// What channels sold, newest first: in the shop, on its way, or waiting for a person.
export default function Orders() {
	const [ view, setView ] = useState( FIRST );
	const { act } = useActions();
	const channels = useLive( '/status', {}, 0 ).data?.channels;
	const fields = useMemo( () => fieldsOf( channels ?? [] ), [ channels ] );
	const filter = ( field ) =>
		view.filters.find( ( one ) => one.field === field )?.value || undefined;
	const asked = {
		q: view.search || undefined,
		channel: filter( 'channel' ),
		state: filter( 'state' ),
		limit: view.perPage,
	};
	const pages = usePages( JSON.stringify( asked ) );
	const { data, error, loading, refresh } = useLive( '/channel-orders', {
		...asked,
		cursor: pages.cursor,
	} );
	const locations = useLive( '/locations', {}, 0 ).data?.items;
	const routes = useRoutes( data?.items ?? [], locations ?? [] );
	const actions = useMemo( () => {
		const places = ( locations ?? [] ).filter( ( one ) => one.counted );
		const sentFrom = {
			id: 'sent-from',
			label: __( 'Sent from…', 'onhand' ),
			modalHeader: __( 'Sent from', 'onhand' ),
			isEligible: ( item ) => item.state === 'home' && ! item.code,
			RenderModal: ( { items: [ order ] } ) => (
				<SentFrom
					order={ order }
					places={ places }
					decided={ routes.refresh }
				/>
			),
		};
		const looks = places.length > 1 ? [ sentFrom ] : [];
		if ( ! may( 'operate' ) ) {
			return looks;
		}
		const waits = ( item ) =>
			item.state === 'parked' || item.state === 'waiting';
		const retry = ( accept ) => async ( items ) => {
			for ( const item of items ) {
				await act(
					'/channel-orders/retry',
					{ id: item.id, accept },
					sprintf(
						/* translators: %s: number of an order */
						__( 'Order %s is tried again.', 'onhand' ),
						item.number
					)
				);
			}
			refresh();
		};
		return [
			...looks,
			{
				id: 'retry',
				label: __( 'Try again', 'onhand' ),
				supportsBulk: true,
				isEligible: waits,
				callback: retry( [] ),
			},
			...Object.entries( ACCEPTABLE ).map( ( [ code, label ] ) => ( {
				id: code,
				label,
				isEligible: ( item ) =>
					item.state === 'parked' && item.code === code,
				callback: retry( [ code ] ),
			} ) ),
			{
				id: 'close',
				label: __( 'I have dealt with it', 'onhand' ),
				isDestructive: true,
				isEligible: ( item ) => item.state === 'parked',
				callback: async ( [ item ] ) => {
					await act(
						`/channel-orders/${ item.id }/close`,
						{},
						sprintf(
							/* translators: %s: number of an order */
							__( 'Order %s is closed.', 'onhand' ),
							item.number
						)
					);
					refresh();
				},
			},
		];
	}, [ act, refresh, locations, routes.refresh ] );
	const items = ( data?.items ?? [] ).map( ( item ) => ( {
		...item,
		route: routes.of( item ),
	} ) );
	return (
		<>
			<h2 className="screen-reader-text">{ __( 'Orders', 'onhand' ) }</h2>
			<Trouble error={ error } retry={ refresh } />
			<Rows
				config={ PAGES }
				data={ items }
				fields={ fields }
				view={ view }
				onChangeView={ setView }
				actions={ actions }
				isLoading={ loading && ! data }
				getItemId={ ( item ) => String( item.id ) }
				paginationInfo={ {
					totalItems: items.length,
					totalPages: 1,
				} }
				searchLabel={ __( 'Search number, SKU or title', 'onhand' ) }
				empty={
					<p>
						{ asked.q || asked.channel || asked.state
							? __( 'No order is like that.', 'onhand' )
							: __(
									'No channel has sold anything yet.',
									'onhand'
								) }
					</p>
				}
			/>
			<Pages
				pages={ pages }
				next={ data?.next_cursor }
				back={ __( 'Newer', 'onhand' ) }
				more={ __( 'Older', 'onhand' ) }
			/>
		</>
	);
}
