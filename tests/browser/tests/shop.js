import AxeBuilder from '@axe-core/playwright';
import { expect, test as base } from '@playwright/test';
import { execFileSync } from 'node:child_process';
import { appendFileSync, readdirSync, readFileSync } from 'node:fs';

const dir = process.env.ONHAND_SHOP;
/** What is to be known to talk to the shop in a folder. */
export const envOf = ( folder ) =>
	Object.fromEntries(
		readFileSync( `${ folder }/shop.env`, 'utf8' )
			.split( '\n' )
			.filter( Boolean )
			.map( ( line ) => {
				const at = line.indexOf( '=' );
				return [ line.slice( 0, at ), line.slice( at + 1 ) ];
			} )
	);
/** The marketplaces that stand beside it. */
export const simOf = ( folder ) =>
	JSON.parse( readFileSync( `${ folder }/log/sim.out`, 'utf8' ) );
const env = envOf( dir );
const outlet = simOf( dir ).outlets[ 0 ];
const PASSWORDS = { admin: env.ADMIN_PASSWORD, anna: 'anna', bert: 'bert' };

export async function send( url, method, body, headers = {} ) {
	const answer = await fetch( url, {
		method,
		body: body === undefined ? undefined : JSON.stringify( body ),
		headers: { 'Content-Type': 'application/json', ...headers },
	} );
	const text = await answer.text();
	if ( ! answer.ok ) {
		throw new Error( `${ method } ${ url }: ${ answer.status } ${ text }` );
	}
	return text === '' ? null : JSON.parse( text );
}

/** The agent beside the shop in a folder. */
export function agentOf( folder ) {
	return ( method, path, body ) => {
		const args = [ '-sS', '--fail-with-body', '--unix-socket', `${ folder }/run/agent.sock`, '-X', method ];
		if ( body !== undefined ) {
			args.push( '-H', 'Content-Type: application/json', '--data', JSON.stringify( body ) );
		}
		const text = execFileSync( 'curl', [ ...args, `http://onhand${ path }` ], { encoding: 'utf8' } );
		return text === '' ? null : JSON.parse( text );
	};
}

/** The shop, its agent and the marketplaces, from outside. */
export const shop = {
	url: env.URL,
	rest: ( method, path, body ) =>
		send( `${ env.URL }/wp-json${ path }`, method, body, {
			Authorization: `Basic ${ Buffer.from(
				`admin:${ env.APPLICATION_PASSWORD }`
			).toString( 'base64' ) }`,
		} ),
	agent: agentOf( dir ),
	/** Half a record, as a writer that was killed leaves it. */
	tear: () => {
		const segment = readdirSync( `${ dir }/journal` ).filter( ( name ) => name.endsWith( '.v1.ohj' ) ).sort().at( -1 );
		appendFileSync( `${ dir }/journal/${ segment }`, '\x1EO1 000000ff 00000000 {"v":1,' );
	},
	settle: () => shop.agent( 'POST', '/v1/settle', { timeout_ms: 15000 } ),
	service: ( name, action, settings = {} ) =>
		execFileSync( process.env.ONHAND_SERVICE, [ dir, name, action ], {
			stdio: 'ignore',
			env: { ...process.env, ...settings },
		} ),
	sim: ( path, body ) =>
		send( `${ process.env.ONHAND_SIM }/_sim${ path }`, 'POST', body ),
	outlet: ( path, body ) => send( `${ outlet.door }${ path }`, 'POST', body ),
	outletUrl: outlet.url,
	/** Both marketplaces list these, and the agent knows which is which. */
	async list( asked ) {
		// Seeded twice, a SKU would be another offer, and the one that is linked would be gone.
		const skus = asked.filter( ( sku ) => shop.agent( 'GET', `/v1/listings?sku=${ sku }` ).items.length === 0 );
		if ( skus.length === 0 ) {
			return;
		}
		await shop.sim( '/shopify/seed', {
			products: skus.map( ( sku ) => ( { title: sku, variants: [ { sku, quantity: 0 } ] } ) ),
		} );
		await shop.sim( '/ebay/seed', {
			items: skus.map( ( sku ) => ( { sku, quantity: 0 } ) ),
		} );
		shop.settle();
		for ( const channel of [ 'shopify', 'ebay' ] ) {
			shop.agent( 'POST', '/v1/listings/auto-match', { channel } );
		}
		shop.settle();
	},
	async stock( sku, quantity ) {
		const [ product ] = await shop.rest( 'GET', `/wc/v3/products?sku=${ sku }` );
		await shop.rest( 'PUT', `/wc/v3/products/${ product.id }`, { stock_quantity: quantity } );
	},
};

