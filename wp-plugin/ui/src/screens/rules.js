import {
	Button,
	Card,
	CardBody,
	CardHeader,
	SelectControl,
	Spinner,
	TextControl,
} from '@wordpress/components';
import { useState } from '@wordpress/element';
import { __, sprintf } from '@wordpress/i18n';
import { may, useActions } from '../actions';
import { useLive } from '../live';
import Preview from '../parts/preview';
import Submit from '../parts/submit';
import Table from '../parts/table';
import Careful from './rules/careful';
import Trouble from '../parts/trouble';

// In the order in which they decide.
const NUMBERS = {
	stop_at: __( 'With so many or fewer left, stop selling', 'onhand' ),
	buffer: __( 'Keep back', 'onhand' ),
	percent: __( 'So many percent of the rest', 'onhand' ),
	max_listed: __( 'Never show more than', 'onhand' ),
	min_listed: __( 'Fewer than this are not shown', 'onhand' ),
};

const SCOPES = {
	all: __( 'everything', 'onhand' ),
	sku: __( 'the SKU', 'onhand' ),
	product: __( 'the product with the id', 'onhand' ),
	tag: __( 'the tag (its slug)', 'onhand' ),
	category: __( 'the category (its slug)', 'onhand' ),
};

const scopeOf = ( row ) =>
	Object.keys( SCOPES ).find(
		( scope ) => scope !== 'all' && row[ scope ] !== null && row[ scope ]
	) ?? 'all';

function worded( rules ) {
	return Object.entries( rules )
		.filter( ( [ , value ] ) => value !== null )
		.map(
			( [ rule, value ] ) => `${ NUMBERS[ rule ] ?? rule }: ${ value }`
		);
}

function Row( { row, changed } ) {
	const { act } = useActions();
	const scope = scopeOf( row );
	const drop = async () => {
		const of = { channel: row.channel ?? undefined };
		if ( scope !== 'all' ) {
			of[ scope ] = row[ scope ];
		}
		const names = Object.keys( row.rules ).filter(
			( name ) => row.rules[ name ] !== null
		);
		await act(
			'/rules',
			{ ...of, set: {}, unset: names },
			__( 'They hold no more.', 'onhand' )
		);
		changed();
	};
	return (
		<tr>
			<th scope="row">
				{ SCOPES[ scope ] } { scope === 'all' ? '' : row[ scope ] }
			</th>
			<td>{ row.channel ?? __( 'all channels', 'onhand' ) }</td>
			<td>
				<ul>
					{ worded( row.rules ).map( ( words ) => (
						<li key={ words }>{ words }</li>
					) ) }
				</ul>
			</td>
			{ may( 'configure' ) && (
				<td>
					<Button
						variant="tertiary"
						isDestructive
						size="compact"
						onClick={ drop }
					>
						{ __( 'Drop', 'onhand' ) }
						<span className="screen-reader-text">
							{ `${ SCOPES[ scope ] } ${ row[ scope ] ?? '' } ${
								row.channel ?? ''
							}` }
						</span>
					</Button>
				</td>
			) }
		</tr>
	);
}

