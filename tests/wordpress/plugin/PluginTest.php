<?php

declare( strict_types=1 );

namespace Onhand\Tests\WordPress;

/** The plugin as a plugin: compatibility, Site Health, uninstall, and a journal that cannot be written. */
final class PluginTest extends RowTestCase {
	private const HEALTH = '$tests = apply_filters( "site_status_tests", array( "direct" => array(), "async" => array() ) )["direct"]; return array_map( fn( $test ) => ( $test["test"] )(), array_filter( $tests, fn( $name ) => str_starts_with( $name, "onhand_" ), ARRAY_FILTER_USE_KEY ) );';

	public function test_compatibility_is_declared(): void {
		$features = $this->shop->run( 'return \Automattic\WooCommerce\Utilities\FeaturesUtil::get_compatible_features_for_plugin( "onhand/onhand.php" );' );
		self::assertContains( 'custom_order_tables', $features['compatible'] );
		self::assertContains( 'cart_checkout_blocks', $features['compatible'] );
		$header = $this->shop->run( 'require_once ABSPATH . "wp-admin/includes/plugin.php"; return get_plugin_data( WP_PLUGIN_DIR . "/onhand/onhand.php", false, false );' );
		self::assertSame( 'woocommerce', $header['RequiresPlugins'] );
		self::assertSame( 'onhand', $header['TextDomain'] );
	}

	public function test_site_health_is_good_and_says_what_is_missing(): void {
		if ( null === Channels::running() ) {
			self::markTestSkipped( 'no agent is running' );
		}
		$health = $this->shop->run( self::HEALTH );
		self::assertCount( 4, $health );
		self::assertSame( 'good', $health['onhand_journal']['status'] );
		self::assertSame( '' === $this->shop->env( 'EXTENSION' ) ? 'recommended' : 'good', $health['onhand_extension']['status'] );
		Channels::running()->service( 'agent', 'stop' );
		try {
			$health = $this->shop->run( self::HEALTH );
			self::assertSame( 'critical', $health['onhand_agent']['status'] );
			self::assertStringContainsString( 'Stock changes wait in the journal', $health['onhand_agent']['description'] );
		} finally {
			Channels::running()->service( 'agent', 'start' );
		}
	}

	public function test_a_journal_that_cannot_be_written_never_disturbs_the_shop(): void {
		$mug = $this->simple( 10 );
		$this->ready();
		$journal = $this->shop->env( 'JOURNAL' );
		rename( $journal, "$journal.away" );
		try {
			$order = Storefront::guest( $this->shop )->add( $mug->id, 2 )->buy();
			self::assertGreaterThan( 0, $order );
			self::assertEquals( 8, $this->shop->stored_stock( $mug->id ) );
			$health = $this->shop->run( self::HEALTH );
			self::assertSame( 'critical', $health['onhand_journal']['status'] );
		} finally {
			rename( "$journal.away", $journal );
		}
		$this->shop->wp( 'onhand', 'resync', "--product={$mug->id}", '--yes' );
		$this->assert_mirrored( $mug->id, '8', 8 );
	}

	public function test_uninstalling_removes_what_was_stored(): void {
		$left = $this->shop->run(
			'update_option( "onhand_settings", array( 1 ) ); as_enqueue_async_action( "onhand_option_changed", array( "x", PHP_INT_MAX, array() ), "onhand" );
			define( "WP_UNINSTALL_PLUGIN", "onhand/onhand.php" ); require WP_PLUGIN_DIR . "/onhand/uninstall.php";
			return array( get_option( "onhand_settings" ), as_has_scheduled_action( "onhand_option_changed", null, "onhand" ), wp_next_scheduled( "onhand_upkeep" ) );'
		);
		self::assertSame( array( false, false, false ), $left );
	}

	public function test_every_text_is_translatable(): void {
		$missing = array();
		foreach ( new \RecursiveIteratorIterator( new \RecursiveDirectoryIterator( dirname( __DIR__, 3 ) . '/wp-plugin/src' ) ) as $file ) {
			if ( 'php' === $file->getExtension() && preg_match_all( '/\b(?:__|esc_html__|_n|_x)\(\s*(?:\'(?:[^\'\\\\]|\\\\.)*\')(?!\s*,\s*\'onhand\')/', (string) file_get_contents( $file->getPathname() ), $found ) ) {
				$missing[ $file->getFilename() ] = $found[0];
			}
		}
		self::assertSame( array(), $missing, 'texts without the text domain' );
	}
}
