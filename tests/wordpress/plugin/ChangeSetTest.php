<?php

declare( strict_types=1 );

namespace Onhand\Tests\WordPress;

/** Many rows of stock and prices: looked at, a few written first, halted when channels refuse, taken back. */
final class ChangeSetTest extends RowTestCase {
	private function ask( string $method, string $path, mixed $body = null ): Answer {
		$login = base64_encode( 'admin:' . $this->shop->env( 'APPLICATION_PASSWORD' ) );
		return ( new Http( $this->shop->url() ) )->json( $method, "/wp-json/onhand/v1$path", $body, array( "Authorization: Basic $login" ) );
	}

	/** All that the queue has to do for it is done. */
	private function worked( int $id ): array {
		$this->shop->run( 'while ( as_has_scheduled_action( "onhand_change_set" ) ) { ActionScheduler::runner()->run(); }' );
		return $this->ask( 'GET', "/change-sets/$id" )->ok()->json();
	}

	/** @param list<Product> $products */
	private function rows( array $products, int $quantity ): array {
		return array_map( static fn( Product $product ): array => array( 'sku' => $product->sku, 'stock_quantity' => $quantity ), $products );
	}

	public function test_what_rows_would_do_is_said_for_the_shop_and_for_every_channel(): void {
		Channels::running() ?? self::markTestSkipped( 'no agent is running' );
		$shirt = $this->variable( array( 'S' => 10, 'M' => 10 ) );
		$mug   = $this->simple( 10 );
		$this->ready();
		$rows  = array_merge( $this->rows( array( $shirt->of( 'S' ), $mug ), 4 ), $this->rows( array( $shirt->of( 'M' ) ), 10 ), array( array( 'sku' => 'NO-SUCH', 'stock_quantity' => 1 ) ) );
		$would = $this->ask( 'POST', '/change-sets/preview', array( 'items' => $rows ) )->ok()->json();
		self::assertSame( array( 2, 1, 1 ), array( $would['changed'], $would['same'], $would['refused'] ) );
		self::assertSame( array( '10', '4' ), array( $would['items'][0]['before']['stock_quantity'], $would['items'][0]['after']['stock_quantity'] ) );
		$shown = array_map( static fn( array $one ): array => array( $one['channel'], $one['sku'], $one['now'], $one['then'] ), $would['channels']['items'] );
		sort( $shown );
		$expected = array();
		foreach ( array( 'ebay', 'shopify' ) as $channel ) {
			foreach ( array( $shirt->of( 'S' ), $mug ) as $product ) {
				$expected[] = array( $channel, $product->sku, 10, 4 );
			}
		}
		sort( $expected );
		self::assertSame( $expected, $shown );
		self::assertEquals( 10, $this->shop->stored_stock( $mug->id ), 'nothing was written' );
	}

	public function test_a_few_go_first_then_the_rest_and_all_of_it_is_taken_back(): void {
		$channels = Channels::running() ?? self::markTestSkipped( 'no agent is running' );
		$mugs     = array( $this->simple( 10 ), $this->simple( 10 ), $this->simple( 10 ) );
		$this->ready();
		$rows = array_merge( $this->rows( $mugs, 6 ), array( array( 'sku' => 'NO-SUCH', 'stock_quantity' => 1 ) ) );
		$set  = $this->ask( 'POST', '/change-sets', array( 'name' => 'Spring', 'items' => $rows, 'first' => 1 ) )->ok()->json();
		self::assertSame( array( 'running', 4 ), array( $set['state'], $set['total'] ) );
		$done = $this->worked( $set['id'] );
		self::assertSame( array( 'done', 4, 3, 1 ), array( $done['state'], $done['done'], $done['changed'], $done['refused'] ) );
		self::assertSame( array( 'row' => 4, 'sku' => 'NO-SUCH' ), array_diff_key( $done['wrong'][0], array( 'why' => 0 ) ) );
		$channels->agent->settle();
		foreach ( $mugs as $mug ) {
			self::assertEquals( 6, $this->shop->stored_stock( $mug->id ) );
			$channels->assert_listed( $mug->sku, 6 );
			$last = $channels->agent->get( '/v1/ledger?sku=' . rawurlencode( $mug->sku ) )['rows'][0];
			self::assertSame( array( 'bulk_change', (string) $set['id'], 'admin: Tests' ), array( $last['cause'], $last['ref'], $last['actor']['name'] ) );
		}
		// Somebody sells one of them meanwhile: that one is left as it is.
		$this->shop->run( 'wc_update_product_stock( $id, 1, "decrease" );', array( 'id' => $mugs[2]->id ) );
		$back = $this->ask( 'POST', "/change-sets/{$set['id']}/undo" )->ok()->json();
		self::assertSame( $set['id'], $back['undoes'] );
		$done = $this->worked( $back['id'] );
		self::assertSame( array( 'done', 2, 1 ), array( $done['state'], $done['changed'], $done['refused'] ) );
		$stock = fn( Product $mug ): float => (float) $this->shop->stored_stock( $mug->id );
		self::assertSame( array( 10.0, 10.0, 5.0 ), array_map( $stock, $mugs ) );
		$list = array_column( $this->ask( 'GET', '/change-sets' )->ok()->json()['items'], null, 'id' );
		self::assertSame( $back['id'], $list[ $set['id'] ]['undone'] );
	}

