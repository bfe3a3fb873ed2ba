import {
	Button,
	Card,
	CardBody,
	CardHeader,
	CheckboxControl,
	SelectControl,
	Spinner,
	TextControl,
} from '@wordpress/components';
import { useState } from '@wordpress/element';
import { __, sprintf } from '@wordpress/i18n';
import { may, useActions } from '../actions';
import { useLive } from '../live';
import Trouble from '../parts/trouble';

const sized = { __next40pxDefaultSize: true, __nextHasNoMarginBottom: true };

const PICKS = {
	priority: __( 'the first of them', 'onhand' ),
	cost: __( 'the cheapest', 'onhand' ),
	most: __( 'the one with the most', 'onhand' ),
};

const words = ( text ) =>
	text.split( /[\s,;]+/ ).filter( ( word ) => word !== '' );

function Places( { items, changed } ) {
	const { act } = useActions();
	const remove = async ( id ) => {
		await act(
			'/locations/remove',
			{ id },
			/* translators: %s: location */
			sprintf( __( '%s is gone.', 'onhand' ), id )
		);
		changed();
	};
	return (
		<table className="widefat striped onhand-table">
			<thead>
				<tr>
					<th scope="col">{ __( 'Location', 'onhand' ) }</th>
					<th scope="col">{ __( 'What is there', 'onhand' ) }</th>
					<th scope="col">{ __( 'A parcel costs', 'onhand' ) }</th>
					{ may( 'configure' ) && (
						<th scope="col">{ __( 'Actions', 'onhand' ) }</th>
					) }
				</tr>
			</thead>
			<tbody>
				{ items.map( ( place ) => (
					<tr key={ place.id }>
						<th scope="row">
							{ place.name } <code>{ place.id }</code>
						</th>
						<td>
							{ place.main &&
								__(
									'has what is nowhere else (main)',
									'onhand'
								) }
							{ ! place.main &&
								( place.counted
									? __( 'is for sale', 'onhand' )
									: __( 'is not for sale', 'onhand' ) ) }
						</td>
						<td data-label={ __( 'A parcel costs', 'onhand' ) }>
							{ place.cost }
						</td>
						{ may( 'configure' ) && (
							<td>
								<Button
									variant="tertiary"
									isDestructive
									size="compact"
									onClick={ () => remove( place.id ) }
								>
									{ __( 'Remove', 'onhand' ) }
									<span className="screen-reader-text">
										{ place.name }
									</span>
								</Button>
							</td>
						) }
					</tr>
				) ) }
			</tbody>
		</table>
	);
}

// A form whose fields are named, and what is done with them.
function Ask( { fields, start, label, send } ) {
	const [ values, setValues ] = useState( start );
	const [ busy, setBusy ] = useState( false );
	const submit = async ( event ) => {
		event.preventDefault();
		setBusy( true );
		if ( await send( values ) ) {
			setValues( start );
		}
		setBusy( false );
	};
	return (
		<form className="onhand-form" onSubmit={ submit }>
			{ fields(
				values,
				( name ) => ( value ) =>
					setValues( ( before ) => ( {
						...before,
						[ name ]: value,
					} ) )
			) }
			<div>
				<Button
					type="submit"
					variant="primary"
					isBusy={ busy }
					disabled={ busy }
					accessibleWhenDisabled
				>
					{ label }
				</Button>
			</div>
		</form>
	);
}

function Add( { changed } ) {
	const { act } = useActions();
	return (
		<Ask
			start={ { id: '', name: '', cost: '', counted: true } }
			label={ __( 'Add', 'onhand' ) }
			send={ async ( { id, name, cost, counted } ) => {
				const done = await act(
					'/locations',
					{
						id,
						name: name || id,
						counted,
						cost: Number( cost ) || 0,
					},
					__(
						'It is there. The stock of the shop is being stated anew.',
						'onhand'
					)
				);
				changed();
				return done;
			} }
			fields={ ( values, set ) => (
				<>
					<TextControl
						label={ __( 'Short name', 'onhand' ) }
						help={ __(
							'Lower-case letters, digits and dashes, such as shop. The first becomes the main one.',
							'onhand'
						) }
						value={ values.id }
						onChange={ set( 'id' ) }
						required
						{ ...sized }
					/>
					<TextControl
						label={ __( 'Name', 'onhand' ) }
						value={ values.name }
						onChange={ set( 'name' ) }
						{ ...sized }
					/>
					<TextControl
						label={ __(
							'What a parcel from there costs',
							'onhand'
						) }
						type="number"
						min="0"
						step="any"
						value={ values.cost }
						onChange={ set( 'cost' ) }
						{ ...sized }
					/>
					<CheckboxControl
						label={ __(
							'What is there is for sale, and a part of WooCommerce’s number',
							'onhand'
						) }
						checked={ values.counted }
						onChange={ set( 'counted' ) }
						__nextHasNoMarginBottom
					/>
				</>
			) }
		/>
	);
}

