<?php
/**
 * From the stock write to each marketplace's receipt of the new quantity. Arguments: samples, the marketplaces' URL.
 * Prints milliseconds as a JSON list.
 */

require __DIR__ . '/lib.php';
list( $samples, $url ) = $args;

$products = onhand_bench_products( 20 );
$written  = 0.0;
add_action(
	'woocommerce_updated_product_stock',
	static function () use ( &$written ): void {
		$written = microtime( true );
	},
	-100
);
$ask = static function ( string $method, string $path, ?array $body = null ) use ( $url ): array {
	$context = stream_context_create( array( 'http' => array( 'method' => $method, 'header' => 'Content-Type: application/json', 'content' => null === $body ? '' : wp_json_encode( $body ) ) ) );
	return json_decode( file_get_contents( $url . $path, false, $context ), true, 64, JSON_THROW_ON_ERROR );
};
$last    = static function ( string $marketplace ) use ( $ask ): int {
	$entries = $ask( 'GET', "/_sim/$marketplace/log?since=0" )['entries'];
	return array() === $entries ? 0 : end( $entries )['n'];
};
$since   = array( 'shopify' => $last( 'shopify' ), 'ebay' => $last( 'ebay' ) );
$latency = array();
for ( $n = 0; $n < (int) $samples; $n++ ) {
	$product  = wc_get_product( $products[ $n % count( $products ) ] );
	$quantity = (int) wc_update_product_stock( $product, 1, 'decrease' );
	// As at the end of a web request.
	Onhand\Plugin::get()->recorder->flush();
	$wanted = (object) array( $product->get_sku() => $quantity );
	$waited = $ask( 'POST', '/_sim/wait', array( 'shopify' => $wanted, 'ebay' => $wanted, 'timeout_ms' => 10000 ) );
	if ( ! $waited['reached'] ) {
		WP_CLI::error( 'a marketplace did not get the quantity: ' . wp_json_encode( $waited['missing'] ) );
	}
	foreach ( array_keys( $since ) as $marketplace ) {
		foreach ( $ask( 'GET', "/_sim/$marketplace/log?since={$since[ $marketplace ]}" )['entries'] as $entry ) {
			$since[ $marketplace ] = $entry['n'];
			if ( $entry['sku'] === $product->get_sku() && $entry['after'] === $quantity ) {
				$latency[] = round( $entry['at_us'] / 1000 - $written * 1000, 3 );
			}
		}
	}
}
echo wp_json_encode( $latency ), "\n";
