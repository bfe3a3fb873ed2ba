<?php

declare( strict_types=1 );

namespace Onhand\Tests\WordPress;

/** What is kept back from channels, and where something is not sold: in WooCommerce's own CSV files and its bulk edit. */
final class ReserveTest extends RowTestCase {
	protected function tearDown(): void {
		$agent = Channels::running()?->agent;
		if ( null !== $agent ) {
			foreach ( $agent->get( '/v1/rules/book' )['items'] as $row ) {
				if ( null !== ( $row['sku'] ?? null ) ) {
					$agent->post( '/v1/rules', array_filter( array( 'channel' => $row['channel'], 'sku' => $row['sku'] ) ) + array( 'unset' => array( 'buffer', 'max_listed' ) ) );
				}
			}
		}
		parent::tearDown();
	}

	public function test_csv_there_and_back(): void {
		Channels::running() ?? self::markTestSkipped( 'no agent is running' );
		$mug = $this->simple( 10 );
		$cup = $this->simple( 10 );
		$this->ready();
		$this->screens()->import_csv( "SKU,Kept back from channels,Not sold on channels\n{$mug->sku},3,ebay\n{$cup->sku},,\n" );
		$this->assert_listed_on( 'shopify', $mug, 7 );
		$this->assert_listed_on( 'ebay', $mug, 0 );
		$this->assert_listed( $cup, 10 );
		$file = $this->exported( array( $mug, $cup ) );
		self::assertSame( array( '3', 'ebay' ), $file[ $mug->sku ] );
		self::assertSame( array( 'none', 'none' ), $file[ $cup->sku ] );
		$this->screens()->import_csv( "SKU,Kept back from channels,Not sold on channels\n{$mug->sku},none,none\n" );
		$this->assert_listed( $mug, 10 );
	}

	public function test_a_cell_that_makes_no_sense_is_named_with_its_row(): void {
		Channels::running() ?? self::markTestSkipped( 'no agent is running' );
		$mug = $this->simple( 10 );
		$this->ready();
		$say = fn( array $data ): string => $this->shop->run(
			'try { do_action( "woocommerce_product_import_inserted_product_object", wc_get_product( $id ), $data ); return "nothing"; } catch ( \RuntimeException $wrong ) { return $wrong->getMessage(); }',
			array( 'id' => $mug->id, 'data' => $data )
		);
		self::assertStringContainsString( 'no number of units', $say( array( 'onhand_buffer' => 'many' ) ) );
		self::assertStringContainsString( 'There is no channel', $say( array( 'onhand_excluded' => 'ebay, nowhere' ) ) );
		self::assertSame( 'nothing', $say( array( 'onhand_buffer' => '' ) ) );
		$this->assert_listed( $mug, 10 );
	}

	public function test_bulk_edit_says_it_for_every_variation(): void {
		Channels::running() ?? self::markTestSkipped( 'no agent is running' );
		$mug   = $this->simple( 10 );
		$shirt = $this->variable( array( 'S' => 4, 'M' => 6 ) );
		$this->ready();
		$save = fn( string $how, string $units ) => $this->shop->run(
			'wp_set_current_user( 1 ); $_REQUEST["onhand_bulk_buffer"] = $how; $_REQUEST["onhand_bulk_buffer_units"] = $units;
			foreach ( $ids as $id ) { do_action( "woocommerce_product_bulk_edit_save", wc_get_product( $id ) ); }',
			array( 'ids' => array( $mug->id, $shirt->id ), 'how' => $how, 'units' => $units )
		);
		$save( '1', '2' );
		$this->assert_listed( $mug, 8 );
		$this->assert_listed( $shirt->of( 'S' ), 2 );
		$this->assert_listed( $shirt->of( 'M' ), 4 );
		$save( '-1', '' );
		$this->assert_listed( $shirt->of( 'M' ), 6 );
	}

	private function assert_listed_on( string $channel, Product $product, int $quantity ): void {
		self::assertSame( array(), Channels::running()->marketplaces->wait( array( $product->sku => $quantity ), 15000, array( $channel ) ) );
	}

	/** @return array<string,array{0:string,1:string}> */
	private function exported( array $products ): array {
		return $this->shop->run(
			'require_once WC_ABSPATH . "includes/export/class-wc-product-csv-exporter.php";
			$found = array();
			foreach ( $ids as $id ) {
				$product = wc_get_product( $id );
				$found[ $product->get_sku() ] = array_map( static fn( $column ) => apply_filters( "woocommerce_product_export_product_column_$column", "", $product, $column ), array( "onhand_buffer", "onhand_excluded" ) );
			}
			return $found;',
			array( 'ids' => array_map( static fn( $product ) => $product->id, $products ) )
		);
	}
}
