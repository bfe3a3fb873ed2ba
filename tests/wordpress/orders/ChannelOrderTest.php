<?php

declare( strict_types=1 );

namespace Onhand\Tests\WordPress;

/** A channel's order becomes one of the shop's, once, and its stock drops once. */
final class ChannelOrderTest extends RowTestCase {
	private const SEEN = '$o = wc_get_order( $id ); $items = array_values( $o->get_items() );
		return array( "status" => $o->get_status(), "via" => $o->get_created_via(), "total" => $o->get_total(), "tax" => $o->get_total_tax(), "currency" => $o->get_currency(),
			"city" => $o->get_shipping_city(), "email" => $o->get_billing_email(), "number" => $o->get_meta( "_onhand_number" ), "source" => $o->get_meta( "_wc_order_attribution_utm_source" ),
			"customer" => $o->get_customer_id(), "paid" => null !== $o->get_date_paid(), "variation" => $items[0]->get_variation_id(), "quantity" => $items[0]->get_quantity(), "lines" => count( $items ) );';

	public function test_it_becomes_an_order_with_everything_in_it(): void {
		$shirt = $this->variable( array( 'S' => 5, 'M' => 7 ) );
		$this->ready();
		$told   = Courier::order( $shirt->of( 'M' )->id, 2 );
		$answer = $this->courier()->bring( $told )->ok()->json();
		self::assertSame( array( '1' => 2 ), $answer['lines'] );
		$seen = $this->shop->run( self::SEEN, array( 'id' => $answer['order'] ) );
		self::assertSame(
			array( 'processing', 'onhand', '29.63', '4.73', 'USD', 'London', $told['email'], $told['number'], 'eBay', 0, true, $shirt->of( 'M' )->id, 2, 1 ),
			array( $seen['status'], $seen['via'], $seen['total'], (string) $seen['tax'], $seen['currency'], $seen['city'], $seen['email'], $seen['number'], $seen['source'], $seen['customer'], $seen['paid'], $seen['variation'], $seen['quantity'], $seen['lines'] )
		);
		$said = $this->assert_stock( $shirt->of( 'M' )->id, '5', array( Move::delta( '-2', 'channel_order', 'channel', "ebay:{$told['order']}" ) ) );
		self::assertSame( '1', $said->moves( $shirt->of( 'M' )->id )[0]['line'] );
		self::assertSame( "eBay {$told['number']}", $said->moves( $shirt->of( 'M' )->id )[0]['actor']['name'] );
		self::assertGreaterThan( $said->stock( $shirt->of( 'M' )->id )['at'], $answer['at'], 'the answer\'s clock is after the statement\'s' );
	}

