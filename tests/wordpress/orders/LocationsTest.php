<?php

declare( strict_types=1 );

namespace Onhand\Tests\WordPress;

/** Several places with stock: where it is, from where orders are sent, and which of it a channel may sell. */
final class LocationsTest extends RowTestCase {
	use Places;

	public function test_a_transfer_changes_no_count_and_a_stock_take_changes_it_by_what_was_counted(): void {
		$this->ready();
		$this->wp( 'transfer', $this->mug->sku, '4', '--from=main', '--to=shop', '--note=D-7' );
		$said = $this->assert_stock( $this->mug->id, '10', $this->places( array( 'shop' => '4', 'main' => '-4' ), 'transfer', 'D-7' ) );
		self::assertSame( array( array( 'main', '6' ), array( 'shop', '4' ) ), $said->stock( $this->mug->id )['places'] );
		$this->wp( 'count', $this->mug->sku, 'shop', '3' );
		$said = $this->statements();
		self::assertEquals( 9, $this->shop->stored_stock( $this->mug->id ) );
		self::assertSame( array( array( 'main', '6' ), array( 'shop', '3' ) ), $said->stock( $this->mug->id )['places'] );
		$taken = $said->moves( $this->mug->id )[2];
		self::assertSame( array( 'delta', '-1', 'stock_take', 'shop' ), array( $taken['op'], $taken['qty'], $taken['cause'], $taken['place'] ) );
		$this->wp( 'count', $this->mug->sku, 'main', '8' );
		self::assertEquals( 11, $this->shop->stored_stock( $this->mug->id ) );
		$ledger = Channels::running()?->agent;
		$ledger?->settle();
		foreach ( null === $ledger ? array() : $ledger->ledger( $this->mug->id, 4 ) as $index => $row ) {
			self::assertSame( array( 'shop: +4', 'main: -4', 'at shop', 'at main' )[ $index ], $row['note'] );
		}
	}

	public function test_what_is_not_for_sale_is_no_part_of_the_count(): void {
		$this->wp( 'add', 'repair', '--not-counted' );
		$this->ready();
		$this->wp( 'transfer', $this->mug->sku, '2', '--from=main', '--to=repair' );
		self::assertEquals( 8, $this->shop->stored_stock( $this->mug->id ) );
		self::assertSame( array( array( 'main', '8' ) ), $this->statements()->stock( $this->mug->id )['places'] );
		$this->wp( 'transfer', $this->mug->sku, '1', '--from=repair', '--to=shop' );
		self::assertEquals( 9, $this->shop->stored_stock( $this->mug->id ) );
		self::assertSame( array( 'main' => '8', 'shop' => '1', 'repair' => '1' ), array_column( json_decode( $this->wp( 'stock', $this->mug->sku, '--format=json' ), true ), 'units', 'location' ) );
	}

	public function test_what_cannot_be_is_said_in_words(): void {
		$cases = array(
			'only 10 of'               => array( 'transfer', $this->mug->sku, '11', '--from=main', '--to=shop' ),
			'no location attic; there' => array( 'count', $this->mug->sku, 'attic', '1' ),
			'no number of units'       => array( 'count', $this->mug->sku, 'shop', 'many' ),
			'0 or more'                => array( 'count', $this->mug->sku, 'shop', '-1' ),
			'is not tracked'           => array( 'count', $this->simple( null )->sku, 'shop', '1' ),
			'goes last'                => array( 'remove', 'main' ),
			'lower-case letters'       => array( 'add', 'The Shop' ),
		);
		foreach ( $cases as $words => $arguments ) {
			self::assertStringContainsString( $words, $this->refused( 'location', ...$arguments ) );
		}
		$this->wp( 'transfer', $this->mug->sku, '1', '--from=main', '--to=shop' );
		self::assertStringContainsString( 'There is stock at shop', $this->refused( 'location', 'remove', 'shop' ) );
		self::assertEquals( 10, $this->shop->stored_stock( $this->mug->id ) );
	}

	public function test_an_order_is_sent_by_rule_and_put_back_where_it_was(): void {
		$this->wp( 'transfer', $this->mug->sku, '4', '--from=main', '--to=shop' );
		$this->rules( array( array( 'name' => 'Coast', 'countries' => array( 'US' ), 'postcodes' => array( '90000...90999' ), 'pick' => 'cost' ) ) );
		$this->ready();
		$order = Storefront::guest( $this->shop )->add( $this->mug->id, 3 )->buy();
		self::assertSame( array( 'main' => '6', 'shop' => '1' ), $this->there() );
		self::assertSame( array( "3 × {$this->name()}: Corner shop", '  Corner shop has everything and is the cheapest (rule "Coast").' ), $this->explained( $order ) );
		$routed = array_values( array_filter( $this->statements()->moves( $this->mug->id ), static fn( array $move ): bool => 'routed' === $move['cause'] ) );
		self::assertSame( array( array( '-3', 'shop' ), array( '3', 'main' ) ), array_map( static fn( array $move ): array => array( $move['qty'], $move['place'] ), $routed ) );
		self::assertSame( (string) $order, $routed[0]['ref'] );
		// More than is there: both send a part. Of what is put back each gets its own.
		$second = Storefront::guest( $this->shop )->add( $this->mug->id, 7 )->buy();
		self::assertSame( array( 'main' => '0', 'shop' => '0' ), $this->there() );
		self::assertStringContainsString( 'No location of rule "Coast" has everything.', implode( ' ', $this->explained( $second ) ) );
		$this->rest()->send( 'PUT', "/wc/v3/orders/$second", array( 'status' => 'cancelled' ) );
		self::assertSame( array( 'main' => '6', 'shop' => '1' ), $this->there() );
		$this->rest()->send( 'PUT', "/wc/v3/orders/$order", array( 'status' => 'cancelled' ) );
		self::assertSame( array( 'main' => '6', 'shop' => '4' ), $this->there() );
		self::assertSame( array( 'Nothing of it is off the stock: there is nothing to send.' ), array_slice( $this->explained( $order ), 0, 1 ) );
	}

