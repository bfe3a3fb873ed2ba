<?php

declare( strict_types=1 );

namespace Onhand\Tests\WordPress;

/** Rows 11 to 14: the REST APIs as they are now. */
final class RestTest extends RowTestCase {
	public function test_row_11_product(): void {
		$mug = $this->simple( 10 );
		$this->ready();
		$this->rest()->send( 'PUT', "/wc/v3/products/{$mug->id}", array( 'stock_quantity' => 7 ) );
		$this->assert_stock( $mug->id, '7', array( Move::set( '7', 'rest', 'api', "/wc/v3/products/{$mug->id}" ) ) );
	}

	public function test_row_11_inventory_delta_is_written_as_an_absolute_value(): void {
		$mug = $this->simple( 10 );
		$this->ready();
		$this->rest()->send( 'PUT', "/wc/v3/products/{$mug->id}", array( 'inventory_delta' => -4 ) );
		$this->assert_stock( $mug->id, '6', array( Move::set( '6', 'rest', 'api' ) ) );
	}

	public function test_row_12_variation(): void {
		$shirt = $this->variable( array( 'S' => 4, 'M' => 5 ) );
		$id    = $shirt->of( 'S' )->id;
		$this->ready();
		$this->rest()->send( 'PUT', "/wc/v3/products/{$shirt->id}/variations/$id", array( 'stock_quantity' => 9 ) );
		$this->assert_stock( $id, '9', array( Move::set( '9', 'rest', 'api' ) ) );
		$this->assert_no_moves( $shirt->of( 'M' )->id );
		$this->assert_mirrored( $shirt->of( 'M' )->id, '5', 5 );
	}

	public function test_row_12_parent_managed_variation_changes_nothing_sold(): void {
		$shirt = $this->variable( array( 'S' => null ), 20 );
		$id    = $shirt->of( 'S' )->id;
		$this->ready();
		$this->rest()->send( 'PUT', "/wc/v3/products/{$shirt->id}/variations/$id", array( 'stock_quantity' => 8 ) );
		self::assertEquals( 8, $this->shop->stored_stock( $id ), 'accepted, and read by nobody' );
		$this->assert_no_moves( $shirt->id );
		self::assertNull( $this->statements()->stock( $id ), 'the variation is no pool of its own' );
		$this->assert_mirrored( $shirt->id, '20', 20 );
	}

	public function test_row_12_variation_that_is_not_managed_any_more(): void {
		$shirt = $this->variable( array( 'S' => 4 ) );
		$id    = $shirt->of( 'S' )->id;
		$this->ready();
		$this->rest()->send( 'PUT', "/wc/v3/products/{$shirt->id}/variations/$id", array( 'manage_stock' => false ) );
		$this->assert_stock( $id, null, array( Move::set( null, 'rest', 'api', "/wc/v3/products/{$shirt->id}/variations/$id" ) ), array( 'managed' => false ), 4 );
	}

	public function test_row_13_batch_of_products(): void {
		$mugs = array( $this->simple( 10 ), $this->simple( 20 ), $this->simple( 30 ) );
		$this->ready();
		$this->rest()->send( 'POST', '/wc/v3/products/batch', array( 'update' => array_map( static fn( Product $mug ): array => array( 'id' => $mug->id, 'stock_quantity' => 2 ), $mugs ) ) );
		foreach ( $mugs as $mug ) {
			$this->assert_stock( $mug->id, '2', array( Move::set( '2', 'rest', 'api' ) ) );
		}
	}

	public function test_row_13_batch_of_variations(): void {
		$shirt = $this->variable( array( 'S' => 4, 'M' => 5 ) );
		$this->ready();
		$update = array( array( 'id' => $shirt->of( 'S' )->id, 'stock_quantity' => 1 ), array( 'id' => $shirt->of( 'M' )->id, 'stock_quantity' => 0 ) );
		$this->rest()->send( 'POST', "/wc/v3/products/{$shirt->id}/variations/batch", array( 'update' => $update ) );
		$this->assert_stock( $shirt->of( 'S' )->id, '1', array( Move::set( '1', 'rest', 'api' ) ) );
		$this->assert_stock( $shirt->of( 'M' )->id, '0', array( Move::set( '0', 'rest', 'api' ) ), array( 'status' => 'outofstock' ) );
	}

	public function test_row_14_version_4(): void {
		$mug = $this->simple( 10 );
		$this->ready();
		$this->rest()->send( 'PUT', "/wc/v4/products/{$mug->id}", array( 'stock_quantity' => 5 ) );
		$this->assert_stock( $mug->id, '5', array( Move::set( '5', 'rest', 'api' ) ) );
	}

	public function test_row_14_ability(): void {
		$mug = $this->simple( 10 );
		$this->ready();
		$this->admin()->rest( 'POST', '/wp-abilities/v1/abilities/woocommerce/product-update/run', array( 'input' => array( 'product_type_alias' => 'physical', 'id' => $mug->id, 'stock_quantity' => 4 ) ) );
		$this->assert_stock( $mug->id, '4', array( Move::set( '4', 'rest', Move::ADMIN ) ) );
	}

	public function test_row_14_code_first_api(): void {
		$mug = $this->simple( 10 );
		$this->ready();
		$query  = 'mutation($input: UpdateProductInput!) { updateProduct(input: $input) { id } }';
		$answer = $this->rest()->send( 'POST', '/wc/graphql', array( 'query' => $query, 'variables' => array( 'input' => array( 'id' => $mug->id, 'stock_quantity' => 3 ) ) ) );
		self::assertArrayNotHasKey( 'errors', $answer, json_encode( $answer ) );
		$this->assert_stock( $mug->id, '3', array( Move::set( '3', 'rest', 'api' ) ) );
	}
}
