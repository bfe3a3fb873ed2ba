<?php

declare( strict_types=1 );

namespace Onhand\Tests\WordPress;

/** Rows 16 to 18: the CSV importer and the command line. */
final class ImportTest extends RowTestCase {
	public function test_row_16_csv_import(): void {
		$mug   = $this->simple( 10 );
		$shirt = $this->variable( array( 'S' => 4 ) );
		$this->ready();
		$this->screens()->import_csv( "SKU,Stock\n{$mug->sku},33\n{$shirt->of( 'S' )->sku},44\n" );
		self::assertEquals( 33, $this->shop->stored_stock( $mug->id ) );
		$this->assert_stock( $mug->id, '33', array( Move::set( '33', 'import', Move::ADMIN ) ) );
		$this->assert_stock( $shirt->of( 'S' )->id, '44', array( Move::set( '44', 'import', Move::ADMIN ) ) );
	}

	public function test_row_16_an_empty_cell_switches_management_off(): void {
		$mug = $this->simple( 10 );
		$this->ready();
		$this->screens()->import_csv( "SKU,Name,Stock\n{$mug->sku},Mug,\n" );
		$this->assert_stock( $mug->id, null, array( Move::set( null, 'import', Move::ADMIN ) ), array( 'managed' => false ), 10 );
	}

	public function test_row_16_a_filled_cell_switches_management_on(): void {
		$mug = $this->simple( null );
		$this->ready();
		$this->screens()->import_csv( "SKU,Stock\n{$mug->sku},12\n" );
		$this->assert_stock( $mug->id, '12', array( Move::set( '12', 'import', Move::ADMIN ) ), array( 'managed' => true ) );
	}

	/** WooCommerce has no command for it: plugins that have one call its importer. */
	public function test_row_16_csv_import_on_the_command_line(): void {
		$mug  = $this->simple( 10 );
		$file = $this->shop->dir . "/tmp/{$mug->sku}.csv";
		file_put_contents( $file, "SKU,Stock\n{$mug->sku},13\n" );
		$this->ready();
		$this->shop->wp(
			'eval',
			'require_once WC_ABSPATH . "includes/import/class-wc-product-csv-importer.php";
			$done = ( new WC_Product_CSV_Importer( "' . $file . '", array( "mapping" => array( "SKU" => "sku", "Stock" => "stock_quantity" ), "parse" => true, "update_existing" => true ) ) )->import();
			if ( 1 !== count( $done["updated"] ) ) { WP_CLI::error( wp_json_encode( $done ) ); }',
			'--user=admin'
		);
		unlink( $file );
		$this->assert_stock( $mug->id, '13', array( Move::set( '13', 'import', 'cli' ) ) );
	}

	public function test_row_17_command_line_product(): void {
		$mug = $this->simple( 10 );
		$this->ready();
		$this->shop->wp( 'wc', 'product', 'update', (string) $mug->id, '--stock_quantity=5', '--user=admin' );
		$this->assert_stock( $mug->id, '5', array( Move::set( '5', 'cli', 'cli' ) ) );
	}

	public function test_row_17_command_line_variation(): void {
		$shirt = $this->variable( array( 'S' => 4 ) );
		$id    = $shirt->of( 'S' )->id;
		$this->ready();
		$this->shop->wp( 'wc', 'product_variation', 'update', (string) $shirt->id, (string) $id, '--stock_quantity=6', '--user=admin' );
		$this->assert_stock( $id, '6', array( Move::set( '6', 'cli', 'cli' ) ) );
	}

	public function test_row_18_migrator(): void {
		$this->ready();
		$sku = 'migrated-' . getmypid() . '-' . $this->shop->env( 'PORT' );
		$this->shop->wp(
			'eval',
			'$importer = wc_get_container()->get( Automattic\WooCommerce\Internal\CLI\Migrator\Core\WooCommerceProductImporter::class );
			$result = $importer->import_product( array( "name" => "Migrated mug", "slug" => "' . $sku . '", "sku" => "' . $sku . '", "status" => "publish", "regular_price" => "5", "manage_stock" => true, "stock_quantity" => 21 ) );
			if ( "success" !== ( $result["status"] ?? "" ) ) { WP_CLI::error( wp_json_encode( $result ) ); }',
			'--user=admin'
		);
		$id = (int) $this->shop->run( 'return wc_get_product_id_by_sku( $sku );', array( 'sku' => $sku ) );
		$this->assert_item( $id, array( 'sku' => $sku, 'kind' => 'simple' ) );
		$this->lists_made( $id, $sku );
		// It saves the product once without a quantity and once more with it.
		$this->assert_stock( $id, '21', array( Move::status( 'created', 'cli' ), Move::set( '21', 'created', 'cli' ) ) );
	}
}
