import { Button, ProgressBar } from '@wordpress/components';
import { __, sprintf } from '@wordpress/i18n';
import { may, useActions } from '../../actions';
import { useLive } from '../../live';
import Badge from '../../parts/badge';
import Table from '../../parts/table';
import { Ago } from '../../words';

const STATES = {
	running: [ __( 'At work', 'onhand' ), 'warning' ],
	halted: [ __( 'Halted', 'onhand' ), 'error' ],
	cancelled: [ __( 'Cancelled', 'onhand' ), undefined ],
	done: [ __( 'Done', 'onhand' ), 'good' ],
};

function Wrong( { id } ) {
	const { data } = useLive( `/change-sets/${ id }`, {}, 0 );
	return (
		<ul>
			{ ( data?.wrong ?? [] ).map( ( one ) => (
				<li key={ one.row }>
					{ sprintf(
						/* translators: 1: number of a row, 2: SKU, 3: why */
						__( 'Row %1$d (%2$s): %3$s', 'onhand' ),
						one.row,
						one.sku,
						one.why
					) }
				</li>
			) ) }
		</ul>
	);
}

function Set( { set, changed } ) {
	const { act } = useActions();
	const [ label, tone ] = STATES[ set.state ];
	const go = ( action, said ) => async () => {
		await act( `/change-sets/${ set.id }/${ action }`, {}, said );
		changed();
	};
	const button = ( action, words, said ) => (
		<Button
			variant="secondary"
			size="compact"
			onClick={ go( action, said ) }
		>
			{ words }
			<span className="screen-reader-text"> { set.name }</span>
		</Button>
	);
	return (
		<tr>
			<th scope="row">{ set.name }</th>
			<td data-label={ __( 'State', 'onhand' ) }>
				<Badge tone={ tone }>{ label }</Badge>
				{ set.state === 'running' && (
					<ProgressBar
						value={ Math.floor( ( 100 * set.done ) / set.total ) }
						aria-label={ set.name }
					/>
				) }
				{ set.why && <span className="onhand-why">{ set.why }</span> }
			</td>
			<td data-label={ __( 'Rows', 'onhand' ) }>
				{ sprintf(
					/* translators: 1: rows that are done, 2: all rows, 3: rows that changed something, 4: rows that were refused */
					__( '%1$d of %2$d: %3$d changed, %4$d refused', 'onhand' ),
					set.done,
					set.total,
					set.changed,
					set.refused
				) }
				{ set.refused > 0 && (
					<details>
						<summary>{ __( 'Which, and why', 'onhand' ) }</summary>
						<Wrong key={ set.done } id={ set.id } />
					</details>
				) }
			</td>
			<td data-label={ __( 'Who', 'onhand' ) }>
				{ set.author } · <Ago ms={ set.at } />
			</td>
			{ may( 'operate' ) && (
				<td>
					<div className="onhand-buttons">
						{ set.state === 'halted' &&
							button(
								'resume',
								__( 'Go on', 'onhand' ),
								__( 'It goes on.', 'onhand' )
							) }
						{ [ 'running', 'halted' ].includes( set.state ) &&
							button(
								'cancel',
								__( 'Cancel', 'onhand' ),
								__(
									'It is ended. What was written stays.',
									'onhand'
								)
							) }
						{ set.state !== 'running' &&
							set.changed > 0 &&
							! set.undone &&
							button(
								'undo',
								__( 'Take back', 'onhand' ),
								__(
									'It is taken back, but for what was changed since.',
									'onhand'
								)
							) }
						{ set.undone && __( 'Taken back', 'onhand' ) }
					</div>
				</td>
			) }
		</tr>
	);
}

// What was written by many rows lately: how far it is, what was refused, and the way back.
export default function Sets( { items, changed } ) {
	return (
		<Table
			caption={ __( 'Bulk changes', 'onhand' ) }
			heads={ [
				__( 'Name', 'onhand' ),
				__( 'State', 'onhand' ),
				__( 'Rows', 'onhand' ),
				__( 'Who', 'onhand' ),
				may( 'operate' ) && __( 'Actions', 'onhand' ),
			] }
		>
			{ items.map( ( set ) => (
				<Set key={ set.id } set={ set } changed={ changed } />
			) ) }
		</Table>
	);
}
