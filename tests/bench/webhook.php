<?php
/**
 * From the stock write until WooCommerce's own webhook has arrived, with the queue runner kept running: the best case.
 * Arguments: samples, the listener's output file. Prints milliseconds as a JSON list.
 */

require __DIR__ . '/lib.php';
list( $samples, $file ) = $args;

$webhook = new WC_Webhook();
$webhook->set_props( array( 'name' => 'bench', 'status' => 'active', 'topic' => 'product.updated', 'delivery_url' => 'http://127.0.0.1:8080/', 'secret' => 'x', 'user_id' => 1 ) );
$webhook->save();
$webhook->enqueue();
$products = onhand_bench_products( 20 );
$latency  = array();
for ( $n = 0; $n < (int) $samples; $n++ ) {
	$product = wc_get_product( $products[ $n % count( $products ) ] );
	$written = microtime( true );
	$left    = wc_update_product_stock( $product, 1, 'decrease' );
	wc_webhook_execute_queue();
	$GLOBALS['wc_queued_webhooks'] = array();
	// The runner is started again and again, without a pause.
	for ( $run = 0; $run < 50; $run++ ) {
		ActionScheduler_QueueRunner::instance()->run( 'bench' );
		clearstatcache();
		if ( preg_match( '/^([\d.]+) ' . preg_quote( $product->get_sku(), '/' ) . " $left$/m", (string) file_get_contents( $file ), $found ) ) {
			$latency[] = round( ( (float) $found[1] - $written ) * 1000, 3 );
			break;
		}
	}
}
$webhook->delete( true );
echo wp_json_encode( $latency ), "\n";
