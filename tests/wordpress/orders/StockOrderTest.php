<?php

declare( strict_types=1 );

namespace Onhand\Tests\WordPress;

/** A channel's order that is a movement of the stock alone is sent from where the rules say, like any other. */
final class StockOrderTest extends RowTestCase {
	use Places;

	private const IMPORT = '$plugin = \Onhand\Plugin::get();
		$causes = ( new \ReflectionProperty( $plugin->recorder, "causes" ) )->getValue( $plugin->recorder );
		return ( new \Onhand\Orders\Importer( $plugin->recorder, $causes, $plugin->reader, new \Onhand\Locations\Routing( $plugin->recorder, $causes ) ) )->import( new \Onhand\Orders\Told( $told ), str_repeat( "0", 64 ) );';

	public function test_it_is_sent_by_rule_and_what_comes_back_goes_where_it_was(): void {
		$this->stocked();
		$this->ready();
		$told = $this->sold( 3 );
		$this->bring( $told );
		$this->bring( $told );
		self::assertSame( array( 'main' => '6', 'shop' => '1' ), $this->there() );
		$ref = "ebay:{$told['order']}";
		self::assertSame( array( "3 × {$this->name()}: Corner shop", '  Corner shop has everything, and rule "eBay to Britain" names no other.' ), $this->explained( $ref ) );
		$routed = array_values( array_filter( $this->statements()->moves( $this->mug->id ), static fn( array $move ): bool => 'routed' === $move['cause'] ) );
		self::assertSame( array( array( '-3', 'shop', $ref, '1' ), array( '3', 'main', $ref, '1' ) ), array_map( static fn( array $move ): array => array( $move['qty'], $move['place'], $move['ref'], $move['line'] ), $routed ) );
		// One is cancelled, one more is returned after it was sent.
		$told = $this->later( $told, 2 );
		self::assertSame( array( 'main' => '6', 'shop' => '2' ), $this->there() );
		$told = $this->later( $told, 1, array( 'stage' => 'shipped' ) );
		self::assertSame( array( 'main' => '6', 'shop' => '3' ), $this->there() );
		$this->later( $told, 0, array( 'stage' => 'cancelled' ) );
		self::assertSame( array( 'main' => '6', 'shop' => '4' ), $this->there() );
		self::assertSame( 'Nothing of it is off the stock: there is nothing to send.', $this->explained( $ref )[0] );
		// Another country, another rule; and none but the last one for all.
		$this->bring( $this->sold( 2, array( 'delivery' => array( 'country' => 'FR' ) ) ) );
		self::assertSame( array( 'main' => '4', 'shop' => '4' ), $this->there() );
	}

	public function test_a_person_decides_otherwise_and_it_comes_back_to_there(): void {
		$this->stocked();
		$told = $this->sold( 2 );
		$this->bring( $told );
		// By the number that the buyer knows.
		self::assertStringContainsString( 'Warehouse sends it', $this->shop->wp( 'onhand', 'routing', 'order', "ebay:{$told['number']}", '--to=main' ) );
		self::assertSame( array( 'main' => '4', 'shop' => '4' ), $this->there() );
		// The same by the screens' API, back again.
		$path = '/onhand/v1/routing/order';
		$said = $this->admin()->rest( 'POST', $path, array( 'order' => "ebay:{$told['order']}", 'to' => 'shop' ) )->json();
		self::assertSame( array( 'main' => '6', 'shop' => '2' ), $this->there() );
		self::assertEquals( array( array( 'units' => 2, 'product' => $this->name(), 'location' => 'Corner shop' ) ), $said['parcels'] );
		self::assertSame( array( 'admin decided: Corner shop sends it.' ), $said['why'] );
		self::assertSame( $said, $this->admin()->rest( 'GET', "$path?order=" . rawurlencode( "ebay:{$told['order']}" ) )->json() );
		$this->admin()->rest( 'POST', $path, array( 'order' => "ebay:{$told['order']}", 'to' => 'main' ) );
		$this->later( $told, 0, array( 'stage' => 'cancelled' ) );
		self::assertSame( array( 'main' => '6', 'shop' => '4' ), $this->there() );
		self::assertStringContainsString( 'There is no order ebay:nothing.', $this->refused( 'routing', 'order', 'ebay:nothing' ) );
	}

	public function test_the_parts_of_a_kit_are_sent_by_the_same_rule(): void {
		$this->stocked();
		$set  = $this->simple( null );
		$told = $this->sold( 1, array( 'lines' => array( Courier::line( $set->id, 1, 0 ), array( 'of' => '1' ) + Courier::line( $this->mug->id, 3, 3, "1/{$this->mug->id}" ) ) ) );
		$this->bring( $told );
		self::assertSame( array( 'main' => '6', 'shop' => '1' ), $this->there() );
		$this->bring( Courier::later( $told, array( 'stage' => 'cancelled', 'lines' => array( Courier::line( $set->id, 1, 0 ), array( 'of' => '1' ) + Courier::line( $this->mug->id, 3, 0, "1/{$this->mug->id}" ) ) ) ) );
		self::assertSame( array( 'main' => '6', 'shop' => '4' ), $this->there() );
	}

