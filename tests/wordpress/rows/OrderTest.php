<?php

declare( strict_types=1 );

namespace Onhand\Tests\WordPress;

/** Rows 21 to 28: orders and refunds. */
final class OrderTest extends RowTestCase {
	public function test_row_21_checkout_takes_stock(): void {
		$mug = $this->simple( 10 );
		$this->ready();
		$order = $this->buy( $mug, 2 );
		self::assertEquals( 8, $this->shop->stored_stock( $mug->id ) );
		$said = $this->assert_stock( $mug->id, '8', array( Move::delta( '-2', 'order_reduced', 'guest', (string) $order ) ), array( 'held' => '0' ) );
		self::assertSame( (string) $this->line( $order ), $said->moves( $mug->id )[0]['line'] );
	}

	public function test_row_21_payment_complete_takes_stock(): void {
		$mug = $this->simple( 10 );
		$this->ready();
		$order = $this->buy( $mug, 3, 'elsewhere' );
		$this->shop->run( 'wc_get_order( $id )->payment_complete();', array( 'id' => $order ) );
		$this->assert_stock( $mug->id, '7', array( array( 'op' => 'delta', 'qty' => '-3', 'cause' => 'order_reduced', 'ref' => (string) $order ) ), array( 'held' => '0', 'held_until' => null ) );
	}

	public function test_row_21_two_lines_and_a_variation(): void {
		$mug   = $this->simple( 10 );
		$shirt = $this->variable( array( 'S' => 4 ) );
		$this->ready();
		$order = Storefront::guest( $this->shop )->add( $mug->id, 1 )->add( $shirt->of( 'S' )->id, 4 )->buy();
		$this->assert_stock( $mug->id, '9', array( Move::delta( '-1', 'order_reduced', 'guest', (string) $order ) ) );
		$this->assert_stock( $shirt->of( 'S' )->id, '0', array( Move::delta( '-4', 'order_reduced', 'guest', (string) $order ) ), array( 'status' => 'outofstock' ) );
	}

	public function test_row_22_cancelling_gives_stock_back(): void {
		$mug   = $this->simple( 10 );
		$order = $this->buy( $mug, 2 );
		$this->ready();
		$this->screens()->change_order_status( $order, 'wc-cancelled' );
		$this->assert_stock( $mug->id, '10', array( Move::delta( '2', 'order_restored', Move::ADMIN, (string) $order ) ) );
	}

	public function test_row_22_failing_gives_stock_back(): void {
		$mug   = $this->simple( 10 );
		$order = $this->buy( $mug, 2 );
		$this->ready();
		$this->rest()->send( 'PUT', "/wc/v3/orders/$order", array( 'status' => 'failed' ) );
		$this->assert_stock( $mug->id, '10', array( Move::delta( '2', 'order_restored', 'api', (string) $order ) ) );
	}

	public function test_row_23_unpaid_orders_are_cancelled(): void {
		$mug   = $this->simple( 10 );
		$order = $this->buy( $mug, 2, 'elsewhere' );
		$this->ready();
		$this->shop->run( '$o = wc_get_order( $id ); $o->set_date_modified( time() - 7200 ); $o->save(); global $wpdb; $wpdb->query( "UPDATE {$wpdb->prefix}wc_orders SET date_updated_gmt = date_updated_gmt - INTERVAL 2 HOUR WHERE id = " . (int) $id ); $wpdb->query( "UPDATE {$wpdb->posts} SET post_modified = post_modified - INTERVAL 2 HOUR, post_modified_gmt = post_modified_gmt - INTERVAL 2 HOUR WHERE ID = " . (int) $id ); wp_cache_flush();', array( 'id' => $order ) );
		$this->shop->wp( 'eval', 'do_action( "woocommerce_cancel_unpaid_orders" );' );
		self::assertSame( 'cancelled', $this->shop->run( 'return wc_get_order( $id )->get_status();', array( 'id' => $order ) ) );
		$this->assert_stock( $mug->id, '10', array(), array( 'held' => '0', 'held_until' => null ) );
	}

