import { TextControl } from '@wordpress/components';
import { useMemo, useState } from '@wordpress/element';
import { __, sprintf } from '@wordpress/i18n';
import { may, useActions } from '../actions';
import { useLive } from '../live';
import Badge, { TONES } from '../parts/badge';
import Submit from '../parts/submit';
import Remap from './listings/remap';
import Rows from '../parts/rows';
import Trouble from '../parts/trouble';
import { storyOfItem } from '../route';
import { Ago, elements, STATES, units } from '../words';

const FIRST = {
	type: 'table',
	search: '',
	page: 1,
	perPage: 25,
	sort: { field: 'sku', direction: 'asc' },
	filters: [],
	titleField: 'sku',
	fields: [
		'name',
		'channel',
		'quantity',
		'desired',
		'sent',
		'confirmed',
		'state',
		'changed_at',
	],
	layout: {
		styles: {
			quantity: { align: 'end' },
			desired: { align: 'end' },
			sent: { align: 'end' },
			confirmed: { align: 'end' },
		},
	},
};

const fixed = { enableGlobalSearch: false, filterBy: false };

function fieldsOf( channels ) {
	const only = { filterBy: { operators: [ 'is' ], isPrimary: true } };
	return [
		{
			id: 'sku',
			label: __( 'SKU', 'onhand' ),
			enableHiding: false,
			enableGlobalSearch: true,
			filterBy: false,
			render: ( { item } ) =>
				item.item ? (
					<a href={ storyOfItem( item.item ) }>
						{ item.sku ?? __( 'no SKU', 'onhand' ) }
					</a>
				) : (
					( item.sku ?? <em>{ __( 'no SKU', 'onhand' ) }</em> )
				),
		},
		{
			id: 'name',
			label: __( 'Product', 'onhand' ),
			enableSorting: false,
			...fixed,
			getValue: ( { item } ) => item.name ?? item.title,
		},
		{
			id: 'channel',
			label: __( 'Channel', 'onhand' ),
			elements: channels.map( ( { name } ) => ( {
				value: name,
				label: name,
			} ) ),
			...only,
		},
		{
			id: 'quantity',
			label: __( 'In the shop', 'onhand' ),
			...fixed,
			render: ( { item } ) => units( item.quantity ),
		},
		{
			id: 'desired',
			label: __( 'Should show', 'onhand' ),
			...fixed,
			render: ( { item } ) => units( item.desired ),
		},
		{
			id: 'sent',
			label: __( 'Last told', 'onhand' ),
			enableSorting: false,
			...fixed,
			render: ( { item } ) => units( item.sent ),
		},
		{
			id: 'confirmed',
			label: __( 'Shows', 'onhand' ),
			...fixed,
			render: ( { item } ) => units( item.confirmed ),
		},
		{
			id: 'state',
			label: __( 'State', 'onhand' ),
			enableSorting: false,
			elements: elements( STATES ),
			...only,
			render: ( { item } ) => (
				<>
					{ item.reason === 'off' ? (
						<Badge>{ __( 'Left alone', 'onhand' ) }</Badge>
					) : (
						<Badge tone={ TONES[ item.state ] }>
							{ STATES[ item.state ] ?? item.state }
						</Badge>
					) }
					{ item.last_error && (
						<span className="onhand-why">{ item.last_error }</span>
					) }
				</>
			),
		},
		{
			id: 'changed_at',
			label: __( 'Stock changed', 'onhand' ),
			enableSorting: false,
			...fixed,
			render: ( { item } ) => <Ago ms={ item.changed_at } />,
		},
		{
			id: 'confirmed_at',
			label: __( 'Taken', 'onhand' ),
			...fixed,
			render: ( { item } ) => <Ago ms={ item.confirmed_at } />,
		},
	];
}

// How many of the chosen ones are kept back from their channels.
function KeepBack( { items, closeModal, act, refresh } ) {
	const [ kept, setKept ] = useState( '' );
	const [ busy, setBusy ] = useState( false );
	const save = async ( event ) => {
		event.preventDefault();
		setBusy( true );
		const rule =
			kept === ''
				? { set: {}, unset: [ 'buffer' ] }
				: { set: { buffer: Number( kept ) } };
		await each( items, rule, act );
		refresh();
		closeModal();
	};
	return (
		<form className="onhand-form" onSubmit={ save }>
			<TextControl
				label={ sprintf(
					/* translators: %d: how many listings */
					__( 'Keep back, of each of %d', 'onhand' ),
					items.length
				) }
				help={ __(
					'So many units are not shown there. Empty: as the rules of the channel say.',
					'onhand'
				) }
				type="number"
				min="0"
				value={ kept }
				onChange={ setKept }
				__next40pxDefaultSize
				__nextHasNoMarginBottom
			/>
			<Submit busy={ busy }>{ __( 'Set', 'onhand' ) }</Submit>
		</form>
	);
}

