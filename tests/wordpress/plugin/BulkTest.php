<?php

declare( strict_types=1 );

namespace Onhand\Tests\WordPress;

/** Many variations at once, of whatever parents: looked at first, written, taken back. */
final class BulkTest extends RowTestCase {
	private function write( array $body ): Answer {
		$login = base64_encode( 'admin:' . $this->shop->env( 'APPLICATION_PASSWORD' ) );
		return ( new Http( $this->shop->url() ) )->json( 'POST', '/wp-json/onhand/v1/variations', $body, array( "Authorization: Basic $login" ) );
	}

	public function test_variations_of_several_parents(): void {
		$shirt = $this->variable( array( 'S' => 4, 'M' => 6 ) );
		$socks = $this->variable( array( 'S' => 9 ) );
		$mug   = $this->simple( 10 );
		$this->ready();
		$rows = array(
			array( 'sku' => $shirt->of( 'S' )->sku, 'stock_quantity' => 14 ),
			array( 'sku' => $socks->of( 'S' )->sku, 'stock_change' => -2, 'regular_price' => '7.50' ),
			array( 'id' => $mug->id, 'stock_quantity' => '10' ),
			array( 'sku' => 'NOWHERE', 'stock_quantity' => 1 ),
		);
		$looked = $this->write( array( 'items' => $rows, 'dry_run' => true ) )->ok()->json();
		self::assertSame( array( 2, 1, 1 ), array( $looked['changed'], $looked['same'], $looked['refused'] ) );
		self::assertSame( array(), $this->statements()->records, 'a look writes nothing' );
		$done = $this->write( array( 'items' => $rows ) )->ok()->json();
		self::assertSame( array( 'changed', 'changed', 'same', 'refused' ), array_column( $done['items'], 'outcome' ) );
		self::assertSame( array( '4', '14' ), array( $done['items'][0]['before']['stock_quantity'], $done['items'][0]['after']['stock_quantity'] ) );
		self::assertStringContainsString( 'NOWHERE', $done['items'][3]['why'] );
		$this->assert_stock( $shirt->of( 'S' )->id, '14', array( Move::set( '14', 'rest', 'api:1' ) ) );
		self::assertEquals( 7, $this->shop->stored_stock( $socks->of( 'S' )->id ) );
		self::assertSame( '7.5', $this->shop->run( 'return wc_get_product( $id )->get_regular_price( "edit" );', array( 'id' => $socks->of( 'S' )->id ) ) );
		$back = $this->write( array( 'items' => $done['undo'] ) )->ok()->json();
		self::assertSame( array( 2, 0 ), array( $back['changed'], $back['refused'] ), json_encode( $back ) );
		self::assertEquals( array( 4, 9 ), array( $this->shop->stored_stock( $shirt->of( 'S' )->id ), $this->shop->stored_stock( $socks->of( 'S' )->id ) ) );
	}

	public function test_what_somebody_has_changed_since_is_not_taken_back(): void {
		$mug = $this->simple( 10 );
		$this->ready();
		$done = $this->write( array( 'items' => array( array( 'id' => $mug->id, 'stock_quantity' => 20 ) ) ) )->ok()->json();
		$this->shop->run( 'wc_update_product_stock( wc_get_product( $id ), 1, "decrease" );', array( 'id' => $mug->id ) );
		$back = $this->write( array( 'items' => $done['undo'] ) )->ok()->json();
		self::assertSame( 1, $back['refused'] );
		self::assertStringContainsString( 'was to have 20 of it and has 19', $back['items'][0]['why'] );
		self::assertEquals( 19, $this->shop->stored_stock( $mug->id ) );
	}

	public function test_too_many_refused_rows_end_it_and_nonsense_is_named(): void {
		$mug = $this->simple( 10 );
		$this->ready();
		$rows = array(
			array( 'sku' => 'NOWHERE', 'stock_quantity' => 1 ),
			array( 'id' => $mug->id, 'stock_quantity' => 1, 'stock_change' => 1 ),
			array( 'id' => $mug->id, 'stock_quantity' => 5 ),
		);
		$done = $this->write( array( 'items' => $rows, 'stop_after' => 2 ) )->ok()->json();
		self::assertSame( array( true, 2, 2 ), array( $done['stopped'], $done['refused'], count( $done['items'] ) ) );
		self::assertStringContainsString( 'not both', $done['items'][1]['why'] );
		self::assertEquals( 10, $this->shop->stored_stock( $mug->id ) );
		$shirt = $this->variable( array( 'S' => null ), 12 );
		$own   = $this->write( array( 'items' => array( array( 'id' => $shirt->of( 'S' )->id, 'stock_quantity' => 3 ) ) ) )->ok()->json();
		self::assertStringContainsString( 'does not count its stock here', $own['items'][0]['why'] );
		self::assertSame( 400, $this->write( array( 'items' => array( array( 'id' => $mug->id, 'stok' => 3 ) ) ) )->status );
		self::assertSame( 401, ( new Http( $this->shop->url() ) )->json( 'POST', '/wp-json/onhand/v1/variations', array( 'items' => $rows ) )->status );
	}

