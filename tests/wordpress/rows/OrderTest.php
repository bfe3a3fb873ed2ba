<?php

declare( strict_types=1 );

namespace Onhand\Tests\WordPress;

/** Rows 21 to 24 and 28: orders take stock and give it back. */
final class OrderTest extends RowTestCase {
	use Buys;

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
		$this->assert_stock( $mug->id, '7', array( Move::delta( '-3', 'order_reduced', 'guest', (string) $order ) ), array( 'held' => '0', 'held_until' => null ) );
	}

	public static function statuses_that_take_stock(): array {
		return array( 'processing' => array( 'processing' ), 'completed' => array( 'completed' ), 'on-hold' => array( 'on-hold' ) );
	}

	/** @dataProvider statuses_that_take_stock */
	public function test_row_21_status_takes_stock( string $status ): void {
		$mug   = $this->simple( 10 );
		$order = $this->buy( $mug, 2, 'elsewhere' );
		$this->ready();
		$this->rest()->send( 'PUT', "/wc/v3/orders/$order", array( 'status' => $status ) );
		$this->assert_stock( $mug->id, '8', array( Move::delta( '-2', 'order_reduced', 'api', (string) $order ) ), array( 'held' => '0', 'held_until' => null ) );
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

	public function test_row_22_pending_again_gives_stock_back(): void {
		$mug   = $this->simple( 10 );
		$order = $this->buy( $mug, 2 );
		$this->ready();
		$this->rest()->send( 'PUT', "/wc/v3/orders/$order", array( 'status' => 'pending' ) );
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
}
