<?php

declare( strict_types=1 );

namespace Onhand\Tests\WordPress;

/** A kit in the shop: there are as many as its parts allow, and a sale takes the parts. */
final class KitTest extends RowTestCase {
	private Product $shirt;
	private Product $mug;
	private Product $set;

	protected function setUp(): void {
		parent::setUp();
		$this->shirt = $this->variable( array( 'M' => 7 ) )->of( 'M' );
		$this->mug   = $this->simple( 5 );
		$this->set   = $this->simple( null );
	}

	public function test_what_it_is_made_of_is_stated_and_said_back(): void {
		$this->ready();
		$said = $this->shop->wp( 'onhand', 'kit', $this->set->sku, "--parts={$this->shirt->sku}=2,{$this->mug->sku}" );
		self::assertStringContainsString( "{$this->shirt->sku}=2, {$this->mug->sku}; there are 3", $said );
		$this->assert_item( $this->set->id, array( 'parts' => $this->made_of() ) );
		$this->shop->wp( 'onhand', 'kit', $this->set->sku, '--parts=' );
		$this->assert_item( $this->set->id, array( 'parts' => array() ) );
	}

	public function test_it_is_written_on_the_product_screen_and_nonsense_is_named(): void {
		$this->admin()->save_product( $this->admin()->edit_product( $this->set->id )->set( 'onhand_parts', "{$this->shirt->sku}=2, {$this->mug->sku}" ) );
		$this->assert_item( $this->set->id, array( 'parts' => $this->made_of() ) );
		$page = $this->admin()->edit_product( $this->set->id )->set( 'onhand_parts', 'NO-SUCH-SKU=2' );
		$this->admin()->save_product( $page );
		$this->assert_item( $this->set->id, array( 'parts' => $this->made_of() ) );
		self::assertStringContainsString( 'There is no product or variation with the SKU NO-SUCH-SKU', $this->admin()->get( "/wp-admin/post.php?post={$this->set->id}&action=edit" )->body );
	}

	public function test_a_sale_in_the_shop_takes_the_parts_and_cancelling_puts_them_back(): void {
		$this->make();
		$this->ready();
		$order = $this->buy( 2 );
		$this->assert_stock( $this->shirt->id, '3', array( Move::delta( '-4', 'order_reduced', 'guest', (string) $order ) ) );
		$this->assert_stock( $this->mug->id, '3', array( Move::delta( '-2', 'order_reduced', 'guest', (string) $order ) ) );
		$this->rest()->send( 'PUT', "/wc/v3/orders/$order", array( 'status' => 'cancelled' ) );
		self::assertEquals( array( 7, 5 ), $this->left() );
		$this->rest()->send( 'PUT', "/wc/v3/orders/$order", array( 'status' => 'processing' ) );
		self::assertEquals( array( 3, 3 ), $this->left(), 'taken again' );
	}

	public function test_a_refund_puts_back_what_it_refunds(): void {
		$this->make();
		$order = $this->buy( 3 );
		$line  = (int) $this->shop->run( 'return array_key_first( wc_get_order( $id )->get_items() );', array( 'id' => $order ) );
		$this->ready();
		$this->screens()->refund( $order, $line, 1, 10.0, true );
		self::assertEquals( array( 3, 3 ), $this->left() );
		$kept = $this->buy( 1 );
		$line = (int) $this->shop->run( 'return array_key_first( wc_get_order( $id )->get_items() );', array( 'id' => $kept ) );
		$this->screens()->refund( $kept, $line, 1, 10.0, false );
		self::assertEquals( array( 1, 2 ), $this->left(), 'without restocking' );
	}

