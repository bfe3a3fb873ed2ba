<?php

declare( strict_types=1 );

namespace Onhand\Tests\WordPress;

/** Whether a product may be sold below zero changes, and its quantity does not (rows 1, 2, 11 and 42). */
final class BackordersTest extends RowTestCase {
	public function test_row_01_backorders_allowed_while_there_is_stock(): void {
		$mug = $this->simple( 10 );
		$this->ready();
		$this->admin()->save_product( $this->admin()->edit_product( $mug->id )->set( '_backorders', 'yes' ) );
		// Neither a quantity nor a status moved: there is nothing to account for.
		$this->assert_stock( $mug->id, '10', array(), array( 'backorders' => 'yes', 'status' => 'instock' ) );
		$this->assert_seen( $mug->sku, array( 'quantity' => '10', 'status' => 'instock' ) );
	}

	public function test_row_11_backorders_allowed_when_sold_out(): void {
		$mug = $this->simple( 0 );
		$this->ready();
		$this->rest()->send( 'PUT', "/wc/v3/products/{$mug->id}", array( 'backorders' => 'notify' ) );
		$this->assert_stock( $mug->id, '0', array( Move::status( 'rest', 'api', "/wc/v3/products/{$mug->id}" ) ), array( 'backorders' => 'notify', 'status' => 'onbackorder' ), 0 );
		$this->assert_seen( $mug->sku, array( 'quantity' => '0', 'status' => 'onbackorder' ) );
	}

	public function test_row_12_backorders_of_a_variation_refused_again(): void {
		$shirt = $this->variable( array( 'S' => 0 ) );
		$id    = $shirt->of( 'S' )->id;
		$path  = "/wc/v3/products/{$shirt->id}/variations/$id";
		$this->rest()->send( 'PUT', $path, array( 'backorders' => 'yes' ) );
		$this->ready();
		$this->rest()->send( 'PUT', $path, array( 'backorders' => 'no' ) );
		$this->assert_stock( $id, '0', array( Move::status( 'rest', 'api', $path ) ), array( 'backorders' => 'no', 'status' => 'outofstock' ), 0 );
		$this->assert_seen( $shirt->of( 'S' )->sku, array( 'quantity' => '0', 'status' => 'outofstock' ) );
	}

	public function test_row_42_foreign_write(): void {
		$mug = $this->simple( 10 );
		$this->ready();
		$this->shop->run( 'update_post_meta( $id, "_backorders", "notify" );', array( 'id' => $mug->id ) );
		$this->assert_stock( $mug->id, '10', array(), array( 'backorders' => 'notify' ) );
	}
}
