import { expect, fitsTelephone, looksRight, shop, test } from './shop.js';

const cells = async ( row ) => ( await row.getByRole( 'cell' ).allInnerTexts() ).map( ( text ) => text.trim() );

test( 'found, filtered, sorted, and told while it changes', async ( { page, open } ) => {
	const mugs = Array.from( { length: 30 }, ( _, at ) => `MUG-${ String( at + 11 ).padStart( 2, '0' ) }` );
	await shop.list( [ ...mugs, 'SHIRT-S', 'SHIRT-M', 'SHIRT-L', 'SHIRT-XL' ] );
	await open( 'listings' );
	const rows = page.locator( '.dataviews-view-table tbody tr' );
	await expect( rows ).toHaveCount( 25 );
	await looksRight( page, 'listings' );

	await page.getByRole( 'searchbox' ).fill( 'shirt-m' );
	await expect( rows ).toHaveCount( 2 );
	await expect( rows.first() ).toContainText( 'SHIRT-M' );
	await expect( rows.first() ).toContainText( 'In step' );
	// Sold in the shop: both rows say so by themselves.
	const [ parent ] = await shop.rest( 'GET', '/wc/v3/products?search=Linen' );
	const variations = await shop.rest( 'GET', `/wc/v3/products/${ parent.id }/variations?sku=SHIRT-M` );
	await shop.rest( 'PUT', `/wc/v3/products/${ parent.id }/variations/${ variations[ 0 ].id }`, { stock_quantity: 3 } );
	await expect( async () => {
		for ( const row of await rows.all() ) {
			expect( ( await cells( row ) ).filter( ( text ) => text === '3' ) ).toHaveLength( 4 );
		}
	} ).toPass();

	await page.getByRole( 'searchbox' ).fill( 'no such thing' );
	await expect( page.getByText( 'No listing is like that.' ) ).toBeVisible();
	await page.getByRole( 'searchbox' ).fill( 'mug' );
	await expect( rows ).toHaveCount( 25 );
	await page.getByRole( 'button', { name: 'Next page' } ).click();
	await expect( rows.first() ).toBeVisible();

	await page.getByRole( 'searchbox' ).fill( 'shirt' );
	await expect( rows ).toHaveCount( 8 );
	await page.getByRole( 'button', { name: 'Should show', exact: true } ).click();
	await page.getByRole( 'menuitemradio', { name: 'Sort descending' } ).click();
	await expect( rows.first() ).toContainText( 'SHIRT-L' );
	await fitsTelephone( page, 'listings' );
} );

test( 'why a number is what it is', async ( { page, open } ) => {
	await shop.list( [ 'MUG-03' ] );
	await shop.stock( 'MUG-03', 21 );
	shop.settle();
	shop.agent( 'POST', '/v1/rules', { channel: 'ebay', sku: 'MUG-03', set: { buffer: 4 } } );
	shop.settle();
	await open( 'listings' );
	await page.getByRole( 'searchbox' ).fill( 'MUG-03' );
	await page.getByRole( 'link', { name: 'MUG-03' } ).first().click();
	await expect( page.getByRole( 'heading', { name: /MUG-03/ } ) ).toBeVisible();
	await expect( page.getByRole( 'heading', { name: 'ebay shows 17' } ) ).toBeVisible();
	await expect( page.getByText( "less 4 of buffer (this listing's own rule): 17" ) ).toBeVisible();
	const row = page.getByRole( 'row' ).filter( { hasText: '= 21' } );
	await expect( row ).toContainText( 'rest' );
	await expect( row ).toContainText( 'shopify: 21, applied after' );
	// Live here, too.
	await shop.stock( 'MUG-03', 8 );
	await expect( page.getByRole( 'heading', { name: 'shopify shows 8' } ) ).toBeVisible();
	await expect( page.getByRole( 'row' ).filter( { hasText: '= 8' } ) ).toBeVisible();
	// Long ago, nothing was known of it.
	await page.getByLabel( 'How many were there on' ).fill( '2020-01-01T00:00' );
	await expect( page.getByText( 'Nothing was known of it then.' ) ).toBeVisible();
	await looksRight( page, 'story' );
	await fitsTelephone( page, 'story' );
} );

