import { expect, fitsTelephone, looksRight, shop, test } from './shop.js';

test( 'what a channel refuses is said, and sent again when it is mended', async ( { page, open } ) => {
	await shop.list( [ 'MUG-05' ] );
	await shop.sim( '/ebay/behave', { mode: 'partial', skus: [ 'MUG-05' ], code: '25002' } );
	await shop.stock( 'MUG-05', 3 );
	await open( 'issues' );
	const given = page.locator( '.onhand-issue' ).filter( { hasText: 'MUG-05' } );
	await expect( given ).toContainText( 'on ebay' );
	await looksRight( page, 'issues' );
	await fitsTelephone( page, 'issues' );
	await shop.sim( '/ebay/behave', { mode: 'normal' } );
	await given.getByRole( 'button', { name: 'Send again MUG-05' } ).click();
	await expect( given ).toHaveCount( 0 );
	shop.settle();
	await open( 'story/MUG-05' );
	await expect( page.getByRole( 'heading', { name: 'ebay shows 3' } ) ).toBeVisible();
} );

test( 'who is mailed, how soon, and when not', async ( { page, open } ) => {
	await open( 'alerts' );
	await page.getByLabel( 'Mail to' ).fill( 'owner@example.com, stock@example.com' );
	await page.getByLabel( 'Little is left of something' ).check();
	await page.getByLabel( 'Nobody is mailed from' ).fill( '22:00' );
	await page.getByLabel( 'until' ).fill( '07:00' );
	await page.getByLabel( 'How soon' ).selectOption( 'hourly' );
	await looksRight( page, 'alerts' );
	await fitsTelephone( page, 'alerts' );
	await page.getByRole( 'button', { name: 'Save' } ).click();
	await expect( page.getByText( 'It is kept.' ).first() ).toBeVisible();
	await page.reload();
	await expect( page.getByLabel( 'Mail to' ) ).toHaveValue( 'owner@example.com, stock@example.com' );
	await expect( page.getByLabel( 'Little is left of something' ) ).toBeChecked();
	await expect( page.getByLabel( 'How soon' ) ).toHaveValue( 'hourly' );
	await expect( page.getByLabel( 'until' ) ).toHaveValue( '07:00' );
	await page.getByLabel( 'Mail to' ).fill( '' );
	await page.getByRole( 'button', { name: 'Save' } ).click();
	await expect( page.getByText( 'It is kept.' ).first() ).toBeVisible();
} );

test.describe( 'with the sweep guard', () => {
	test.beforeEach( () => {
		shop.service( 'agent', 'stop' );
		shop.service( 'agent', 'start', { ONHAND_GUARD: 'true' } );
	} );
	test.afterEach( () => {
		shop.service( 'agent', 'stop' );
		shop.service( 'agent', 'start' );
	} );
	test( 'a sweep that would empty a channel waits for a yes', async ( { page, open } ) => {
		const skus = Array.from( { length: 12 }, ( _, index ) => `MUG-${ 21 + index }` );
		await shop.list( skus );
		const products = await shop.rest( 'GET', '/wc/v3/products?per_page=100&search=Mug' );
		const mugs = products.filter( ( product ) => skus.includes( product.sku ) );
		const all = ( stock_quantity ) =>
			shop.rest( 'POST', '/wc/v3/products/batch', { update: mugs.map( ( { id } ) => ( { id, stock_quantity } ) ) } );
		await all( 0 );
		await open( 'issues' );
		const held = ( channel ) => page.locator( '.onhand-issue' ).filter( { hasText: channel } ).filter( { has: page.getByRole( 'button', { name: 'This is right, send it' } ) } );
		await expect( held( 'ebay' ) ).toHaveCount( 1 );
		await expect( held( 'shopify' ) ).toHaveCount( 1 );
		await looksRight( page, 'holds' );
		await fitsTelephone( page, 'holds' );
		expect( ( await shop.rest( 'GET', '/onhand/v1/explain?sku=MUG-30' ) ).listings.every( ( one ) => one.confirmed > 0 ) ).toBe( true );
		await held( 'ebay' ).getByRole( 'button', { name: 'This is right, send it' } ).click();
		await expect( held( 'ebay' ) ).toHaveCount( 0 );
		await held( 'shopify' ).getByRole( 'button', { name: 'This is wrong, keep it back' } ).click();
		await expect( held( 'shopify' ) ).toHaveCount( 0 );
		const shown = async () =>
			Object.fromEntries( ( await shop.rest( 'GET', '/onhand/v1/explain?sku=MUG-30' ) ).listings.map( ( one ) => [ one.channel, one.confirmed ] ) );
		await expect.poll( async () => ( await shown() ).ebay ).toBe( 0 );
		expect( ( await shown() ).shopify ).toBeGreaterThan( 0 );
		await all( 10 );
		await expect.poll( shown ).toEqual( { ebay: 10, shopify: 10 } );
	} );
} );
