import {
	Button,
	Card,
	CardBody,
	CardHeader,
	Notice,
	Spinner,
} from '@wordpress/components';
import { useState } from '@wordpress/element';
import { __, sprintf } from '@wordpress/i18n';
import { may, useActions } from '../../actions';
import { useLive } from '../../live';
import Table from '../../parts/table';
import Trouble from '../../parts/trouble';
import { EVENTS } from '../../words';
import Add from './add';

// The shop's own e-mails are told in the same way: who removes that ends them.
const isOurs = ( url ) => url.includes( '/onhand/v1/alerts' );

function Service( { one, refresh } ) {
	const { act } = useActions();
	const does = ( action, words ) => async () => {
		await act( `/hooks/${ one.id }/${ action }`, {}, words );
		refresh();
	};
	const on = one.state === 'active';
	const button = ( action, label, words, destructive = false ) => (
		<Button
			variant="tertiary"
			size="compact"
			isDestructive={ destructive }
			onClick={ does( action, words ) }
		>
			{ label }
			<span className="screen-reader-text"> { one.url }</span>
		</Button>
	);
	return (
		<tr>
			<th scope="row">
				<span className="onhand-address">{ one.url }</span>
				<span className="onhand-why">
					{ sprintf(
						/* translators: %d: number of a service */
						__( 'service %d', 'onhand' ),
						one.id
					) }
				</span>
			</th>
			<td data-label={ __( 'Hears of', 'onhand' ) }>
				{ one.types
					.map( ( type ) => EVENTS[ type ] ?? type )
					.join( ', ' ) }
			</td>
			<td data-label={ __( 'State', 'onhand' ) }>
				{ on ? __( 'Running', 'onhand' ) : __( 'Off', 'onhand' ) }
				{ one.waiting > 0 &&
					' · ' +
						sprintf(
							/* translators: %d: how many */
							__( '%d waiting', 'onhand' ),
							one.waiting
						) }
				{ one.given_up > 0 &&
					' · ' +
						sprintf(
							/* translators: %d: how many */
							__( '%d given up', 'onhand' ),
							one.given_up
						) }
				{ one.message && (
					<span className="onhand-why">{ one.message }</span>
				) }
			</td>
			{ may( 'configure' ) && (
				<td>
					{ isOurs( one.url ) ? (
						<span className="onhand-why">
							{ __(
								'The e-mails of this shop: see Alerts.',
								'onhand'
							) }
						</span>
					) : (
						<>
							{ button(
								'test',
								__( 'Test', 'onhand' ),
								__(
									'It is told that this is a test.',
									'onhand'
								)
							) }
							{ on
								? button(
										'off',
										__( 'Turn off', 'onhand' ),
										__(
											'It is told nothing for now.',
											'onhand'
										)
									)
								: button(
										'on',
										__( 'Turn on', 'onhand' ),
										__(
											'It is told again what happens.',
											'onhand'
										)
									) }
							{ button(
								'remove',
								__( 'Remove', 'onhand' ),
								__( 'It is forgotten.', 'onhand' ),
								true
							) }
						</>
					) }
				</td>
			) }
		</tr>
	);
}

// The secret of a new service, which is told this once.
function Secret( { told, close } ) {
	return (
		<Notice status="success" onRemove={ close }>
			<p>
				{ __(
					'It is told from now on. Copy what it checks the signatures with; it is not shown again:',
					'onhand'
				) }
			</p>
			<code className="onhand-address">{ told }</code>
		</Notice>
	);
}

// The merchant's other services that hear of what happens.
export default function Services() {
	const { data, error, refresh } = useLive( '/hooks' );
	const [ secret, setSecret ] = useState( null );
	const rows = data?.items ?? [];
	return (
		<Card>
			<CardHeader>
				<h3>
					{ __( 'This shop tells your other services', 'onhand' ) }
				</h3>
			</CardHeader>
			<CardBody>
				<Trouble error={ error } retry={ refresh } />
				{ ! data && ! error && <Spinner /> }
				{ secret && (
					<Secret told={ secret } close={ () => setSecret( null ) } />
				) }
				{ data && rows.length === 0 && (
					<p>
						{ __(
							'No service is told anything yet. An ERP, a spreadsheet or a chat can hear of every change, signed by the Standard Webhooks convention.',
							'onhand'
						) }
					</p>
				) }
				{ rows.length > 0 && (
					<Table
						heads={ [
							__( 'Service', 'onhand' ),
							__( 'Hears of', 'onhand' ),
							__( 'State', 'onhand' ),
							may( 'configure' ) && __( 'Actions', 'onhand' ),
						] }
					>
						{ rows.map( ( one ) => (
							<Service
								key={ one.id }
								one={ one }
								refresh={ refresh }
							/>
						) ) }
					</Table>
				) }
				{ may( 'configure' ) && (
					<Add
						added={ ( told ) => {
							setSecret( told );
							refresh();
						} }
					/>
				) }
			</CardBody>
		</Card>
	);
}
