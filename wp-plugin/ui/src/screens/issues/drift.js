import { Button } from '@wordpress/components';
import { __, sprintf } from '@wordpress/i18n';
import { may, useActions } from '../../actions';
import Badge from '../../parts/badge';
import Mend from '../../parts/mend';
import Section from '../../parts/section';
import { storyOf } from '../../route';
import { Ago, units } from '../../words';

const CAUSES = {
	channel_lag: __(
		'The channel was slow: it had been told just before.',
		'onhand'
	),
	not_applied: __( 'The channel took it, and did not show it.', 'onhand' ),
	sold_or_edited: __( 'It was sold there, or edited there.', 'onhand' ),
	edited: __( 'Somebody edited it there.', 'onhand' ),
	ended: __( 'The listing has ended there.', 'onhand' ),
};

function Difference( { one, refresh } ) {
	const { act } = useActions();
	const tell = async () => {
		await act(
			'/listings/resync',
			{ ids: [ one.listing ] },
			__( 'It is told again.', 'onhand' )
		);
		refresh();
	};
	return (
		<div className="onhand-issue">
			<p>
				{ one.sku ? (
					<a href={ storyOf( one.sku ) }>{ one.sku }</a>
				) : (
					`#${ one.listing }`
				) }{ ' ' }
				{ sprintf(
					/* translators: 1: channel, 2: quantity, 3: quantity */
					__( 'on %1$s showed %2$s instead of %3$s', 'onhand' ),
					one.channel,
					units( one.shown ),
					units( one.desired )
				) }{ ' ' }
				<Ago ms={ one.found_at } />{ ' ' }
				<Badge tone={ one.repaired ? 'good' : 'warning' }>
					{ one.repaired
						? __( 'Put right', 'onhand' )
						: __( 'Left as it is', 'onhand' ) }
				</Badge>
				<span className="onhand-why">
					{ CAUSES[ one.cause ] ?? one.cause }
				</span>
			</p>
			<p className="onhand-buttons">
				{ may( 'operate' ) && (
					<Button variant="secondary" size="compact" onClick={ tell }>
						{ __( 'Tell it again', 'onhand' ) }
						<span className="screen-reader-text">
							{ ` ${ one.sku ?? one.listing } ${ one.channel }` }
						</span>
					</Button>
				) }
				<Mend
					fix={ { kind: 'compare', channel: one.channel } }
					variant="tertiary"
				/>
			</p>
		</div>
	);
}

// Listings that showed something else than they should: the likely cause, and what became of it.
export default function Drift( { items, refresh } ) {
	return (
		<Section
			title={ __( 'Channels that showed something else', 'onhand' ) }
		>
			{ items.map( ( one, at ) => (
				<Difference key={ at } one={ one } refresh={ refresh } />
			) ) }
		</Section>
	);
}