	public function test_orders_at_the_same_moment_never_take_one_unit_twice(): void {
		$this->wp( 'transfer', $this->mug->sku, '4', '--from=main', '--to=shop' );
		$this->rules( array( array( 'name' => 'r', 'locations' => array( 'shop', 'main' ) ) ) );
		$orders = $this->shop->run_at_once(
			'$order = wc_create_order(); $order->add_product( wc_get_product( $id ), 1 ); $order->save(); wc_reduce_stock_levels( $order ); return $order->get_id();',
			array_fill( 0, 8, array( 'id' => $this->mug->id ) )
		);
		$from = array_count_values( array_map( fn( int $order ): string => strrchr( $this->shop->run( 'return \Onhand\Locations\Routed::lines( new \Onhand\Locations\ShopOrder( wc_get_order( $id ) ) )[0];', array( 'id' => $order ) ), ':' ), $orders ) );
		self::assertSame( 4, $from[': Corner shop'], 'what was there was sent from there, each unit once' );
		self::assertSame( 4, $from[': Warehouse'] );
		self::assertSame( array( 'main' => '2', 'shop' => '0' ), $this->there() );
	}

	public function test_a_refund_and_an_edited_line_put_back_where_it_was(): void {
		$this->wp( 'transfer', $this->mug->sku, '4', '--from=main', '--to=shop' );
		$this->rules( array( array( 'name' => 'r', 'locations' => array( 'shop' ) ) ) );
		$order = Storefront::guest( $this->shop )->add( $this->mug->id, 3 )->buy();
		$line  = (int) $this->shop->run( 'return array_key_first( wc_get_order( $id )->get_items() );', array( 'id' => $order ) );
		$this->screens()->refund( $order, $line, 1, 10.0, true );
		self::assertSame( array( 'main' => '6', 'shop' => '2' ), $this->there() );
		$this->screens()->order_ajax( $order, 'woocommerce_remove_order_item', array( 'order_item_ids' => (string) $line ) );
		self::assertEquals( 10, $this->shop->stored_stock( $this->mug->id ) );
		self::assertSame( array( 'main' => '6', 'shop' => '4' ), $this->there() );
	}

	public function test_a_channels_order_is_sent_by_its_own_rule(): void {
		$this->wp( 'transfer', $this->mug->sku, '4', '--from=main', '--to=shop' );
		$this->rules( array( array( 'name' => 'eBay from the shop', 'channels' => array( 'ebay' ), 'locations' => array( 'shop' ), 'split' => false ) ) );
		$told = Courier::order( $this->mug->id, 2 );
		$id   = ( new Courier( $this->shop ) )->bring( $told )->ok()->json()['order'];
		self::assertSame( array( 'main' => '6', 'shop' => '2' ), $this->there() );
		// The same again changes nothing; one of them cancelled comes back.
		( new Courier( $this->shop ) )->bring( $told )->ok();
		self::assertSame( array( 'main' => '6', 'shop' => '2' ), $this->there() );
		( new Courier( $this->shop ) )->bring( Courier::later( $told, array( 'lines' => array( Courier::line( $this->mug->id, 2, 1 ) ) ) ) )->ok();
		self::assertSame( array( 'main' => '6', 'shop' => '3' ), $this->there() );
		self::assertSame( "1 × {$this->name()}: Corner shop", $this->explained( $id )[0] );
	}

