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

test( 'an order that is a movement of the stock alone is sent by the rules, or from where a person says', async ( { page, open } ) => {
	const api = ( path, body ) => shop.rest( 'POST', `/onhand/v1${ path }`, body );
	await shop.stock( 'MUG-05', 15 );
	await shop.outlet( '/stock', { sku: 'MUG-05', quantity: 9 } );
	shop.agent( 'POST', '/v1/listings/auto-match', { channel: 'outlet' } );
	shop.agent( 'POST', '/v1/channels/outlet/orders', { mode: 'stock' } );
	await api( '/locations', { id: 'main', name: 'Warehouse' } );
	await api( '/locations', { id: 'shop', name: 'Corner shop' } );
	try {
		await api( '/locations/transfer', { sku: 'MUG-05', from: 'main', to: 'shop', units: 4 } );
		await api( '/routing', { rules: [ { name: 'Outlet', channels: [ 'outlet' ], locations: [ 'shop' ] } ] } );
		const { order } = await shop.outlet( '/sell', { lines: [ [ 'MUG-05', 2 ] ], currency: 'USD' } );
		ask();
		await open( 'orders' );
		const row = page.locator( '.dataviews-view-table tbody tr' ).filter( { hasText: `W${ order }` } );
		await expect( row ).toContainText( 'In the shop' );
		await expect( row ).toContainText( '2 × Mug 5: Corner shop' );
		await expect( row ).toContainText( 'rule "Outlet" names no other' );
		await row.getByRole( 'button', { name: 'Actions' } ).click();
		await page.getByRole( 'menuitem', { name: 'Sent from…' } ).click();
		const dialog = page.getByRole( 'dialog', { name: 'Sent from' } );
		await expect( dialog ).toContainText( '2 × Mug 5: Corner shop' );
		await expect( dialog ).toContainText( 'rule "Outlet" names no other' );
		await dialog.getByLabel( 'Send all of it from' ).selectOption( 'Warehouse' );
		await dialog.getByRole( 'button', { name: 'Send from there' } ).click();
		await expect( dialog ).toContainText( '2 × Mug 5: Warehouse' );
		await expect( dialog ).toContainText( 'admin decided: Warehouse sends it.' );
		await looksRight( page, 'orders-sent-from' );
		await page.keyboard.press( 'Escape' );
		await expect( row ).toContainText( '2 × Mug 5: Warehouse' );
	} finally {
		shop.agent( 'POST', '/v1/channels/outlet/orders', { mode: 'order' } );
		await api( '/locations/count', { sku: 'MUG-05', location: 'shop', units: 0 } );
		await api( '/routing', { rules: [] } );
		await api( '/locations/remove', { id: 'shop' } );
		await api( '/locations/remove', { id: 'main' } );
	}
} );

const orderRow = ( page, order ) => page.locator( '.dataviews-view-table tbody tr' ).filter( { hasText: `W${ order }` } );

const decide = async ( page, row, what ) => {
	await row.getByRole( 'button', { name: 'Actions' } ).click();
	await page.getByRole( 'menuitem', { name: what } ).click();
};

test( 'a person decides about what the shop did not take', async ( { page, open } ) => {
	await shop.stock( 'MUG-18', 1 );
	shop.settle();
	const sell = async ( sku, units, currency = 'USD' ) => ( await shop.outlet( '/sell', { lines: [ [ sku, units ] ], currency } ) ).order;
	// The outlet has sold what the shop no longer has, before it was kept in step.
	await shop.outlet( '/stock', { sku: 'MUG-18', quantity: 9 } );
	await shop.outlet( '/stock', { sku: 'MUG-LATE', quantity: 9 } );
	const [ oversold, unknown, foreign ] = [ await sell( 'MUG-18', 3 ), await sell( 'MUG-LATE', 1 ), await sell( 'MUG-18', 1, 'EUR' ) ];
	shop.agent( 'POST', '/v1/listings/auto-match', { channel: 'outlet' } );
	ask();
	await open( 'orders' );
	for ( const order of [ oversold, unknown, foreign ] ) {
		await expect( orderRow( page, order ) ).toContainText( 'Needs you' );
	}
	await decide( page, orderRow( page, oversold ), 'Sell below zero' );
	await expect( orderRow( page, oversold ) ).toContainText( 'In the shop' );
	const [ mug ] = await shop.rest( 'GET', '/wc/v3/products?sku=MUG-18' );
	expect( mug.stock_quantity ).toBe( -2 );
	await shop.rest( 'POST', '/wc/v3/products', { name: 'Late mug', sku: 'MUG-LATE', regular_price: '9', manage_stock: true, stock_quantity: 4 } );
	shop.settle();
	await decide( page, orderRow( page, unknown ), 'Try again' );
	await expect( orderRow( page, unknown ) ).toContainText( 'In the shop' );
	await decide( page, orderRow( page, foreign ), 'I have dealt with it' );
	await expect( page.getByText( `Order W${ foreign } is closed.` ).first() ).toBeVisible();
	await expect( orderRow( page, foreign ) ).toContainText( 'Dealt with' );
} );

