import {
	Card,
	CardBody,
	CardHeader,
	CheckboxControl,
	SelectControl,
	Spinner,
	TextControl,
} from '@wordpress/components';
import { useState } from '@wordpress/element';
import { __ } from '@wordpress/i18n';
import { may, useActions } from '../actions';
import { useLive } from '../live';
import Submit from '../parts/submit';
import ToSetUp from '../parts/to-set-up';
import Trouble from '../parts/trouble';
import { wrongOf } from '../parts/wrong';
import Credentials from './settings/credentials';
import Data from './settings/data';
import Remove from './settings/remove';

const ORDERS = {
	order: __( 'become orders of this shop', 'onhand' ),
	stock: __( 'take from the stock, and nothing else', 'onhand' ),
	off: __( 'are left to the channel', 'onhand' ),
};

const DIFFERENCES = {
	repair: __( 'is put right, and told', 'onhand' ),
	report: __( 'is told, and left as it is', 'onhand' ),
	off: __( 'is not looked for', 'onhand' ),
};

const options = ( words ) =>
	Object.entries( words ).map( ( [ value, label ] ) => ( { value, label } ) );

const PRICE = { percent: '0', add: '0', ending: '' };

// How a channel's prices follow the shop's: off unless a person says so.
function Prices( { channel, refresh } ) {
	const { act } = useActions();
	const [ rule, setRule ] = useState( channel.prices );
	const [ busy, setBusy ] = useState( false );
	const [ errors, setErrors ] = useState( [] );
	const save = async ( event ) => {
		event.preventDefault();
		setBusy( true );
		setErrors( [] );
		await act(
			`/channels/${ channel.name }/prices`,
			{
				rule: rule && {
					...rule,
					currency: rule.currency.trim().toUpperCase(),
					ending: rule.ending || null,
				},
			},
			__( 'It is kept.', 'onhand' ),
			setErrors
		);
		setBusy( false );
		refresh();
	};
	const field = ( name, label, help ) => (
		<TextControl
			label={ label }
			help={ help }
			value={ rule[ name ] ?? '' }
			onChange={ ( value ) =>
				setRule( ( before ) => ( { ...before, [ name ]: value } ) )
			}
			{ ...wrongOf( errors, `rule.${ name }` ) }
			__next40pxDefaultSize
			__nextHasNoMarginBottom
		/>
	);
	return (
		<form className="onhand-form" onSubmit={ save }>
			<CheckboxControl
				label={ __( 'Prices follow those of the shop', 'onhand' ) }
				checked={ rule !== null }
				onChange={ ( on ) =>
					setRule(
						on
							? {
									...PRICE,
									currency:
										window.onhandSettings?.currency ?? '',
								}
							: null
					)
				}
				__nextHasNoMarginBottom
			/>
			{ rule && (
				<div className="onhand-then">
					{ field(
						'currency',
						__( 'Currency of the channel', 'onhand' )
					) }
					{ field(
						'percent',
						__( 'So many percent more', 'onhand' )
					) }
					{ field( 'add', __( 'And so much more', 'onhand' ) ) }
					{ field(
						'ending',
						__( 'Ending like', 'onhand' ),
						__( 'such as 0.99; empty: as it comes', 'onhand' )
					) }
				</div>
			) }
			<Submit busy={ busy }>{ __( 'Save prices', 'onhand' ) }</Submit>
		</form>
	);
}

function Channel( { channel, opened, refresh } ) {
	const { act } = useActions();
	// What was chosen is shown until the agent says how it is.
	const [ chosen, setChosen ] = useState( {} );
	const shown = { ...channel, ...chosen };
	const set = async ( choice, path, data ) => {
		setChosen( choice );
		await act(
			`/channels/${ channel.name }/${ path }`,
			data,
			__( 'It is kept.', 'onhand' )
		);
		await refresh();
		setChosen( {} );
	};
	return (
		<Card>
			<CardHeader>
				<h3>{ channel.name }</h3>
				<ToSetUp channel={ channel } />
			</CardHeader>
			<CardBody>
				<div className="onhand-form">
					<CheckboxControl
						label={ __( 'It is told what changes', 'onhand' ) }
						help={ channel.message ?? undefined }
						checked={ shown.state !== 'paused' }
						onChange={ ( on ) =>
							set(
								{ state: on ? 'active' : 'paused' },
								on ? 'resume' : 'pause',
								{}
							)
						}
						__nextHasNoMarginBottom
					/>
					{ channel.orders !== 'none' && (
						<SelectControl
							label={ __( 'Its orders', 'onhand' ) }
							value={ shown.orders }
							options={ options( ORDERS ) }
							onChange={ ( mode ) =>
								set( { orders: mode }, 'orders', {
									mode: mode === 'off' ? null : mode,
								} )
							}
							__next40pxDefaultSize
							__nextHasNoMarginBottom
						/>
					) }
					<SelectControl
						label={ __( 'What it shows otherwise', 'onhand' ) }
						help={ __(
							'Channels are compared with what they should show, again and again.',
							'onhand'
						) }
						value={ shown.reconcile }
						options={ options( DIFFERENCES ) }
						onChange={ ( mode ) =>
							set( { reconcile: mode }, 'reconciliation', {
								mode,
							} )
						}
						__next40pxDefaultSize
						__nextHasNoMarginBottom
					/>
				</div>
				{ channel.takes_prices && (
					<Prices
						key={ JSON.stringify( channel.prices ) }
						channel={ channel }
						refresh={ refresh }
					/>
				) }
				<Credentials
					channel={ channel }
					opened={ opened }
					refresh={ refresh }
				/>
				<Remove channel={ channel } refresh={ refresh } />
			</CardBody>
		</Card>
	);
}

// How each channel is dealt with. Who changed what is told under Activity. #/settings/ebay: it needs new credentials.
export default function Settings( { rest } ) {
	const status = useLive( '/status', {}, 5000 );
	const channels = status.data?.channels ?? [];
	if ( ! may( 'configure' ) ) {
		return (
			<p>
				{ __(
					'Settings are made by an administrator of this site.',
					'onhand'
				) }
			</p>
		);
	}
	return (
		<>
			<h2 className="screen-reader-text">
				{ __( 'Settings', 'onhand' ) }
			</h2>
			<Trouble error={ status.error } retry={ status.refresh } />
			{ ! status.data && ! status.error && <Spinner /> }
			{ status.data && channels.length === 0 && (
				<p>
					{ __( 'No channel is connected yet.', 'onhand' ) }{ ' ' }
					<a href="#/setup">{ __( 'Connect one', 'onhand' ) }</a>
				</p>
			) }
			{ channels.map( ( channel ) => (
				<Channel
					key={ channel.name }
					channel={ channel }
					opened={ channel.name === rest }
					refresh={ status.refresh }
				/>
			) ) }
			{ status.data && <Data /> }
		</>
	);
}
