import { useViewportMatch } from '@wordpress/compose';
import { DataViews } from '@wordpress/dataviews/wp';

const LAYOUTS = { table: {}, grid: { showMedia: false }, list: {} };

// Rows to search, filter and act on. A table of so many columns fits no telephone: there each row is a card.
export default function Rows( { view, onChangeView, ...rest } ) {
	const narrow = useViewportMatch( 'medium', '<' );
	const shown = narrow
		? { ...view, type: 'grid', layout: {}, showMedia: false }
		: view;
	const change = ( next ) =>
		onChangeView(
			narrow ? { ...next, type: view.type, layout: view.layout } : next
		);
	return (
		<DataViews
			view={ shown }
			onChangeView={ change }
			defaultLayouts={ LAYOUTS }
			{ ...rest }
		/>
	);
}
