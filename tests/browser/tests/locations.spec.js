import { expect, fitsTelephone, looksRight, shop, test } from './shop.js';

test.describe( 'several places', () => {
	test.use( { expectedErrors: [ '400' ] } );
	test( 'are named, stocked, and send orders by a rule', async ( { page, open } ) => {
		await open( 'locations' );
		await expect( page.getByText( 'The shop has one place' ) ).toBeVisible();
		const add = async ( id, name ) => {
			await page.getByLabel( 'Short name' ).fill( id );
			await page.getByLabel( 'Name', { exact: true } ).fill( name );
			await page.getByRole( 'button', { name: 'Add', exact: true } ).click();
		};
		await add( 'Main!', 'x' );
		await expect( page.getByText( 'lower-case letters, digits and dashes, such as main-warehouse' ).first() ).toBeVisible();
		await add( 'main', 'Warehouse' );
		await expect( page.getByRole( 'row', { name: /Warehouse/ } ) ).toContainText( 'has what is nowhere else' );
		await add( 'shop', 'Corner shop' );
		await expect( page.getByRole( 'row', { name: /Corner shop/ } ) ).toContainText( 'is for sale' );
		await page.getByLabel( 'SKU' ).fill( 'MUG-14' );
		await page.getByLabel( 'Units' ).fill( '4' );
		await page.getByRole( 'button', { name: 'Transfer', exact: true } ).click();
		await expect( page.getByText( '4 of MUG-14 went there.' ).first() ).toBeVisible();
		await page.getByLabel( 'Name of the rule' ).fill( 'From the shop' );
		await page.getByLabel( 'Locations, in order' ).fill( 'shop' );
		await page.getByRole( 'button', { name: 'Add rule' } ).click();
		await expect( page.getByRole( 'listitem' ).filter( { hasText: 'From the shop' } ) ).toContainText( 'every order → shop' );
		await looksRight( page, 'locations' );
		await fitsTelephone( page, 'locations' );
		// An order is sent from there, and says why; the story tells where the units are.
		const [ mug ] = await shop.rest( 'GET', '/wc/v3/products?sku=MUG-14' );
		const order = await shop.rest( 'POST', '/wc/v3/orders', { status: 'processing', line_items: [ { product_id: mug.id, quantity: 3 } ] } );
		await page.goto( `${ shop.url }/wp-admin/admin.php?page=wc-orders&action=edit&id=${ order.id }` );
		const panel = page.locator( '#onhand-route' );
		await expect( panel ).toContainText( '3 × Mug 14: Corner shop' );
		await expect( panel ).toContainText( 'Corner shop has everything' );
		await expect( page.locator( '#woocommerce-order-items' ) ).not.toContainText( '_onhand' );
		await page.screenshot( { path: 'screens/order.png', fullPage: true } );
		await open( 'story/MUG-14' );
		await expect( page.getByText( 'At shop' ) ).toBeVisible();
		await expect( page.getByRole( 'row' ).filter( { hasText: 'shop: -3' } ) ).toContainText( 'routed' );
		// Away again, so that the other tests have one place.
		await shop.rest( 'POST', '/onhand/v1/locations/count', { sku: 'MUG-14', location: 'shop', units: 0 } );
		await shop.rest( 'POST', '/onhand/v1/routing', { rules: [] } );
		await open( 'locations' );
		await page.getByRole( 'button', { name: 'Remove Corner shop' } ).click();
		await expect( page.getByRole( 'row', { name: /Corner shop/ } ) ).toHaveCount( 0 );
		await page.getByRole( 'button', { name: 'Remove Warehouse' } ).click();
		await expect( page.getByText( 'The shop has one place' ) ).toBeVisible();
	} );
} );
