<?php

declare( strict_types=1 );

namespace Onhand\Tests\WordPress;

/** Units that are kept for a channel: the shop does not sell them, and the channel's sales are taken off them. */
final class StrictTest extends RowTestCase {
	public function test_what_is_kept_for_a_channel_is_not_sold_in_the_shop(): void {
		$mug = $this->simple( 5 );
		$this->ready();
		self::assertSame( 3, $this->keep( $mug, 0, 3 ) );
		self::assertSame( 2, $this->keep( $mug, 0, 3, 'amazon' ), 'as many as there are' );
		self::assertSame( 3, $this->keep( $mug, 3, 9 ), 'there are no more' );
		self::assertSame( 0, $this->keep( $mug, 2, 0, 'amazon' ), 'given back' );
		$refused = Storefront::guest( $this->shop )->call( 'POST', '/cart/add-item', array( 'id' => $mug->id, 'quantity' => 3 ) );
		self::assertGreaterThanOrEqual( 400, $refused->status, 'the third is the channel\'s' );
		Storefront::guest( $this->shop )->add( $mug->id, 2 )->buy();
		$this->assert_stock( $mug->id, '3', array( Move::delta( '-2', 'order_reduced', 'guest' ) ) );
		$refused = Storefront::guest( $this->shop )->call( 'POST', '/cart/add-item', array( 'id' => $mug->id, 'quantity' => 1 ) );
		self::assertGreaterThanOrEqual( 400, $refused->status, 'what is left is the channel\'s' );
		$this->keep( $mug, 3, 0 );
		Storefront::guest( $this->shop )->add( $mug->id, 3 )->buy();
	}

	public function test_what_a_checkout_holds_is_not_given_to_a_channel(): void {
		$mug = $this->simple( 5 );
		Storefront::guest( $this->shop )->add( $mug->id, 2 )->buy( 'elsewhere' );
		self::assertSame( 3, $this->keep( $mug, 0, 5 ) );
	}

	public function test_a_sale_of_the_channel_is_taken_off_stock_and_units_at_once(): void {
		$shirt = $this->variable( array( 'S' => 6 ) );
		$this->ready();
		$small = $shirt->of( 'S' );
		self::assertSame( 4, $this->keep( $small, 0, 4 ) );
		$told = Courier::order( $small->id, 3 );
		$this->courier()->bring( $told )->ok();
		$this->courier()->bring( $told )->ok();
		$this->assert_stock( $small->id, '3', array( Move::delta( '-3', 'channel_order', 'channel' ) ) );
		self::assertSame( 1, $this->noted( $small ) );
		// Sent back: that is everybody's.
		$this->courier()->bring( Courier::later( $told, array( 'stage' => 'cancelled', 'lines' => array( Courier::line( $small->id, 3, 0 ) ) ) ) )->ok();
		self::assertSame( 1, $this->noted( $small ) );
		// Another channel's sale takes nothing off this one's.
		$this->courier()->bring( Courier::order( $small->id, 2, array( 'channel' => 'amazon' ) ) )->ok();
		self::assertSame( 1, $this->noted( $small ) );
	}

	public function test_it_is_kept_on_the_product_where_that_is_counted(): void {
		$shirt = $this->variable( array( 'S' => null, 'M' => null ), 5 );
		self::assertSame( 4, $this->keep( $shirt->of( 'S' ), 0, 4 ) );
		self::assertSame( 1, $this->keep( $shirt->of( 'M' ), 0, 4 ), 'both are counted together' );
	}

	public function test_said_twice_it_does_the_same_and_what_was_not_known_changes_nothing(): void {
		$mug = $this->simple( 9 );
		self::assertSame( array( 4, 4, 4 ), array( $this->keep( $mug, 0, 4 ), $this->keep( $mug, 0, 4 ), $this->keep( $mug, 1, 9 ) ) );
	}

	public function test_what_makes_no_sense_is_refused(): void {
		$courier = $this->courier();
		self::assertSame( 400, $courier->keep( 1, -1, 2 )->status );
		self::assertSame( 400, $courier->allot( array( array( 'channel' => '' ) ) )->status );
		self::assertSame( 401, $courier->send( '{"entries":[]}', $courier->sign( '{"entries":[]}' ), '/onhand/v1/allotments' )->status, 'signed for another route' );
		$gone = $courier->keep( 999999999, 0, 3 )->ok()->json();
		self::assertSame( 0, $gone['entries'][0]['units'], 'no such product: nothing is kept' );
	}

	/** Sixteen buyers and a channel want the last units at once. */
	public function test_a_rush_of_checkouts_and_grants_gives_no_unit_twice(): void {
		$mug  = $this->simple( 6 );
		$code = '$kept = 0; $bought = 0;
			for ( $n = 0; $n < 4; $n++ ) {
				if ( $grant ) {
					$entry = \Onhand\Strict\Entry::read( array( "channel" => bin2hex( random_bytes( 8 ) ), "item" => $id, "from" => 0, "to" => 1 ), "e" );
					try { $kept += ( new \Onhand\Strict\Allotments() )->note( array( $entry ) )[0]["units"]; } catch ( \Onhand\Orders\Busy $busy ) {}
				} else {
					$order = wc_create_order( array( "status" => "pending" ) ); $order->add_product( wc_get_product( $id ), 1 ); $order->save();
					try { ( new \Automattic\WooCommerce\Checkout\Helpers\ReserveStock() )->reserve_stock_for_order( $order, 10 ); ++$bought; } catch ( \Exception $none ) {}
				}
			}
			return array( $kept, $bought );';
		$got = $this->shop->run_at_once( $code, array_map( static fn( int $n ): array => array( 'id' => $mug->id, 'grant' => 0 === $n % 2 ), range( 1, 8 ) ) );
		self::assertSame( 6, array_sum( array_map( 'array_sum', $got ) ), json_encode( $got ) );
	}

	private function keep( Product $product, int $from, int $to, string $channel = 'ebay' ): int {
		return $this->courier()->keep( $product->id, $from, $to, $channel )->ok()->json()['entries'][0]['units'];
	}

	private function noted( Product $product ): int {
		$all = array_filter( $this->courier()->allot( array() )->ok()->json()['entries'], static fn( array $one ): bool => $product->id === $one['item'] );
		return array_sum( array_column( $all, 'units' ) );
	}

	private function courier(): Courier {
		return new Courier( $this->shop );
	}
}
