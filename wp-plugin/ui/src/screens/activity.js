import {
	Button,
	Card,
	CardBody,
	CardHeader,
	SelectControl,
	Spinner,
} from '@wordpress/components';
import { useState } from '@wordpress/element';
import { __ } from '@wordpress/i18n';
import { may, useActions } from '../actions';
import { useLive } from '../live';
import Table from '../parts/table';
import Trouble from '../parts/trouble';
import { Ago } from '../words';

const SETTINGS = {
	rules: __( 'Rules', 'onhand' ),
	channel: __( 'Channel', 'onhand' ),
	credentials: __( 'Credentials', 'onhand' ),
	state: __( 'Paused or running', 'onhand' ),
	prices: __( 'Prices', 'onhand' ),
	orders: __( 'How orders come home', 'onhand' ),
	reconcile: __( 'Comparison', 'onhand' ),
	hook: __( 'Outgoing webhook', 'onhand' ),
	done: __( 'Done by hand', 'onhand' ),
	alerts: __( 'Alerts', 'onhand' ),
	locations: __( 'Locations', 'onhand' ),
	routing: __( 'Routing of orders', 'onhand' ),
	woocommerce_manage_stock: __( 'Stock management', 'onhand' ),
	woocommerce_hold_stock_minutes: __( 'Hold stock (minutes)', 'onhand' ),
	woocommerce_notify_no_stock_amount: __( 'Out of stock from', 'onhand' ),
	woocommerce_notify_low_stock_amount: __( 'Low stock from', 'onhand' ),
};

const ACTORS = {
	agent: __( 'The agent itself', 'onhand' ),
	cli: __( 'Command line', 'onhand' ),
	cron: __( 'A job of WordPress', 'onhand' ),
	local: __( 'A program on the server', 'onhand' ),
	api: __( 'REST API', 'onhand' ),
};

const who = ( actor ) =>
	[ ACTORS[ actor.kind ], actor.name ].filter( Boolean ).join( ': ' ) || '–';

function text( value ) {
	if ( value === undefined || value === null ) {
		return '–';
	}
	return typeof value === 'string' ? value : JSON.stringify( value );
}

const isPlain = ( value ) =>
	value !== null && typeof value === 'object' && ! Array.isArray( value );

// What differs, part by part where it has parts.
export function differences( before, after ) {
	if ( ! isPlain( before ?? {} ) || ! isPlain( after ?? {} ) ) {
		return [ { key: '', before: text( before ), after: text( after ) } ];
	}
	const parts = { ...before, ...after };
	return Object.keys( parts )
		.filter(
			( key ) =>
				JSON.stringify( before?.[ key ] ) !==
				JSON.stringify( after?.[ key ] )
		)
		.map( ( key ) => ( {
			key,
			before: text( before?.[ key ] ),
			after: text( after?.[ key ] ),
		} ) );
}

function What( { row } ) {
	if ( row.setting === 'credentials' ) {
		return <>{ __( 'New ones; they are not kept here.', 'onhand' ) }</>;
	}
	if ( row.setting === 'done' ) {
		return <code>{ text( row.after ) }</code>;
	}
	return (
		<ul className="onhand-differences">
			{ differences( row.before, row.after ).map( ( part ) => (
				<li key={ part.key }>
					{ part.key && <strong>{ part.key }: </strong> }
					<del>{ part.before }</del> → <ins>{ part.after }</ins>
				</li>
			) ) }
		</ul>
	);
}

function Undo( { row, refresh } ) {
	const { act } = useActions();
	const undo = async () => {
		await act(
			`/changes/${ row.id }/undo`,
			{},
			__( 'It is as it was before.', 'onhand' )
		);
		refresh();
	};
	return (
		<Button variant="link" onClick={ undo }>
			{ __( 'Take it back', 'onhand' ) }
			<span className="screen-reader-text"> { row.subject }</span>
		</Button>
	);
}

// Who changed which setting, before and after, and who did what by hand.
export default function Activity() {
	const [ setting, setSetting ] = useState( '' );
	const [ cursors, setCursors ] = useState( [] );
	const cursor = cursors[ cursors.length - 1 ];
	const query = { limit: 50 };
	if ( setting ) {
		query.setting = setting;
	}
	if ( cursor ) {
		query.cursor = cursor;
	}
	const { data, error, refresh } = useLive( '/changes', query, 5000 );
	return (
		<>
			<h2 className="screen-reader-text">
				{ __( 'Activity', 'onhand' ) }
			</h2>
			<Trouble error={ error } retry={ refresh } />
			<Card>
				<CardHeader>
					<SelectControl
						label={ __( 'Show', 'onhand' ) }
						value={ setting }
						options={ [
							{
								value: '',
								label: __( 'Everything', 'onhand' ),
							},
							...Object.entries( SETTINGS ).map(
								( [ value, label ] ) => ( { value, label } )
							),
						] }
						onChange={ ( value ) => {
							setSetting( value );
							setCursors( [] );
						} }
						__next40pxDefaultSize
						__nextHasNoMarginBottom
					/>
				</CardHeader>
				<CardBody>
					{ ! data && ! error && <Spinner /> }
					{ data?.items.length === 0 && (
						<p>{ __( 'Nothing was changed yet.', 'onhand' ) }</p>
					) }
					{ data?.items.length > 0 && (
						<Table
							heads={ [
								__( 'When', 'onhand' ),
								__( 'Who', 'onhand' ),
								__( 'What', 'onhand' ),
								__( 'Before and after', 'onhand' ),
							] }
						>
							{ data.items.map( ( row ) => (
								<tr key={ row.id }>
									<th scope="row">
										<Ago ms={ row.at } />
									</th>
									<td data-label={ __( 'Who', 'onhand' ) }>
										{ who( row.actor ) }
									</td>
									<td data-label={ __( 'What', 'onhand' ) }>
										{ SETTINGS[ row.setting ] ??
											row.setting }
										{ row.subject !== 'shop' && (
											<span className="onhand-why">
												{ row.subject }
											</span>
										) }
									</td>
									<td
										data-label={ __(
											'Before and after',
											'onhand'
										) }
									>
										<What row={ row } />
										{ row.undo && may( 'configure' ) && (
											<Undo
												row={ row }
												refresh={ refresh }
											/>
										) }
									</td>
								</tr>
							) ) }
						</Table>
					) }
					<div className="onhand-then">
						{ cursors.length > 0 && (
							<Button
								variant="secondary"
								onClick={ () =>
									setCursors( cursors.slice( 0, -1 ) )
								}
							>
								{ __( 'Newer', 'onhand' ) }
							</Button>
						) }
						{ data?.next_cursor && (
							<Button
								variant="secondary"
								onClick={ () =>
									setCursors( [
										...cursors,
										data.next_cursor,
									] )
								}
							>
								{ __( 'Older', 'onhand' ) }
							</Button>
						) }
					</div>
				</CardBody>
			</Card>
		</>
	);
}
