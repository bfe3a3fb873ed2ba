<?php

declare( strict_types=1 );

namespace Onhand\Tests\WordPress;

/** Rows 19 and 20: other plugins' code that calls WooCommerce's functions. */
final class CodeTest extends RowTestCase {
	public function test_row_19_update_product_stock(): void {
		$mug = $this->simple( 10 );
		$this->ready();
		$this->shop->run( 'wc_update_product_stock( $id, 4, "decrease" );', array( 'id' => $mug->id ) );
		$this->shop->run( 'wc_update_product_stock( $id, 9, "increase" );', array( 'id' => $mug->id ) );
		$this->shop->run( 'wc_update_product_stock( $id, 5, "set" );', array( 'id' => $mug->id ) );
		$this->assert_stock( $mug->id, '5', array( Move::delta( '-4', 'code', 'guest' ), Move::delta( '9', 'code', 'guest' ), Move::set( '5', 'code', 'guest' ) ) );
	}

	public function test_row_19_several_changes_in_one_request(): void {
		$mug = $this->simple( 10 );
		$this->ready();
		$this->shop->run( 'wc_update_product_stock( $id, 1, "decrease" ); wc_update_product_stock( $id, 2, "decrease" );', array( 'id' => $mug->id ) );
		$this->assert_stock( $mug->id, '7', array( Move::delta( '-1', 'code', 'guest' ), Move::delta( '-2', 'code', 'guest' ) ) );
	}

	public function test_row_19_legacy_methods(): void {
		$mug = $this->simple( 10 );
		$this->ready();
		foreach ( array( 'reduce_stock( 3 )', 'increase_stock( 5 )', 'set_stock( 9 )', 'set_stock( 2, "subtract" )' ) as $call ) {
			$this->shop->run( "wc_get_product( \$id )->$call;", array( 'id' => $mug->id ) );
		}
		$this->assert_stock( $mug->id, '7', array( Move::delta( '-3', 'code', 'guest' ), Move::delta( '5', 'code', 'guest' ), Move::set( '9', 'code', 'guest' ), Move::delta( '-2', 'code', 'guest' ) ) );
	}

	public function test_row_19_below_zero(): void {
		$mug = $this->simple( 1 );
		$this->ready();
		$this->shop->run( 'wc_update_product_stock( $id, 3, "decrease" );', array( 'id' => $mug->id ) );
		$this->assert_stock( $mug->id, '-2', array( Move::delta( '-3', 'code', 'guest' ) ), array( 'status' => 'outofstock' ), 0 );
	}

	public function test_row_20_stock_status(): void {
		$mug = $this->simple( null );
		$this->ready();
		$this->shop->run( 'wc_update_product_stock_status( $id, "outofstock" );', array( 'id' => $mug->id ) );
		$this->assert_stock( $mug->id, null, array( Move::status( 'code', 'guest' ) ), array( 'status' => 'outofstock', 'managed' => false ), 0 );
		$this->assert_seen( $mug->sku, array( 'quantity' => null, 'status' => 'outofstock' ) );
	}

	public function test_row_20_stock_status_of_a_managed_product_is_recomputed(): void {
		$mug = $this->simple( 10 );
		$this->ready();
		$this->shop->run( 'wc_update_product_stock_status( $id, "outofstock" );', array( 'id' => $mug->id ) );
		$this->assert_no_moves( $mug->id );
		$this->assert_seen( $mug->sku, array( 'quantity' => '10', 'status' => 'instock' ) );
		$this->assert_listed( $mug, 10 );
	}
}