export async function login( page, user, url = shop.url, password = PASSWORDS[ user ] ) {
	await page.goto( `${ url }/wp-login.php` );
	await page.getByLabel( 'Username or Email Address' ).fill( user );
	await page.getByLabel( 'Password', { exact: true } ).fill( password );
	await page.getByRole( 'button', { name: 'Log In' } ).click();
	await page.waitForURL( /wp-admin|my-account/ );
}

/** A page whose console stays clean, and which is left when the test is done. */
export const test = base.extend( {
	user: [ 'admin', { option: true } ],
	/** What the test makes happen on purpose may be said in the console. */
	expectedErrors: [ [], { option: true } ],
	page: async ( { page, user, expectedErrors }, use ) => {
		const said = [];
		page.on( 'console', ( message ) => {
			// WooCommerce's own fireworks above an early order stumble where they are not seen.
			if ( message.type() === 'error' && ! message.location().url.includes( 'order-milestone-easter-egg' ) ) {
				said.push( `${ message.text() } (${ message.location().url })` );
			}
		} );
		page.on( 'pageerror', ( error ) => said.push( String( error ) ) );
		await login( page, user );
		await use( page );
		const unexpected = said.filter(
			( text ) => ! expectedErrors.some( ( one ) => text.includes( one ) )
		);
		expect( unexpected, 'the browser console' ).toEqual( [] );
	},
	open: async ( { page }, use ) => {
		await use( ( hash = '' ) =>
			page.goto( `${ shop.url }/wp-admin/admin.php?page=onhand#/${ hash }` )
		);
	},
} );

/** No finding that keeps somebody from using it, dialogs and menus among it, and a picture of it. */
export async function looksRight( page, name ) {
	const axe = new AxeBuilder( { page } );
	// What WordPress itself puts around every screen.
	for ( const frame of [ '#adminmenumain', '#wpadminbar', '#wpfooter' ] ) {
		axe.exclude( frame );
	}
	const { violations } = await axe.analyze();
	const serious = violations
		.filter( ( one ) => [ 'serious', 'critical' ].includes( one.impact ) )
		.map( ( one ) => `${ one.id }: ${ one.nodes.map( ( node ) => node.html ).join( ' | ' ) }` );
	expect( serious, `axe on ${ name }` ).toEqual( [] );
	// For a picture of all of a page the window is made larger for a moment, and an open dialog closes on that.
	const fullPage = ( await page.getByRole( 'dialog' ).count() ) === 0;
	await page.screenshot( { path: `screens/${ name }.png`, fullPage } );
}

/** Nothing sticks out at the side of a telephone. */
export async function fitsTelephone( page, name ) {
	await page.setViewportSize( { width: 360, height: 740 } );
	const wide = await page.evaluate( () =>
		[ ...document.querySelectorAll( '#onhand-app *' ) ]
			.filter( ( element ) => {
				const box = element.getBoundingClientRect();
				// What is there for readers alone has no place on it.
				return (
					box.width > 0 &&
					box.right > window.innerWidth + 1 &&
					! element.closest( '.screen-reader-text, thead' )
				);
			} )
			.map( ( element ) => element.outerHTML.slice( 0, 120 ) )
	);
	expect( wide, `${ name } at 360 px` ).toEqual( [] );
	await page.screenshot( { path: `screens/${ name }-360.png`, fullPage: true } );
	await page.setViewportSize( { width: 1280, height: 900 } );
}

export { expect };
