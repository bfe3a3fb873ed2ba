<?php

declare( strict_types=1 );

namespace Onhand\Tests\WordPress;

/** `wp onhand resync`, `status` and `doctor`. */
final class CliTest extends RowTestCase {
	public function test_dry_run_tells_what_differs_and_writes_nothing(): void {
		$mug = $this->simple( 10 );
		$this->ready();
		$this->channels()->agent->settle();
		$this->raw_stock( $mug, '3' );
		$told = $this->shop->wp( 'onhand', 'resync', "--sku={$mug->sku}", '--dry-run' );
		self::assertStringContainsString( "{$mug->id} {$mug->sku}: shop 3, mirror 10", $told );
		self::assertStringContainsString( 'Nothing was written', $told );
		self::assertSame( array(), $this->statements()->records );
	}

	public function test_resync_of_one_sku_reaches_the_marketplaces(): void {
		$mug = $this->simple( 10 );
		$this->ready();
		$this->raw_stock( $mug, '4' );
		$told = $this->shop->wp( 'onhand', 'resync', "--sku={$mug->sku}" );
		self::assertMatchesRegularExpression( '/applied/', $told );
		$this->assert_listed( $mug, 4 );
	}

	public function test_a_whole_resync_makes_the_mirror_forget_what_is_gone(): void {
		$mug  = $this->simple( 10 );
		$kept = $this->simple( 5 );
		$this->ready();
		$this->shop->db()->query( "DELETE FROM wp_posts WHERE ID = {$mug->id}" );
		$told = $this->shop->wp( 'onhand', 'resync', '--yes' );
		self::assertMatchesRegularExpression( '/applied/', $told );
		$this->assert_listed( $mug, 0 );
		$this->assert_listed( $kept, 5 );
		self::assertNull( $this->channels()->agent->variation( $mug->sku ) );
	}

	public function test_one_channel_is_told_everything_again(): void {
		$mug = $this->simple( 10 );
		$this->ready();
		$this->channels()->marketplaces->set( 'ebay', $mug->sku, 77 );
		$this->shop->wp( 'onhand', 'resync', "--product={$mug->id}", '--channel=ebay', '--yes' );
		$this->assert_listed( $mug, 10 );
	}

	public function test_unknown_sku_and_contradictory_options_are_refused_in_words(): void {
		$this->assert_fails( 'No product or variation has the SKU NOWHERE', 'onhand', 'resync', '--sku=NOWHERE' );
		$this->assert_fails( 'There is no product or variation 987654', 'onhand', 'resync', '--product=987654' );
		$this->assert_fails( 'not both', 'onhand', 'resync', '--sku=A', '--product=1' );
	}

	public function test_without_an_agent_the_statements_wait(): void {
		$mug = $this->simple( 10 );
		$this->ready();
		$this->channels()->service( 'agent', 'stop' );
		try {
			$this->raw_stock( $mug, '6' );
			$told = $this->shop->wp( 'onhand', 'resync', "--product={$mug->id}", '--yes' );
			self::assertStringContainsString( 'waits for the agent', $told );
			$this->assert_fails( 'does not answer', 'onhand', 'status' );
			$this->assert_fails( 'Start the agent', 'onhand', 'doctor' );
		} finally {
			$this->channels()->service( 'agent', 'start' );
		}
		$this->assert_listed( $mug, 6 );
	}

	public function test_status_shows_every_channel(): void {
		$told = $this->shop->wp( 'onhand', 'status' );
		self::assertMatchesRegularExpression( '/ebay\s+ebay\s+active/', $told );
		self::assertMatchesRegularExpression( '/shopify\s+shopify\s+active/', $told );
		self::assertIsArray( json_decode( $this->shop->wp( 'onhand', 'status', '--format=json' ), true )['channels'] );
	}