function Transfer( { items } ) {
	const { act } = useActions();
	const options = items.map( ( place ) => ( {
		value: place.id,
		label: place.name,
	} ) );
	return (
		<Ask
			start={ {
				sku: '',
				units: '1',
				from: items[ 0 ].id,
				to: items[ 1 ].id,
				note: '',
			} }
			label={ __( 'Transfer', 'onhand' ) }
			send={ ( values ) =>
				act(
					'/locations/transfer',
					{ ...values, units: Number( values.units ) },
					sprintf(
						/* translators: 1: units, 2: SKU */
						__( '%1$s of %2$s went there.', 'onhand' ),
						values.units,
						values.sku
					)
				)
			}
			fields={ ( values, set ) => (
				<>
					<TextControl
						label={ __( 'SKU', 'onhand' ) }
						value={ values.sku }
						onChange={ set( 'sku' ) }
						required
						{ ...sized }
					/>
					<TextControl
						label={ __( 'Units', 'onhand' ) }
						type="number"
						min="0"
						step="any"
						value={ values.units }
						onChange={ set( 'units' ) }
						required
						{ ...sized }
					/>
					<SelectControl
						label={ __( 'From', 'onhand' ) }
						value={ values.from }
						onChange={ set( 'from' ) }
						options={ options }
						{ ...sized }
					/>
					<SelectControl
						label={ __( 'To', 'onhand' ) }
						value={ values.to }
						onChange={ set( 'to' ) }
						options={ options }
						{ ...sized }
					/>
					<TextControl
						label={ __( 'Note for the ledger', 'onhand' ) }
						value={ values.note }
						onChange={ set( 'note' ) }
						{ ...sized }
					/>
				</>
			) }
		/>
	);
}

