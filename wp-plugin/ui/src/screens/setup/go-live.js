import {
	Button,
	Card,
	CardBody,
	Notice,
	RadioControl,
	Spinner,
	TextControl,
} from '@wordpress/components';
import { useState } from '@wordpress/element';
import { __, sprintf } from '@wordpress/i18n';
import { useActions } from '../../actions';
import { useLive } from '../../live';
import Table from '../../parts/table';
import Trouble from '../../parts/trouble';
import { howLong, units } from '../../words';

// What the channel would be told now, before it is told anything; and what it sells, whether that comes home.
export default function GoLive( { channel, channels } ) {
	const { act } = useActions();
	const plan = useLive( '/plan', { channel } );
	const [ buffer, setBuffer ] = useState( '' );
	const [ orders, setOrders ] = useState( 'order' );
	const [ busy, setBusy ] = useState( false );
	const can = channels.find( ( one ) => one.name === channel );
	// One that was live before this page was opened, too.
	const [ live, setLive ] = useState( can?.state !== 'paused' );
	const keepBack = async () => {
		await act(
			'/rules',
			{ channel, set: { buffer: Number( buffer ) } },
			sprintf(
				/* translators: 1: how many, 2: channel */
				__( '%1$s of each are kept back from %2$s.', 'onhand' ),
				buffer,
				channel
			)
		);
		plan.refresh();
	};
	const go = async () => {
		setBusy( true );
		const takes =
			can?.orders === 'none' ||
			( await act(
				`/channels/${ channel }/orders`,
				orders === 'off' ? {} : { mode: orders },
				__( 'It is known what becomes of its orders.', 'onhand' )
			) );
		const done =
			takes &&
			( await act(
				`/channels/${ channel }/resume`,
				{},
				sprintf(
					/* translators: %s: channel */
					__( '%s is live.', 'onhand' ),
					channel
				)
			) );
		setBusy( false );
		setLive( Boolean( done ) );
	};
	if ( live ) {
		return (
			<Notice
				status="success"
				isDismissible={ false }
				actions={ [
					{ label: __( 'To the overview', 'onhand' ), url: '#/' },
					{
						label: __( 'See its listings', 'onhand' ),
						url: '#/listings',
					},
				] }
			>
				{ sprintf(
					/* translators: %s: channel */
					__(
						'%s is live: from now on it shows what your shop has.',
						'onhand'
					),
					channel
				) }
			</Notice>
		);
	}
	const told = plan.data;
	return (
		<Card>
			<CardBody className="onhand-form">
				<Trouble error={ plan.error } retry={ plan.refresh } />
				{ ! told && ! plan.error && <Spinner /> }
				{ told && (
					<>
						<p>
							{ sprintf(
								/* translators: 1: listings, 2: sold out, 3: fewer, 4: more, 5: how long */
								__(
									'Listings that would be told something else than they show: %1$d (%2$d sold out, %3$d fewer, %4$d more). That takes about %5$s.',
									'onhand'
								),
								told.listings,
								told.sold_out,
								told.decreases,
								told.increases,
								howLong(
									Math.ceil( told.effort.seconds ) * 1000
								)
							) }
						</p>
						{ told.first.length > 0 && (
							<Table
								caption={ __( 'The first of them', 'onhand' ) }
								heads={ [
									__( 'SKU', 'onhand' ),
									__( 'Shows', 'onhand' ),
									__( 'Would show', 'onhand' ),
								] }
							>
								{ told.first.slice( 0, 10 ).map( ( one ) => (
									<tr key={ one.listing }>
										<th scope="row">{ one.sku }</th>
										<td
											data-label={ __(
												'Shows',
												'onhand'
											) }
										>
											{ units( one.shows ) }
										</td>
										<td
											data-label={ __(
												'Would show',
												'onhand'
											) }
										>
											{ one.would_show }
										</td>
									</tr>
								) ) }
							</Table>
						) }
					</>
				) }
				<div className="onhand-then">
					<TextControl
						label={ __( 'Keep back of each', 'onhand' ) }
						help={ __(
							'So many units are never shown there. More can be ruled later, under Rules.',
							'onhand'
						) }
						type="number"
						min="0"
						value={ buffer }
						onChange={ setBuffer }
						__next40pxDefaultSize
						__nextHasNoMarginBottom
					/>
					<Button
						variant="secondary"
						disabled={ buffer === '' }
						accessibleWhenDisabled
						onClick={ keepBack }
					>
						{ __( 'Look again', 'onhand' ) }
					</Button>
				</div>
				{ can?.orders !== 'none' && (
					<RadioControl
						label={ __( 'What it sells', 'onhand' ) }
						selected={ orders }
						onChange={ setOrders }
						options={ [
							{
								value: 'order',
								label: __(
									'becomes an order in WooCommerce',
									'onhand'
								),
							},
							{
								value: 'stock',
								label: __(
									'is only taken off the stock',
									'onhand'
								),
							},
							{
								value: 'off',
								label: __(
									'is entered by something else',
									'onhand'
								),
							},
						] }
					/>
				) }
				<div>
					<Button
						variant="primary"
						isBusy={ busy }
						disabled={ busy || ! told }
						accessibleWhenDisabled
						onClick={ go }
					>
						{ __( 'Go live', 'onhand' ) }
					</Button>
				</div>
			</CardBody>
		</Card>
	);
}