	public function test_from_a_file_a_few_first_and_back(): void {
		$mug  = $this->simple( 10 );
		$cup  = $this->simple( 5 );
		$file = $this->shop->dir . '/tmp/bulk-' . getmypid() . '.csv';
		$back = "$file.back";
		file_put_contents( $file, "\u{FEFF}sku,stock_quantity,regular_price\n{$mug->sku},30,\n\n{$cup->sku},,12\n" );
		chmod( $file, 0644 );
		$this->ready();
		$would = $this->shop->wp( 'onhand', 'write', $file, '--dry-run' );
		self::assertStringContainsString( 'stock_quantity: 30', $would );
		if ( null !== Channels::running() ) {
			// One listing on it, of which none is emptied.
			self::assertMatchesRegularExpression( '/ebay\s+\|?\s*1\s+\|?\s*0\s/', $would );
		}
		self::assertEquals( 10, $this->shop->stored_stock( $mug->id ) );
		$this->shop->wp( 'onhand', 'write', $file, '--first=1', "--undo=$back" );
		self::assertEquals( 30, $this->shop->stored_stock( $mug->id ) );
		self::assertNotSame( '12', $this->shop->run( 'return wc_get_product( $id )->get_regular_price( "edit" );', array( 'id' => $cup->id ) ) );
		$this->shop->wp( 'onhand', 'write', $back );
		self::assertEquals( 10, $this->shop->stored_stock( $mug->id ) );
		file_put_contents( $file, "sku,stock_quantity\nNOWHERE,3\n" );
		try {
			$this->shop->wp( 'onhand', 'write', $file );
			self::fail( 'a refused row is an error for scripts' );
		} catch ( \RuntimeException $failure ) {
			self::assertStringContainsString( 'No product or variation has the SKU NOWHERE', $failure->getMessage() );
		}
		array_map( 'unlink', array( $file, $back ) );
	}

	public function test_it_ends_when_channels_refuse_what_follows_from_it(): void {
		$channels = Channels::running() ?? self::markTestSkipped( 'no agent is running' );
		$mugs     = array_map( fn( int $stock ): Product => $this->simple( $stock ), array( 10, 11, 12 ) );
		$file     = $this->shop->dir . '/tmp/careful-' . getmypid() . '.csv';
		$back     = "$file.back";
		$this->ready();
		foreach ( $mugs as $at => $mug ) {
			$this->assert_listed( $mug, 10 + $at );
		}
		file_put_contents( $file, "sku,stock_quantity\n" . implode( '', array_map( static fn( Product $mug ): string => "{$mug->sku},40\n", $mugs ) ) );
		chmod( $file, 0644 );
		$channels->marketplaces->behave( 'ebay', array( 'mode' => 'partial', 'skus' => array( $mugs[0]->sku ) ) );
		try {
			$told = $this->shop->wp( 'onhand', 'write', $file, '--careful=1', "--undo=$back" );
			self::fail( "nothing halted it: $told" );
		} catch ( \RuntimeException $failure ) {
			self::assertStringContainsString( 'Halted: Channels refused 1 listings', $failure->getMessage() );
			self::assertStringContainsString( '1 rows were done', $failure->getMessage() );
		} finally {
			$channels->marketplaces->behave( 'ebay', array( 'mode' => 'normal' ) );
		}
		self::assertEquals( array( 40, 11, 12 ), array_map( fn( Product $mug ) => $this->shop->stored_stock( $mug->id ), $mugs ) );
		$channels->agent->post( '/v1/dead-letters/redrive', array() );
		$this->shop->wp( 'onhand', 'write', $back );
		$this->assert_listed( $mugs[0], 10 );
		$this->shop->wp( 'onhand', 'write', $file, '--careful=1' );
		foreach ( $mugs as $mug ) {
			$this->assert_listed( $mug, 40 );
		}
		array_map( 'unlink', array( $file, $back ) );
	}

	public function test_what_a_program_wrote_is_taken_back_from_the_ledger(): void {
		$channels = Channels::running() ?? self::markTestSkipped( 'no agent is running' );
		$mug      = $this->simple( 10 );
		$cup      = $this->simple( 5 );
		$file     = $this->shop->dir . '/tmp/undo-' . getmypid() . '.csv';
		$this->ready();
		$this->assert_listed( $mug, 10 );
		$since = (string) (int) ( microtime( true ) * 1000000 );
		$this->write( array( 'items' => array( array( 'id' => $mug->id, 'stock_quantity' => 70 ), array( 'id' => $cup->id, 'stock_change' => 4 ) ) ) )->ok();
		$this->shop->run( 'wc_update_product_stock( wc_get_product( $id ), 3, "decrease" );', array( 'id' => $mug->id ) );
		$this->assert_listed( $mug, 67 );
		$this->assert_listed( $cup, 9 );
		$this->shop->wp( 'onhand', 'undo', "--since=$since", '--cause=rest', "--to=$file" );
		chmod( $file, 0644 );
		self::assertSame( "id,stock_change\n{$mug->id},-60\n{$cup->id},-4\n", file_get_contents( $file ) );
		$this->shop->wp( 'onhand', 'write', $file );
		// What was taken in between stays taken.
		self::assertEquals( array( 7, 5 ), array( $this->shop->stored_stock( $mug->id ), $this->shop->stored_stock( $cup->id ) ) );
		$this->assert_listed( $mug, 7 );
		$channels->agent->settle();
		unlink( $file );
	}
}