	public function test_what_the_channel_tells_only_of_what_is_paid_comes_into_the_order_later(): void {
		$shirt = $this->variable( array( 'S' => 5, 'M' => 7 ) );
		$this->ready();
		$paid    = Courier::order( $shirt->of( 'M' )->id, 2 );
		$pending = array( 'stage' => 'unpaid', 'currency' => '', 'billing' => array(), 'delivery' => array(), 'email' => '', 'shipping' => array(), 'lines' => array( array( 'total' => '0', 'tax' => '0' ) + $paid['lines'][0] ) ) + $paid;
		$id      = $this->courier()->bring( $pending )->ok()->json()['order'];
		$seen    = $this->shop->run( self::SEEN, array( 'id' => $id ) );
		self::assertSame( array( 'on-hold', '0.00', '', false, 'USD' ), array( $seen['status'], $seen['total'], $seen['city'], $seen['paid'], $seen['currency'] ) );
		// Somebody mends what is there by hand: it stays.
		$this->shop->run( '$o = wc_get_order( $id ); $o->set_shipping_phone( "by hand" ); $o->save();', array( 'id' => $id ) );
		$fee   = array( 'fees' => array( array( 'title' => 'Gift wrap', 'total' => '2.00', 'tax' => '0.38' ) ) );
		$whole = Courier::later( $paid, $fee );
		self::assertSame( $id, $this->courier()->bring( $whole )->ok()->json()['order'] );
		$seen = $this->shop->run( self::SEEN, array( 'id' => $id ) );
		self::assertSame(
			array( 'processing', '32.01', '5.11', 'London', $paid['email'], true, 2, 1 ),
			array( $seen['status'], $seen['total'], (string) $seen['tax'], $seen['city'], $seen['email'], $seen['paid'], $seen['quantity'], $seen['lines'] )
		);
		// A line more, and more of a line.
		$more = Courier::later( $whole, array( 'lines' => array( Courier::line( $shirt->of( 'M' )->id, 3 ), Courier::line( $shirt->of( 'S' )->id, 1, line: '2' ) ) ) );
		$this->courier()->bring( $more )->ok();
		$this->courier()->bring( $more )->ok();
		$seen = $this->shop->run( self::SEEN, array( 'id' => $id ) );
		self::assertSame( array( '55.81', 3, 2 ), array( $seen['total'], $seen['quantity'], $seen['lines'] ) );
		self::assertSame( 'by hand', $this->shop->run( 'return wc_get_order( $id )->get_shipping_phone();', array( 'id' => $id ) ) );
		$notes = $this->shop->run( 'return implode( " ", array_column( wc_get_order_notes( array( "order_id" => $id ) ), "content" ) );', array( 'id' => $id ) );
		self::assertStringContainsString( 'eBay has told more of it: 2 × A mug, Standard, Gift wrap.', $notes );
		$this->assert_stock( $shirt->of( 'M' )->id, '4', array( Move::delta( '-2', 'channel_order', 'channel' ), Move::delta( '-1', 'channel_order', 'channel' ) ) );
		$this->assert_stock( $shirt->of( 'S' )->id, '4', array( Move::delta( '-1', 'channel_order', 'channel' ) ) );
	}

