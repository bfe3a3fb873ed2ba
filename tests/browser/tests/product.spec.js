import { expect, looksRight, shop, test } from './shop.js';

test( 'the product says what channels show, and keeps some back from them', async ( { page } ) => {
	await shop.list( [ 'MUG-09' ] );
	await shop.stock( 'MUG-09', 12 );
	shop.settle();
	const [ mug ] = await shop.rest( 'GET', '/wc/v3/products?sku=MUG-09' );
	// WordPress's editor may ask whether its page is really to be left.
	page.on( 'dialog', ( dialog ) => dialog.accept() );
	const edit = async () => {
		await page.goto( `${ shop.url }/wp-admin/post.php?post=${ mug.id }&action=edit` );
		await page.getByRole( 'link', { name: 'Inventory' } ).click();
	};
	await edit();
	const chips = page.locator( '.onhand-chips' ).first();
	await expect( chips ).toContainText( 'shopify: 12' );
	await expect( chips ).toContainText( 'ebay: 12' );
	await page.getByLabel( 'Keep back from channels' ).fill( '3' );
	await page.getByRole( 'button', { name: 'Update', exact: true } ).click();
	await expect( page.getByText( 'Product updated.' ).first() ).toBeVisible();
	shop.settle();
	await edit();
	await expect( chips ).toContainText( 'shopify: 9' );
	await expect( page.getByLabel( 'Keep back from channels' ) ).toHaveValue( '3' );
	await page.screenshot( { path: 'screens/product.png', fullPage: true } );
	await chips.getByRole( 'link', { name: 'Why?' } ).click();
	await expect( page.getByRole( 'heading', { name: 'ebay shows 9' } ) ).toBeVisible();
	await expect( page.getByText( /less 3 of buffer/ ).first() ).toBeVisible();
	await looksRight( page, 'story-from-product' );
} );

test.describe( 'the list of products', () => {
	// WooCommerce's own placeholder was never made in this shop.
	test.use( { expectedErrors: [ 'woocommerce-placeholder' ] } );
	test( 'says on which channels each is', async ( { page } ) => {
		await shop.list( [ 'MUG-09', 'SHIRT-S', 'SHIRT-M' ] );
		await page.goto( `${ shop.url }/wp-admin/edit.php?post_type=product&s=Mug+9` );
		const mug = page.getByRole( 'row' ).filter( { hasText: 'MUG-09' } );
		await expect( mug.locator( '.column-onhand' ) ).toContainText( 'ebay' );
		await expect( mug.locator( '.column-onhand' ) ).toContainText( 'shopify' );
		await page.goto( `${ shop.url }/wp-admin/edit.php?post_type=product&s=Linen` );
		const shirt = page.getByRole( 'row' ).filter( { hasText: 'Linen shirt' } );
		await expect( shirt.locator( '.column-onhand' ) ).toContainText( 'shopify' );
	} );
} );
