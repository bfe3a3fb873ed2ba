<?php

declare( strict_types=1 );

namespace Onhand\Tests\WordPress;

/** Rows 38 and 39: stock held by a checkout that is not paid yet. */
final class HeldTest extends RowTestCase {
	public function test_row_38_unpaid_checkout_holds_stock(): void {
		$mug = $this->simple( 10 );
		$this->ready();
		$order = $this->hold( $mug, 2 );
		self::assertEquals( 10, $this->shop->stored_stock( $mug->id ) );
		$expires = $this->shop->db()->query( "SELECT ROUND(UNIX_TIMESTAMP(CONVERT_TZ(expires, @@session.time_zone, '+00:00')) * 1000000) FROM wp_wc_reserved_stock WHERE order_id=$order" )->fetch_row()[0];
		$said    = $this->assert_stock( $mug->id, '10', array(), array( 'held' => '2' ) );
		self::assertEqualsWithDelta( (int) $expires, $said->stock( $mug->id )['held_until'], 1_000_000, $said->describe() );
	}

	public function test_row_38_checkout_of_the_classic_page_holds_stock(): void {
		$mug = $this->simple( 10 );
		$this->ready();
		$answer = ( new ClassicCheckout( $this->shop ) )->add( $mug->id, 3 )->buy( 'elsewhere' );
		self::assertSame( 'success', $answer['result'], json_encode( $answer ) );
		$this->assert_stock( $mug->id, '10', array(), array( 'held' => '3' ) );
	}

	public function test_row_39_released_by_payment(): void {
		$mug   = $this->simple( 10 );
		$order = $this->hold( $mug, 2 );
		$this->ready();
		$this->rest()->send( 'PUT', "/wc/v3/orders/$order", array( 'status' => 'processing' ) );
		$this->assert_stock( $mug->id, '8', array( Move::delta( '-2', 'order_reduced', 'api', (string) $order ) ), array( 'held' => '0', 'held_until' => null ) );
	}

	public function test_row_39_released_by_cancelling(): void {
		$mug   = $this->simple( 10 );
		$order = $this->hold( $mug, 2 );
		$this->ready();
		$this->rest()->send( 'PUT', "/wc/v3/orders/$order", array( 'status' => 'cancelled' ) );
		$this->assert_stock( $mug->id, '10', array(), array( 'held' => '0', 'held_until' => null ) );
	}

	public function test_row_39_released_by_expiry_which_fires_nothing(): void {
		$mug   = $this->simple( 10 );
		$order = $this->hold( $mug, 2 );
		$this->ready();
		$this->shop->db()->query( "UPDATE wp_wc_reserved_stock SET expires = NOW() + INTERVAL 8 SECOND WHERE order_id=$order" );
		// An order that changes its status makes it looked at again.
		$this->shop->run( 'wc_get_order( $id )->update_status( "checkout-draft" );', array( 'id' => $order ) );
		$this->assert_stock( $mug->id, '10', array(), array( 'held' => '2' ) );
		$this->shop->run( 'wc_update_product_stock( $id, 1, "increase" );', array( 'id' => $mug->id ) );
		$this->assert_stock( $mug->id, '11', array( Move::delta( '1', 'code', 'guest' ) ), array( 'held' => null ), Channels::AFTER_EXPIRY );
		$this->assert_listed( $mug, 11 );
	}

	/** A plain write of a quantity does not look at what is held: it stays as it was told. */
	public function test_a_plain_write_leaves_what_is_held(): void {
		$mug = $this->simple( 10 );
		$this->hold( $mug, 3 );
		$this->ready();
		$this->shop->run( 'wc_update_product_stock( $id, 2, "increase" );', array( 'id' => $mug->id ) );
		$this->assert_stock( $mug->id, '12', array( Move::delta( '2', 'code', 'guest' ) ), array( 'held' => null ), 9 );
		$this->assert_listed( $mug, 9 );
	}

	/** The guest comes back from the payment's page and takes one of two products out of the basket. */
	public function test_row_39_released_by_a_changed_basket(): void {
		$mugs  = array( $this->simple( 10 ), $this->simple( 20 ) );
		$guest = Storefront::guest( $this->shop )->add( $mugs[0]->id, 2 )->add( $mugs[1]->id, 3 );
		$guest->buy( 'elsewhere' );
		$this->ready();
		$key = $guest->call( 'GET', '/cart' )->ok()->json()['items'][0]['key'];
		$guest->call( 'POST', '/cart/remove-item', array( 'key' => $key ) )->ok();
		// The order is still there, and holds neither of them.
		foreach ( array( '10', '20' ) as $index => $quantity ) {
			$this->assert_stock( $mugs[ $index ]->id, $quantity, array(), array( 'held' => '0', 'held_until' => null ) );
			$this->assert_no_moves( $mugs[ $index ]->id );
		}
	}

	public function test_row_39_released_by_a_payment_that_fails(): void {
		$mug = $this->simple( 10 );
		$this->ready();
		self::assertSame( 400, Storefront::guest( $this->shop )->add( $mug->id, 2 )->checkout( 'declines' )->status );
		$this->assert_stock( $mug->id, '10', array(), array( 'held' => '0', 'held_until' => null ) );
	}

	/** Something of another plugin gives up after the stock was reserved. */
	public function test_row_39_released_by_an_exception_of_the_checkout(): void {
		$mug = $this->simple( 10 );
		$this->ready();
		$failed = $this->shop->run(
			'add_action( "woocommerce_checkout_order_created", static function () { throw new Exception( "Not today." ); }, 20 );
			wc_load_cart();
			WC()->cart->add_to_cart( $id, 2 );
			return is_wp_error( WC()->checkout()->create_order( array( "billing_email" => "greta@example.com", "payment_method" => "cod" ) ) );',
			array( 'id' => $mug->id )
		);
		self::assertTrue( $failed );
		$this->assert_stock( $mug->id, '10', array(), array( 'held' => '0', 'held_until' => null ) );
	}

	private function hold( Product $product, int $quantity ): int {
		return Storefront::guest( $this->shop )->add( $product->id, $quantity )->buy( 'elsewhere' );
	}
}
