// Somebody who has just found Onhand: products are there, the plugin is not active, nothing is installed, and no command of Onhand's is
// known. Everything is done on the screens but the one line.
import { test as base } from '@playwright/test';
import { execFileSync } from 'node:child_process';
import { agentOf, envOf, expect, login, looksRight, send, simOf } from './shop.js';

const dir = process.env.ONHAND_NEWCOMER_SHOP;
const newcomer = ( ...what ) =>
	execFileSync( process.env.ONHAND_NEWCOMER, [ dir, ...what ], { encoding: 'utf8', stdio: [ 'ignore', 'pipe', 'inherit' ] } );

base.beforeAll( () => newcomer( 'up' ) );
base.afterAll( () => newcomer( 'down' ) );

base( 'from a fresh plugin to the first live channel', async ( { page } ) => {
	const { URL: url, ADMIN_PASSWORD, APPLICATION_PASSWORD } = envOf( dir );
	const sim = simOf( dir );
	const agent = agentOf( dir );
	const settle = () => agent( 'POST', '/v1/settle', { timeout_ms: 15000 } );
	// What is on eBay already: three that the shop has under the same SKU, one under another.
	await send( `${ sim.url }/_sim/ebay/seed`, 'POST', {
		items: [ [ 'MUG-01', 1 ], [ 'MUG-02', 50 ], [ 'SHIRT-M', 9 ], [ 'MUG-O3', 5 ] ].map(
			( [ sku, quantity ] ) => ( { sku, quantity } )
		),
	} );
	const steps = [];
	const step = async ( what, done ) => {
		steps.push( what );
		await done;
	};
	await login( page, 'admin', url, ADMIN_PASSWORD );
	await page.goto( `${ url }/wp-admin/plugins.php` );
	await step( 'activate', page.getByRole( 'link', { name: 'Activate Onhand' } ).click() );
	await step( 'open', page.locator( 'tr[data-slug^="onhand"]' ).getByRole( 'link', { name: 'Open' } ).click() );
	await step( 'set-up', page.getByRole( 'link', { name: 'Set-up' } ).click() );

	await step( 'copy', page.getByRole( 'button', { name: 'Copy' } ).click() );
	newcomer( 'install', await page.locator( '.onhand-line' ).innerText() );
	newcomer( 'start' );
	await expect( page.getByRole( 'heading', { name: 'Connect a channel' } ) ).toBeVisible();

	await step( 'marketplace', page.getByLabel( 'Marketplace', { exact: true } ).selectOption( { label: 'eBay' } ) );
	await step( 'client id', page.getByLabel( 'Client id' ).fill( 'sim-client-id' ) );
	await step( 'refresh token', page.getByLabel( 'Refresh token' ).fill( 'v^1.1#i^1#r^1#simulated-refresh-token' ) );
	await step( 'client secret', page.getByLabel( 'Client secret' ).fill( 'not this one' ) );
	// Only because this eBay is none.
	await page.getByText( 'What most leave as it is' ).click();
	await page.getByLabel( 'Endpoint' ).fill( sim.url );
	await step( 'connect', page.getByRole( 'button', { name: 'Connect and check' } ).click() );
	// What is refused leaves nothing behind.
	await expect( page.getByText( 'eBay is not connected:' ).first() ).toBeVisible();
	expect( agent( 'GET', '/v1/channels' ).items ).toEqual( [] );
	await page.getByLabel( 'Client secret' ).fill( 'sim-client-secret' );
	await page.getByRole( 'button', { name: 'Connect and check' } ).click();

	// The shop was read meanwhile, without anybody having asked for it.
	await expect( page.getByText( '3 of 4 listings are matched' ).first() ).toBeVisible();
	await expect( page.getByText( 'to 1 nothing in the shop has the SKU' ).first() ).toBeVisible();
	expect( agent( 'GET', '/v1/status' ).shop.state ).toBe( 'whole' );
	await looksRight( page, 'newcomer-match' );
	// The browser is closed, and opened again by the way of the overview.
	await page.goto( `${ url }/wp-admin/admin.php?page=onhand#/` );
	await page.reload();
	await page.getByRole( 'link', { name: 'Go on with the set-up' } ).click();
	await expect( page.getByRole( 'row' ).filter( { hasText: 'MUG-02' } ) ).toContainText( '12' );
	await page.goBack();
	await page.goto( `${ url }/wp-admin/admin.php?page=onhand#/setup/ebay/match` );
	await page.reload();
	await expect( page.getByText( '3 of 4 listings are matched' ).first() ).toBeVisible();
	await step( 'next', page.getByRole( 'button', { name: 'Next' } ).click() );
	await expect( page.getByRole( 'row' ).filter( { hasText: 'MUG-01' } ) ).toContainText( '11' );
	await step( 'go live', page.getByRole( 'button', { name: 'Go live' } ).click() );
	await expect( page.getByText( 'is live: from now on it shows what your shop has.' ).first() ).toBeVisible();
	base.info().annotations.push( { type: 'steps', description: steps.join( ', ' ) } );
	expect( steps.length, `clicks and fields: ${ steps.join( ', ' ) }` ).toBeLessThanOrEqual( 11 );

	const shown = await send( `${ sim.url }/_sim/wait`, 'POST', {
		ebay: { 'MUG-01': 11, 'MUG-02': 12, 'SHIRT-M': 9, 'MUG-O3': 5 },
		timeout_ms: 15000,
	} );
	expect( shown.missing ).toEqual( [] );
	// Nobody has told the agent where the shop is, and what is sold comes home all the same.
	const outlet = sim.outlets[ 0 ];
	agent( 'POST', '/v1/channels', {
		name: 'outlet',
		kind: 'woocommerce',
		config: { endpoint: outlet.url, consumer_key: 'ck_simulated' },
		secrets: { consumer_secret: 'cs_simulated', webhook_secret: 'sim-webhook-secret' },
	} );
	agent( 'POST', '/v1/channels/outlet/orders', { mode: 'order' } );
	await send( `${ outlet.door }/stock`, 'POST', { sku: 'MUG-04', quantity: 9 } );
	agent( 'POST', '/v1/listings/auto-match', { channel: 'outlet' } );
	await send( `${ outlet.door }/sell`, 'POST', { lines: [ [ 'MUG-04', 2 ] ], currency: 'USD' } );
	agent( 'POST', '/v1/channels/outlet/orders/ask' );
	settle();
	const [ mug ] = await send( `${ url }/wp-json/wc/v3/products?sku=MUG-04`, 'GET', undefined, {
		Authorization: `Basic ${ Buffer.from( `admin:${ APPLICATION_PASSWORD }` ).toString( 'base64' ) }`,
	} );
	expect( mug.stock_quantity ).toBe( 12 );
} );
