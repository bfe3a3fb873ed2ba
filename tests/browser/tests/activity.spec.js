import { readFileSync } from 'node:fs';
import { expect, fitsTelephone, looksRight, shop, test } from './shop.js';

test( 'a rule is looked at before it holds, is noted with its author, and is taken back', async ( { page, open } ) => {
	await shop.list( [ 'MUG-15' ] );
	await shop.stock( 'MUG-15', 9 );
	shop.settle();
	await open( 'rules' );
	await page.getByLabel( 'For' ).selectOption( { label: 'the SKU' } );
	await page.getByLabel( 'the SKU' ).fill( 'MUG-15' );
	await page.getByLabel( 'Keep back' ).fill( '4' );
	await page.getByRole( 'button', { name: 'See what it would do' } ).click();
	const preview = page.getByRole( 'status' ).filter( { hasText: 'would show something else' } );
	await expect( preview ).toContainText( 'ebay: 1 listings would show something else' );
	await expect( preview.getByRole( 'row', { name: /MUG-15/ } ).first() ).toContainText( '9' );
	await expect( preview.getByRole( 'row', { name: /MUG-15/ } ).first() ).toContainText( '5' );
	expect( ( await shop.rest( 'GET', '/onhand/v1/explain?sku=MUG-15' ) ).listings.map( ( one ) => one.desired ) ).toEqual( [ 9, 9 ] );
	await looksRight( page, 'rules-preview' );
	await page.getByRole( 'button', { name: 'Set', exact: true } ).click();
	await expect( page.getByText( 'It holds from now on.' ).first() ).toBeVisible();
	await open( 'activity' );
	const row = page.getByRole( 'row' ).filter( { hasText: 'sku MUG-15' } ).first();
	await expect( row ).toContainText( 'admin' );
	await expect( row ).toContainText( 'buffer' );
	await looksRight( page, 'activity' );
	await fitsTelephone( page, 'activity' );
	await row.getByRole( 'button', { name: /Take it back/ } ).click();
	await expect( page.getByText( 'It is as it was before.' ).first() ).toBeVisible();
	await expect( page.getByRole( 'row' ).filter( { hasText: 'sku MUG-15' } ) ).toHaveCount( 2 );
	await page.getByLabel( 'Show' ).selectOption( { label: 'Alerts' } );
	await expect( page.getByRole( 'row' ).filter( { hasText: 'sku MUG-15' } ) ).toHaveCount( 0 );
} );

test.describe( 'settings', () => {
	test.use( { expectedErrors: [ '400' ] } );
	test.afterEach( () => shop.agent( 'POST', '/v1/channels/ebay/resume' ) );
	test( 'say how each channel is dealt with', async ( { page, open } ) => {
		await open( 'settings' );
		const ebay = page.locator( '.components-card' ).filter( { has: page.getByRole( 'heading', { name: 'ebay' } ) } );
		await ebay.getByLabel( 'What it shows otherwise' ).selectOption( { label: 'is told, and left as it is' } );
		await expect( page.getByText( 'It is kept.' ).first() ).toBeVisible();
		await ebay.getByLabel( 'It is told what changes' ).uncheck();
		await expect( ebay.getByLabel( 'It is told what changes' ) ).not.toBeChecked();
		const find = () => shop.agent( 'GET', '/v1/channels' ).items.find( ( one ) => one.name === 'ebay' );
		await expect.poll( () => [ find().state, find().reconcile ] ).toEqual( [ 'paused', 'report' ] );
		await looksRight( page, 'settings' );
		await fitsTelephone( page, 'settings' );
		await ebay.getByLabel( 'It is told what changes' ).check();
		await ebay.getByLabel( 'What it shows otherwise' ).selectOption( { label: 'is put right, and told' } );
		await expect.poll( () => [ find().state, find().reconcile ] ).toEqual( [ 'active', 'repair' ] );
		await ebay.getByLabel( 'Prices follow those of the shop' ).check();
		await ebay.getByLabel( 'Currency of the channel' ).fill( 'money' );
		await ebay.getByRole( 'button', { name: 'Save prices' } ).click();
		await expect( page.getByText( /currency/i ).first() ).toBeVisible();
		await ebay.getByLabel( 'Currency of the channel' ).fill( 'eur' );
		await ebay.getByLabel( 'So many percent more' ).fill( '10' );
		await ebay.getByRole( 'button', { name: 'Save prices' } ).click();
		await expect.poll( () => find().prices?.percent ).toBe( '10' );
		await ebay.getByLabel( 'Prices follow those of the shop' ).uncheck();
		await ebay.getByRole( 'button', { name: 'Save prices' } ).click();
		await expect.poll( () => find().prices ).toBeNull();
		await open( 'activity' );
		await expect( page.getByRole( 'row' ).filter( { hasText: 'Comparison' } ).first() ).toContainText( 'ebay' );
	} );
} );

test( 'what is known is taken along', async ( { page, open } ) => {
	await open( 'settings' );
	await page.getByLabel( 'What', { exact: true } ).selectOption( { label: 'Listings' } );
	const [ download ] = await Promise.all( [ page.waitForEvent( 'download' ), page.getByRole( 'link', { name: 'Download', exact: true } ).click() ] );
	expect( download.suggestedFilename() ).toBe( 'onhand-listing.csv' );
	const text = readFileSync( await download.path(), 'utf8' );
	expect( text.split( '\n' )[ 0 ] ).toContain( 'listing_id' );
	expect( text.trim().split( '\n' ).length - 1 ).toBe( shop.agent( 'GET', '/v1/listings?limit=1000' ).items.length );
} );

test( 'long work shows how far it is, on every screen, and can be cancelled', async ( { page, open } ) => {
	await shop.sim( '/ebay/behave', { mode: 'slow', ms: 600000, on: 'all' } );
	try {
		const { id } = await shop.rest( 'POST', '/onhand/v1/jobs', { what: 'match', channel: 'ebay' } );
		await open( 'reorder' );
		const job = page.getByRole( 'status' ).filter( { hasText: 'Reading the listings of ebay' } );
		await expect( job ).toBeVisible();
		await expect( job.getByRole( 'progressbar' ) ).toBeVisible();
		await looksRight( page, 'job' );
		// Another browser, or the same one later, sees it too.
		await page.reload();
		await expect( job ).toBeVisible();
		await job.getByRole( 'button', { name: 'Cancel' } ).click();
		await expect( job ).toHaveCount( 0 );
		expect( ( await shop.rest( 'GET', `/onhand/v1/jobs/${ id }` ) ).state ).toBe( 'cancelled' );
	} finally {
		await shop.sim( '/ebay/behave', { mode: 'normal' } );
	}
} );
