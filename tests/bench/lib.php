<?php
/** What the shop's benchmarks share. Run by `wp eval-file`. */

/** The value below which this share of the values lies. */
function onhand_bench_percentile( array $values, float $share ): float {
	sort( $values );
	return $values[ (int) min( count( $values ) - 1, floor( $share * count( $values ) ) ) ];
}

/** @return list<int> simple products with stock, made once */
function onhand_bench_products( int $count ): array {
	$ids = array();
	for ( $n = 1; $n <= $count; $n++ ) {
		$id = wc_get_product_id_by_sku( "BENCH-$n" );
		if ( ! $id ) {
			$product = new WC_Product_Simple();
			$product->set_props( array( 'name' => "Bench $n", 'sku' => "BENCH-$n", 'regular_price' => '5', 'manage_stock' => true, 'stock_quantity' => 1000, 'status' => 'publish' ) );
			$id = $product->save();
		}
		$ids[] = $id;
	}
	return $ids;
}