test.describe( 'in a shop of another time zone', () => {
	const zone = ( timezone ) => shop.rest( 'POST', '/wp/v2/settings', { timezone } );
	test.beforeEach( () => zone( 'Asia/Kolkata' ) );
	test.afterEach( () => zone( 'UTC' ) );
	test( 'a past quantity is that of the moment which the page names', async ( { page, open } ) => {
		await shop.list( [ 'MUG-34' ] );
		await shop.stock( 'MUG-34', 21 );
		shop.settle();
		// The page tells seconds: the next change is in another one.
		const second = Math.floor( Date.now() / 1000 );
		await expect.poll( () => Math.floor( Date.now() / 1000 ) ).toBeGreaterThan( second );
		await shop.stock( 'MUG-34', 8 );
		shop.settle();
		await open( 'story/MUG-34' );
		const at = await page.getByRole( 'row' ).filter( { hasText: '= 21' } ).getByRole( 'time' ).innerText();
		const offset = Date.parse( `${ at } UTC` ) - Date.now();
		expect( offset ).toBeGreaterThan( 5 * 3600_000 );
		await page.getByLabel( 'How many were there on' ).fill( new Date( `${ at } UTC` ).toISOString().slice( 0, 19 ) );
		await expect( page.getByText( '21, since rest' ) ).toBeVisible();
	} );
} );

test( 'a variation without an SKU has a story', async ( { page, open } ) => {
	const [ mug ] = await shop.rest( 'GET', '/wc/v3/products?sku=MUG-35' );
	await shop.list( [ 'MUG-35' ] );
	await shop.rest( 'PUT', `/wc/v3/products/${ mug.id }`, { sku: '', stock_quantity: 6 } );
	shop.settle();
	await open( 'listings' );
	await page.getByRole( 'searchbox' ).fill( 'MUG-35' );
	await page.locator( '.dataviews-view-table tbody tr' ).filter( { hasText: 'ebay' } ).filter( { hasText: /mug[ -]35/i } ).getByRole( 'link' ).first().click();
	await expect( page.getByRole( 'heading', { name: 'ebay shows 6' } ) ).toBeVisible();
	await expect( page.getByRole( 'heading', { name: 'Mug 35' } ) ).toBeVisible();
	await expect( page.getByRole( 'row' ).filter( { hasText: '= 6' } ) ).toBeVisible();
} );

test.describe( 'an SKU that nobody knows', () => {
	test.use( { expectedErrors: [ '404' ] } );
	test( 'is said to be that', async ( { page, open } ) => {
		await open( 'story/NO%2FSUCH' );
		await expect( page.getByText( 'no variation has the SKU NO/SUCH' ).first() ).toBeVisible();
	} );
} );

test( 'several at once: kept back, left alone, kept in step again', async ( { page, open } ) => {
	const skus = [ 'MUG-07', 'MUG-10' ];
	await shop.list( skus );
	await shop.stock( 'MUG-07', 30 );
	await shop.stock( 'MUG-10', 40 );
	shop.settle();
	await open( 'listings' );
	await page.getByRole( 'searchbox' ).fill( 'mug-07' );
	const rows = page.locator( '.dataviews-view-table tbody tr' );
	await expect( rows ).toHaveCount( 2 );
	const choose = async ( action ) => {
		await page.getByRole( 'checkbox', { name: 'Select all' } ).first().check();
		await page.getByRole( 'button', { name: action } ).last().click();
	};
	await choose( 'Keep back…' );
	await expect( page.getByRole( 'dialog' ) ).toBeVisible();
	await looksRight( page, 'listings-keep-back' );
	await page.getByLabel( 'Keep back, of each of 2' ).fill( '5' );
	await page.getByRole( 'button', { name: 'Set', exact: true } ).click();
	await expect( async () => {
		for ( const row of await rows.all() ) {
			expect( ( await cells( row ) ).filter( ( text ) => text === '25' ) ).toHaveLength( 3 );
		}
	} ).toPass();
	await choose( 'Leave alone' );
	await expect( rows.filter( { hasText: 'Left alone' } ) ).toHaveCount( 2 );
	await shop.stock( 'MUG-07', 3 );
	shop.settle();
	await expect( rows.filter( { hasText: 'Left alone' } ) ).toHaveCount( 2 );
	expect( shop.agent( 'GET', '/v1/listings?sku=MUG-07' ).items.map( ( one ) => one.confirmed ) ).toEqual( [ 25, 25 ] );
	await choose( 'Keep in step again' );
	await expect( rows.filter( { hasText: 'In step' } ) ).toHaveCount( 2 );
} );

