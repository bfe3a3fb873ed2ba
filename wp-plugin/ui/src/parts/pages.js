import { Button } from '@wordpress/components';
import { useState } from '@wordpress/element';
import { __ } from '@wordpress/i18n';

/**
 * Which page of a list that tells with each page where the next begins.
 *
 * @param {string} of What is listed: of something else the first page is shown.
 */
export function usePages( of = '' ) {
	const [ seen, setSeen ] = useState( { of, begins: [ undefined ] } );
	const begins = seen.of === of ? seen.begins : [ undefined ];
	return {
		cursor: begins.at( -1 ),
		isFirst: begins.length === 1,
		back: () => setSeen( { of, begins: begins.slice( 0, -1 ) } ),
		on: ( next ) => setSeen( { of, begins: [ ...begins, next ] } ),
	};
}

// The way to the page before and to the next; nothing where there is one page.
export default function Pages( { pages, next, back, more } ) {
	if ( pages.isFirst && ! next ) {
		return null;
	}
	return (
		<p className="onhand-buttons">
			<Button
				variant="secondary"
				disabled={ pages.isFirst }
				accessibleWhenDisabled
				onClick={ pages.back }
			>
				{ back ?? __( 'Back', 'onhand' ) }
			</Button>
			<Button
				variant="secondary"
				disabled={ ! next }
				accessibleWhenDisabled
				onClick={ () => pages.on( next ) }
			>
				{ more ?? __( 'More', 'onhand' ) }
			</Button>
		</p>
	);
}