	public function test_it_halts_when_a_channel_refuses_and_goes_on_when_a_person_says_so(): void {
		$channels = Channels::running() ?? self::markTestSkipped( 'no agent is running' );
		$mugs     = array( $this->simple( 10 ), $this->simple( 10 ), $this->simple( 10 ) );
		$this->ready();
		$channels->marketplaces->behave( 'ebay', array( 'mode' => 'partial', 'skus' => array( $mugs[0]->sku ), 'code' => '25002' ) );
		try {
			$set  = $this->ask( 'POST', '/change-sets', array( 'name' => 'Spring', 'items' => $this->rows( $mugs, 6 ), 'first' => 1 ) )->ok()->json();
			$done = $this->worked( $set['id'] );
			self::assertSame( array( 'halted', 1 ), array( $done['state'], $done['done'] ) );
			self::assertStringContainsString( 'refused', $done['why'] );
			self::assertEquals( 10, $this->shop->stored_stock( $mugs[1]->id ), 'the rest was not touched' );
			self::assertSame( 400, $this->ask( 'POST', '/change-sets', array( 'items' => array() ) )->status );
			self::assertSame( 404, $this->ask( 'POST', '/change-sets/999999/cancel' )->status );
		} finally {
			$channels->marketplaces->behave( 'ebay', array( 'mode' => 'normal' ) );
		}
		$channels->agent->post( '/v1/dead-letters/redrive' );
		$this->ask( 'POST', "/change-sets/{$set['id']}/resume" )->ok();
		$done = $this->worked( $set['id'] );
		self::assertSame( array( 'done', 3, null ), array( $done['state'], $done['changed'], $done['why'] ) );
		self::assertSame( 400, $this->ask( 'POST', "/change-sets/{$set['id']}/cancel" )->status, 'it has ended' );
	}

	public function test_too_many_wrong_rows_end_it_and_one_whose_worker_was_killed_says_so(): void {
		Channels::running() ?? self::markTestSkipped( 'no agent is running' );
		$wrong = array_map( static fn( int $number ): array => array( 'sku' => "NO-$number", 'stock_quantity' => 1 ), range( 1, 30 ) );
		$set   = $this->ask( 'POST', '/change-sets', array( 'name' => 'Wrong file', 'items' => $wrong, 'first' => 5, 'stop_after' => 3 ) )->ok()->json();
		$done  = $this->worked( $set['id'] );
		self::assertSame( array( 'halted', 5, 5 ), array( $done['state'], $done['done'], $done['refused'] ) );
		self::assertSame( 'cancelled', $this->ask( 'POST', "/change-sets/{$set['id']}/cancel" )->ok()->json()['state'] );
		$set = $this->ask( 'POST', '/change-sets', array( 'name' => 'Killed', 'items' => $wrong ) )->ok()->json();
		$this->shop->run( 'as_unschedule_all_actions( "onhand_change_set" );' );
		self::assertSame( 'running', $this->ask( 'GET', "/change-sets/{$set['id']}" )->ok()->json()['state'], 'it may be on its way to the queue' );
		$this->shop->run( 'global $wpdb; $wpdb->query( $wpdb->prepare( "UPDATE {$wpdb->prefix}onhand_change_sets SET settings = JSON_SET(settings, \'$.woken\', %d) WHERE id = %d", time() - 60, $id ) );', array( 'id' => $set['id'] ) );
		$found = $this->ask( 'GET', "/change-sets/{$set['id']}" )->ok()->json();
		self::assertSame( 'halted', $found['state'] );
		self::assertStringContainsString( 'interrupted', $found['why'] );
	}
}
