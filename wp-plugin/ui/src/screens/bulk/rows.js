import { __, sprintf } from '@wordpress/i18n';
import Papa from 'papaparse';

// As the API takes them; an empty cell changes nothing.
const COLUMNS = [
	'id',
	'sku',
	'stock_quantity',
	'stock_change',
	'expected_stock',
	'manage_stock',
	'stock_status',
	'backorders',
	'regular_price',
	'sale_price',
];
const MOST = 10000;

/**
 * The rows of a table with a line of names, as it is copied from a spreadsheet or stands in a CSV file.
 *
 * @param {string} text
 * @return {{rows: Object[], wrong: ?string}} Rows, or what is wrong, in words.
 */
export function read( text ) {
	const none = ( wrong ) => ( { rows: [], wrong } );
	if ( text.trim() === '' ) {
		return none( null );
	}
	const { data, meta, errors } = Papa.parse( text.trim(), {
		header: true,
		skipEmptyLines: 'greedy',
		transformHeader: ( name ) => name.trim().toLowerCase(),
		transform: ( cell ) => cell.trim(),
	} );
	const unknown = meta.fields.find( ( name ) => ! COLUMNS.includes( name ) );
	if ( unknown !== undefined ) {
		return none(
			sprintf(
				/* translators: 1: name of a column, 2: names of columns */
				__(
					'There is no column “%1$s”. The first line names the columns; there are %2$s.',
					'onhand'
				),
				unknown,
				COLUMNS.join( ', ' )
			)
		);
	}
	if ( ! meta.fields.includes( 'sku' ) && ! meta.fields.includes( 'id' ) ) {
		return none(
			__( 'A column “sku” or “id” says what each row is for.', 'onhand' )
		);
	}
	// A table of one column has nothing between its cells.
	const broken = errors.find( ( { type } ) => type !== 'Delimiter' );
	if ( broken ) {
		return none(
			sprintf(
				/* translators: %d: number of a row */
				__(
					'Row %d has more or fewer cells than the first line, or a quotation mark that does not end.',
					'onhand'
				),
				( broken.row ?? 0 ) + 1
			)
		);
	}
	if ( data.length > MOST ) {
		return none(
			sprintf(
				/* translators: %d: how many rows */
				__( 'Not more than %d rows at once.', 'onhand' ),
				MOST
			)
		);
	}
	const rows = data.map( ( row ) => {
		const told = Object.fromEntries(
			Object.entries( row ).filter( ( [ , cell ] ) => cell !== '' )
		);
		return told.id === undefined
			? told
			: { ...told, id: Number( told.id ) };
	} );
	return { rows, wrong: null };
}