// A rule for each of them alone; the last word says how many have it.
async function each( items, rule, act ) {
	for ( const [ at, item ] of items.entries() ) {
		const done = await act(
			'/rules',
			{ channel: item.channel, sku: item.sku, ...rule },
			at + 1 < items.length
				? null
				: sprintf(
						/* translators: %d: how many */
						__( 'It holds for %d of them.', 'onhand' ),
						items.length
					)
		);
		if ( ! done ) {
			return;
		}
	}
}

// Every listing of every channel: what the shop has, what it should show and what it shows.
export default function Listings() {
	const [ view, setView ] = useState( FIRST );
	const { act } = useActions();
	const status = useLive( '/status', {}, 0 );
	const filter = ( field ) =>
		view.filters.find( ( one ) => one.field === field )?.value || undefined;
	const { data, error, loading, refresh } = useLive( '/listings', {
		q: view.search || undefined,
		channel: filter( 'channel' ),
		state: filter( 'state' ),
		sort: view.sort?.field,
		descending: view.sort?.direction === 'desc' ? true : undefined,
		page: view.page,
		per_page: view.perPage,
	} );
	const channels = status.data?.channels;
	const fields = useMemo( () => fieldsOf( channels ?? [] ), [ channels ] );
	const actions = useMemo( () => {
		const list = [
			{
				id: 'story',
				label: __( 'Why this number', 'onhand' ),
				isEligible: ( item ) => Boolean( item.item ),
				callback: ( [ item ] ) => {
					window.location.hash = storyOfItem( item.item );
				},
			},
		];
		if ( may( 'operate' ) ) {
			list.push(
				{
					id: 'redrive',
					label: __( 'Send again', 'onhand' ),
					supportsBulk: true,
					isEligible: ( item ) => item.state === 'dead',
					callback: async ( items ) => {
						await act(
							'/dead-letters/redrive',
							{ ids: items.map( ( item ) => item.id ) },
							( answer ) =>
								sprintf(
									/* translators: %d: how many */
									__( '%d are sent again.', 'onhand' ),
									answer.redriven ?? items.length
								)
						);
						refresh();
					},
				},
				{
					id: 'resync',
					label: __( 'Tell again', 'onhand' ),
					supportsBulk: true,
					isEligible: ( item ) =>
						item.desired !== null && item.state !== 'dead',
					callback: async ( items ) => {
						await act(
							'/listings/resync',
							{ ids: items.map( ( item ) => item.id ) },
							( answer ) =>
								sprintf(
									/* translators: %d: how many listings */
									__( '%d are told again.', 'onhand' ),
									answer.listings
								)
						);
						refresh();
					},
				}
			);
		}
		if ( may( 'configure' ) ) {
			const listed = ( item ) => Boolean( item.sku && item.item );
			list.push(
				{
					id: 'buffer',
					label: __( 'Keep back…', 'onhand' ),
					modalHeader: __( 'Keep back from the channel', 'onhand' ),
					supportsBulk: true,
					isEligible: listed,
					RenderModal: ( props ) => (
						<KeepBack
							{ ...props }
							act={ act }
							refresh={ refresh }
						/>
					),
				},
				{
					id: 'remap',
					label: __( 'Link to another variation…', 'onhand' ),
					modalHeader: __( 'Link to another variation', 'onhand' ),
					isEligible: ( item ) => Boolean( item.external ),
					RenderModal: ( props ) => (
						<Remap { ...props } act={ act } refresh={ refresh } />
					),
				},
				{
					id: 'leave',
					label: __( 'Leave alone', 'onhand' ),
					supportsBulk: true,
					isEligible: ( item ) =>
						listed( item ) && item.reason !== 'off',
					callback: async ( items ) => {
						await each( items, { set: { enabled: false } }, act );
						refresh();
					},
				},
				{
					id: 'take',
					label: __( 'Keep in step again', 'onhand' ),
					supportsBulk: true,
					isEligible: ( item ) =>
						listed( item ) && item.reason === 'off',
					callback: async ( items ) => {
						await each(
							items,
							{ set: {}, unset: [ 'enabled' ] },
							act
						);
						refresh();
					},
				}
			);
		}
		return list;
	}, [ act, refresh ] );
	const total = data?.total ?? 0;
	return (
		<>
			<h2 className="screen-reader-text">
				{ __( 'Listings', 'onhand' ) }
			</h2>
			<Trouble error={ error } retry={ refresh } />
			<Rows
				data={ data?.items ?? [] }
				fields={ fields }
				view={ view }
				onChangeView={ setView }
				actions={ actions }
				isLoading={ loading && ! data }
				getItemId={ ( item ) => String( item.id ) }
				paginationInfo={ {
					totalItems: total,
					totalPages: Math.ceil( total / view.perPage ),
				} }
				searchLabel={ __( 'Search SKU, name or title', 'onhand' ) }
				empty={
					<p>
						{ view.search || view.filters.length > 0
							? __( 'No listing is like that.', 'onhand' )
							: __(
									'No listing is known yet. Connect a channel first.',
									'onhand'
								) }
					</p>
				}
			/>
		</>
	);
}
