import {
	Button,
	CheckboxControl,
	SelectControl,
	TextControl,
} from '@wordpress/components';
import { __ } from '@wordpress/i18n';
import { may, useActions } from '../../actions';
import Ask from './ask';
import { sized } from './sized';

const PICKS = {
	priority: __( 'the first of them', 'onhand' ),
	cost: __( 'the cheapest', 'onhand' ),
	most: __( 'the one with the most', 'onhand' ),
};

const words = ( text ) =>
	text.split( /[\s,;]+/ ).filter( ( word ) => word !== '' );

// By which rules orders are sent.
export default function Routing( { rules, changed } ) {
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
