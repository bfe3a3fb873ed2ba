import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import { expect, fitsTelephone, looksRight, shop, test } from './shop.js';

/** A service of the merchant's: keeps what it is told, and wakes who waits for it. */
async function service() {
	const heard = [];
	const waiting = [];
	const server = createServer( ( request, answer ) => {
		let body = '';
		request.on( 'data', ( part ) => ( body += part ) );
		request.on( 'end', () => {
			heard.push( { headers: request.headers, body } );
			answer.end();
			waiting.splice( 0 ).forEach( ( wake ) => wake() );
		} );
	} );
	await new Promise( ( ready ) => server.listen( 0, '127.0.0.1', ready ) );
	return {
		url: `http://127.0.0.1:${ server.address().port }/hears`,
		heard,
		async until( wanted ) {
			while ( ! heard.some( wanted ) ) {
				await new Promise( ( wake ) => waiting.push( wake ) );
			}
			return heard.find( wanted );
		},
		end: () => server.close(),
	};
}

/** As https://www.standardwebhooks.com has it. */
function signed( { headers, body }, secret ) {
	const text = `${ headers[ 'webhook-id' ] }.${ headers[ 'webhook-timestamp' ] }.${ body }`;
	const key = Buffer.from( secret.replace( /^whsec_/, '' ), 'base64' );
	return `v1,${ createHmac( 'sha256', key ).update( text ).digest( 'base64' ) }`;
}

test( 'another service hears of what happens, signed, and again when it is asked to', async ( { page, open } ) => {
	const erp = await service();
	await open( 'webhooks' );
	await page.getByLabel( 'Address of another service' ).fill( erp.url );
	await page.getByLabel( 'A quantity changed' ).check();
	await page.getByRole( 'button', { name: 'Tell it' } ).click();
	const secret = await page.locator( '.components-notice code' ).textContent();
	expect( secret ).toMatch( /^whsec_/ );
	const row = page.getByRole( 'row' ).filter( { hasText: erp.url } ).first();
	await expect( row ).toContainText( 'A quantity changed' );

	await row.getByRole( 'button', { name: 'Test' } ).click();
	const trial = await erp.until( () => true );
	expect( trial.headers[ 'webhook-signature' ] ).toBe( signed( trial, secret ) );

	await shop.stock( 'MUG-43', 31 );
	const change = await erp.until( ( { body } ) => body.includes( 'MUG-43' ) );
	expect( change.headers[ 'webhook-signature' ] ).toBe( signed( change, secret ) );
	const told = page.getByRole( 'row' ).filter( { hasText: 'stock.changed' } ).first();
	await expect( told ).toContainText( 'Told' );

	const id = change.headers[ 'webhook-id' ];
	await told.getByRole( 'button', { name: /Tell again/ } ).click();
	await erp.until( ( one ) => one !== change && one.headers[ 'webhook-id' ] === id );
	await looksRight( page, 'webhooks' );
	await fitsTelephone( page, 'webhooks' );

	await row.getByRole( 'button', { name: 'Turn off' } ).click();
	await expect( row ).toContainText( 'Off' );
	await row.getByRole( 'button', { name: 'Turn on' } ).click();
	await expect( row ).toContainText( 'Running' );
	await row.getByRole( 'button', { name: 'Remove' } ).click();
	await expect( row ).toHaveCount( 0 );
	// Once, and never again.
	await page.reload();
	await expect( page.getByText( 'Channels tell this shop' ) ).toBeVisible();
	await expect( page.getByText( secret ) ).toHaveCount( 0 );
	erp.end();
} );

test.describe( 'what is no address', () => {
	test.use( { expectedErrors: [ '400' ] } );
	test( 'is refused in words', async ( { page, open } ) => {
		await open( 'webhooks' );
		await page.getByLabel( 'Address of another service' ).fill( 'ftp://erp.example/' );
		await page.getByRole( 'button', { name: 'Tell it' } ).click();
		await expect( page.locator( '.components-snackbar' ) ).toContainText( 'http' );
	} );
} );

test( 'each channel has an address of its own for its webhooks', async ( { page, open } ) => {
	await open( 'webhooks' );
	for ( const channel of [ 'shopify', 'ebay' ] ) {
		await expect( page.getByRole( 'row' ).filter( { hasText: `/webhooks/${ channel }/` } ) ).toContainText( channel );
	}
} );

test.describe( 'a shop manager', () => {
	test.use( { user: 'anna' } );
	test( 'sees what was told, and no address that is as good as a password', async ( { page, open } ) => {
		await open( 'webhooks' );
		await expect( page.getByText( 'This shop tells your other services' ) ).toBeVisible();
		await expect( page.getByText( 'Channels tell this shop' ) ).toHaveCount( 0 );
		await expect( page.getByLabel( 'Address of another service' ) ).toHaveCount( 0 );
	} );
} );
