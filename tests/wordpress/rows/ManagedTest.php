<?php

declare( strict_types=1 );

namespace Onhand\Tests\WordPress;

/** Rows 34 to 37: who manages the stock, and what follows from whom. */
final class ManagedTest extends RowTestCase {
	public function test_row_34_switched_off_and_on_again(): void {
		$mug = $this->simple( 10 );
		$this->ready();
		$this->admin()->save_product( $this->admin()->edit_product( $mug->id )->set( '_manage_stock', null ) );
		$this->assert_stock( $mug->id, null, array( Move::set( null, 'product_edit', Move::ADMIN ) ), array( 'managed' => false ), 10 );
		$this->ready();
		$this->rest()->send( 'PUT', "/wc/v3/products/{$mug->id}", array( 'manage_stock' => true, 'stock_quantity' => 6 ) );
		$this->assert_stock( $mug->id, '6', array( Move::set( '6', 'rest', 'api' ) ), array( 'managed' => true ) );
	}

	public function test_row_35_parent_managed_variation_sold(): void {
		$shirt = $this->variable( array( 'S' => null, 'M' => null ), 20 );
		$this->ready();
		$order = Storefront::guest( $this->shop )->add( $shirt->of( 'S' )->id, 3 )->buy();
		self::assertEquals( 17, $this->shop->stored_stock( $shirt->id ) );
		$this->assert_stock( $shirt->id, '17', array( Move::delta( '-3', 'order_reduced', 'guest', (string) $order ) ) );
		$this->assert_listed( $shirt->of( 'S' ), 17 );
		$this->assert_listed( $shirt->of( 'M' ), 17 );
	}

	public function test_row_35_parent_managed_parent_edited(): void {
		$shirt = $this->variable( array( 'S' => null, 'M' => 2 ), 20 );
		$this->ready();
		$this->rest()->send( 'PUT', "/wc/v3/products/{$shirt->id}", array( 'stock_quantity' => 8 ) );
		$this->assert_stock( $shirt->id, '8', array( Move::set( '8', 'rest', 'api' ) ) );
		$this->assert_listed( $shirt->of( 'S' ), 8 );
		$this->assert_no_moves( $shirt->of( 'M' )->id );
		$this->assert_mirrored( $shirt->of( 'M' )->id, '2', 2 );
	}

	public function test_row_35_variation_joins_and_leaves_its_parents_pool(): void {
		$shirt = $this->variable( array( 'S' => 4 ), 20 );
		$id    = $shirt->of( 'S' )->id;
		$this->ready();
		$this->rest()->send( 'PUT', "/wc/v3/products/{$shirt->id}/variations/$id", array( 'manage_stock' => false ) );
		$this->assert_item( $id, array( 'pool' => $shirt->id ) );
		// It moved to another pool; neither pool's quantity changed.
		$this->assert_no_moves( $id );
		$this->assert_no_moves( $shirt->id );
		$this->assert_seen( $shirt->of( 'S' )->sku, array( 'pool' => $shirt->id, 'quantity' => '20' ) );
		$this->assert_listed( $shirt->of( 'S' ), 20 );
		$this->ready();
		$this->rest()->send( 'PUT', "/wc/v3/products/{$shirt->id}/variations/$id", array( 'manage_stock' => true, 'stock_quantity' => 3 ) );
		$this->assert_item( $id, array( 'pool' => $id ) );
		$this->assert_stock( $id, '3', array( Move::set( '3', 'rest', 'api' ) ) );
		$this->assert_no_moves( $shirt->id );
	}

	public function test_row_36_parents_status_reaches_its_children(): void {
		$shirt = $this->variable( array( 'S' => null, 'M' => null ), 5 );
		$this->ready();
		$this->rest()->send( 'PUT', "/wc/v3/products/{$shirt->id}", array( 'stock_quantity' => 0 ) );
		$this->assert_stock( $shirt->id, '0', array( Move::set( '0', 'rest', 'api' ) ), array( 'status' => 'outofstock' ) );
		foreach ( array( 'S', 'M' ) as $size ) {
			self::assertSame( 'outofstock', $this->shop->run( 'return get_post_meta( $id, "_stock_status", true );', array( 'id' => $shirt->of( $size )->id ) ) );
			$this->assert_seen( $shirt->of( $size )->sku, array( 'pool' => $shirt->id, 'quantity' => '0', 'status' => 'outofstock' ) );
			$this->assert_listed( $shirt->of( $size ), 0 );
		}
	}

	public function test_row_37_unmanaged_parent_follows_its_children(): void {
		$shirt = $this->variable( array( 'S' => 4 ) );
		$id    = $shirt->of( 'S' )->id;
		$path  = "/wc/v3/products/{$shirt->id}/variations/$id";
		foreach ( array( 'outofstock' => '0', 'instock' => '3' ) as $status => $quantity ) {
			$this->ready();
			$this->rest()->send( 'PUT', $path, array( 'stock_quantity' => (int) $quantity ) );
			$this->assert_stock( $id, $quantity, array( Move::set( $quantity, 'rest', 'api', $path ) ), array( 'status' => $status ) );
			// The parent is saved when the request is over; it is sold nowhere itself.
			$this->assert_stock( $shirt->id, null, array( Move::status( 'code', 'api' ) ), array( 'status' => $status, 'managed' => false ) );
			$this->assert_seen( $shirt->sku, array( 'kind' => 'variable', 'quantity' => null, 'status' => $status ) );
		}
	}
}
