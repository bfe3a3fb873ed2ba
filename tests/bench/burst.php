<?php
/**
 * A burst of orders into the real shop: another store sells, the agent brings the orders home, and a shopper looks at a
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
$door   = new Http( $said['outlet_door'] );

$create = array();
for ( $number = 1; $number <= PRODUCTS; $number++ ) {
	$create[] = array( 'name' => "Burst $number", 'sku' => "BURST-$number", 'regular_price' => '10', 'manage_stock' => true, 'stock_quantity' => $orders );
	$door->json( 'POST', '/stock', array( 'sku' => "BURST-$number", 'quantity' => $orders ) )->ok();
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
$agent->post(
	'/v1/channels',
	array(
		'name'    => 'outlet',
		'kind'    => 'woocommerce',
		'config'  => array( 'endpoint' => $said['outlet'], 'consumer_key' => 'ck_simulated' ),
		'secrets' => array( 'consumer_secret' => 'cs_simulated' ),
	)
);
$agent->post( '/v1/channels/outlet/orders', array( 'mode' => 'order' ) );
$agent->settle();
$agent->post( '/v1/listings/auto-match', array( 'channel' => 'outlet' ) );
$agent->settle();

array_map( $look, range( 1, 10 ) );
$idle = array_map( $look, range( 1, IDLE ) );
for ( $number = 0; $number < $orders; $number++ ) {
	$door->json( 'POST', '/sell', array( 'lines' => array( array( 'BURST-' . ( $number % PRODUCTS + 1 ), 1 ) ), 'currency' => 'USD' ) )->ok();
}
$begun = hrtime( true );
$agent->post( '/v1/channels/outlet/orders/ask' );
$busy = array();
do {
	$busy[]  = $look();
	$channel = array_column( $agent->get( '/v1/status' )['channels'], null, 'name' )['outlet'];
} while ( $channel['orders_waiting'] > 0 );
$seconds = ( hrtime( true ) - $begun ) / 1e9;

$agent->settle( 60_000 );
$sold = 0;
foreach ( $rest->send( 'GET', '/wc/v3/products?per_page=100&search=Burst' ) as $product ) {
	$sold += $orders - (int) $product['stock_quantity'];
}
if ( $sold !== $orders || 0 !== $channel['orders_parked'] ) {
	fwrite( STDERR, "$orders orders, $sold units gone, {$channel['orders_parked']} parked\n" );
	exit( 1 );
}
echo json_encode( compact( 'idle', 'busy', 'orders', 'seconds' ) ), "\n";
