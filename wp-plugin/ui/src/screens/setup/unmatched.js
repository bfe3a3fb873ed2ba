import { Button, Notice } from '@wordpress/components';
import { useState } from '@wordpress/element';
import { __, sprintf } from '@wordpress/i18n';
import { useActions } from '../../actions';
import { useLive } from '../../live';
import Trouble from '../../parts/trouble';

const SHOWN = 20;

function Open( { channel, listing, linked } ) {
	const { act } = useActions();
	const link = async ( candidate ) => {
		const done = await act(
			'/listings/map',
			{ channel, item: candidate.item, external: listing.external },
			sprintf(
				/* translators: 1: listing, 2: variation */
				__( '%1$s is %2$s.', 'onhand' ),
				listing.title || listing.sku,
				candidate.sku ?? candidate.name
			)
		);
		if ( done ) {
			linked();
		}
	};
	return (
		<li className="onhand-issue">
			<strong>{ listing.title || listing.sku }</strong>{ ' ' }
			{ listing.sku && <code>{ listing.sku }</code> }{ ' ' }
			{ listing.gtin && <code>{ listing.gtin }</code> }
			<div className="onhand-buttons">
				{ listing.candidates.map( ( candidate ) => (
					<Button
						key={ candidate.item }
						variant="secondary"
						size="compact"
						onClick={ () => link( candidate ) }
					>
						{ sprintf(
							/* translators: 1: variation, 2: how sure, 3: why */
							__( 'It is %1$s (%2$d %%, %3$s)', 'onhand' ),
							candidate.sku
								? `${ candidate.name } ${ candidate.sku }`
								: candidate.name,
							candidate.confidence,
							candidate.reason
						) }
					</Button>
				) ) }
				{ listing.candidates.length === 0 && (
					<span className="onhand-why">
						{ __(
							'Nothing in the shop is like it. Give the variation the same SKU, then match again.',
							'onhand'
						) }
					</span>
				) }
			</div>
		</li>
	);
}

// How many are matched, and page by page those that are not, with what they might be.
export default function Unmatched( { channel } ) {
	// Where each page begins that was looked at.
	const [ pages, setPages ] = useState( [ 0 ] );
	const { data, error, refresh } = useLive(
		'/candidates',
		{ channel, limit: SHOWN, after: pages.at( -1 ) },
		0
	);
	return (
		<>
			<Trouble error={ error } retry={ refresh } />
			{ data && (
				<Notice
					status={ data.matched > 0 ? 'success' : 'warning' }
					isDismissible={ false }
				>
					{ sprintf(
						/* translators: 1: how many are matched, 2: how many there are */
						__(
							'%1$d of %2$d listings are matched with your products.',
							'onhand'
						),
						data.matched,
						data.listings
					) }{ ' ' }
					{ data.ambiguous + data.unmatched > 0 &&
						sprintf(
							/* translators: 1: how many, 2: how many */
							__(
								'%1$d are not plain, since several share a SKU or GTIN; to %2$d nothing in the shop has the SKU or GTIN.',
								'onhand'
							),
							data.ambiguous,
							data.unmatched
						) }
				</Notice>
			) }
			{ data?.items.length > 0 && (
				<>
					<p>
						{ __(
							'These could not be matched beyond doubt. What you leave open is not touched.',
							'onhand'
						) }
					</p>
					<ul>
						{ data.items.map( ( listing ) => (
							<Open
								key={ listing.listing }
								channel={ channel }
								listing={ listing }
								linked={ refresh }
							/>
						) ) }
					</ul>
				</>
			) }
			{ ( pages.length > 1 || data?.next_after ) && (
				<div className="onhand-buttons">
					<Button
						variant="secondary"
						disabled={ pages.length === 1 }
						accessibleWhenDisabled
						onClick={ () => setPages( pages.slice( 0, -1 ) ) }
					>
						{ __( 'The ones before', 'onhand' ) }
					</Button>
					<Button
						variant="secondary"
						disabled={ ! data?.next_after }
						accessibleWhenDisabled
						onClick={ () =>
							setPages( [ ...pages, data.next_after ] )
						}
					>
						{ __( 'More of them', 'onhand' ) }
					</Button>
				</div>
			) }
		</>
	);
}