	public function test_row_24_customer_cancels(): void {
		$mug  = $this->simple( 10 );
		$bert = Browser::login( $this->shop, $this->shop->env( 'CUSTOMER_USER' ), $this->shop->env( 'CUSTOMER_PASSWORD' ) );
		$this->ready();
		$order = Storefront::of( $bert )->add( $mug->id, 2 )->buy( 'elsewhere' );
		$this->assert_stock( $mug->id, '10', array(), array( 'held' => '2' ) );
		$bert->get( $bert->screen( '/my-account/orders/' )->link( "/cancel_order=true.*order_id=$order\\b/" ) );
		self::assertSame( 'cancelled', $this->shop->run( 'return wc_get_order( $id )->get_status();', array( 'id' => $order ) ) );
		$this->assert_stock( $mug->id, '10', array(), array( 'held' => '0', 'held_until' => null ) );
	}

	public function test_row_26_changed_quantity(): void {
		$mug   = $this->simple( 10 );
		$order = $this->buy( $mug, 2 );
		$line  = $this->line( $order );
		$this->ready();
		$this->screens()->order_ajax( $order, 'woocommerce_save_order_items', array(), static fn( Form $items ): Form => $items->set( "order_item_qty[$line]", '5' ) );
		$this->assert_stock( $mug->id, '5', array( Move::delta( '-3', 'order_edited', Move::ADMIN, (string) $order ) ) );
	}

	public function test_row_26_removed_item(): void {
		$mug   = $this->simple( 10 );
		$order = $this->buy( $mug, 2 );
		$this->ready();
		$this->screens()->order_ajax( $order, 'woocommerce_remove_order_item', array( 'order_item_ids' => array( (string) $this->line( $order ) ) ) );
		$this->assert_stock( $mug->id, '10', array( Move::delta( '2', 'order_edited', Move::ADMIN, (string) $order ) ) );
	}

	public function test_row_27_rest_changed_quantity(): void {
		$mug   = $this->simple( 10 );
		$order = $this->buy( $mug, 2 );
		$this->ready();
		$this->rest()->send( 'PUT', "/wc/v3/orders/$order", array( 'line_items' => array( array( 'id' => $this->line( $order ), 'quantity' => 4 ) ) ) );
		$this->assert_stock( $mug->id, '6', array( Move::delta( '-2', 'order_edited', 'api', (string) $order ) ) );
	}

	public function test_row_27_rest_removed_line(): void {
		$mug   = $this->simple( 10 );
		$order = $this->buy( $mug, 2 );
		$this->ready();
		$this->rest()->send( 'PUT', "/wc/v3/orders/$order", array( 'line_items' => array( array( 'id' => $this->line( $order ), 'product_id' => null ) ) ) );
		$this->assert_stock( $mug->id, '10', array( Move::delta( '2', 'order_edited', 'api', (string) $order ) ) );
	}

	public function test_row_28_trashed_deleted_and_restored_orders_keep_what_they_took(): void {
		$mug    = $this->simple( 10 );
		$kept   = $this->buy( $mug, 2 );
		$thrown = $this->buy( $mug, 1 );
		$this->ready();
		$this->rest()->send( 'DELETE', "/wc/v3/orders/$kept" );
		$this->shop->run( '$o = wc_get_order( $id ); method_exists( $o, "untrash" ) ? $o->untrash() : wp_untrash_post( $id );', array( 'id' => $kept ) );
		$this->rest()->send( 'DELETE', "/wc/v3/orders/$thrown?force=true" );
		self::assertEquals( 7, $this->shop->stored_stock( $mug->id ) );
		$this->assert_no_moves( $mug->id );
		$this->assert_mirrored( $mug->id, '7', 7 );
	}

	private function buy( Product $product, int $quantity, string $payment = 'cod' ): int {
		return Storefront::guest( $this->shop )->add( $product->id, $quantity )->buy( $payment );
	}

	private function line( int $order ): int {
		return (int) $this->shop->run( 'return array_key_first( wc_get_order( $id )->get_items() );', array( 'id' => $order ) );
	}
}
