import { Button } from '@wordpress/components';
import { __ } from '@wordpress/i18n';
import { may, useActions } from '../../actions';
import Section from '../../parts/section';

// Sweeps that wait for a person's yes.
export default function Holds( { items, refresh } ) {
	const { act } = useActions();
	const decide = async ( id, action, done ) => {
		await act( `/holds/${ id }/${ action }`, {}, done );
		refresh();
	};
	return (
		<Section title={ __( 'Held for your yes', 'onhand' ) }>
			{ items.map( ( hold ) => (
				<div key={ hold.id } className="onhand-issue">
					<p>{ hold.message }</p>
					{ may( 'operate' ) && (
						<p className="onhand-buttons">
							<Button
								variant="primary"
								onClick={ () =>
									decide(
										hold.id,
										'confirm',
										__(
											'It is right: it is sent now.',
											'onhand'
										)
									)
								}
							>
								{ __( 'This is right, send it', 'onhand' ) }
							</Button>
							<Button
								variant="secondary"
								isDestructive
								onClick={ () =>
									decide(
										hold.id,
										'reject',
										__(
											'It is kept back: the channel stays as it is.',
											'onhand'
										)
									)
								}
							>
								{ __(
									'This is wrong, keep it back',
									'onhand'
								) }
							</Button>
						</p>
					) }
				</div>
			) ) }
		</Section>
	);
}
