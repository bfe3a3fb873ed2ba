<?php

declare( strict_types=1 );

namespace Onhand\Tests\WordPress;

/** Rows 3 to 7: the bulk actions of the variations tab. */
final class VariationBulkTest extends RowTestCase {
	public function test_row_03_set_stock_quantity(): void {
		$shirt = $this->variable( array( 'S' => 4, 'M' => 5 ) );
		$this->ready();
		$this->screens()->bulk_edit_variations( $shirt->id, 'variable_stock', array( 'value' => '8' ) );
		foreach ( array( 'S', 'M' ) as $size ) {
			$id = $shirt->of( $size )->id;
			self::assertEquals( 8, $this->shop->stored_stock( $id ) );
			$this->assert_stock( $id, '8', array( Move::set( '8', 'variation_bulk', Move::ADMIN ) ) );
		}
	}

	public function test_row_03_on_a_parent_managed_variation_changes_nothing_sold(): void {
		$shirt = $this->variable( array( 'S' => null ), 20 );
		$this->ready();
		$this->screens()->bulk_edit_variations( $shirt->id, 'variable_stock', array( 'value' => '8' ) );
		self::assertEquals( 20, $this->shop->stored_stock( $shirt->id ) );
		$this->assert_no_moves( $shirt->id );
		self::assertNull( $this->statements()->stock( $shirt->of( 'S' )->id ), 'the variation is no pool of its own' );
		$this->assert_mirrored( $shirt->id, '20', 20 );
	}

	public function test_row_03_on_an_unmanaged_variation_sets_nothing(): void {
		$shirt = $this->variable( array( 'S' => null ) );
		$this->ready();
		$this->screens()->bulk_edit_variations( $shirt->id, 'variable_stock', array( 'value' => '8' ) );
		$this->assert_no_moves( $shirt->of( 'S' )->id );
		$this->assert_mirrored( $shirt->of( 'S' )->id, null, 0 );
	}

	public function test_row_04_toggle_manage_stock(): void {
		$shirt = $this->variable( array( 'S' => 4 ) );
		$this->ready();
		$this->screens()->bulk_edit_variations( $shirt->id, 'toggle_manage_stock' );
		$this->assert_stock( $shirt->of( 'S' )->id, null, array( Move::set( null, 'variation_bulk', Move::ADMIN ) ), array( 'managed' => false ), 4 );
	}

	public function test_row_04_toggle_manage_stock_on(): void {
		$shirt = $this->variable( array( 'S' => null ) );
		$this->ready();
		$this->screens()->bulk_edit_variations( $shirt->id, 'toggle_manage_stock' );
		$this->assert_managed_without_a_quantity( $shirt->of( 'S' ) );
	}

	public function test_row_04_toggle_manage_stock_of_a_parent_managed_variation(): void {
		$shirt = $this->variable( array( 'S' => null, 'M' => 5 ), 20 );
		$this->ready();
		$this->screens()->bulk_edit_variations( $shirt->id, 'toggle_manage_stock' );
		// Each takes the other's place: one leaves the parent's pool, one joins it.
		$this->assert_item( $shirt->of( 'S' )->id, array( 'pool' => $shirt->of( 'S' )->id ) );
		$this->assert_item( $shirt->of( 'M' )->id, array( 'pool' => $shirt->id ) );
		$this->assert_managed_without_a_quantity( $shirt->of( 'S' ) );
		$this->assert_no_moves( $shirt->id );
		$this->assert_seen( $shirt->of( 'M' )->sku, array( 'quantity' => '20', 'pool' => $shirt->id ) );
		$this->assert_listed( $shirt->of( 'M' ), 20 );
	}

	/** WooCommerce counts it from now on and has not been told how many there are: sold out. */
	private function assert_managed_without_a_quantity( Product $variation ): void {
		$this->assert_stock( $variation->id, null, array( Move::status( 'variation_bulk', Move::ADMIN ) ), array( 'managed' => true, 'status' => 'outofstock' ), 0 );
		$this->assert_seen( $variation->sku, array( 'quantity' => null, 'managed' => true, 'status' => 'outofstock' ) );
		$this->assert_listed( $variation, 0 );
	}

	public function test_row_05_stock_status_of_unmanaged_variations(): void {
		$shirt = $this->variable( array( 'S' => null, 'M' => null ) );
		$this->ready();
		$this->screens()->bulk_edit_variations( $shirt->id, 'variable_stock_status_outofstock' );
		foreach ( array( 'S', 'M' ) as $size ) {
			$this->assert_stock( $shirt->of( $size )->id, null, array( Move::status( 'variation_bulk', Move::ADMIN ) ), array( 'status' => 'outofstock', 'managed' => false ), 0 );
		}
	}