test( 'orders are searched, filtered, and gone through page by page', async ( { page, open } ) => {
	await shop.outlet( '/stock', { sku: 'MUG-19', quantity: 90 } );
	shop.agent( 'POST', '/v1/listings/auto-match', { channel: 'outlet' } );
	await shop.stock( 'MUG-19', 90 );
	shop.settle();
	const orders = [];
	for ( let number = 0; number < 26; number++ ) {
		orders.push( ( await shop.outlet( '/sell', { lines: [ [ 'MUG-19', 1 ] ], currency: 'USD' } ) ).order );
	}
	ask();
	await open( 'orders' );
	await page.getByRole( 'searchbox' ).fill( 'mug-19' );
	const rows = page.locator( '.dataviews-view-table tbody tr' );
	await expect( rows ).toHaveCount( 25 );
	await expect( rows.filter( { hasText: 'MUG-19' } ) ).toHaveCount( 25 );
	await page.getByRole( 'button', { name: 'Older', exact: true } ).click();
	await expect( rows ).toHaveCount( 1 );
	await expect( page.getByRole( 'button', { name: 'Older', exact: true } ) ).toBeDisabled();
	await page.getByRole( 'button', { name: 'Newer', exact: true } ).click();
	await expect( rows ).toHaveCount( 25 );
	await page.getByRole( 'searchbox' ).fill( `W${ orders[ 3 ] }` );
	await expect( orderRow( page, orders[ 3 ] ) ).toHaveCount( 1 );
	await page.getByRole( 'searchbox' ).fill( 'nothing like it' );
	await expect( page.getByText( 'No order is like that.' ) ).toBeVisible();
	await page.getByRole( 'searchbox' ).fill( '' );
	await page.locator( '.dataviews-filters__container' ).getByRole( 'button', { name: 'State' } ).first().click();
	await page.getByRole( 'option', { name: 'Needs you', exact: true } ).click();
	await page.keyboard.press( 'Escape' );
	await expect( rows.filter( { hasText: 'In the shop' } ) ).toHaveCount( 0 );
} );

test( 'what sells is to be ordered before it is gone', async ( { page, open } ) => {
	const [ mug ] = await shop.rest( 'GET', '/wc/v3/products?sku=MUG-12' );
	await shop.rest( 'PUT', `/wc/v3/products/${ mug.id }`, { stock_quantity: 6 } );
	await shop.rest( 'POST', '/wc/v3/orders', { status: 'processing', line_items: [ { product_id: mug.id, quantity: 4 } ] } );
	shop.settle();
	await open( 'reorder' );
	const row = page.getByRole( 'row' ).filter( { hasText: 'MUG-12' } );
	// Four in its first day, two are left: half a day; 4 × (14 + 30) − 2.
	await expect( row ).toContainText( '0.5' );
	await expect( row ).toContainText( '174' );
	await looksRight( page, 'reorder' );
	await fitsTelephone( page, 'reorder' );
	await page.getByLabel( 'An order takes days' ).fill( '1' );
	await page.getByLabel( 'And should last days' ).fill( '1' );
	await expect( row ).toContainText( '6' );
} );