	public function test_more_than_its_parts_allow_is_not_sold(): void {
		$this->make();
		$refused = Storefront::guest( $this->shop )->call( 'POST', '/cart/add-item', array( 'id' => $this->set->id, 'quantity' => 4 ) );
		self::assertGreaterThanOrEqual( 400, $refused->status );
		// Three sets take six shirts: with two shirts beside them there is one too few.
		$both    = Storefront::guest( $this->shop )->add( $this->set->id, 3 )->add( $this->shirt->id, 2 );
		$refused = $both->checkout();
		self::assertGreaterThanOrEqual( 400, $refused->status, $refused->body );
		self::assertStringContainsString( 'Not enough units', $refused->body );
		self::assertEquals( array( 7, 5 ), $this->left() );
		$this->buy( 3 );
		self::assertFalse( $this->shop->run( 'return wc_get_product( $id )->is_in_stock();', array( 'id' => $this->set->id ) ), 'one shirt is left, and no set' );
	}

	public function test_a_checkout_that_is_not_paid_holds_the_parts(): void {
		$this->make();
		$this->ready();
		$this->buy( 2, 'elsewhere' );
		$this->assert_stock( $this->shirt->id, '7', array(), array( 'held' => '4' ) );
		$this->assert_stock( $this->mug->id, '5', array(), array( 'held' => '2' ) );
	}

	public function test_a_channels_sale_is_one_line_and_takes_the_parts(): void {
		$this->make();
		$this->ready();
		$lines = static fn( Product $set, Product $shirt, Product $mug, int $taken ): array => array(
			Courier::line( $set->id, 2, 0 ),
			array( 'of' => '1', 'total' => '0', 'tax' => '0' ) + Courier::line( $shirt->id, 4, 2 * $taken, "1/{$shirt->id}" ),
			array( 'of' => '1', 'total' => '0', 'tax' => '0' ) + Courier::line( $mug->id, 2, $taken, "1/{$mug->id}" ),
		);
		$told  = Courier::order( $this->set->id, 2, array( 'lines' => $lines( $this->set, $this->shirt, $this->mug, 2 ) ) );
		$kept  = fn(): array => array_column( ( new Courier( $this->shop ) )->allot( array() )->ok()->json()['entries'], 'units', 'item' );
		( new Courier( $this->shop ) )->keep( $this->shirt->id, 0, 3 )->ok();
		$id = ( new Courier( $this->shop ) )->bring( $told )->ok()->json()['order'];
		self::assertEquals( array( 3, 3 ), $this->left() );
		self::assertSame( 1, $this->shop->run( 'return count( wc_get_order( $id )->get_items() );', array( 'id' => $id ) ) );
		self::assertSame( 3, $kept()[ $this->shirt->id ], 'what is kept for the shirt\'s own listing is not the kit\'s' );
		$this->assert_stock( $this->shirt->id, '3', array( Move::delta( '-4', 'channel_order', 'channel', "ebay:{$told['order']}" ) ) );
		// Cancelled here, and after that there: put back once.
		$this->rest()->send( 'PUT', "/wc/v3/orders/$id", array( 'status' => 'cancelled' ) );
		self::assertEquals( array( 7, 5 ), $this->left() );
		( new Courier( $this->shop ) )->bring( Courier::later( $told, array( 'stage' => 'cancelled', 'lines' => $lines( $this->set, $this->shirt, $this->mug, 0 ) ) ) )->ok();
		self::assertEquals( array( 7, 5 ), $this->left() );
	}

	private function make(): void {
		$this->shop->wp( 'onhand', 'kit', $this->set->sku, "--parts={$this->shirt->sku}=2,{$this->mug->sku}" );
	}

	private function made_of(): array {
		return array( array( $this->shirt->id, 2 ), array( $this->mug->id, 1 ) );
	}

	private function buy( int $sets, string $payment = 'cod' ): int {
		return Storefront::guest( $this->shop )->add( $this->set->id, $sets )->buy( $payment );
	}

	/** @return array{int,int} shirts and mugs */
	private function left(): array {
		return array( (int) $this->shop->stored_stock( $this->shirt->id ), (int) $this->shop->stored_stock( $this->mug->id ) );
	}
}
