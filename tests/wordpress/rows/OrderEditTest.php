<?php

declare( strict_types=1 );

namespace Onhand\Tests\WordPress;

/** Rows 26 and 27: the lines of an order are changed, on its screen and over REST. */
final class OrderEditTest extends RowTestCase {
	use Buys;

	public function test_row_26_changed_quantity(): void {
		$mug   = $this->simple( 10 );
		$order = $this->buy( $mug, 2 );
		$line  = $this->line( $order );
		$this->ready();
		$this->screens()->order_ajax( $order, 'woocommerce_save_order_items', array(), static fn( Form $items ): Form => $items->set( "order_item_qty[$line]", '5' ) );
		$this->assert_stock( $mug->id, '5', array( Move::delta( '-3', 'order_edited', Move::ADMIN, (string) $order ) ) );
	}

	public function test_row_26_added_item_takes_stock_when_the_items_are_saved(): void {
		$mug   = $this->simple( 10 );
		$other = $this->simple( 5 );
		$order = $this->buy( $mug, 2 );
		$this->ready();
		$this->screens()->order_ajax( $order, 'woocommerce_add_order_item', array( 'data' => array( array( 'id' => (string) $other->id, 'qty' => '3' ) ) ) );
		$this->assert_no_moves( $other->id );
		$this->assert_mirrored( $other->id, '5', 5 );
		$this->screens()->order_ajax( $order, 'woocommerce_save_order_items', array(), static fn( Form $items ): Form => $items );
		$this->assert_stock( $other->id, '2', array( Move::delta( '-3', 'order_edited', Move::ADMIN, (string) $order ) ) );
		$this->assert_no_moves( $mug->id );
	}

	public function test_row_26_removed_item(): void {
		$mug   = $this->simple( 10 );
		$order = $this->buy( $mug, 2 );
		$this->ready();
		$this->screens()->order_ajax( $order, 'woocommerce_remove_order_item', array( 'order_item_ids' => array( (string) $this->line( $order ) ) ) );
		$this->assert_stock( $mug->id, '10', array( Move::delta( '2', 'order_edited', Move::ADMIN, (string) $order ) ) );
	}

	public static function versions(): array {
		return array( 'version 2' => array( 'v2' ), 'version 3' => array( 'v3' ), 'version 4' => array( 'v4' ) );
	}

	/** @dataProvider versions */
	public function test_row_27_rest_changed_quantity( string $version ): void {
		$mug   = $this->simple( 10 );
		$order = $this->buy( $mug, 2 );
		$this->ready();
		$this->rest()->send( 'PUT', "/wc/$version/orders/$order", array( 'line_items' => array( array( 'id' => $this->line( $order ), 'quantity' => 4 ) ) ) );
		$this->assert_stock( $mug->id, '6', array( Move::delta( '-2', 'order_edited', 'api', (string) $order ) ) );
	}

	/** Version 2 removes a line and leaves the stock alone. */
	public function test_row_27_rest_removed_line_in_version_2_gives_nothing_back(): void {
		$mug   = $this->simple( 10 );
		$order = $this->buy( $mug, 2 );
		$this->ready();
		$this->rest()->send( 'PUT', "/wc/v2/orders/$order", array( 'line_items' => array( array( 'id' => $this->line( $order ), 'product_id' => null ) ) ) );
		self::assertEquals( 8, $this->shop->stored_stock( $mug->id ) );
		$this->assert_no_moves( $mug->id );
		$this->assert_mirrored( $mug->id, '8', 8 );
	}

	public static function versions_that_give_back(): array {
		return array( 'version 3' => array( 'v3' ), 'version 4' => array( 'v4' ) );
	}

	/** @dataProvider versions_that_give_back */
	public function test_row_27_rest_removed_line( string $version ): void {
		$mug   = $this->simple( 10 );
		$order = $this->buy( $mug, 2 );
		$this->ready();
		$this->rest()->send( 'PUT', "/wc/$version/orders/$order", array( 'line_items' => array( array( 'id' => $this->line( $order ), 'product_id' => null ) ) ) );
		$this->assert_stock( $mug->id, '10', array( Move::delta( '2', 'order_edited', 'api', (string) $order ) ) );
	}
}