	public function test_orders_at_the_same_moment_never_take_one_unit_twice(): void {
		$this->stocked();
		$this->rules( array( array( 'name' => 'r', 'locations' => array( 'shop', 'main' ) ) ) );
		$all = array_map( fn(): array => $this->sold( 1 ), range( 1, 8 ) );
		$this->shop->run_at_once( 'for ( $try = 0; true; $try++ ) { try { ' . self::IMPORT . ' } catch ( \Onhand\Orders\Busy $busy ) { if ( $try > 20 ) { throw $busy; } } }', array_map( static fn( array $told ): array => array( 'told' => $told ), $all ) );
		$from = array_count_values( array_map( fn( array $told ): string => strrchr( $this->explained( "ebay:{$told['order']}" )[0], ':' ), $all ) );
		self::assertSame( array( 4, 4 ), array( $from[': Corner shop'], $from[': Warehouse'] ) );
		self::assertSame( array( 'main' => '2', 'shop' => '0' ), $this->there() );
	}

	public function test_a_process_that_is_killed_after_it_was_routed_has_done_nothing(): void {
		$this->stocked();
		$told = $this->sold( 3 );
		$this->ready();
		try {
			$this->shop->run( 'add_filter( "query", static fn( $query ) => str_contains( $query, "SET order_id" ) ? posix_kill( getmypid(), 9 ) : $query );' . self::IMPORT, array( 'told' => $told ) );
			self::fail( 'the process was not killed' );
		} catch ( \RuntimeException $gone ) {
			self::assertStringContainsString( '502', $gone->getMessage() );
		}
		$this->assert_no_moves( $this->mug->id );
		self::assertSame( array( 'main' => '6', 'shop' => '4' ), $this->there() );
		$this->bring( $told );
		self::assertSame( array( 'main' => '6', 'shop' => '1' ), $this->there() );
	}

	public function test_what_was_sold_before_there_were_locations_is_the_main_ones(): void {
		$this->forget_places();
		$told = $this->sold( 3 );
		$this->bring( $told );
		$this->name_places();
		$this->stocked();
		self::assertStringContainsString( 'came home when the shop had one place only', $this->refused( 'routing', 'order', "ebay:{$told['order']}" ) );
		$this->later( $told, 2 );
		self::assertSame( array( 'main' => '4', 'shop' => '4' ), $this->there() );
		self::assertSame( "2 × {$this->name()}: Warehouse", $this->explained( "ebay:{$told['order']}" )[0] );
	}

	public function test_it_stays_a_movement_when_its_channels_next_orders_become_the_shops(): void {
		$this->stocked();
		$told = $this->sold( 3 );
		$this->bring( $told );
		self::assertNull( $this->bring( Courier::later( $told, array( 'mode' => 'order' ) ) )['order'] );
		$this->later( array( 'revision' => 2 ) + $told, 0, array( 'mode' => 'order', 'stage' => 'cancelled' ) );
		self::assertEquals( 10, $this->shop->stored_stock( $this->mug->id ), 'what it took came back' );
		self::assertSame( array( 'main' => '6', 'shop' => '4' ), $this->there() );
	}

	public function test_a_table_from_before_is_brought_up_to_date(): void {
		$this->stocked();
		$this->shop->run( '$GLOBALS["wpdb"]->query( "ALTER TABLE " . \Onhand\Orders\Tables::orders() . " DROP COLUMN route, DROP COLUMN number" ); update_option( "onhand_tables", "4" );' );
		self::assertTrue( $this->shop->run( 'return \Onhand\Orders\Tables::are_there();' ), 'what is kept for channels counts all the time' );
		$this->bring( $this->sold( 3 ) );
		self::assertSame( array( 'main' => '6', 'shop' => '1' ), $this->there() );
	}

	/** Four of the mugs are in the corner shop, from which eBay's orders to Britain are sent. */
	private function stocked(): void {
		$this->wp( 'transfer', $this->mug->sku, '4', '--from=main', '--to=shop' );
		$this->rules( array( array( 'name' => 'eBay to Britain', 'channels' => array( 'ebay' ), 'countries' => array( 'GB' ), 'locations' => array( 'shop' ) ) ) );
	}

	private function sold( int $units, array $over = array() ): array {
		return Courier::order( $this->mug->id, $units, $over + array( 'mode' => 'stock' ) );
	}

	private function bring( array $told ): array {
		return ( new Courier( $this->shop ) )->bring( $told )->ok()->json();
	}

	/** So many of it are off the stock by now. */
	private function later( array $told, int $taken, array $over = array() ): array {
		$later = Courier::later( $told, $over + array( 'lines' => array( Courier::line( $this->mug->id, $told['lines'][0]['quantity'], $taken ) ) ) );
		$this->bring( $later );
		return $later;
	}
}
