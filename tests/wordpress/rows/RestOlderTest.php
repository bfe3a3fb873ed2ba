<?php

declare( strict_types=1 );

namespace Onhand\Tests\WordPress;

/** Rows 11 to 13 in the REST API's first two versions, which WooCommerce still serves. */
final class RestOlderTest extends RowTestCase {
	public static function versions(): array {
		return array( 'version 1' => array( 'v1' ), 'version 2' => array( 'v2' ) );
	}

	/** @dataProvider versions */
	public function test_row_11_product( string $version ): void {
		$mug  = $this->simple( 10 );
		$path = "/wc/$version/products/{$mug->id}";
		$this->ready();
		$this->rest()->send( 'PUT', $path, array( 'stock_quantity' => 3 ) );
		$this->assert_stock( $mug->id, '3', array( Move::set( '3', 'rest', 'api', $path ) ) );
	}

	/** @dataProvider versions */
	public function test_row_11_inventory_delta( string $version ): void {
		$mug  = $this->simple( 10 );
		$path = "/wc/$version/products/{$mug->id}";
		$this->ready();
		$this->rest()->send( 'PUT', $path, array( 'inventory_delta' => -4 ) );
		$this->assert_stock( $mug->id, '6', array( Move::set( '6', 'rest', 'api', $path ) ) );
	}

	public function test_row_12_variation_as_a_part_of_its_product_in_version_1(): void {
		$shirt = $this->variable( array( 'S' => 4 ) );
		$id    = $shirt->of( 'S' )->id;
		$path  = "/wc/v1/products/{$shirt->id}";
		$this->ready();
		$this->rest()->send( 'PUT', $path, array( 'variations' => array( array( 'id' => $id, 'stock_quantity' => 9 ) ) ) );
		$this->assert_stock( $id, '9', array( Move::set( '9', 'rest', 'api', $path ) ) );
	}

	public function test_row_12_variation_in_version_2(): void {
		$shirt = $this->variable( array( 'S' => 4 ) );
		$id    = $shirt->of( 'S' )->id;
		$path  = "/wc/v2/products/{$shirt->id}/variations/$id";
		$this->ready();
		$this->rest()->send( 'PUT', $path, array( 'stock_quantity' => 9 ) );
		$this->assert_stock( $id, '9', array( Move::set( '9', 'rest', 'api', $path ) ) );
	}

	/** @dataProvider versions */
	public function test_row_13_batch_of_products( string $version ): void {
		$mugs = array( $this->simple( 10 ), $this->simple( 20 ) );
		$path = "/wc/$version/products/batch";
		$this->ready();
		$this->rest()->send( 'POST', $path, array( 'update' => array_map( static fn( Product $mug ): array => array( 'id' => $mug->id, 'stock_quantity' => 2 ), $mugs ) ) );
		foreach ( $mugs as $mug ) {
			$this->assert_stock( $mug->id, '2', array( Move::set( '2', 'rest', 'api', $path ) ) );
		}
	}

	public function test_row_13_batch_of_variations_in_version_2(): void {
		$shirt = $this->variable( array( 'S' => 4, 'M' => 5 ) );
		$path  = "/wc/v2/products/{$shirt->id}/variations/batch";
		$this->ready();
		$this->rest()->send( 'POST', $path, array( 'update' => array_map( static fn( Product $one ): array => array( 'id' => $one->id, 'stock_quantity' => 1 ), array_values( $shirt->variations ) ) ) );
		foreach ( $shirt->variations as $variation ) {
			$this->assert_stock( $variation->id, '1', array( Move::set( '1', 'rest', 'api', $path ) ) );
		}
	}
}
