<?php
/** The median time of appending one statement through the extension, in microseconds. */

require __DIR__ . '/lib.php';
$move   = array( 'op' => 'delta', 'qty' => '-1', 'cause' => 'order_reduced', 'ref' => '1041', 'line' => '2', 'actor' => array( 'kind' => 'guest', 'id' => null, 'name' => null ) );
$record = array( 't' => 'stock', 'at' => 1700000000000000, 'pool' => 7, 'qty' => '3', 'managed' => true, 'status' => 'instock', 'backorders' => 'no', 'held' => array(), 'req' => '0123456789abcdef', 'snap' => null, 'moves' => array( $move ) );
$took   = array();
for ( $n = 0; $n < 21000; $n++ ) {
	$start = hrtime( true );
	onhand_append( array( $record ) );
	$took[] = ( hrtime( true ) - $start ) / 1000;
}
printf( "%.3f\n", onhand_bench_percentile( array_slice( $took, 1000 ), 0.5 ) );
