import {
	Button,
	Card,
	CardBody,
	CardHeader,
	Spinner,
} from '@wordpress/components';
import { __, sprintf } from '@wordpress/i18n';
import { may, useActions } from '../../actions';
import { useLive } from '../../live';
import Table from '../../parts/table';
import Trouble from '../../parts/trouble';
import { Ago } from '../../words';

const SHOWN = 50;

const STATES = {
	waiting: __( 'Waiting', 'onhand' ),
	done: __( 'Told', 'onhand' ),
	given_up: __( 'Given up', 'onhand' ),
};

function outcome( one ) {
	const parts = [ STATES[ one.state ] ?? one.state ];
	if ( one.attempts > 1 ) {
		/* translators: %d: how many times it was tried */
		parts.push( sprintf( __( 'tried %d times', 'onhand' ), one.attempts ) );
	}
	if ( one.state !== 'done' && one.message ) {
		parts.push( one.message );
	}
	return parts.join( ' · ' );
}

// What services were told, the newest first, and what became of it.
export default function Deliveries() {
	const { act } = useActions();
	const { data, error, refresh } = useLive( '/deliveries', {
		limit: SHOWN,
	} );
	const again = async ( what, words ) => {
		await act( '/deliveries/replay', what, words );
		refresh();
	};
	const rows = data?.items ?? [];
	return (
		<Card>
			<CardHeader>
				<h3>{ __( 'What was told', 'onhand' ) }</h3>
				{ may( 'operate' ) &&
					rows.some( ( one ) => one.state === 'given_up' ) && (
						<Button
							variant="secondary"
							onClick={ () =>
								again( {}, ( { told_again: count } ) =>
									sprintf(
										/* translators: %d: how many deliveries */
										__(
											'%d deliveries are told again.',
											'onhand'
										),
										count
									)
								)
							}
						>
							{ __( 'Tell again what was given up', 'onhand' ) }
						</Button>
					) }
			</CardHeader>
			<CardBody>
				<Trouble error={ error } retry={ refresh } />
				{ ! data && ! error && <Spinner /> }
				{ data && rows.length === 0 && (
					<p>{ __( 'Nothing was told yet.', 'onhand' ) }</p>
				) }
				{ rows.length > 0 && (
					<Table
						heads={ [
							__( 'When', 'onhand' ),
							__( 'What', 'onhand' ),
							__( 'Outcome', 'onhand' ),
							may( 'operate' ) && __( 'Actions', 'onhand' ),
						] }
					>
						{ rows.map( ( one ) => (
							<tr key={ one.id }>
								<th scope="row">
									<Ago ms={ one.at } />
								</th>
								<td data-label={ __( 'What', 'onhand' ) }>
									{ one.type }
									<span className="onhand-why">
										{ sprintf(
											/* translators: %d: number of a service */
											__( 'to service %d', 'onhand' ),
											one.hook
										) }
									</span>
								</td>
								<td data-label={ __( 'Outcome', 'onhand' ) }>
									{ outcome( one ) }
								</td>
								{ may( 'operate' ) && (
									<td>
										<Button
											variant="tertiary"
											size="compact"
											onClick={ () =>
												again(
													{ delivery: one.id },
													__(
														'It is told again.',
														'onhand'
													)
												)
											}
										>
											{ __( 'Tell again', 'onhand' ) }
											<span className="screen-reader-text">
												{ ` ${ one.type } ${ one.id }` }
											</span>
										</Button>
									</td>
								) }
							</tr>
						) ) }
					</Table>
				) }
				{ rows.length === SHOWN && (
					<p className="onhand-why">
						{ sprintf(
							/* translators: %d: how many */
							__(
								'These are the newest %d. `onhand hooks deliveries` shows more.',
								'onhand'
							),
							SHOWN
						) }
					</p>
				) }
			</CardBody>
		</Card>
	);
}
