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
