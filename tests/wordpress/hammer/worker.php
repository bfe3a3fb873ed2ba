<?php
/**
 * One of many processes that change the same stock at once; run by `wp eval-file`.
 * Arguments: mode (changes or mixed), number of updates, seed, then the ids.
 */

list( $mode, $updates, $seed ) = $args;
$ids                           = array_map( 'intval', array_slice( $args, 3 ) );
mt_srand( (int) $seed );
for ( $n = 0; $n < (int) $updates; $n++ ) {
	$id       = $ids[ mt_rand( 0, count( $ids ) - 1 ) ];
	$quantity = mt_rand( 1, 5 );
	$dice     = mt_rand( 0, 9 );
	if ( 'mixed' === $mode && 0 === $dice ) {
		wc_update_product_stock( $id, 500 + $quantity, 'set' );
	} else {
		wc_update_product_stock( $id, $quantity, $dice < 5 ? 'increase' : 'decrease' );
	}
}