	public function test_doctor_names_what_is_wrong_with_the_shops_own_data(): void {
		$long   = $this->simple( 1 );
		$letter = $this->simple( 1 );
		$this->ready();
		$this->shop->db()->query( "UPDATE wp_postmeta SET meta_value = REPEAT('x', 2097152) WHERE post_id = {$long->id} AND meta_key = '_sku'" );
		$this->raw_stock( $letter, 'plenty' );
		$this->shop->run( 'clean_post_cache( $a ); clean_post_cache( $b );', array( 'a' => $long->id, 'b' => $letter->id ) );
		foreach ( array( $long, $letter ) as $product ) {
			$this->shop->wp( 'onhand', 'resync', "--product={$product->id}", '--yes' );
		}
		$told = $this->shop->wp( 'onhand', 'doctor', '--format=csv' );
		self::assertStringContainsString( "The SKU of product #{$long->id}", $told );
		self::assertStringContainsString( '2097152', $told );
		self::assertStringContainsString( "The stock of product #{$letter->id}", $told );
		$this->assert_listed( $letter, 0 );
		// Mended, and no longer reported.
		$this->shop->run( 'update_post_meta( $a, "_sku", $sku ); update_post_meta( $b, "_stock", 2 );', array( 'a' => $long->id, 'b' => $letter->id, 'sku' => $long->sku ) );
		$this->assert_listed( $letter, 2 );
		$this->channels()->agent->settle();
		$told = $this->shop->wp( 'onhand', 'doctor', '--format=csv' );
		self::assertStringNotContainsString( "product #{$long->id}", $told );
	}

	public function test_the_shop_mends_by_itself_what_the_journal_lost(): void {
		$mug = $this->simple( 10 );
		$this->ready();
		$segments = glob( $this->shop->env( 'JOURNAL' ) . '/*.v1.ohj' );
		file_put_contents( end( $segments ), "no record\n", FILE_APPEND );
		$this->raw_stock( $mug, '6' );
		// The next record makes the agent read as far as the damage.
		$this->shop->run( 'wc_update_product_stock( $id, 3 );', array( 'id' => $this->simple( 1 )->id ) );
		$this->channels()->agent->settle();
		self::assertStringContainsString( 'no whole record', $this->shop->wp( 'onhand', 'doctor', '--format=csv' ) );
		$this->shop->run( 'do_action( "onhand_upkeep" );' );
		self::assertTrue( $this->shop->run( 'return as_has_scheduled_action( "onhand_resync_pages" );' ) );
		$this->shop->run( 'ActionScheduler_QueueRunner::instance()->run( "test" );' );
		$this->assert_listed( $mug, 6 );
		$this->channels()->agent->settle();
		self::assertNull( $this->channels()->agent->get( '/v1/status' )['resync_wanted'] );
		self::assertStringNotContainsString( 'no whole record', $this->shop->wp( 'onhand', 'doctor', '--format=csv' ) );
		// Nothing is missing: the next hour does nothing.
		$this->shop->run( 'do_action( "onhand_upkeep" );' );
		self::assertFalse( $this->shop->run( 'return as_has_scheduled_action( "onhand_resync_pages" );' ) );
	}

	/** A process that was killed between its write and its statement, or a program that writes the database itself. */
	public function test_what_nobody_said_is_said_within_the_hour(): void {
		$mug = $this->simple( 10 );
		$this->ready();
		$this->raw_stock( $mug, '4' );
		$hour = 'do_action( "onhand_upkeep" ); ActionScheduler_QueueRunner::instance()->run( "test" );';
		$this->shop->run( 'delete_option( "onhand_stated" );' . $hour );
		$this->assert_listed( $mug, 4 );
		$this->raw_stock( $mug, '3' );
		$this->shop->run( $hour );
		$this->channels()->agent->settle();
		$this->assert_listed( $mug, 4 );
		// A store that takes a minute to state is stated every eight hours; after that time it is.
		$this->shop->run( 'update_option( "onhand_stated", array( "at" => time() - 8 * HOUR_IN_SECONDS, "took" => 60.0 ), false );' . $hour );
		$this->channels()->agent->settle();
		$this->assert_listed( $mug, 4 );
		$this->shop->run( 'update_option( "onhand_stated", array( "at" => time() - 9 * HOUR_IN_SECONDS, "took" => 60.0 ), false );' . $hour );
		$this->assert_listed( $mug, 3 );
	}

	private function channels(): Channels {
		return Channels::running() ?? self::markTestSkipped( 'no agent is running' );
	}

	private function raw_stock( Product $product, string $stock ): void {
		$this->shop->db()->query( "UPDATE wp_postmeta SET meta_value = '$stock' WHERE post_id = {$product->id} AND meta_key = '_stock'" );
	}

	private function assert_fails( string $words, string ...$command ): void {
		try {
			$told = $this->shop->wp( ...$command );
		} catch ( \RuntimeException $failure ) {
			self::assertStringContainsString( $words, $failure->getMessage() );
			return;
		}
		self::fail( implode( ' ', $command ) . " did not fail: $told" );
	}
}
