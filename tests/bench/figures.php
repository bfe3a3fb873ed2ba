<?php
/**
 * Turns the durations that were measured into the report's figures.
 *   php figures.php DIRECTORY > figures.json
 * DIRECTORY holds lists named KIND.ROUND.json: without, with, webhook, latency, delivery; and resync.txt.
 */

require __DIR__ . '/lib.php';

$dir  = $argv[1];
$read = static function ( string $kind ) use ( $dir ): array {
	$all = array();
	foreach ( glob( "$dir/$kind.*.json" ) as $file ) {
		array_push( $all, ...json_decode( file_get_contents( $file ), true, 4, JSON_THROW_ON_ERROR ) );
	}
	return $all;
};
$figures = array();
$add     = static function ( string $name, float $value, string $unit, string $goal, int $samples ) use ( &$figures ): void {
	$figures[ $name ] = compact( 'value', 'unit', 'goal', 'samples' );
};
$p       = 'onhand_bench_percentile';
$without = $read( 'without' );
$with    = $read( 'with' );
$webhook = $read( 'webhook' );
$add( 'stock_update_p50', $p( $without, 0.5 ), 'us', '', count( $without ) );
$add( 'hooks_flush_append_share_p50', 100 * ( $p( $with, 0.5 ) / $p( $without, 0.5 ) - 1 ), '%', '<= 5', count( $with ) );
if ( array() !== $webhook ) {
	$add( 'woocommerce_webhook_enqueue_share_p50', 100 * ( $p( $webhook, 0.5 ) / $p( $without, 0.5 ) - 1 ), '%', '', count( $webhook ) );
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
if ( is_file( "$dir/append.txt" ) ) {
	$add( 'extension_append_p50', (float) file_get_contents( "$dir/append.txt" ), 'us', '<= 10', 20000 );
}
if ( is_file( "$dir/resync.txt" ) ) {
	$add( 'resync_10000_variations', (float) file_get_contents( "$dir/resync.txt" ), 's', '<= 5', 1 );
}
echo json_encode( $figures, JSON_PRETTY_PRINT ), "\n";
