<?php
/**
 * How long one stock update takes, in turn: bare, with Onhand, and with WooCommerce's own `product.updated` webhook.
 * What each does at the end of a request is done after each update. Argument: updates of each kind.
 * Its last line is the durations in microseconds by kind: bare, onhand, webhook.
 */

require __DIR__ . '/lib.php';
list( $updates ) = $args;

$webhook = new WC_Webhook();
$webhook->set_props( array( 'name' => 'bench', 'status' => 'active', 'topic' => 'product.updated', 'delivery_url' => 'http://127.0.0.1:8080/', 'secret' => 'x', 'user_id' => 1 ) );
$webhook->save();
$webhook->enqueue();
// WooCommerce schedules a product once per request, and not again while it waits: here each update is a request.
$processed = new ReflectionProperty( WC_Webhook::class, 'processed' );
$forget    = static function () use ( $processed, $webhook ): void {
	$processed->setValue( $webhook, array() );
	$GLOBALS['wc_queued_webhooks'] = array();
	$GLOBALS['wpdb']->query( "DELETE FROM {$GLOBALS['wpdb']->prefix}actionscheduler_actions WHERE hook = 'woocommerce_deliver_webhook_async'" );
};

/** Does this callback belong to one of the two that are compared? */
$belongs = static function ( $callback, string $to ): bool {
	$owner = is_array( $callback ) ? ( is_object( $callback[0] ) ? get_class( $callback[0] ) : $callback[0] ) : '';
	if ( $callback instanceof Closure ) {
		$owner = (string) ( new ReflectionFunction( $callback ) )->getClosureScopeClass()?->getName();
	}
	return str_starts_with( $owner, $to );
};
/** All hooks without those of some owners. */
$without = static function ( string ...$owners ) use ( $belongs ): array {
	$hooks = array();
	foreach ( $GLOBALS['wp_filter'] as $name => $hook ) {
		$hooks[ $name ] = clone $hook;
		foreach ( $hook->callbacks as $priority => $callbacks ) {
			foreach ( $callbacks as $entry ) {
				foreach ( $owners as $owner ) {
					if ( $belongs( $entry['function'], $owner ) ) {
						$hooks[ $name ]->remove_filter( $name, $entry['function'], $priority );
					}
				}
			}
		}
	}
	return $hooks;
};
$kinds    = array(
	'bare'    => array( $without( 'Onhand\\', 'WC_Webhook' ), static function (): void {} ),
	'onhand'  => array( $without( 'WC_Webhook' ), static fn() => Onhand\Plugin::get()->recorder->flush() ),
	'webhook' => array( $without( 'Onhand\\' ), static fn() => wc_webhook_execute_queue() ),
);
$products = onhand_bench_products( 20 );
$order    = array_keys( $kinds );
$took     = array_fill_keys( array_keys( $kinds ), array() );
for ( $n = -20; $n < (int) $updates; $n++ ) {
	// None of them is always the one after another.
	shuffle( $order );
	foreach ( $order as $kind ) {
		list( $hooks, $after ) = $kinds[ $kind ];
		$GLOBALS['wp_filter']  = $hooks;
		$product               = wc_get_product( $products[ abs( $n ) % count( $products ) ] );
		$start                = hrtime( true );
		wc_update_product_stock( $product, 1, $n % 2 ? 'decrease' : 'increase' );
		$after();
		$duration = ( hrtime( true ) - $start ) / 1000;
		$forget();
		if ( $n >= 0 ) {
			$took[ $kind ][] = round( $duration, 1 );
		}
	}
}
$webhook->delete( true );
foreach ( $took as $kind => $durations ) {
	fprintf( STDERR, "%s: %.0f us at the median\n", $kind, onhand_bench_percentile( $durations, 0.5 ) );
}
echo wp_json_encode( $took ), "\n";
