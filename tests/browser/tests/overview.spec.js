import { expect, fitsTelephone, looksRight, shop, test } from './shop.js';

test( 'channels, their state, and what went on, while it goes on', async ( { page, open } ) => {
	await shop.list( [ 'MUG-01' ] );
	await open();
	const channels = page.getByRole( 'table' ).first();
	await expect( channels.getByRole( 'rowheader', { name: 'ebay' } ) ).toBeVisible();
	await expect( channels.getByRole( 'row', { name: /shopify/ } ) ).toContainText( 'Running' );
	// A stock change is on the chart without a reload.
	const changes = page.locator( 'figcaption .is-changes' );
	await expect( changes ).toContainText( 'stock change' );
	const before = parseInt( await changes.innerText(), 10 );
	await shop.stock( 'MUG-01', 77 );
	await expect( async () => {
		expect( parseInt( await changes.innerText(), 10 ) ).toBeGreaterThan( before );
	} ).toPass();
	await looksRight( page, 'overview' );
	await fitsTelephone( page, 'overview' );
} );

test( 'a channel is paused and resumed', async ( { page, open } ) => {
	await shop.list( [ 'MUG-02' ] );
	await open();
	const ebay = page.getByRole( 'row', { name: /ebay/ } );
	await ebay.getByRole( 'button', { name: 'Pause ebay' } ).click();
	await expect( page.getByText( 'is told nothing until you resume it', { exact: false } ).first() ).toBeVisible();
	await expect( ebay ).toContainText( 'Paused' );
	await expect( page.getByText( /needs? a look/ ).first() ).toBeVisible();
	await shop.stock( 'MUG-02', 5 );
	// It waits, and is counted.
	await expect( ebay.getByRole( 'cell' ).nth( 1 ) ).not.toHaveText( '0' );
	await ebay.getByRole( 'button', { name: 'Resume ebay' } ).click();
	await expect( ebay ).toContainText( 'Running' );
	await expect( ebay.getByRole( 'cell' ).nth( 1 ) ).toHaveText( '0' );
} );

test.describe( 'without an agent', () => {
	test.use( { expectedErrors: [ '503' ] } );
	test( 'it is said what to do, and it comes back by itself', async ( { page, open } ) => {
		shop.service( 'agent', 'stop' );
		try {
			await open();
			await expect( page.getByText( 'Start it with "systemctl start onhand".' ).first() ).toBeVisible();
			await looksRight( page, 'overview-no-agent' );
		} finally {
			shop.service( 'agent', 'start' );
		}
		await expect( page.getByRole( 'rowheader', { name: 'ebay' } ) ).toBeVisible();
		// What was read out stays in the page for screen readers, beside the screen.
		await expect( page.locator( '#onhand-app' ).getByText( 'systemctl start onhand' ) ).toHaveCount( 0 );
	} );
} );

test.describe( 'a shop manager', () => {
	test.use( { user: 'anna' } );
	test( 'sees it and may act', async ( { page, open } ) => {
		await open();
		await expect( page.getByRole( 'button', { name: 'Pause ebay' } ) ).toBeVisible();
	} );
} );

test.describe( 'a customer', () => {
	test.use( { user: 'bert', expectedErrors: [ '403', '401' ] } );
	test( 'sees nothing of it', async ( { page, open } ) => {
		await open();
		await expect( page.locator( '#onhand-app' ) ).toHaveCount( 0 );
		const answer = await page.request.get( `${ shop.url }/wp-json/onhand/v1/status` );
		expect( [ 401, 403 ] ).toContain( answer.status() );
	} );
} );
