<?php

declare( strict_types=1 );

namespace Onhand\Tests\WordPress;

/** A sale that is stated before the set that it followed: the ledger says between which sets the difference lies. */
final class UnexplainedTest extends RowTestCase {
	public function test_a_sale_that_overtakes_one_set(): void {
		$this->overtake( array( 50 ) );
	}

	public function test_a_sale_that_overtakes_two_sets(): void {
		$this->overtake( array( 40, 50 ) );
	}

	/** @param list<int> $sets the last of them 50 */
	private function overtake( array $sets ): void {
		$mug = $this->simple( 10 );
		$this->ready();
		// The request that sets waits for one that sells, whose statement thereby is the first in the journal.
		$this->shop->run(
			'foreach ( $sets as $set ) { wc_update_product_stock( $id, $set, "set" ); }
			$sale = wp_json_encode( array( "code" => "wc_update_product_stock( \$id, 1, \"decrease\" );", "vars" => array( "id" => $id ) ) );
			$done = wp_remote_post( home_url( "/?onhand-probe=1" ), array( "timeout" => 30, "body" => $sale, "headers" => array( "Content-Type" => "application/json", "X-Onhand-Probe" => ONHAND_PROBE_TOKEN ) ) );
			if ( 200 !== wp_remote_retrieve_response_code( $done ) ) { throw new Exception( wp_json_encode( $done ) ); }',
			array( 'id' => $mug->id, 'sets' => $sets )
		);
		self::assertEquals( 49, $this->shop->stored_stock( $mug->id ) );
		$moves = array( Move::delta( '-1', 'code', 'guest' ), ...array_map( static fn( int $set ): array => Move::set( (string) $set, 'code', 'guest' ), $sets ) );
		$said  = $this->await_statements( static fn( Statements $said ): bool => count( $said->moves( $mug->id ) ) >= count( $moves ) );
		self::assertSame( array_column( $moves, 'op' ), array_column( $said->moves( $mug->id ), 'op' ), $said->describe() );
		$this->assert_mirrored( $mug->id, '49', 49 );
		$this->assert_ledger( $mug->id, array( ...$moves, array( 'op' => 'unexplained', 'delta' => '-1', 'balance' => '49', 'by' => 'system' ) ) );
		Channels::running()?->assert_unexplained_names_sets( $mug->id );
	}
}
