<?php

declare( strict_types=1 );

namespace Onhand\Tests\WordPress;

/** An agent that has never heard of all of the shop is told by itself, once. What the agent says is played here. */
final class FirstImportTest extends RowTestCase {
	/** Answers for the agent, and notes what it is asked. */
	private const AGENT = '
		$GLOBALS["asked"] = array();
		add_filter( "pre_http_request", static function ( $answer, $args, $url ) use ( $status ) {
			$path = wp_parse_url( $url, PHP_URL_PATH );
			if ( ! str_starts_with( (string) $path, "/v1/" ) ) {
				return new WP_Error( "elsewhere", "nobody is asked but the agent" );
			}
			$GLOBALS["asked"][] = $args["method"] . " " . $path;
			return array( "headers" => array(), "body" => wp_json_encode( "/v1/status" === $path ? $status : new stdClass() ), "response" => array( "code" => 200, "message" => "" ), "cookies" => array(), "filename" => null );
		}, 10, 3 );
		$jobs = static fn() => count( as_get_scheduled_actions( array( "hook" => "onhand_resync_pages", "status" => "pending", "per_page" => 10 ), "ids" ) );
		as_unschedule_all_actions( "onhand_resync_pages" );
	';

	private function status( string $state, int $lag = 0, ?int $since = null, int $items = 0 ): array {
		return array(
			'journal'       => array( 'lag_bytes' => $lag ),
			'mirror'        => array( 'items' => $items ),
			'shop'          => array(
				'state' => $state,
				'since' => $since,
			),
			'resync_wanted' => null,
		);
	}

	/** @return array{0:array<string,mixed>,1:int,2:list<string>} what is told, jobs, what the agent was asked */
	private function twice( array $status ): array {
		return $this->shop->run(
			self::AGENT . '
			$told = \Onhand\Resync\FirstImport::begin( \Onhand\Agent\Client::local() );
			\Onhand\Resync\FirstImport::begin( \Onhand\Agent\Client::local() );
			$count = $jobs();
			as_unschedule_all_actions( "onhand_resync_pages" );
			return array( $told, $count, $GLOBALS["asked"] );',
			array( 'status' => $status )
		);
	}

	public function test_a_shop_that_was_never_read_is_introduced_and_read_once(): void {
		$this->simple( 10 );
		list( $told, $jobs, $asked ) = $this->twice( $this->status( 'never' ) );
		self::assertSame( array( 'reading', 1 ), array( $told['state'], $jobs ) );
		self::assertGreaterThan( 0, $told['total'] );
		self::assertContains( 'POST /v1/shop', $asked, 'the agent knows where orders are brought' );
	}

	public function test_what_is_read_or_on_its_way_is_not_begun_again(): void {
		self::assertSame( 0, $this->twice( $this->status( 'whole' ) )[1] );
		list( $told, $jobs ) = $this->twice( $this->status( 'never', 100 ) );
		self::assertSame( array( 'reading', 0 ), array( $told['state'], $jobs ), 'it is in the journal already' );
		// Its job has failed in the middle: nobody states the rest.
		self::assertSame( 1, $this->twice( $this->status( 'reading', 0, 1 ) )[1] );
	}

	public function test_what_is_left_is_told_by_what_was_done(): void {
		$this->simple( 10 );
		$this->simple( 10 );
		$told = $this->shop->run(
			self::AGENT . '
			as_enqueue_async_action( "onhand_resync_pages", array( null, 0 ), "onhand" );
			$told = \Onhand\Resync\FirstImport::progress( \Onhand\Agent\Client::local() );
			as_unschedule_all_actions( "onhand_resync_pages" );
			return $told;',
			array( 'status' => $this->status( 'reading', 0, (int) ( microtime( true ) * 1000 ) - 10_000, 1 ) )
		);
		self::assertSame( array( 'reading', 1 ), array( $told['state'], $told['read'] ) );
		self::assertEqualsWithDelta( 10_000 * ( $told['total'] - 1 ), $told['left_ms'], 3_000 * $told['total'] );
	}

	public function test_the_hourly_look_begins_it_too(): void {
		$jobs = $this->shop->run( self::AGENT . 'update_option( "onhand_stated", array( "at" => time(), "took" => 1.0 ), false ); do_action( "onhand_upkeep" ); $count = $jobs(); as_unschedule_all_actions( "onhand_resync_pages" ); return $count;', array( 'status' => $this->status( 'never' ) ) );
		self::assertSame( 1, $jobs );
	}
}
