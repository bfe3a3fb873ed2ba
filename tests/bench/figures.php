<?php
/**
 * Turns the durations that were measured into the report's figures.
 *   php figures.php DIRECTORY > figures.json
 * DIRECTORY holds lists: alone.json and beside.json (by kind: bare, onhand, webhook), latency.json, delivery.json;
 * burst.json (page latencies, idle and busy); and append.txt and resync.txt.
 */

require __DIR__ . '/lib.php';

$dir     = $argv[1];
$read    = static fn( string $name ): array => is_file( "$dir/$name.json" ) ? json_decode( file_get_contents( "$dir/$name.json" ), true, 4, JSON_THROW_ON_ERROR ) : array();
$figures = array();
$add     = static function ( string $name, float $value, string $unit, string $goal, int $samples ) use ( &$figures ): void {
	$figures[ $name ] = compact( 'value', 'unit', 'goal', 'samples' );
};
$p       = 'onhand_bench_percentile';
$share   = static fn( array $took, string $kind ): float => 100 * ( $p( $took[ $kind ], 0.5 ) / $p( $took['bare'], 0.5 ) - 1 );
$alone   = $read( 'alone' );
$beside  = $read( 'beside' );
if ( array() !== $alone && array() !== $beside ) {
	$samples = count( $alone['bare'] );
	$add( 'stock_update_p50', $p( $alone['bare'], 0.5 ), 'us', '', $samples );
	$add( 'hooks_flush_append_share_p50', $share( $alone, 'onhand' ), '%', '<= 5', $samples );
	$add( 'the_same_while_agent_and_marketplaces_work_p50', $share( $beside, 'onhand' ), '%', '', $samples );
	$add( 'woocommerce_webhook_enqueue_share_p50', $share( $alone, 'webhook' ), '%', '', $samples );
}
foreach ( array( 'latency' => 'write_to_marketplace', 'delivery' => 'woocommerce_webhook_delivery' ) as $kind => $name ) {
	$values = $read( $kind );
	foreach ( array( 'p50' => 0.5, 'p95' => 0.95, 'p99' => 0.99 ) as $label => $share ) {
		if ( array() !== $values ) {
			$goal = 'latency' === $kind ? array( 'p50' => '<= 50', 'p95' => '', 'p99' => '<= 250' )[ $label ] : '';
			$add( "{$name}_$label", $p( $values, $share ), 'ms', $goal, count( $values ) );
		}
	}
}
$burst = $read( 'burst' );
if ( array() !== $burst ) {
	$add( 'burst_orders_rate', $burst['orders'] / $burst['seconds'], 'orders/s', '', $burst['orders'] );
	$add( 'burst_agent_peak', $burst['memory'], 'MiB', '', 1 );
	$add( 'burst_page_latency_share_p50', 100 * ( $p( $burst['busy'], 0.5 ) / $p( $burst['idle'], 0.5 ) - 1 ), '%', '<= 10', count( $burst['busy'] ) );
}
if ( is_file( "$dir/append.txt" ) ) {
	$add( 'extension_append_p50', (float) file_get_contents( "$dir/append.txt" ), 'us', '<= 10', 20000 );
}
if ( is_file( "$dir/resync.txt" ) ) {
	$add( 'resync_10000_variations', (float) file_get_contents( "$dir/resync.txt" ), 's', '<= 5', 1 );
}
echo json_encode( $figures, JSON_PRETTY_PRINT ), "\n";
