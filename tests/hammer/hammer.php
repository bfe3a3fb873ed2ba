<?php
/**
 * One of many processes that change the stock of the same few products as fast as they can.
 *
 *   php hammer.php WORDPRESS_DIR UPDATES SEED MODE POOL...
 *
 * MODE is `deltas` (increase and decrease only) or `mixed` (with absolute sets among them). Prints one JSON line:
 * updates made, and for each pool the sum of the deltas that it applied.
 */

declare( strict_types = 1 );

if ( PHP_SAPI !== 'cli' || $argc < 6 ) {
	fwrite( STDERR, "usage: php hammer.php WORDPRESS_DIR UPDATES SEED deltas|mixed POOL...\n" );
	exit( 2 );
}
[ , $wordpress, $updates, $seed, $mode ] = $argv;
$pools = array_map( 'intval', array_slice( $argv, 5 ) );

$_SERVER['HTTP_HOST']       = 'localhost';
$_SERVER['SERVER_PROTOCOL'] = 'HTTP/1.1';
$_SERVER['REQUEST_METHOD']  = 'GET';
define( 'WP_USE_THEMES', false );
require $wordpress . '/wp-load.php';

mt_srand( (int) $seed );
$sums = array_fill_keys( $pools, 0 );
for ( $made = 0; $made < (int) $updates; $made++ ) {
	$pool = $pools[ mt_rand( 0, count( $pools ) - 1 ) ];
	$dice = mt_rand( 0, 99 );
	if ( 'mixed' === $mode && $dice < 10 ) {
		wc_update_product_stock( $pool, mt_rand( 0, 500 ), 'set' );
	} elseif ( $dice < 55 ) {
		$quantity = mt_rand( 1, 3 );
		wc_update_product_stock( $pool, $quantity, 'decrease' );
		$sums[ $pool ] -= $quantity;
	} else {
		$quantity = mt_rand( 1, 3 );
		wc_update_product_stock( $pool, $quantity, 'increase' );
		$sums[ $pool ] += $quantity;
	}
}
echo wp_json_encode( array( 'updates' => $made, 'sums' => $sums ) ), "\n";
