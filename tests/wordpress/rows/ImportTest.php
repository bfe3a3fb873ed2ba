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
		$sku = 'MIGRATED-' . getmypid() . '-' . $this->shop->env( 'PORT' );
		$this->shop->wp(
			'eval',
			'$importer = wc_get_container()->get( Automattic\WooCommerce\Internal\CLI\Migrator\Core\WooCommerceProductImporter::class );
			$result = $importer->import_product( array( "name" => "Migrated mug", "slug" => "migrated-mug", "sku" => "' . $sku . '", "status" => "publish", "regular_price" => "5", "manage_stock" => true, "stock_quantity" => 21 ) );
			if ( "success" !== ( $result["status"] ?? "" ) ) { WP_CLI::error( wp_json_encode( $result ) ); }',
			'--user=admin'
		);
		$id = (int) $this->shop->run( 'return wc_get_product_id_by_sku( $sku );', array( 'sku' => $sku ) );
		// It saves the product once without a quantity and once more with it.
		$this->assert_stock( $id, '21', array( Move::status( 'created', 'cli' ), Move::set( '21', 'created', 'cli' ) ) );
		$this->assert_item( $id, array( 'sku' => $sku, 'kind' => 'simple' ) );
	}
}
