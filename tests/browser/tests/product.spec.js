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
	await page.getByRole( 'group', { name: 'Do not sell on' } ).getByLabel( 'shopify' ).check();
	await page.getByRole( 'button', { name: 'Update', exact: true } ).click();
	await expect( page.getByText( 'Product updated.' ).first() ).toBeVisible();
	shop.settle();
	await edit();
	await expect( chips ).toContainText( 'shopify: 0' );
	await expect( chips ).toContainText( 'ebay: 9' );
	await page.getByRole( 'group', { name: 'Do not sell on' } ).getByLabel( 'shopify' ).uncheck();
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
	test( 'is narrowed to those on a channel, and to those on none', async ( { page } ) => {
		await shop.list( [ 'MUG-09' ] );
		await shop.rest( 'POST', '/wc/v3/products', { name: 'Jug of clay', sku: 'JUG-01', regular_price: '19', manage_stock: true, stock_quantity: 2 } );
		const narrow = async ( search, label ) => {
			await page.goto( `${ shop.url }/wp-admin/edit.php?post_type=product&s=${ search }` );
			await page.getByLabel( 'Filter by channel' ).selectOption( { label } );
			await page.getByRole( 'button', { name: 'Filter' } ).first().click();
		};
		const row = ( sku ) => page.getByRole( 'row' ).filter( { hasText: sku } );
		await narrow( 'Mug+9', 'On ebay' );
		await expect( row( 'MUG-09' ) ).toHaveCount( 1 );
		await narrow( 'Jug', 'On ebay' );
		await expect( page.getByText( 'No products found' ).first() ).toBeVisible();
		await narrow( 'Jug', 'On no channel' );
		await expect( row( 'JUG-01' ) ).toHaveCount( 1 );
		await narrow( 'Mug+9', 'On no channel' );
		await expect( row( 'MUG-09' ) ).toHaveCount( 0 );
		await narrow( 'Mug+9', 'Not in step' );
		await expect( row( 'MUG-09' ) ).toHaveCount( 0 );
	} );
	test( 'keeps back of several at once', async ( { page } ) => {
		await shop.list( [ 'MUG-16', 'MUG-17' ] );
		await page.goto( `${ shop.url }/wp-admin/edit.php?post_type=product&s=Mug+1` );
		for ( const number of [ 16, 17 ] ) {
			await page.getByRole( 'checkbox', { name: `Select Mug ${ number }`, exact: true } ).check();
		}
		await page.getByLabel( 'Select bulk action' ).first().selectOption( 'edit' );
		await page.getByRole( 'button', { name: 'Apply' } ).first().click();
		const form = page.locator( '#bulk-edit' );
		await form.locator( 'select[name=onhand_bulk_buffer]' ).selectOption( '1' );
		await form.locator( 'input[name=onhand_bulk_buffer_units]' ).fill( '5' );
		await form.getByRole( 'button', { name: 'Update' } ).click();
		await expect( page.getByText( /2 products updated/ ).first() ).toBeVisible();
		shop.settle();
		for ( const sku of [ 'MUG-16', 'MUG-17' ] ) {
			const told = await shop.rest( 'GET', `/onhand/v1/explain?sku=${ sku }` );
			expect( told.listings.map( ( one ) => told.quantity - one.desired ) ).toEqual( [ 5, 5 ] );
		}
	} );
} );
