import apiFetch from '@wordpress/api-fetch';
import {
	createContext,
	useCallback,
	useContext,
	useMemo,
	useState,
} from '@wordpress/element';

const Actions = createContext( null );

// What a person does: one call, and a word about how it went. Whoever asks for it is told which fields were wrong.
export function ActionsProvider( { children } ) {
	const [ notices, setNotices ] = useState( [] );
	const say = useCallback( ( content ) => {
		const id = `${ Date.now() }-${ Math.random() }`;
		setNotices( ( before ) => [ ...before, { id, content } ] );
	}, [] );
	const remove = useCallback(
		( id ) =>
			setNotices( ( before ) =>
				before.filter( ( notice ) => notice.id !== id )
			),
		[]
	);
	const act = useCallback(
		async ( path, data, done, refused ) => {
			try {
				const answer = await apiFetch( {
					path: `/onhand/v1${ path }`,
					method: 'POST',
					data,
				} );
				const words =
					typeof done === 'function' ? done( answer ) : done;
				if ( words ) {
					say( words );
				}
				return true;
			} catch ( error ) {
				say( error.message );
				refused?.( error.errors ?? [] );
				return false;
			}
		},
		[ say ]
	);
	const value = useMemo(
		() => ( { notices, remove, act } ),
		[ notices, remove, act ]
	);
	return <Actions.Provider value={ value }>{ children }</Actions.Provider>;
}

export const useActions = () => useContext( Actions );

export const may = ( what ) => Boolean( window.onhandSettings?.may?.[ what ] );
