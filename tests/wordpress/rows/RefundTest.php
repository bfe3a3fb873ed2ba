<?php

declare( strict_types=1 );

namespace Onhand\Tests\WordPress;

/** Row 25: refunds, with and without restocking. */
final class RefundTest extends RowTestCase {
	public function test_row_25_admin_refund_with_restock(): void {
		list( $mug, $order, $line ) = $this->sold();
		$this->screens()->refund( $order, $line, 2, 20.0, true );
		$this->assert_stock( $mug->id, '9', array( Move::delta( '2', 'refund_restocked', Move::ADMIN, (string) $order ) ) );
	}

	public function test_row_25_admin_refund_without_restock(): void {
		list( $mug, $order, $line ) = $this->sold();
		$this->screens()->refund( $order, $line, 2, 20.0, false );
		$this->assert_nothing_restocked( $mug );
	}

	public function test_row_25_rest_refund_restocks_unless_told_otherwise(): void {
		list( $mug, $order, $line ) = $this->sold();
		$this->rest()->send( 'POST', "/wc/v3/orders/$order/refunds", array( 'amount' => '10', 'api_refund' => false, 'line_items' => array( array( 'id' => $line, 'quantity' => 1, 'refund_total' => 10 ) ) ) );
		$this->assert_stock( $mug->id, '8', array( Move::delta( '1', 'refund_restocked', 'api', (string) $order ) ) );
	}

	public function test_row_25_rest_refund_told_to_restock_nothing(): void {
		list( $mug, $order, $line ) = $this->sold();
		$this->rest()->send( 'POST', "/wc/v3/orders/$order/refunds", array( 'amount' => '10', 'api_refund' => false, 'api_restock' => false, 'line_items' => array( array( 'id' => $line, 'quantity' => 1, 'refund_total' => 10 ) ) ) );
		$this->assert_nothing_restocked( $mug );
	}

	public function test_row_25_rest_version_4_restocks_when_told_to(): void {
		list( $mug, $order, $line ) = $this->sold();
		$this->rest()->send( 'POST', '/wc/v4/refunds', array( 'order_id' => $order, 'api_restock' => true, 'line_items' => array( array( 'line_item_id' => $line, 'quantity' => 1, 'refund_total' => 10 ) ) ) );
		$this->assert_stock( $mug->id, '8', array( Move::delta( '1', 'refund_restocked', 'api', (string) $order ) ) );
	}

	public function test_row_25_rest_version_4_restocks_nothing_unless_told_to(): void {
		list( $mug, $order, $line ) = $this->sold();
		$this->rest()->send( 'POST', '/wc/v4/refunds', array( 'order_id' => $order, 'line_items' => array( array( 'line_item_id' => $line, 'quantity' => 1, 'refund_total' => 10 ) ) ) );
		$this->assert_nothing_restocked( $mug );
	}

	public function test_row_25_code_restocks_nothing_unless_told_to(): void {
		list( $mug, $order, $line ) = $this->sold();
		$refund = 'return wc_create_refund( array( "order_id" => $order, "amount" => 10, "line_items" => array( $line => array( "qty" => 1, "refund_total" => 10 ) ) ) + $also ) instanceof WC_Order_Refund;';
		self::assertTrue( $this->shop->run( $refund, array( 'order' => $order, 'line' => $line, 'also' => array() ) ) );
		$this->assert_nothing_restocked( $mug );
		self::assertTrue( $this->shop->run( $refund, array( 'order' => $order, 'line' => $line, 'also' => array( 'restock_items' => true ) ) ) );
		$this->assert_stock( $mug->id, '8', array( Move::delta( '1', 'refund_restocked', 'guest', (string) $order ) ) );
	}

	public function test_row_25_status_refunded_restocks_nothing(): void {
		list( $mug, $order ) = $this->sold();
		$this->rest()->send( 'PUT', "/wc/v3/orders/$order", array( 'status' => 'refunded' ) );
		$this->assert_nothing_restocked( $mug );
	}

	private function assert_nothing_restocked( Product $mug ): void {
		self::assertEquals( 7, $this->shop->stored_stock( $mug->id ) );
		$this->assert_no_moves( $mug->id );
		$this->assert_mirrored( $mug->id, '7', 7 );
	}

	/** Three of ten mugs are sold. @return array{Product,int,int} product, order, line */
	private function sold(): array {
		$mug   = $this->simple( 10 );
		$order = Storefront::guest( $this->shop )->add( $mug->id, 3 )->buy();
		$line  = (int) $this->shop->run( 'return array_key_first( wc_get_order( $id )->get_items() );', array( 'id' => $order ) );
		$this->ready();
		return array( $mug, $order, $line );
	}
}
