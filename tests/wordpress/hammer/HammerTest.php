<?php

declare( strict_types=1 );

namespace Onhand\Tests\WordPress;

/** Sixteen processes change the same five variations: everything must end equal to the database. */
final class HammerTest extends RowTestCase {
	private const PROCESSES = 16;
	private const SIZES     = array( 'XS' => 500, 'S' => 500, 'M' => 500, 'L' => 500, 'XL' => 500 );

	protected function setUp(): void {
		parent::setUp();
		Channels::running()?->marketplaces->limits( 'ebay', array( 'revisions_per_day' => 1_000_000, 'daily_calls' => 1_000_000_000 ) );
	}

	private function updates(): int {
		return (int) ( getenv( 'ONHAND_HAMMER_UPDATES' ) ?: 10_000 );
	}

	public static function runs(): array {
		$runs = array();
		for ( $run = 1; $run <= (int) ( getenv( 'ONHAND_HAMMER_RUNS' ) ?: 1 ); $run++ ) {
			$runs[ "run $run" ] = array( $run );
		}
		return $runs;
	}

	/** @dataProvider runs */
	public function test_increases_and_decreases( int $run ): void {
		$shirt = $this->variable( self::SIZES );
		$this->ready();
		self::assertSame( 0, $this->hammer( $shirt, 'changes', $run )->wait() );
		$this->assert_ends_equal( $shirt, true );
	}

	/** @dataProvider runs */
	public function test_sets_mixed_in( int $run ): void {
		$shirt = $this->variable( self::SIZES );
		$this->ready();
		self::assertSame( 0, $this->hammer( $shirt, 'mixed', $run )->wait() );
		$this->assert_ends_equal( $shirt, false );
		foreach ( $shirt->variations as $variation ) {
			Channels::running()?->assert_unexplained_names_sets( $variation->id );
		}
	}

	/** @dataProvider runs */
	public function test_processes_killed_at_random( int $run ): void {
		$shirt = $this->variable( self::SIZES );
		$this->ready();
		$workers = $this->hammer( $shirt, 'changes', $run );
		mt_srand( $run );
		$killed = 0;
		for ( $kill = 0; $kill < self::PROCESSES / 2; $kill++ ) {
			usleep( mt_rand( 200_000, 900_000 ) );
			$killed += $workers->kill( mt_rand( 0, self::PROCESSES - 1 ) ) ? 1 : 0;
		}
		$workers->wait();
		self::assertGreaterThan( 0, $killed );
		// A process killed between its write and its statement takes the news along: the hourly job brings it.
		$this->shop->run( 'delete_option( "onhand_stated" ); do_action( "onhand_upkeep" ); ActionScheduler_QueueRunner::instance()->run( "test" );' );
		$this->assert_ends_equal( $shirt, false );
	}

	/** @dataProvider runs */
	public function test_agent_and_marketplaces_killed_at_random( int $run ): void {
		$channels = Channels::running();
		if ( null === $channels ) {
			self::markTestSkipped( 'no agent is running' );
		}
		$shirt = $this->variable( self::SIZES );
		$this->ready();
		$workers = $this->hammer( $shirt, 'changes', $run );
		mt_srand( $run );
		$kills = 0;
		do {
			usleep( mt_rand( 100_000, 700_000 ) );
			$victim = array( 'agent', 'marketplaces' )[ mt_rand( 0, 1 ) ];
			$channels->service( $victim, 'kill' );
			$channels->service( $victim, 'start' );
			++$kills;
		} while ( $workers->are_running() || $kills < 4 );
		self::assertSame( 0, $workers->wait() );
		$this->assert_ends_equal( $shirt, true );
	}

	public function test_a_thousand_changes_while_the_agent_is_stopped(): void {
		$channels = Channels::running();
		if ( null === $channels ) {
			self::markTestSkipped( 'no agent is running' );
		}
		$shirt = $this->variable( self::SIZES );
		$this->ready();
		$ids   = array_map( static fn( Product $variation ): int => $variation->id, array_values( $shirt->variations ) );
		$burst = '$start = hrtime( true ); for ( $n = 0; $n < 1000; $n++ ) { wc_update_product_stock( $ids[ $n % count( $ids ) ], 1, "decrease" ); wc_update_product_stock( $ids[ $n % count( $ids ) ], 1, "increase" ); } wc_update_product_stock( $ids[0], 3, "decrease" ); return ( hrtime( true ) - $start ) / 1e6;';
		$with  = $this->shop->run( $burst, array( 'ids' => $ids ) );
		$channels->agent->settle();
		$channels->service( 'agent', 'stop' );
		$without = $this->shop->run( $burst, array( 'ids' => $ids ) );
		// The changes took place, and nobody was told: the marketplaces still show what they did.
		$channels->assert_listed( $shirt->of( 'XS' )->sku, 497 );
		$channels->service( 'agent', 'start' );
		$this->assert_ends_equal( $shirt, true );
		fprintf( STDERR, "\n2,001 changes in one request: %d ms with the agent, %d ms without\n", $with, $without );
	}

	private function hammer( Product $shirt, string $mode, int $run ): Workers {
		$ids     = array_map( static fn( Product $variation ): string => (string) $variation->id, array_values( $shirt->variations ) );
		$workers = new Workers( $this->shop );
		for ( $n = 0; $n < self::PROCESSES; $n++ ) {
			$workers->start( 'eval-file', $this->shop->dir . '/bin/hammer-worker.php', $mode, (string) intdiv( $this->updates(), self::PROCESSES ), (string) ( $run * 1000 + $n ), ...$ids );
		}
		return $workers;
	}

	private function assert_ends_equal( Product $shirt, bool $every_change_told ): void {
		$said = $this->statements();
		foreach ( self::SIZES as $size => $start ) {
			$id     = $shirt->of( $size )->id;
			$stored = (string) (int) $this->shop->stored_stock( $id );
			if ( null !== Channels::running() ) {
				// The agent may have deleted what it has read: it and its ledger are asked instead of the journal.
				Channels::running()->assert_ends( $id, $shirt->of( $size )->sku, $stored, $every_change_told );
				continue;
			}
			self::assertSame( $stored, $said->stock( $id )['qty'] ?? null, "the newest statement of $size" );
			if ( $every_change_told ) {
				$told = array_sum( array_map( static fn( array $move ): int => (int) $move['qty'], $said->moves( $id ) ) );
				self::assertSame( (int) $stored, $start + $told, "the movements of $size explain its stock" );
			}
		}
	}
}
