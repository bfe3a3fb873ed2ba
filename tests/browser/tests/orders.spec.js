import { expect, fitsTelephone, looksRight, shop, test } from './shop.js';

test.beforeAll( () => {
	shop.agent( 'POST', '/v1/channels', {
		name: 'outlet',
		kind: 'woocommerce',
		config: { endpoint: shop.outletUrl, consumer_key: 'ck_simulated' },
		secrets: { consumer_secret: 'cs_simulated', webhook_secret: 'sim-webhook-secret' },
	} );
	shop.agent( 'POST', '/v1/channels/outlet/orders', { mode: 'order' } );
} );

const ask = () => {
	shop.agent( 'POST', '/v1/channels/outlet/orders/ask' );
	shop.settle();
};

test( 'what a channel sold is in the shop, and what cannot be waits for a person', async ( { page, open } ) => {
	await shop.outlet( '/stock', { sku: 'MUG-04', quantity: 9 } );
	shop.agent( 'POST', '/v1/listings/auto-match', { channel: 'outlet' } );
	shop.settle();
	await open( 'orders' );
	const { order } = await shop.outlet( '/sell', { lines: [ [ 'MUG-04', 2 ] ], currency: 'USD' } );
	ask();
	const row = page.locator( '.dataviews-view-table tbody tr' ).filter( { hasText: `W${ order }` } );
	await expect( row ).toContainText( 'In the shop' );
	await expect( row ).toContainText( '2 × MUG-04' );
	await row.getByRole( 'link', { name: /Order \d+/ } ).click();
	await expect( page.getByRole( 'heading', { name: /Order #?\d+/ } ).first() ).toBeVisible();

	const foreign = ( await shop.outlet( '/sell', { lines: [ [ 'MUG-04', 1 ] ], currency: 'EUR' } ) ).order;
	ask();
	await open( 'orders' );
	const parked = page.locator( '.dataviews-view-table tbody tr' ).filter( { hasText: `W${ foreign }` } );
	await expect( parked ).toContainText( 'Needs you' );
	await expect( parked ).toContainText( 'EUR' );
	await looksRight( page, 'orders' );
	await fitsTelephone( page, 'orders' );
	await open();
	await expect( page.getByRole( 'row', { name: /outlet/ } ) ).toContainText( '1 needs you' );
	await page.getByRole( 'link', { name: '1 needs you' } ).click();
	await parked.getByRole( 'button', { name: 'Actions' } ).click();
	await page.getByRole( 'menuitem', { name: 'Take its currency as it is' } ).click();
	await expect( parked ).toContainText( 'In the shop' );
} );
