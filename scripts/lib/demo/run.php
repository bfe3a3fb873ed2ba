<?php
/**
 * Started by scripts/demo when everything is up.
 *   php run.php woocommerce|simulated SHOP-DIRECTORY MARKETPLACES-URL
 */

declare( strict_types=1 );

namespace Onhand\Demo;

use Onhand\Tests\WordPress\Agent;
use Onhand\Tests\WordPress\Journal;
use Onhand\Tests\WordPress\Marketplaces;
use Onhand\Tests\WordPress\Shop;

require dirname( __DIR__, 3 ) . '/tests/wordpress/bootstrap.php';
foreach ( array( 'DemoShop', 'Catalogue', 'WooShop', 'SimulatedShop', 'Demo' ) as $part ) {
	require __DIR__ . "/$part.php";
}

list( , $kind, $dir, $url ) = $argv;
putenv( "ONHAND_SHOP=$dir" );
$agent = new Agent( "$dir/run/agent.sock" );
$shop  = 'woocommerce' === $kind ? new WooShop( Shop::get(), $agent ) : new SimulatedShop();
$demo = new Demo( $shop, new Journal( "$dir/journal" ), $agent, new Marketplaces( $url ) );
exit( $demo->run() ? 0 : 1 );
