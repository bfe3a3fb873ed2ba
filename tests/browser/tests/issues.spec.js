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

test( 'what is wrong has the button that mends it, here and among the work to do', async ( { page, open } ) => {
	const ebay = () => shop.agent( 'GET', '/v1/channels' ).items.find( ( one ) => one.name === 'ebay' );
	shop.agent( 'POST', '/v1/channels/ebay/pause' );
	shop.agent( 'POST', '/v1/channels/ebay/orders', { mode: null } );
	try {
		await open();
		const work = page.locator( '.onhand-work' );
		await expect( work ).toContainText( 'Paused' );
		await looksRight( page, 'work-to-do' );
		await fitsTelephone( page, 'work-to-do' );
		await work.getByRole( 'button', { name: 'Let its orders come home ebay' } ).click();
		await expect.poll( () => ebay().orders ).toBe( 'order' );
		await page.getByRole( 'link', { name: 'See all issues' } ).click();
		const resume = page.getByRole( 'button', { name: 'Resume ebay' } );
		await expect( resume ).toBeVisible();
		await looksRight( page, 'issues-paused' );
		await resume.click();
		await expect( page.getByText( 'ebay runs again.' ).first() ).toBeVisible();
		await expect( resume ).toHaveCount( 0 );
		expect( ebay().state ).toBe( 'active' );
		// This eBay tells of no orders: an issue while they are wanted, and none when they are not.
		const unreadable = () => shop.agent( 'GET', '/v1/health' ).checks.some( ( check ) => check.name === 'orders_unreadable' );
		await expect.poll( unreadable ).toBe( true );
		shop.agent( 'POST', '/v1/channels/ebay/orders', { mode: null } );
		expect( unreadable() ).toBe( false );
	} finally {
		shop.agent( 'POST', '/v1/channels/ebay/orders', { mode: null } );
		shop.agent( 'POST', '/v1/channels/ebay/resume' );
	}
} );

test( 'refused credentials lead to where new ones are given', async ( { page, open } ) => {
	await shop.list( [ 'MUG-37' ] );
	await shop.sim( '/shopify/behave', { mode: 'revoked', on: 'all' } );
	await shop.stock( 'MUG-37', 2 );
	try {
		await open( 'issues' );
		await page.getByRole( 'link', { name: 'Give it new credentials shopify' } ).click();
		await expect( page ).toHaveURL( /#\/settings\/shopify$/ );
		await expect( page.getByRole( 'heading', { name: 'shopify', exact: true } ) ).toBeVisible();
	} finally {
		await shop.sim( '/shopify/behave', { mode: 'normal' } );
		shop.agent( 'POST', '/v1/channels/shopify/resume' );
	}
} );

test( 'a difference says why, whether it was put right, and is told or looked for again', async ( { page, open } ) => {
	await shop.list( [ 'MUG-38' ] );
	await shop.stock( 'MUG-38', 5 );
	shop.settle();
	await shop.sim( '/ebay/set', { sku: 'MUG-38', quantity: 77 } );
	await shop.rest( 'POST', '/onhand/v1/jobs', { what: 'compare', channel: 'ebay' } );
	await open( 'issues' );
	const found = page.locator( '.onhand-issue' ).filter( { hasText: 'MUG-38' } ).filter( { hasText: 'showed' } ).first();
	await expect( found ).toContainText( 'on ebay showed 77 instead of 5' );
	await expect( found ).toContainText( 'Somebody edited it there.' );
	await expect( found ).toContainText( 'Put right' );
	await looksRight( page, 'drift' );
	await fitsTelephone( page, 'drift' );
	await found.getByRole( 'button', { name: 'Tell it again MUG-38 ebay' } ).click();
	await expect( page.getByText( 'It is told again.' ).first() ).toBeVisible();
	const jobs = async () => ( await shop.rest( 'GET', '/onhand/v1/jobs?limit=100' ) ).items.filter( ( job ) => job.what === 'compare' && job.channel === 'ebay' ).length;
	const before = await jobs();
	await found.getByRole( 'button', { name: 'Compare now ebay' } ).click();
	await expect( page.getByText( 'What ebay shows is being compared.' ).first() ).toBeVisible();
	await expect.poll( jobs ).toBeGreaterThan( before );
} );

test( 'what was given up is sent again, all of it', async ( { page, open } ) => {
	const skus = [ 'MUG-40', 'MUG-41' ];
	await shop.list( skus );
	await shop.sim( '/ebay/behave', { mode: 'partial', skus, code: '25002' } );
	for ( const sku of skus ) {
		await shop.stock( sku, 6 );
	}
	await open( 'issues' );
	const given = page.locator( '.onhand-issue' ).filter( { hasText: /MUG-4[01]/ } );
	await expect( given ).toHaveCount( 2 );
	await shop.sim( '/ebay/behave', { mode: 'normal' } );
	await page.getByRole( 'button', { name: 'Send all again', exact: true } ).click();
	await expect( given ).toHaveCount( 0 );
	shop.settle();
	for ( const sku of skus ) {
		const told = await shop.rest( 'GET', `/onhand/v1/explain?sku=${ sku }` );
		expect( told.listings.map( ( one ) => one.confirmed ) ).toEqual( [ 6, 6 ] );
	}
} );

test( 'a product without an SKU is edited from here, page by page', async ( { page, open } ) => {
	const made = [];
	for ( let number = 1; number <= 21; number++ ) {
		made.push( { name: `Nameless ${ String( number ).padStart( 2, '0' ) }`, regular_price: '5', manage_stock: true, stock_quantity: 1, status: 'publish' } );
	}
	const { create } = await shop.rest( 'POST', '/wc/v3/products/batch', { create: made } );
	shop.settle();
	try {
		await open( 'issues' );
		const rows = page.getByRole( 'row' ).filter( { hasText: 'No SKU' } );
		await expect( rows.first() ).toContainText( 'Give it a SKU' );
		await looksRight( page, 'skus' );
		await fitsTelephone( page, 'skus' );
		await page.getByRole( 'button', { name: 'More', exact: true } ).click();
		await expect( page.getByRole( 'button', { name: 'More', exact: true } ) ).toBeDisabled();
		const last = page.getByRole( 'link', { name: 'Nameless 21' } );
		await last.click();
		await expect( page.locator( '#title' ) ).toHaveValue( 'Nameless 21' );
	} finally {
		await shop.rest( 'POST', '/wc/v3/products/batch', { delete: create.map( ( { id } ) => id ) } );
		shop.settle();
	}
} );

test( 'what was lost on its way is stated anew', async ( { page, open } ) => {
	shop.tear();
	await shop.stock( 'MUG-42', 4 );
	shop.settle();
	const wanted = () => shop.agent( 'GET', '/v1/status' ).resync_wanted;
	await expect.poll( () => wanted() !== null ).toBe( true );
	await open( 'issues' );
	await page.getByRole( 'button', { name: 'State the shop anew' } ).first().click();
	await expect( page.getByText( 'The shop states all of its stock anew' ).first() ).toBeVisible();
	// WooCommerce's queue comes by with the next page of the admin.
	await expect( async () => {
		await page.goto( `${ shop.url }/wp-admin/index.php` );
		expect( wanted() ).toBeNull();
	} ).toPass( { timeout: 90_000 } );
	await open( 'issues' );
	await expect( page.getByRole( 'button', { name: 'State the shop anew' } ) ).toHaveCount( 0 );
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
