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
	}

	public function test_row_04_toggle_manage_stock(): void {
		$shirt = $this->variable( array( 'S' => 4 ) );
		$this->ready();
		$this->screens()->bulk_edit_variations( $shirt->id, 'toggle_manage_stock' );
		$this->assert_stock( $shirt->of( 'S' )->id, null, array( Move::set( null, 'variation_bulk', Move::ADMIN ) ), array( 'managed' => false ), 4 );
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
	}

	public function test_row_06_toggle_enabled(): void {
		$shirt = $this->variable( array( 'S' => 4 ) );
		$this->ready();
		$this->screens()->bulk_edit_variations( $shirt->id, 'toggle_enabled' );
		$this->assert_item( $shirt->of( 'S' )->id, array( 'sellable' => false, 'post_status' => 'private', 'deleted' => false ) );
		$this->assert_no_moves( $shirt->of( 'S' )->id );
		$this->assert_listed( $shirt->of( 'S' ), 0 );
	}

	public function test_row_07_delete_all(): void {
		$shirt = $this->variable( array( 'S' => 4, 'M' => 5 ) );
		$this->ready();
		$this->screens()->bulk_edit_variations( $shirt->id, 'delete_all', array( 'allowed' => 'true' ) );
		foreach ( array( 'S', 'M' ) as $size ) {
			$this->assert_item( $shirt->of( $size )->id, array( 'deleted' => true, 'sellable' => false ) );
			$this->assert_listed( $shirt->of( $size ), 0 );
		}
	}

	public function test_row_07_remove(): void {
		$shirt = $this->variable( array( 'S' => 4, 'M' => 5 ) );
		$this->ready();
		$this->admin()->ajax( 'woocommerce_remove_variations', array( 'security' => $this->screens()->variation_nonces( $shirt->id )['delete_variations_nonce'], 'variation_ids' => array( (string) $shirt->of( 'S' )->id ) ) );
		$this->assert_item( $shirt->of( 'S' )->id, array( 'deleted' => true, 'sellable' => false ) );
		$this->assert_listed( $shirt->of( 'S' ), 0 );
		self::assertNull( $this->statements()->item( $shirt->of( 'M' )->id )['deleted'] ?? null ?: null );
	}
}