function Routing( { rules, changed } ) {
	const { act } = useActions();
	const keep = async ( list ) => {
		const done = await act(
			'/routing',
			{ rules: list },
			__( 'Orders are sent by these rules from now on.', 'onhand' )
		);
		changed();
		return done;
	};
	const worded = ( rule ) =>
		[
			rule.channels.length > 0 && rule.channels.join( ', ' ),
			rule.countries.length > 0 && rule.countries.join( ', ' ),
			rule.postcodes.length > 0 && rule.postcodes.join( ', ' ),
		]
			.filter( Boolean )
			.join( '; ' ) || __( 'every order', 'onhand' );
	return (
		<>
			<p>
				{ __(
					'The first that holds for an order decides. Behind them all, every location is thought of, in the order above.',
					'onhand'
				) }
			</p>
			<ol>
				{ rules.map( ( rule, at ) => (
					<li key={ rule.name } className="onhand-issue">
						<strong>{ rule.name }</strong>: { worded( rule ) } →{ ' ' }
						{ rule.locations.join( ', ' ) ||
							__( 'all locations', 'onhand' ) }
						, { PICKS[ rule.pick ] },{ ' ' }
						{ rule.split
							? __( 'split where it must be', 'onhand' )
							: __( 'never split', 'onhand' ) }
						{ may( 'configure' ) && (
							<div className="onhand-buttons">
								{ at > 0 && (
									<Button
										variant="tertiary"
										size="compact"
										onClick={ () =>
											keep( [
												...rules.slice( 0, at - 1 ),
												rule,
												rules[ at - 1 ],
												...rules.slice( at + 1 ),
											] )
										}
									>
										{ __( 'Earlier', 'onhand' ) }
										<span className="screen-reader-text">
											{ rule.name }
										</span>
									</Button>
								) }
								<Button
									variant="tertiary"
									isDestructive
									size="compact"
									onClick={ () =>
										keep(
											rules.filter(
												( one ) => one !== rule
											)
										)
									}
								>
									{ __( 'Drop', 'onhand' ) }
									<span className="screen-reader-text">
										{ rule.name }
									</span>
								</Button>
							</div>
						) }
					</li>
				) ) }
			</ol>
			{ may( 'configure' ) && (
				<Ask
					start={ {
						name: '',
						channels: '',
						countries: '',
						postcodes: '',
						locations: '',
						pick: 'priority',
						split: true,
					} }
					label={ __( 'Add rule', 'onhand' ) }
					send={ ( rule ) =>
						keep( [
							...rules,
							{
								...rule,
								channels: words( rule.channels ),
								countries: words( rule.countries ),
								postcodes: words( rule.postcodes ),
								locations: words( rule.locations ),
							},
						] )
					}
					fields={ ( rule, set ) => (
						<>
							<TextControl
								label={ __( 'Name of the rule', 'onhand' ) }
								value={ rule.name }
								onChange={ set( 'name' ) }
								required
								{ ...sized }
							/>
							<TextControl
								label={ __( 'Channels', 'onhand' ) }
								help={ __(
									'Their names with commas; "shop" for the shop’s own orders. Empty: all.',
									'onhand'
								) }
								value={ rule.channels }
								onChange={ set( 'channels' ) }
								{ ...sized }
							/>
							<TextControl
								label={ __( 'Countries', 'onhand' ) }
								help={ __(
									'Two letters each. Empty: all.',
									'onhand'
								) }
								value={ rule.countries }
								onChange={ set( 'countries' ) }
								{ ...sized }
							/>
							<TextControl
								label={ __( 'Postcodes', 'onhand' ) }
								help={ __(
									'As in shipping zones: 10115, 101*, 10000…10999. Empty: all.',
									'onhand'
								) }
								value={ rule.postcodes }
								onChange={ set( 'postcodes' ) }
								{ ...sized }
							/>
							<TextControl
								label={ __( 'Locations, in order', 'onhand' ) }
								help={ __(
									'Their short names. Empty: all.',
									'onhand'
								) }
								value={ rule.locations }
								onChange={ set( 'locations' ) }
								{ ...sized }
							/>
							<SelectControl
								label={ __(
									'Of those that have everything',
									'onhand'
								) }
								value={ rule.pick }
								onChange={ set( 'pick' ) }
								options={ Object.entries( PICKS ).map(
									( [ value, label ] ) => ( { value, label } )
								) }
								{ ...sized }
							/>
							<CheckboxControl
								label={ __(
									'Where none has everything, send several parcels',
									'onhand'
								) }
								checked={ rule.split }
								onChange={ set( 'split' ) }
								__nextHasNoMarginBottom
							/>
						</>
					) }
				/>
			) }
		</>
	);
}

// Where stock is, what is moved, and by which rules orders are sent from there.
export default function Locations() {
	const places = useLive( '/locations', {}, 10000 );
	const rules = useLive( '/routing', {}, 10000 );
	const items = places.data?.items;
	return (
		<>
			<h2 className="screen-reader-text">
				{ __( 'Locations', 'onhand' ) }
			</h2>
			<Trouble error={ places.error } retry={ places.refresh } />
			<Card>
				<CardHeader>
					<h3>{ __( 'Locations', 'onhand' ) }</h3>
				</CardHeader>
				<CardBody>
					{ ! items && ! places.error && <Spinner /> }
					{ items?.length === 0 && (
						<p>
							{ __(
								'The shop has one place and needs no name for it. Add a main one and a second, and say what is where.',
								'onhand'
							) }
						</p>
					) }
					{ items?.length > 0 && (
						<Places items={ items } changed={ places.refresh } />
					) }
				</CardBody>
			</Card>
			{ items && may( 'configure' ) && (
				<Card>
					<CardHeader>
						<h3>{ __( 'Another one', 'onhand' ) }</h3>
					</CardHeader>
					<CardBody>
						<Add changed={ places.refresh } />
					</CardBody>
				</Card>
			) }
			{ items?.length > 1 && may( 'operate' ) && (
				<Card>
					<CardHeader>
						<h3>{ __( 'Transfer', 'onhand' ) }</h3>
					</CardHeader>
					<CardBody>
						<Transfer items={ items } />
					</CardBody>
				</Card>
			) }
			{ items?.length > 1 && rules.data && (
				<Card>
					<CardHeader>
						<h3>
							{ __( 'From where orders are sent', 'onhand' ) }
						</h3>
					</CardHeader>
					<CardBody>
						<Routing
							rules={ rules.data.items }
							changed={ rules.refresh }
						/>
					</CardBody>
				</Card>
			) }
		</>
	);
}
