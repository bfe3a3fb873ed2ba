import { expect, fitsTelephone, looksRight, shop, test } from './shop.js';

test.describe( 'a channel', () => {
	test.use( { expectedErrors: [ '400', '401', '403', '422', '502' ] } );
	test( 'whose credentials are refused gets new ones, and runs with its rules as before', async ( { page, open } ) => {
		await shop.list( [ 'MUG-41' ] );
		shop.agent( 'POST', '/v1/rules', { channel: 'ebay', set: { buffer: 1 } } );
		await shop.sim( '/ebay/behave', { mode: 'revoked' } );
		await shop.stock( 'MUG-41', 7 );
		await open( 'issues' );
		await page.getByRole( 'link', { name: 'New credentials' } ).click();
		const card = page.locator( '.components-card' ).filter( { has: page.getByRole( 'heading', { name: 'ebay', exact: true } ) } );
		// Only what changes is typed.
		await card.getByLabel( 'Client secret' ).fill( 'sim-client-secret' );
		await card.getByRole( 'button', { name: 'Check and keep' } ).click();
		await expect( card.getByText( 'ebay does not take them, and nothing has changed:' ).first() ).toBeVisible();
		await looksRight( page, 'settings-credentials' );
		await fitsTelephone( page, 'settings-credentials' );
		await shop.sim( '/ebay/behave', { mode: 'normal' } );
		await card.getByRole( 'button', { name: 'Check and keep' } ).click();
		await expect( card.getByText( /ebay takes them \(.+\), and runs\./ ).first() ).toBeVisible();
		await shop.settle();
		await open( 'story/MUG-41' );
		await expect( page.getByRole( 'heading', { name: 'ebay shows 6' } ) ).toBeVisible();
		shop.agent( 'POST', '/v1/rules', { channel: 'ebay', unset: [ 'buffer' ] } );
	} );

	test( 'that is not wanted any more is removed', async ( { page, open } ) => {
		shop.agent( 'POST', '/v1/channels', {
			name: 'old-outlet',
			kind: 'woocommerce',
			config: { endpoint: shop.outletUrl, consumer_key: 'ck_simulated' },
			secrets: { consumer_secret: 'cs_simulated', webhook_secret: 'sim-webhook-secret' },
			paused: true,
		} );
		await open();
		await expect( page.getByRole( 'row', { name: /old-outlet/ } ) ).toContainText( 'Being set up' );
		await open( 'settings' );
		await page.getByRole( 'button', { name: 'Remove this channel old-outlet' } ).click();
		const dialog = page.getByRole( 'dialog', { name: 'Remove old-outlet?' } );
		await expect( dialog ).toContainText( 'Its listings on the marketplace are left as they are' );
		await dialog.getByRole( 'button', { name: 'Keep it' } ).click();
		await page.getByRole( 'button', { name: 'Remove this channel old-outlet' } ).click();
		await dialog.getByRole( 'button', { name: 'Remove it' } ).click();
		await expect( page.getByRole( 'heading', { name: 'old-outlet' } ) ).toHaveCount( 0 );
		expect( shop.agent( 'GET', '/v1/channels' ).items.map( ( { name } ) => name ) ).not.toContain( 'old-outlet' );
	} );
} );
