<?php
/**
 * A burst of orders into the real shop: other stores sell, the agent brings the orders home, and a shopper looks at a
 * product page all the while.
 *   ONHAND_SHOP=DIRECTORY php burst.php ORDERS > burst.json
 */

declare( strict_types=1 );

namespace Onhand\Tests\WordPress;

require dirname( __DIR__ ) . '/wordpress/bootstrap.php';

const PRODUCTS = 20;
const IDLE     = 100;

$orders = (int) $argv[1];
$shop   = Shop::get();
$agent  = new Agent( $shop->env( 'AGENT_SOCKET' ) );
$rest   = new Rest( $shop );
$said   = json_decode( file_get_contents( "{$shop->dir}/log/sim.out" ), true );
$doors  = array_map( static fn( array $store ): Http => new Http( $store['door'] ), $said['outlets'] );

$create = array();
for ( $number = 1; $number <= PRODUCTS; $number++ ) {
	$create[] = array( 'name' => "Burst $number", 'sku' => "BURST-$number", 'regular_price' => '10', 'manage_stock' => true, 'stock_quantity' => $orders );
	foreach ( $doors as $door ) {
		$door->json( 'POST', '/stock', array( 'sku' => "BURST-$number", 'quantity' => $orders ) )->ok();
	}
}
$made = $rest->send( 'POST', '/wc/v3/products/batch', array( 'create' => $create ) )['create'];
$page = parse_url( $made[0]['permalink'] );
$path = $page['path'] . ( isset( $page['query'] ) ? "?{$page['query']}" : '' );
$look = static function () use ( $shop, $path ): float {
	$begun = hrtime( true );
	( new Http( $shop->url() ) )->send( 'GET', $path )->ok();
	return ( hrtime( true ) - $begun ) / 1000;
};

$shop->wp( 'onhand', 'connect' );
foreach ( $said['outlets'] as $number => $store ) {
	$agent->post(
		'/v1/channels',
		array(
			'name'    => "outlet-$number",
			'kind'    => 'woocommerce',
			'config'  => array( 'endpoint' => $store['url'], 'consumer_key' => 'ck_simulated' ),
			'secrets' => array( 'consumer_secret' => 'cs_simulated' ),
		)
	);
	$agent->post( "/v1/channels/outlet-$number/orders", array( 'mode' => 'order' ) );
	$agent->settle();
	$agent->post( '/v1/listings/auto-match', array( 'channel' => "outlet-$number" ) );
}
$agent->settle();

array_map( $look, range( 1, 10 ) );
$idle = array_map( $look, range( 1, IDLE ) );
for ( $number = 0; $number < $orders; $number++ ) {
	$doors[ $number % count( $doors ) ]->json( 'POST', '/sell', array( 'lines' => array( array( 'BURST-' . ( $number % PRODUCTS + 1 ), 1 ) ), 'currency' => 'USD' ) )->ok();
}
$begun = hrtime( true );
// All at once, and nobody waits for the answers.
foreach ( array_keys( $said['outlets'] ) as $number ) {
	exec( sprintf( 'curl -s --unix-socket %s -X POST http://onhand/v1/channels/outlet-%d/orders/ask >/dev/null 2>&1 &', escapeshellarg( $shop->env( 'AGENT_SOCKET' ) ), $number ) );
}
$busy = array();
$came = static fn(): int => (int) $shop->db()->query( "SELECT COUNT(*) FROM wp_wc_orders WHERE type = 'shop_order'" )->fetch_row()[0];
do {
	$busy[]   = $look();
	$channels = array_filter( $agent->get( '/v1/status' )['channels'], static fn( array $channel ): bool => str_starts_with( $channel['name'], 'outlet-' ) );
	$parked   = array_sum( array_column( $channels, 'orders_parked' ) );
} while ( $came() < $orders && 0 === $parked );
$seconds = ( hrtime( true ) - $begun ) / 1e9;

$agent->settle( 60_000 );
$sold = 0;
foreach ( $rest->send( 'GET', '/wc/v3/products?per_page=100&search=Burst' ) as $product ) {
	$sold += $orders - (int) $product['stock_quantity'];
}
if ( $sold !== $orders || $came() !== $orders || 0 !== $parked ) {
	fwrite( STDERR, "$orders orders, $sold units gone, {$came()} came, $parked parked\n" );
	exit( 1 );
}
preg_match( '/^VmHWM:\s+(\d+)/m', file_get_contents( '/proc/' . trim( file_get_contents( "{$shop->dir}/run/agent.pid" ) ) . '/status' ), $peak );
$memory = (int) $peak[1] / 1024;
echo json_encode( compact( 'idle', 'busy', 'orders', 'seconds', 'memory' ) ), "\n";
