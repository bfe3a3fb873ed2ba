<?php
/**
 * How long one stock update takes. Arguments: number of updates, then what is done after each:
 * nothing, flush (what Onhand does at the end of a request) or webhook (what WooCommerce's webhooks do there).
 * Prints the durations in microseconds as a JSON list.
 */

require __DIR__ . '/lib.php';
list( $updates, $after ) = $args;

$products = array_map( 'wc_get_product', onhand_bench_products( 20 ) );
$after    = match ( $after ) {
	'flush' => static fn() => Onhand\Plugin::get()->recorder->flush(),
	'webhook' => static function (): void {
		wc_webhook_execute_queue();
		$GLOBALS['wc_queued_webhooks'] = array();
	},
	default => static function (): void {},
};
$took = array();
for ( $n = -20; $n < (int) $updates; $n++ ) {
	$product = wc_get_product( $products[ abs( $n ) % count( $products ) ]->get_id() );
	$start   = hrtime( true );
	wc_update_product_stock( $product, 1, $n % 2 ? 'decrease' : 'increase' );
	$after();
	$duration = ( hrtime( true ) - $start ) / 1000;
	if ( $n >= 0 ) {
		$took[] = round( $duration, 1 );
	}
}
echo wp_json_encode( $took ), "\n";