test( 'filtered by channel and state, and what was given up is sent again', async ( { page, open } ) => {
	await shop.list( [ 'MUG-43', 'MUG-44' ] );
	await shop.sim( '/ebay/behave', { mode: 'partial', skus: [ 'MUG-43' ], code: '25002' } );
	await shop.stock( 'MUG-43', 7 );
	await shop.stock( 'MUG-44', 7 );
	await open( 'listings' );
	await page.getByRole( 'searchbox' ).fill( 'MUG-4' );
	const rows = page.locator( '.dataviews-view-table tbody tr' );
	const given = rows.filter( { hasText: 'MUG-43' } ).filter( { hasText: 'ebay' } );
	await expect( given ).toContainText( 'Given up' );
	await expect( given.locator( 'time' ) ).toBeVisible();
	const filter = async ( name, value ) => {
		await page.locator( '.dataviews-filters__container' ).getByRole( 'button', { name } ).first().click();
		await page.getByRole( 'option', { name: value, exact: true } ).click();
		await page.keyboard.press( 'Escape' );
	};
	await filter( 'Channel', 'ebay' );
	await expect( rows.filter( { hasText: 'shopify' } ) ).toHaveCount( 0 );
	await expect( rows.filter( { hasText: 'MUG-44' } ) ).toHaveCount( 1 );
	await filter( 'State', 'Given up' );
	await expect( rows.filter( { hasText: 'MUG-44' } ) ).toHaveCount( 0 );
	await expect( rows ).toHaveCount( 1 );
	await looksRight( page, 'listings-filtered' );
	await shop.sim( '/ebay/behave', { mode: 'normal' } );
	await given.getByRole( 'button', { name: 'Actions' } ).click();
	await page.getByRole( 'menuitem', { name: 'Send again' } ).click();
	await expect( page.getByText( '1 are sent again.' ).first() ).toBeVisible();
	await expect( page.getByText( 'No listing is like that.' ) ).toBeVisible();
	shop.settle();
	expect( shop.agent( 'GET', '/v1/listings?sku=MUG-43' ).items.map( ( one ) => one.confirmed ) ).toEqual( [ 7, 7 ] );
} );

test.describe( 'a listing that is nobody\'s', () => {
	test.use( { expectedErrors: [ '404' ] } );
	test( 'is linked by hand, then told again', async ( { page, open } ) => {
		await shop.sim( '/ebay/seed', { items: [ { sku: 'MUG-NINE', quantity: 2 } ] } );
		shop.agent( 'POST', '/v1/listings/auto-match', { channel: 'ebay' } );
		await shop.stock( 'MUG-39', 11 );
		shop.settle();
		await open( 'listings' );
		await page.getByRole( 'searchbox' ).fill( 'MUG-NINE' );
		const row = page.locator( '.dataviews-view-table tbody tr' );
		await expect( row ).toHaveCount( 1 );
		const act = async ( name ) => {
			await row.getByRole( 'button', { name: 'Actions' } ).click();
			await page.getByRole( 'menuitem', { name } ).click();
		};
		await act( 'Link to another variation…' );
		const sku = page.getByLabel( 'SKU of the variation in the shop' );
		await sku.fill( 'MUG-NONE' );
		await page.getByRole( 'button', { name: 'Link', exact: true } ).click();
		await expect( page.getByText( 'no variation has the SKU MUG-NONE' ).first() ).toBeVisible();
		await sku.fill( 'MUG-39' );
		await page.getByRole( 'button', { name: 'Link', exact: true } ).click();
		await expect( page.getByText( 'shows the stock of MUG-39.' ).first() ).toBeVisible();
		await expect( row ).toContainText( 'In step' );
		await expect( async () => {
			expect( ( await cells( row ) ).filter( ( text ) => text === '11' ) ).toHaveLength( 4 );
		} ).toPass();
		await act( 'Tell again' );
		await expect( page.getByText( '1 are told again.' ).first() ).toBeVisible();
		shop.settle();
		const { items } = shop.agent( 'GET', '/v1/listings?sku=MUG-39' );
		const listing = items.find( ( one ) => JSON.stringify( one.external ).includes( 'MUG-NINE' ) );
		expect( [ listing.state, listing.confirmed ] ).toEqual( [ 'idle', 11 ] );
	} );
} );
