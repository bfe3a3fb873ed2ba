import apiFetch from '@wordpress/api-fetch';
import { useCallback, useEffect, useRef, useState } from '@wordpress/element';
import { addQueryArgs } from '@wordpress/url';

const EVERY_MS = 2000;

/**
 * What an address of the API says, and says again while the screen is looked at. What was said last stays on the screen
 * when an answer does not come; the error is shown beside it.
 *
 * @param {?string} path    Below onhand/v1; null: nothing is asked.
 * @param {Object}  query   What is asked.
 * @param {number}  everyMs How often; 0: once.
 */
export function useLive( path, query = {}, everyMs = EVERY_MS ) {
	const address =
		path === null ? null : addQueryArgs( `/onhand/v1${ path }`, query );
	const [ state, setState ] = useState( { address: null } );
	const again = useRef( () => {} );
	useEffect( () => {
		if ( address === null ) {
			return undefined;
		}
		const stop = new AbortController();
		let timer;
		let asking = false;
		const ask = async () => {
			clearTimeout( timer );
			if ( asking ) {
				return;
			}
			asking = true;
			try {
				const data = await apiFetch( {
					path: address,
					signal: stop.signal,
				} );
				setState( { address, data } );
			} catch ( error ) {
				if ( stop.signal.aborted ) {
					return;
				}
				setState( ( before ) => ( {
					address,
					data: before.address === address ? before.data : undefined,
					error,
				} ) );
			} finally {
				asking = false;
			}
			if ( everyMs > 0 && ! stop.signal.aborted ) {
				timer = setTimeout( wait, everyMs );
			}
		};
		// Nobody looks at a hidden tab: it asks when it is shown again.
		const wait = () =>
			document.visibilityState === 'visible' ? ask() : undefined;
		again.current = ask;
		document.addEventListener( 'visibilitychange', wait );
		ask();
		return () => {
			stop.abort();
			clearTimeout( timer );
			document.removeEventListener( 'visibilitychange', wait );
		};
	}, [ address, everyMs ] );
	const refresh = useCallback( () => again.current(), [] );
	const fresh = state.address === address;
	return {
		// A list keeps its rows while the next page is fetched.
		data: state.data,
		error: fresh ? state.error : undefined,
		loading: ! fresh,
		refresh,
	};
}