	public function test_row_05_stock_status_of_managed_variations_has_no_effect(): void {
		$shirt = $this->variable( array( 'S' => 4 ) );
		$this->ready();
		$this->screens()->bulk_edit_variations( $shirt->id, 'variable_stock_status_outofstock' );
		$said = $this->statements()->stock( $shirt->of( 'S' )->id );
		self::assertTrue( null === $said || ( '4' === $said['qty'] && 'instock' === $said['status'] ), $this->statements()->describe() );
		$this->assert_no_moves( $shirt->of( 'S' )->id );
		$this->assert_seen( $shirt->of( 'S' )->sku, array( 'quantity' => '4', 'status' => 'instock' ) );
		$this->assert_mirrored( $shirt->of( 'S' )->id, '4', 4 );
	}

	public function test_row_05_stock_status_of_parent_managed_variations_has_no_effect(): void {
		$shirt = $this->variable( array( 'S' => null ), 20 );
		$this->ready();
		$this->screens()->bulk_edit_variations( $shirt->id, 'variable_stock_status_outofstock' );
		$this->assert_no_moves( $shirt->id );
		$this->assert_mirrored( $shirt->id, '20', 20 );
	}

	public function test_row_05_on_backorder_and_back_in_stock(): void {
		$shirt = $this->variable( array( 'S' => null ) );
		$id    = $shirt->of( 'S' )->id;
		foreach ( array( 'onbackorder', 'instock' ) as $status ) {
			$this->ready();
			$this->screens()->bulk_edit_variations( $shirt->id, "variable_stock_status_$status" );
			$this->assert_stock( $id, null, array( Move::status( 'variation_bulk', Move::ADMIN ) ), array( 'status' => $status ), 0 );
			$this->assert_seen( $shirt->of( 'S' )->sku, array( 'quantity' => null, 'status' => $status ) );
		}
	}

	public function test_row_06_toggle_enabled(): void {
		$shirt = $this->variable( array( 'S' => 4 ) );
		$this->ready();
		$this->screens()->bulk_edit_variations( $shirt->id, 'toggle_enabled' );
		$this->assert_item( $shirt->of( 'S' )->id, array( 'sellable' => false, 'post_status' => 'private', 'deleted' => false ) );
		$this->assert_no_moves( $shirt->of( 'S' )->id );
		$this->assert_mirrored( $shirt->of( 'S' )->id, '4', 0 );
		$this->screens()->bulk_edit_variations( $shirt->id, 'toggle_enabled' );
		$this->assert_item( $shirt->of( 'S' )->id, array( 'sellable' => true, 'post_status' => 'publish', 'deleted' => false ) );
		$this->assert_no_moves( $shirt->of( 'S' )->id );
		$this->assert_mirrored( $shirt->of( 'S' )->id, '4', 4 );
	}

	public function test_row_06_a_parent_managed_variation_toggled_leaves_its_siblings(): void {
		$shirt = $this->variable( array( 'S' => null, 'M' => null ), 20 );
		$this->shop->run( '$v = wc_get_product( $id ); $v->set_status( "private" ); $v->save();', array( 'id' => $shirt->of( 'M' )->id ) );
		$this->ready();
		$this->screens()->bulk_edit_variations( $shirt->id, 'toggle_enabled' );
		$this->assert_item( $shirt->of( 'S' )->id, array( 'sellable' => false, 'pool' => $shirt->id ) );
		$this->assert_item( $shirt->of( 'M' )->id, array( 'sellable' => true, 'pool' => $shirt->id ) );
		$this->assert_no_moves( $shirt->id );
		$this->assert_mirrored( $shirt->id, '20', null );
		$this->assert_listed( $shirt->of( 'S' ), 0 );
		$this->assert_listed( $shirt->of( 'M' ), 20 );
	}

	public function test_row_07_delete_all(): void {
		$shirt = $this->variable( array( 'S' => 4, 'M' => 5 ) );
		$this->ready();
		$this->screens()->bulk_edit_variations( $shirt->id, 'delete_all', array( 'allowed' => 'true' ) );
		foreach ( array( 'S', 'M' ) as $size ) {
			$this->assert_deleted( $shirt->of( $size ), Move::ADMIN );
		}
	}

	public function test_row_07_remove(): void {
		$shirt = $this->variable( array( 'S' => 4, 'M' => 5 ) );
		$this->ready();
		$this->admin()->ajax( 'woocommerce_remove_variations', array( 'security' => $this->screens()->variation_nonces( $shirt->id )['delete_variations_nonce'], 'variation_ids' => array( (string) $shirt->of( 'S' )->id ) ) );
		$this->assert_deleted( $shirt->of( 'S' ), Move::ADMIN );
		$this->assert_no_moves( $shirt->of( 'M' )->id );
		$this->assert_mirrored( $shirt->of( 'M' )->id, '5', 5 );
	}
}
