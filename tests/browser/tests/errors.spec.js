import { expect, shop, test } from './shop.js';

// How the program is made, what it asked of a database, and what is nobody else's business.
const JARGON = [
	/stack trace/i,
	/Fatal error|Uncaught|panicked/,
	/\.php\b|\.rs\b/,
	/SQLSTATE|\bSELECT\b/,
	/Invalid parameter|additionalProperties|rest_invalid/,
	/\[A-Z\]|\\d|\{\d+,\d*\}/,
	/cs_wrong|ck_wrong|cs_simulated/,
	/invalid type|expected i64|at line \d+ column/,
];

/** These words are on the page, and none that only a programmer understands. */
async function says( page, sentence ) {
	await expect( page.getByText( sentence ).first() ).toBeVisible();
	const text = await page.locator( 'body' ).innerText();
	for ( const one of JARGON ) {
		expect( text ).not.toMatch( one );
	}
}

/** What the browser itself says below a field that it does not send. */
const refused = ( field ) => field.evaluate( ( input ) => input.validationMessage );

const WHOLE = 'The two nearest valid values are 2 and 3.';

test.describe( 'what a merchant gets wrong is said in words', () => {
	test.use( { expectedErrors: [ '400', '404', '502' ] } );

	test( 'prices in no currency', async ( { page, open } ) => {
		await open( 'settings' );
		const ebay = page.locator( '.components-card' ).filter( { has: page.getByRole( 'heading', { name: 'ebay', exact: true } ) } );
		await ebay.getByLabel( 'Prices follow those of the shop' ).check();
		await ebay.getByLabel( 'Currency of the channel' ).fill( 'money' );
		await ebay.getByRole( 'button', { name: 'Save prices' } ).click();
		await says( page, 'rule.currency: It must be the three letters of a currency, such as EUR, not “MONEY”.' );
		await expect( ebay.getByLabel( 'Currency of the channel' ) ).toHaveAttribute( 'aria-invalid', 'true' );
		await expect( ebay.getByText( 'It must be the three letters of a currency', { exact: false } ) ).toBeVisible();
		await ebay.getByLabel( 'Currency of the channel' ).fill( 'eur' );
		await ebay.getByLabel( 'And so much more' ).fill( 'a bit' );
		await ebay.getByRole( 'button', { name: 'Save prices' } ).click();
		await says( page, 'rule.add: It must be a number, such as 10 or 0.99, not “a bit”.' );
		await expect( ebay.getByLabel( 'Currency of the channel' ) ).not.toHaveAttribute( 'aria-invalid', 'true' );
		expect( shop.agent( 'GET', '/v1/channels' ).items.find( ( one ) => one.name === 'ebay' ).prices ).toBeNull();
	} );

	test( 'a story of what is not there', async ( { page, open } ) => {
		await open( 'story/NO-SUCH' );
		await says( page, 'no variation has the SKU NO-SUCH' );
		await open( 'item/999999' );
		await says( page, 'there is no variation #999999' );
		await open( 'item/mug' );
		await says( page, 'item: It must be a whole number, such as 3, not “mug”.' );
	} );

	test( 'rules for nothing, and for half a unit', async ( { page, open } ) => {
		await open( 'rules' );
		await page.getByLabel( 'For' ).selectOption( { label: 'the SKU' } );
		const [ sku, kept ] = [ page.getByLabel( 'the SKU' ), page.getByLabel( 'Keep back' ) ];
		await kept.fill( '2.5' );
		for ( const name of [ 'See what it would do', 'Try on ten listings first' ] ) {
			await sku.fill( '' );
			await page.getByRole( 'button', { name } ).click();
			await expect( sku ).toBeFocused();
			expect( await refused( sku ) ).toBe( 'Please fill out this field.' );
			await sku.fill( 'NO-SUCH' );
			await page.getByRole( 'button', { name } ).click();
			await expect( kept ).toBeFocused();
			expect( await refused( kept ) ).toContain( WHOLE );
		}
		await kept.fill( '2' );
		await page.getByRole( 'button', { name: 'See what it would do' } ).click();
		await says( page, 'no variation has the SKU NO-SUCH' );
	} );

	test( 'half a unit kept back, and a listing linked to nothing', async ( { page, open } ) => {
		await shop.list( [ 'MUG-36' ] );
		await open( 'listings' );
		await page.getByRole( 'searchbox' ).fill( 'MUG-36' );
		const row = page.locator( '.dataviews-view-table tbody tr' ).filter( { hasText: 'ebay' } ).filter( { hasText: 'MUG-36' } );
		const act = async ( name ) => {
			await row.getByRole( 'button', { name: 'Actions' } ).click();
			await page.getByRole( 'menuitem', { name } ).click();
		};
		await act( 'Keep back…' );
		const kept = page.getByLabel( 'Keep back, of each of 1' );
		await kept.fill( '2.5' );
		await page.getByRole( 'button', { name: 'Set', exact: true } ).click();
		expect( await refused( kept ) ).toContain( WHOLE );
		await page.keyboard.press( 'Escape' );
		await act( 'Link to another variation…' );
		await page.getByLabel( 'SKU of the variation in the shop' ).fill( 'NO-SUCH' );
		await page.getByRole( 'button', { name: 'Link', exact: true } ).click();
		await says( page, 'no variation has the SKU NO-SUCH' );
	} );

	test( 'mail to nobody, and half a night', async ( { page, open } ) => {
		await open( 'alerts' );
		await page.getByLabel( 'Mail to' ).fill( 'nobody' );
		await page.getByRole( 'button', { name: 'Save' } ).click();
		await says( page, 'nobody is no e-mail address.' );
		await page.getByLabel( 'Mail to' ).fill( '' );
		await page.getByLabel( 'Nobody is mailed from' ).fill( '22:00' );
		await page.getByRole( 'button', { name: 'Save' } ).click();
		await says( page, 'Quiet hours have a beginning and an end.' );
	} );

	test( 'stock that goes where it cannot', async ( { page, open } ) => {
		for ( const [ id, name ] of [ [ 'main', 'Warehouse' ], [ 'shop', 'Corner shop' ] ] ) {
			await shop.rest( 'POST', '/onhand/v1/locations', { id, name } );
		}
		try {
			await open( 'locations' );
			const transfer = page.getByRole( 'button', { name: 'Transfer', exact: true } );
			const sku = page.getByLabel( 'SKU' ).first();
			await transfer.click();
			expect( await refused( sku ) ).toBe( 'Please fill out this field.' );
			await sku.fill( 'NO-SUCH' );
			await transfer.click();
			await says( page, 'There is no product or variation with the SKU NO-SUCH.' );
		} finally {
			await shop.rest( 'POST', '/onhand/v1/locations/remove', { id: 'shop' } );
			await shop.rest( 'POST', '/onhand/v1/locations/remove', { id: 'main' } );
		}
	} );

	test( 'credentials that are not right', async ( { page, open } ) => {
		await open( 'setup' );
		await page.getByLabel( 'Marketplace' ).selectOption( { label: 'WooCommerce (another store)' } );
		await page.getByLabel( 'Endpoint' ).fill( shop.outletUrl );
		await page.getByLabel( 'Consumer key' ).fill( 'ck_wrong' );
		await page.getByLabel( 'Consumer secret' ).fill( 'cs_wrong' );
		await page.getByRole( 'button', { name: 'Connect and check' } ).click();
		await says( page, 'is not connected:' );
	} );

	test( 'a request that is wrong, field by field', async () => {
		const answer = async ( method, path, body ) => {
			try {
				await shop.rest( method, `/onhand/v1${ path }`, body );
			} catch ( error ) {
				return JSON.parse( error.message.slice( error.message.indexOf( '{' ) ) );
			}
			throw new Error( `${ path } was taken` );
		};
		const decimal = await answer( 'POST', '/rules', { set: { buffer: 2.5 } } );
		expect( decimal.detail ).toBe( 'set.buffer: It must be a whole number, such as 3, not 2.5.' );
		expect( decimal.errors ).toEqual( [ { field: 'set.buffer', detail: 'It must be a whole number, such as 3, not 2.5.' } ] );
		expect( decimal.message ).toBe( decimal.detail );
		expect( ( await answer( 'POST', '/rules', { set: { percent: 200 } } ) ).detail ).toBe( 'set.percent: It must be between 0 and 100, not 200.' );
		expect( ( await answer( 'POST', '/rules/careful', { change: { what: 1 } } ) ).detail ).toContain( 'change.what: There is no such field; there are channel, sku' );
		expect( ( await answer( 'POST', '/jobs', { what: 'cook' } ) ).detail ).toBe( 'channel: It is needed.' );
		expect( ( await answer( 'POST', '/jobs', { what: 'cook', channel: 'ebay' } ) ).detail ).toBe( 'what: It must be one of match, compare, not “cook”.' );
		expect( ( await answer( 'GET', '/explain?sku=' ) ).detail ).toBe( 'sku: It must not be empty.' );
		expect( ( await answer( 'GET', '/explain' ) ).detail ).toContain( 'name a sku or an item' );
		const secret = await answer( 'POST', '/channels', { name: 'x', kind: 'ebay', secrets: { token: 7 } } );
		expect( secret.detail ).toBe( 'secrets.token: It must be a text.' );
	} );
} );

test.describe( 'without the agent', () => {
	test.use( { expectedErrors: [ '502', '503' ] } );
	test.beforeEach( () => shop.service( 'agent', 'stop' ) );
	test.afterEach( () => shop.service( 'agent', 'start' ) );
	test( 'every screen says that it does not answer, and what becomes of the stock', async ( { page, open } ) => {
		for ( const screen of [ '', 'listings', 'orders', 'issues', 'reorder', 'rules', 'settings', 'activity', 'story/MUG-01' ] ) {
			await open( screen );
			await says( page, 'Stock changes wait in the journal and are sent when it is back.' );
			await expect( page.getByRole( 'button', { name: 'Try again' } ).first() ).toBeVisible();
		}
		shop.service( 'agent', 'start' );
		await open( 'listings' );
		await expect( page.getByRole( 'button', { name: 'Try again' } ) ).toHaveCount( 0 );
	} );
} );
