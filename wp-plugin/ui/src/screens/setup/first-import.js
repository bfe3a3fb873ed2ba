import { ProgressBar } from '@wordpress/components';
import apiFetch from '@wordpress/api-fetch';
import { useEffect, useState } from '@wordpress/element';
import { __, sprintf } from '@wordpress/i18n';
import { useLive } from '../../live';
import Trouble from '../../parts/trouble';
import { howLong } from '../../words';

/**
 * Introduces the shop to an agent that answers, and has all of the shop read where that never was; how far it is since. It goes on
 * by itself, in WooCommerce's queue, whoever looks.
 *
 * @param {boolean} answers The agent is there.
 */
export function useFirstImport( answers ) {
	const [ begun, setBegun ] = useState( null );
	const [ refused, setRefused ] = useState( null );
	const [ round, setRound ] = useState( 0 );
	const whole = begun?.state === 'whole';
	const { data, error } = useLive(
		begun && ! whole ? '/first-import' : null
	);
	const now = data ?? begun;
	useEffect( () => {
		if ( ! answers ) {
			return undefined;
		}
		let here = true;
		apiFetch( { path: '/onhand/v1/first-import', method: 'POST' } )
			.then( ( answer ) => here && setBegun( answer ) )
			.catch( ( wrong ) => here && setRefused( wrong ) );
		return () => {
			here = false;
		};
	}, [ answers, round ] );
	useEffect( () => {
		if ( data?.state === 'whole' ) {
			setBegun( data );
		}
	}, [ data ] );
	return {
		now,
		error: refused ?? error,
		// It was begun, and its job has failed: it is begun again.
		stopped: now?.state === 'never',
		again: () => {
			setRefused( null );
			setRound( round + 1 );
		},
	};
}

// What the agent has read of the shop so far. Nothing once that is all of it.
export default function FirstImport( { first } ) {
	const { now, error, stopped, again } = first;
	if ( error || stopped ) {
		return (
			<Trouble
				error={
					error ?? {
						message: __(
							'Reading the shop has stopped; WooCommerce → Status → Scheduled Actions says why.',
							'onhand'
						),
					}
				}
				retry={ again }
			/>
		);
	}
	if ( ! now || now.state === 'whole' ) {
		return null;
	}
	const words = sprintf(
		/* translators: 1: how many are read, 2: of how many */
		__( '%1$s of %2$s products and variations are read.', 'onhand' ),
		now.read.toLocaleString(),
		now.total.toLocaleString()
	);
	return (
		<div className="onhand-job" role="status">
			<span>{ __( 'The agent reads your shop', 'onhand' ) }</span>{ ' ' }
			<ProgressBar
				value={ Math.floor(
					( 100 * now.read ) / Math.max( now.total, 1 )
				) }
				aria-label={ words }
			/>{ ' ' }
			<span className="onhand-why">
				{ words }
				{ now.left_ms !== null &&
					' ' +
						sprintf(
							/* translators: %s: a time, such as 20 s */
							__( 'About %s left.', 'onhand' ),
							howLong( now.left_ms )
						) }{ ' ' }
				{ __(
					'It goes on when you close this page; matching waits for it.',
					'onhand'
				) }
			</span>
		</div>
	);
}