	public function test_what_is_cancelled_or_returned_in_part_is_refunded_once(): void {
		$mug = $this->simple( 10 );
		$this->ready();
		$told = Courier::order( $mug->id, 4 );
		$id   = $this->courier()->bring( $told )->ok()->json()['order'];
		$one  = Courier::later( $told, array( 'lines' => array( Courier::line( $mug->id, 4, 3, back: 1 ) ) ) );
		$this->courier()->bring( $one )->ok();
		$this->courier()->bring( $one )->ok();
		$seen = fn( int $id ): array => $this->shop->run( '$o = wc_get_order( $id ); $r = $o->get_refunds(); $items = array_values( $o->get_items() );
			return array( count( $r ), $o->get_total_refunded(), $o->get_qty_refunded_for_item( $items[0]->get_id() ), $o->get_status() );', array( 'id' => $id ) );
		// Ten for one, and 1.90 of tax.
		self::assertEquals( array( 1, 11.9, -1, 'processing' ), $seen( $id ) );
		$this->courier()->bring( Courier::later( $one, array( 'stage' => 'shipped', 'lines' => array( Courier::line( $mug->id, 4, 1, back: 3 ) ) ) ) )->ok();
		self::assertEquals( array( 2, 35.7, -3, 'completed' ), $seen( $id ) );
		// The stock was moved by what the channel said, and by nothing else.
		$this->assert_stock( $mug->id, '9', array( Move::delta( '-4', 'channel_order', 'channel' ), Move::delta( '1', 'channel_restock', 'channel' ), Move::delta( '2', 'channel_restock', 'channel' ) ) );
		$gone = Courier::order( $mug->id, 2 );
		$id   = $this->courier()->bring( $gone )->ok()->json()['order'];
		$this->courier()->bring( Courier::later( $gone, array( 'stage' => 'cancelled', 'lines' => array( Courier::line( $mug->id, 2, 0, back: 2 ) ) ) ) )->ok();
		self::assertEquals( array( 0, 0, 0, 'cancelled' ), $seen( $id ) );
	}

	public function test_said_fifty_times_some_at_once_it_is_one_order_and_one_movement(): void {
		$mug = $this->simple( 10 );
		$this->ready();
		$told     = Courier::order( $mug->id, 3 );
		$statuses = $this->courier()->storm( $told, 50, 8 );
		self::assertSame( array(), array_diff( $statuses, array( 200, 423 ) ), 'done, or another one was at it' );
		$this->courier()->bring( $told )->ok();
		$this->assert_stock( $mug->id, '7', array( Move::delta( '-3', 'channel_order', 'channel' ) ) );
		self::assertSame( 1, $this->orders_of( $told ) );
	}

	/** @dataProvider moments */
	public function test_a_process_that_is_killed_in_it_has_done_nothing( string $hook ): void {
		$mug  = $this->simple( 10 );
		$told = Courier::order( $mug->id, 3 );
		$this->ready();
		try {
			$this->shop->run(
				'add_action( $hook, static fn() => posix_kill( getmypid(), 9 ), 1 );
				$plugin = \Onhand\Plugin::get();
				$causes = ( new \ReflectionProperty( $plugin->recorder, "causes" ) )->getValue( $plugin->recorder );
				( new \Onhand\Orders\Importer( $plugin->recorder, $causes, $plugin->reader, new \Onhand\Locations\Routing( $plugin->recorder, $causes ) ) )->import( new \Onhand\Orders\Told( $told ), str_repeat( "0", 64 ) );',
				array( 'hook' => $hook, 'told' => $told )
			);
			self::fail( 'the process was not killed' );
		} catch ( \RuntimeException $gone ) {
			self::assertStringContainsString( '502', $gone->getMessage() );
		}
		$this->assert_no_moves( $mug->id );
		self::assertEquals( 10, $this->shop->stored_stock( $mug->id ) );
		self::assertSame( 0, $this->orders_of( $told ) );
		$this->courier()->bring( $told )->ok();
		$this->assert_stock( $mug->id, '7', array( Move::delta( '-3', 'channel_order', 'channel' ) ) );
		self::assertSame( 1, $this->orders_of( $told ) );
	}

	public static function moments(): array {
		return array(
			'before its stock'    => array( 'woocommerce_product_before_set_stock' ),
			'amid its stock'      => array( 'woocommerce_updated_product_stock' ),
			'after its stock'     => array( 'woocommerce_product_set_stock' ),
			'amid its order'      => array( 'woocommerce_new_order_item' ),
		);
	}

	/**
	 * What the server does in a deadlock: everything is undone, the query fails, the connection lives on.
	 *
	 * @dataProvider moments
	 */
	public function test_after_a_deadlock_nothing_stands_by_itself( string $hook ): void {
		$mug  = $this->simple( 10 );
		$told = Courier::order( $mug->id, 3 );
		$this->ready();
		$came = $this->shop->run(
			'add_action( $hook, static function () { $GLOBALS["wpdb"]->query( "ROLLBACK" ); $GLOBALS["wpdb"]->last_error = "Deadlock found when trying to get lock; try restarting transaction"; }, 1 );
			$plugin = \Onhand\Plugin::get();
			$causes = ( new \ReflectionProperty( $plugin->recorder, "causes" ) )->getValue( $plugin->recorder );
			try {
				( new \Onhand\Orders\Importer( $plugin->recorder, $causes, $plugin->reader, new \Onhand\Locations\Routing( $plugin->recorder, $causes ) ) )->import( new \Onhand\Orders\Told( $told ), str_repeat( "0", 64 ) );
				return "done";
			} catch ( \Onhand\Orders\Busy $busy ) {
				return "busy";
			}',
			array( 'hook' => $hook, 'told' => $told )
		);
		self::assertSame( 'busy', $came );
		$this->assert_no_moves( $mug->id );
		self::assertEquals( 10, $this->shop->stored_stock( $mug->id ) );
		self::assertSame( 0, $this->orders_of( $told ) );
		$this->courier()->bring( $told )->ok();
		$this->assert_stock( $mug->id, '7', array( Move::delta( '-3', 'channel_order', 'channel' ) ) );
		self::assertSame( 1, $this->orders_of( $told ) );
	}

	public function test_what_is_cancelled_comes_back_once(): void {
		$mug = $this->simple( 10 );
		$this->ready();
		$told  = Courier::order( $mug->id, 4 );
		$order = $this->courier()->bring( $told )->ok()->json()['order'];
		$some  = Courier::later( $told, array( 'lines' => array( Courier::line( $mug->id, 4, 3 ) ) ) );
		$this->courier()->bring( $some )->ok();
		$gone = Courier::later( $some, array( 'stage' => 'cancelled', 'lines' => array( Courier::line( $mug->id, 4, 0 ) ) ) );
		$this->courier()->bring( $gone )->ok();
		$this->courier()->bring( $gone )->ok();
		// Late and out of order: it is older than what is known.
		$this->courier()->bring( $some )->ok();
		$reference = "ebay:{$told['order']}";
		$this->assert_stock( $mug->id, '10', array( Move::delta( '-4', 'channel_order', 'channel', $reference ), Move::delta( '1', 'channel_restock', 'channel', $reference ), Move::delta( '3', 'channel_restock', 'channel', $reference ) ) );
		self::assertSame( 'cancelled', $this->shop->run( self::SEEN, array( 'id' => $order ) )['status'] );
	}

	public function test_what_somebody_put_back_in_the_shop_is_not_put_back_again(): void {
		$mug   = $this->simple( 10 );
		$told  = Courier::order( $mug->id, 4 );
		$order = $this->courier()->bring( $told )->ok()->json()['order'];
		$this->ready();
		$this->rest()->send( 'PUT', "/wc/v3/orders/$order", array( 'status' => 'cancelled' ) );
		$this->courier()->bring( Courier::later( $told, array( 'stage' => 'cancelled', 'lines' => array( Courier::line( $mug->id, 4, 0 ) ) ) ) )->ok();
		$this->assert_stock( $mug->id, '10', array( Move::delta( '4', 'order_restored', 'api', (string) $order ) ) );
	}

	public function test_a_movement_of_the_stock_alone(): void {
		$mug = $this->simple( 10 );
		$this->ready();
		$told   = Courier::order( $mug->id, 2, array( 'mode' => 'stock' ) );
		$answer = $this->courier()->bring( $told )->ok()->json();
		$this->courier()->bring( Courier::later( $told, array( 'stage' => 'cancelled', 'lines' => array( Courier::line( $mug->id, 2, 0 ) ) ) ) )->ok();
		self::assertNull( $answer['order'] );
		$this->assert_stock( $mug->id, '10', array( Move::delta( '-2', 'channel_order', 'channel' ), Move::delta( '2', 'channel_restock', 'channel' ) ) );
		self::assertSame( 0, $this->orders_of( $told ) );
	}

	public function test_what_a_person_has_to_decide_is_refused_with_the_reason(): void {
		$mug = $this->simple( 1 );
		$this->ready();
		$this->refused( 'onhand_oversold', Courier::order( $mug->id, 2 ), 'oversold' );
		$this->assert_stock( $mug->id, '-1', array( Move::delta( '-2', 'channel_order', 'channel' ) ), array(), 0 );
		$this->refused( 'onhand_currency', Courier::order( $this->simple( 5 )->id, 1, array( 'currency' => 'EUR' ) ), 'currency' );
		$this->refused( 'onhand_buyer', Courier::order( $this->simple( 5 )->id, 1, array( 'known_buyer' => 'park', 'email' => $this->shop->run( 'return get_userdata( 1 )->user_email;' ) ) ), 'buyer' );
		$gone = $this->simple( 5 );
		$this->shop->run( 'wp_trash_post( $id );', array( 'id' => $gone->id ) );
		$told = Courier::order( $gone->id );
		self::assertSame( 'onhand_unknown_item', $this->courier()->bring( $told )->json()['code'] );
		$this->shop->run( 'wp_untrash_post( $id );', array( 'id' => $gone->id ) );
		$this->courier()->bring( $told )->ok();
	}

	public function test_a_customer_may_be_known_by_the_address(): void {
		$told  = Courier::order( $this->simple( 5 )->id, 1, array( 'known_buyer' => 'link', 'email' => $this->shop->run( 'return get_userdata( 1 )->user_email;' ) ) );
		$order = $this->courier()->bring( $told )->ok()->json()['order'];
		self::assertSame( 1, $this->shop->run( self::SEEN, array( 'id' => $order ) )['customer'] );
	}

	public function test_nobody_but_the_agent_is_heard(): void {
		$mug     = $this->simple( 10 );
		$courier = $this->courier();
		$this->ready();
		$body  = json_encode( Courier::order( $mug->id ) );
		$right = $courier->sign( $body );
		$bit   = substr( $right, 0, -1 ) . ( '0' === substr( $right, -1 ) ? '1' : '0' );
		self::assertSame( 401, $courier->send( $body, '' )->status );
		self::assertSame( 401, $courier->send( $body, $bit )->status, 'a flipped bit' );
		self::assertSame( 401, $courier->send( str_replace( '"revision":1', '"revision":2', $body ), $right )->status, 'another body' );
		self::assertSame( 401, $courier->send( $body, $courier->sign( $body, time() - 301 ) )->status, 'too old' );
		self::assertSame( 401, $courier->send( $body, $courier->sign( $body, time() + 400 ) )->status, 'from the future' );
		$this->assert_no_moves( $mug->id );
		self::assertSame( 200, $courier->send( $body, $right )->status );
		self::assertSame( 401, $courier->send( $body, $right )->status, 'a replay' );
		self::assertEquals( 9, $this->shop->stored_stock( $mug->id ) );
	}

	public function test_the_marketplace_writes_to_its_customer_and_the_shop_does_not(): void {
		$order = $this->courier()->bring( Courier::order( $this->simple( 5 )->id ) )->ok()->json()['order'];
		$to    = $this->shop->run(
			'$mails = WC()->mailer()->get_emails(); $order = wc_get_order( $id ); $to = array();
			foreach ( array( "WC_Email_Customer_Processing_Order", "WC_Email_Customer_Completed_Order", "WC_Email_New_Order" ) as $class ) {
				$mails[ $class ]->object = $order; $mails[ $class ]->recipient = "somebody@example.com"; $to[] = $mails[ $class ]->get_recipient();
			}
			return $to;',
			array( 'id' => $order )
		);
		self::assertSame( array( '', '', 'somebody@example.com' ), $to );
	}

	public function test_what_is_completed_is_told_to_the_channel_with_its_tracking_number(): void {
		$told  = Courier::order( $this->simple( 5 )->id, 2 );
		$order = $this->courier()->bring( $told )->ok()->json()['order'];
		$this->ready();
		$this->shop->run(
			'$o = wc_get_order( $id ); $o->update_meta_data( "_wc_shipment_tracking_items", array( array( "tracking_provider" => "dhl", "tracking_number" => "0034" ) ) ); $o->set_status( "completed" ); $o->save();',
			array( 'id' => $order )
		);
		$shipments = array_values( array_filter( $this->statements()->records, static fn( array $record ): bool => 'shipment' === $record['t'] ) );
		self::assertCount( 1, $shipments );
		self::assertSame( array( 'ebay', $told['order'], array( array( '1', 2 ) ), 'dhl', '0034' ), array( $shipments[0]['channel'], $shipments[0]['order'], $shipments[0]['lines'], $shipments[0]['carrier'], $shipments[0]['tracking'] ) );
		// That the channel itself says so is no news to it.
		$other = Courier::order( $this->simple( 5 )->id );
		$this->courier()->bring( $other )->ok();
		$this->ready();
		$this->courier()->bring( Courier::later( $other, array( 'stage' => 'shipped' ) ) )->ok();
		self::assertSame( array(), array_filter( $this->statements()->records, static fn( array $record ): bool => 'shipment' === $record['t'] ) );
	}

	private function refused( string $code, array $told, string $accept ): void {
		$answer = $this->courier()->bring( $told );
		self::assertSame( array( 422, $code ), array( $answer->status, $answer->json()['code'] ) );
		self::assertSame( 0, $this->orders_of( $told ) );
		$this->courier()->bring( Courier::later( $told, array( 'accept' => array( $accept ) ) ) )->ok();
		self::assertSame( 1, $this->orders_of( $told ) );
	}

	private function orders_of( array $told ): int {
		return count( $this->shop->run( 'return wc_get_orders( array( "limit" => -1, "return" => "ids", "meta_key" => "_onhand_order", "meta_value" => $order ) );', array( 'order' => $told['order'] ) ) );
	}

	private function courier(): Courier {
		return new Courier( $this->shop );
	}
}
