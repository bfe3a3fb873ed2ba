import { useSyncExternalStore } from '@wordpress/element';

const subscribe = ( changed ) => {
	window.addEventListener( 'hashchange', changed );
	return () => window.removeEventListener( 'hashchange', changed );
};

// Which screen, and what of it: #/story/TEE-M is { name: 'story', rest: 'TEE-M' }, and so is #/item/123, which may have no SKU.
export function useRoute() {
	const hash = useSyncExternalStore( subscribe, () => window.location.hash );
	const [ , name = '', rest = '' ] =
		hash.match( /^#\/([^/]*)(?:\/(.*))?$/ ) ?? [];
	return { name, rest: decodeURIComponent( rest ) };
}

export const setupOf = ( channel, step = '' ) =>
	`#/setup/${ encodeURIComponent( channel ) }${ step && `/${ step }` }`;

export const credentialsOf = ( channel ) =>
	`#/settings/${ encodeURIComponent( channel ) }`;

export const storyOf = ( sku ) => `#/story/${ encodeURIComponent( sku ) }`;

// A variation may share its SKU, have none, or be listed under another one.
export const storyOfItem = ( item ) => `#/item/${ item }`;