	public function test_a_person_decides_otherwise(): void {
		$this->wp( 'transfer', $this->mug->sku, '4', '--from=main', '--to=shop' );
		$order = Storefront::guest( $this->shop )->add( $this->mug->id, 2 )->buy();
		self::assertSame( array( 'main' => '4', 'shop' => '4' ), $this->there() );
		self::assertStringContainsString( 'Corner shop sends it', $this->shop->wp( 'onhand', 'routing', 'order', (string) $order, '--to=shop' ) );
		self::assertSame( array( 'main' => '6', 'shop' => '2' ), $this->there() );
		// The same on the order's screen.
		$path = $this->screens()->order_path( $order );
		$page = $this->admin()->screen( $path );
		self::assertStringContainsString( 'Corner shop sends it', $page->body );
		$form = $this->admin()->edit_screen( $path, $this->shop->hpos() ? 'order' : 'post' )->set( 'onhand_send_from', 'main' )->set( 'save', 'Update' );
		$this->admin()->post( $this->shop->hpos() ? $path : '/wp-admin/post.php', $form->pairs() );
		self::assertSame( array( 'main' => '4', 'shop' => '4' ), $this->there() );
		self::assertSame( 'admin decided: Warehouse sends it.', trim( $this->explained( $order )[1] ) );
		self::assertEquals( 8, $this->shop->stored_stock( $this->mug->id ) );
	}

	public function test_the_product_screens_panel_is_a_stock_take(): void {
		$this->wp( 'transfer', $this->mug->sku, '4', '--from=main', '--to=shop' );
		$this->ready();
		$form = $this->admin()->edit_product( $this->mug->id );
		self::assertSame( array( '6', '4' ), array( $form->get( 'onhand_location[main]' ), $form->get( 'onhand_location[shop]' ) ) );
		$this->admin()->save_product( $form->set( 'onhand_location[shop]', '7' ) );
		self::assertEquals( 13, $this->shop->stored_stock( $this->mug->id ) );
		self::assertSame( array( 'main' => '6', 'shop' => '7' ), $this->there() );
		$this->assert_stock( $this->mug->id, '13', array( Move::delta( '3', 'stock_take', Move::ADMIN ) ) );
		// What somebody else changed meanwhile stays: the screen says only what was changed on it.
		$form = $this->admin()->edit_product( $this->mug->id );
		$this->wp( 'transfer', $this->mug->sku, '2', '--from=shop', '--to=main' );
		$this->admin()->save_product( $form );
		self::assertSame( array( 'main' => '8', 'shop' => '5' ), $this->there() );
	}

	public function test_csv_columns_there_and_back(): void {
		$this->wp( 'transfer', $this->mug->sku, '4', '--from=main', '--to=shop' );
		$exported = $this->shop->run(
			'require_once WC_ABSPATH . "includes/export/class-wc-product-csv-exporter.php";
			$export = new class() extends WC_Product_CSV_Exporter { public function rows() { $this->prepare_data_to_export(); return array( $this->get_column_names(), $this->row_data ); } };
			$export->set_limit( 100000 );
			return $export->rows();'
		);
		list( $names, $rows ) = $exported;
		self::assertSame( 'Stock at Corner shop', $names['onhand_location_shop'] );
		$row = array_values( array_filter( $rows, fn( array $row ): bool => $this->mug->sku === ( $row['sku'] ?? '' ) ) )[0];
		self::assertSame( array( '6', '4' ), array( $row['onhand_location_main'], $row['onhand_location_shop'] ) );
		// With the whole beside them, the columns only say where it is.
		$this->screens()->import_csv( "SKU,Stock,Stock at Warehouse,Stock at Corner shop\n{$this->mug->sku},20,5,15\n" );
		self::assertEquals( 20, $this->shop->stored_stock( $this->mug->id ) );
		self::assertSame( array( 'main' => '5', 'shop' => '15' ), $this->there() );
		// Alone, a column is a stock-take.
		$this->screens()->import_csv( "SKU,Stock at Corner shop\n{$this->mug->sku},12\n" );
		self::assertEquals( 17, $this->shop->stored_stock( $this->mug->id ) );
		self::assertSame( array( 'main' => '5', 'shop' => '12' ), $this->there() );
	}

	public function test_a_channel_is_fed_from_one_of_them(): void {
		$agent = Channels::running() ?? self::markTestSkipped( 'no agent is running' );
		$this->ready();
		$this->wp( 'transfer', $this->mug->sku, '4', '--from=main', '--to=shop' );
		$agent->agent->settle();
		$agent->agent->post( '/v1/rules', array( 'channel' => 'ebay', 'set' => array( 'locations' => array( 'shop' ) ) ) );
		try {
			$agent->agent->settle();
			self::assertSame( array(), $agent->marketplaces->wait( array( $this->mug->sku => 4 ), 10_000, array( 'ebay' ) ) );
			self::assertSame( array(), $agent->marketplaces->wait( array( $this->mug->sku => 10 ), 10_000, array( 'shopify' ) ) );
			$explained = $agent->agent->get( '/v1/explain?sku=' . rawurlencode( $this->mug->sku ) );
			self::assertStringContainsString( 'of which 4 at shop', json_encode( $explained ) );
		} finally {
			$agent->agent->post( '/v1/rules', array( 'channel' => 'ebay', 'unset' => array( 'locations' ) ) );
		}
	}

	/** @param array<string,string> $more by location */
	private function places( array $more, string $cause, string $ref ): array {
		return array_map( static fn( string $place, string $units ): array => array( 'op' => 'place', 'qty' => $units, 'cause' => $cause, 'by' => 'cli', 'ref' => $ref, 'place' => $place ), array_keys( $more ), $more );
	}
}
