import { expect, fitsTelephone, looksRight, shop, test } from './shop.js';

const set = ( page, name ) => page.getByRole( 'row' ).filter( { has: page.getByRole( 'rowheader', { name, exact: true } ) } );
const stockOf = async ( sku ) => ( await shop.rest( 'GET', `/wc/v3/products?sku=${ sku }` ) )[ 0 ].stock_quantity;

test( 'many are looked at, written, and taken back', async ( { page, open } ) => {
	await shop.list( [ 'MUG-20', 'MUG-21', 'MUG-22' ] );
	for ( const sku of [ 'MUG-20', 'MUG-21', 'MUG-22' ] ) {
		await shop.stock( sku, 30 );
	}
	shop.settle();
	await open( 'bulk' );
	const rows = page.getByLabel( 'Rows', { exact: true } );
	const look = page.getByRole( 'button', { name: 'See what it would do' } );
	await rows.fill( 'sku,price\nMUG-20,3' );
	await expect( page.getByText( 'There is no column “price”.' ).first() ).toBeVisible();
	await expect( look ).toBeDisabled();
	// As a spreadsheet gives it: cells with tabs between them.
	await rows.fill( 'sku\tstock_quantity\nMUG-20\t12\nMUG-21\t0\nMUG-22\t30\nNO-SUCH\t1' );
	await look.click();
	await expect( page.getByText( 'The first 4 rows: 2 would change something, 1 would change nothing, 1 would be refused.' ) ).toBeVisible();
	await expect( page.getByRole( 'row' ).filter( { hasText: 'NO-SUCH' } ) ).toContainText( 'No product or variation has the SKU NO-SUCH.' );
	await expect( page.getByText( /ebay: 2 listings would show something else.*1 would be sold out there/ ) ).toBeVisible();
	await expect( page.getByRole( 'row' ).filter( { hasText: 'MUG-21' } ).filter( { hasText: 'shopify' } ) ).toContainText( '0' );
	expect( await stockOf( 'MUG-20' ) ).toBe( 30 );
	await looksRight( page, 'bulk-preview' );
	await fitsTelephone( page, 'bulk-preview' );
	await page.getByLabel( 'Name' ).fill( 'Spring' );
	await page.getByLabel( 'Rows that go first' ).fill( '1' );
	await page.getByRole( 'button', { name: 'Write 4 rows' } ).click();
	await expect( set( page, 'Spring' ) ).toContainText( 'Done' );
	await expect( set( page, 'Spring' ) ).toContainText( '4 of 4: 2 changed, 1 refused' );
	await set( page, 'Spring' ).getByText( 'Which, and why' ).click();
	await expect( set( page, 'Spring' ) ).toContainText( 'Row 4 (NO-SUCH): No product or variation has the SKU NO-SUCH.' );
	await looksRight( page, 'bulk' );
	await fitsTelephone( page, 'bulk' );
	expect( [ await stockOf( 'MUG-20' ), await stockOf( 'MUG-21' ) ] ).toEqual( [ 12, 0 ] );
	shop.settle();
	await open( 'story/MUG-20' );
	await expect( page.getByRole( 'heading', { name: 'ebay shows 12' } ) ).toBeVisible();
	await expect( page.getByRole( 'row' ).filter( { hasText: '= 12' } ) ).toContainText( 'bulk change' );
	await open( 'bulk' );
	await set( page, 'Spring' ).getByRole( 'button', { name: 'Take back' } ).click();
	await expect( set( page, 'Taking back: Spring' ) ).toContainText( '2 of 2: 2 changed, 0 refused' );
	await expect( set( page, 'Taking back: Spring' ) ).toContainText( 'Done' );
	expect( [ await stockOf( 'MUG-20' ), await stockOf( 'MUG-21' ) ] ).toEqual( [ 30, 30 ] );
} );

test( 'what a channel refuses halts it, and a person decides', async ( { page, open } ) => {
	await shop.list( [ 'MUG-23', 'MUG-24' ] );
	await shop.sim( '/ebay/behave', { mode: 'partial', skus: [ 'MUG-23' ], code: '25002' } );
	try {
		await open( 'bulk' );
		await page.getByLabel( 'Rows', { exact: true } ).fill( 'sku,stock_quantity\nMUG-23,2\nMUG-24,2\n' );
		await page.getByLabel( 'Name' ).fill( 'Refused' );
		await page.getByLabel( 'Rows that go first' ).fill( '1' );
		await page.getByRole( 'button', { name: 'Write 2 rows' } ).click();
		await expect( set( page, 'Refused' ) ).toContainText( 'Halted' );
		await expect( set( page, 'Refused' ) ).toContainText( 'Channels refused 1 listings' );
		await looksRight( page, 'bulk-halted' );
		expect( await stockOf( 'MUG-24' ) ).not.toBe( 2 );
	} finally {
		await shop.sim( '/ebay/behave', { mode: 'normal' } );
	}
	await set( page, 'Refused' ).getByRole( 'button', { name: 'Go on' } ).click();
	await expect( set( page, 'Refused' ) ).toContainText( 'Done' );
	expect( await stockOf( 'MUG-24' ) ).toBe( 2 );
	shop.agent( 'POST', '/v1/dead-letters/redrive', { channel: 'ebay' } );
	shop.settle();
} );

test.describe( 'who may only look', () => {
	test.use( { user: 'anna' } );
	test( 'sees what was written', async ( { page, open } ) => {
		await open( 'bulk' );
		await expect( page.getByRole( 'heading', { name: 'What was written' } ) ).toBeVisible();
	} );
} );