function Add( { channels, changed } ) {
	const { act } = useActions();
	const [ channel, setChannel ] = useState( '' );
	const [ scope, setScope ] = useState( 'all' );
	const [ key, setKey ] = useState( '' );
	const [ values, setValues ] = useState( {} );
	const set = Object.fromEntries(
		Object.entries( values )
			.filter( ( [ , value ] ) => value !== '' )
			.map( ( [ name, value ] ) => [ name, Number( value ) ] )
	);
	const [ preview, setPreview ] = useState( null );
	const [ trial, setTrial ] = useState( null );
	const change = { channel: channel || undefined, set };
	if ( scope !== 'all' ) {
		change[ scope ] = scope === 'product' ? Number( key ) : key;
	}
	// What the form would not send is not asked for either, and the field says why.
	const checked = ( then ) => ( event ) =>
		event.currentTarget.form.reportValidity() && then();
	const look = () =>
		act( '/rules/preview', change, ( answer ) => {
			setPreview( { change: JSON.stringify( change ), answer } );
		} );
	const save = async ( event ) => {
		event.preventDefault();
		const done = await act(
			'/rules',
			change,
			__( 'It holds from now on.', 'onhand' )
		);
		if ( done ) {
			setValues( {} );
			setPreview( null );
			changed();
		}
	};
	const tryFirst = () =>
		act( '/rules/careful', { change, first: 10 }, ( { id } ) => {
			setTrial( id );
		} );
	return (
		<form className="onhand-form" onSubmit={ save }>
			<SelectControl
				label={ __( 'On', 'onhand' ) }
				value={ channel }
				onChange={ setChannel }
				options={ [
					{ value: '', label: __( 'all channels', 'onhand' ) },
					...channels.map( ( { name } ) => ( {
						value: name,
						label: name,
					} ) ),
				] }
				__next40pxDefaultSize
				__nextHasNoMarginBottom
			/>
			<SelectControl
				label={ __( 'For', 'onhand' ) }
				value={ scope }
				onChange={ setScope }
				options={ Object.entries( SCOPES ).map(
					( [ value, label ] ) => ( {
						value,
						label,
					} )
				) }
				__next40pxDefaultSize
				__nextHasNoMarginBottom
			/>
			{ scope !== 'all' && (
				<TextControl
					label={ SCOPES[ scope ] }
					value={ key }
					required
					type={ scope === 'product' ? 'number' : 'text' }
					onChange={ setKey }
					__next40pxDefaultSize
					__nextHasNoMarginBottom
				/>
			) }
			{ Object.entries( NUMBERS ).map( ( [ name, label ] ) => (
				<TextControl
					key={ name }
					label={ label }
					type="number"
					min="0"
					value={ values[ name ] ?? '' }
					onChange={ ( value ) =>
						setValues( ( before ) => ( {
							...before,
							[ name ]: value,
						} ) )
					}
					__next40pxDefaultSize
					__nextHasNoMarginBottom
				/>
			) ) }
			<div className="onhand-buttons">
				<Button
					variant="secondary"
					onClick={ checked( look ) }
					disabled={ Object.keys( set ).length === 0 }
					accessibleWhenDisabled
				>
					{ __( 'See what it would do', 'onhand' ) }
				</Button>
				<Button
					variant="secondary"
					onClick={ checked( tryFirst ) }
					disabled={ Object.keys( set ).length === 0 }
					accessibleWhenDisabled
				>
					{ __( 'Try on ten listings first', 'onhand' ) }
				</Button>
				<Submit disabled={ Object.keys( set ).length === 0 }>
					{ __( 'Set', 'onhand' ) }
				</Submit>
			</div>
			{ trial !== null && (
				<Careful key={ trial } id={ trial } ended={ changed } />
			) }
			{ preview?.change === JSON.stringify( change ) && (
				<Preview preview={ preview.answer } />
			) }
		</form>
	);
}

// What decides how much each channel shows. The fewer variations a rule is for, the sooner it is heard.
export default function Rules() {
	const rules = useLive( '/rules', {}, 5000 );
	const status = useLive( '/status', {}, 0 );
	const rows = rules.data?.items ?? [];
	return (
		<>
			<h2 className="screen-reader-text">{ __( 'Rules', 'onhand' ) }</h2>
			<Trouble error={ rules.error } retry={ rules.refresh } />
			<Card>
				<CardHeader>
					<h3>{ __( 'What holds', 'onhand' ) }</h3>
				</CardHeader>
				<CardBody>
					{ ! rules.data && ! rules.error && <Spinner /> }
					{ rules.data && rows.length === 0 && (
						<p>
							{ __(
								'There are no rules: every channel shows what the shop has.',
								'onhand'
							) }
						</p>
					) }
					{ rows.length > 0 && (
						<Table
							heads={ [
								__( 'For', 'onhand' ),
								__( 'On', 'onhand' ),
								__( 'Rules', 'onhand' ),
								may( 'configure' ) && __( 'Actions', 'onhand' ),
							] }
						>
							{ rows.map( ( row, at ) => (
								<Row
									key={ at }
									row={ row }
									changed={ rules.refresh }
								/>
							) ) }
						</Table>
					) }
					<p className="onhand-why">
						{ sprintf(
							/* translators: %s: where */
							__(
								'The first that says something decides, rule by rule; of a single listing its own go first. Why a number is what it is stands in its story (%s).',
								'onhand'
							),
							__( 'Listings', 'onhand' )
						) }
					</p>
				</CardBody>
			</Card>
			{ may( 'configure' ) && (
				<Card>
					<CardHeader>
						<h3>{ __( 'A new one', 'onhand' ) }</h3>
					</CardHeader>
					<CardBody>
						<Add
							channels={ status.data?.channels ?? [] }
							changed={ rules.refresh }
						/>
					</CardBody>
				</Card>
			) }
		</>
	);
}
