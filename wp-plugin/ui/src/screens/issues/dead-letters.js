import { Button } from '@wordpress/components';
import { __, sprintf } from '@wordpress/i18n';
import { may, useActions } from '../../actions';
import Mend from '../../parts/mend';
import Section from '../../parts/section';
import { storyOf } from '../../route';

// What channels refused for good, with what they said.
export default function DeadLetters( { items, refresh } ) {
	const { act } = useActions();
	return (
		<Section
			title={ __( 'Given up after many tries', 'onhand' ) }
			action={ <Mend fix={ { kind: 'redrive' } } refresh={ refresh } /> }
		>
			{ items.map( ( letter ) => (
				<div key={ letter.id } className="onhand-issue">
					<p>
						{ letter.sku ? (
							<a href={ storyOf( letter.sku ) }>{ letter.sku }</a>
						) : (
							`#${ letter.id }`
						) }{ ' ' }
						{ sprintf(
							/* translators: 1: channel, 2: what it said */
							__( 'on %1$s: %2$s', 'onhand' ),
							letter.channel,
							letter.message ?? ''
						) }
					</p>
					{ may( 'operate' ) && (
						<Button
							variant="secondary"
							size="compact"
							onClick={ async () => {
								await act(
									'/dead-letters/redrive',
									{ ids: [ letter.id ] },
									__( 'It is sent again.', 'onhand' )
								);
								refresh();
							} }
						>
							{ __( 'Send again', 'onhand' ) }
							<span className="screen-reader-text">
								{ letter.sku }
							</span>
						</Button>
					) }
				</div>
			) ) }
		</Section>
	);
}
