<?php

declare( strict_types=1 );

namespace Onhand\Tests\WordPress;

/** Rows 31 to 33: products are copied, made, and become of another type. */
final class CreationTest extends RowTestCase {
	public function test_row_31_duplicated(): void {
		$mug = $this->simple( 10 );
		$this->ready();
		$copy = $this->duplicate( $mug );
		$sku  = $this->sku_of( $copy );
		$this->assert_item( $copy, array( 'post_status' => 'draft', 'sellable' => false, 'kind' => 'simple', 'sku' => $sku ) );
		$this->lists_made( $copy, $sku );
		$this->assert_stock( $copy, '10', array( Move::set( '10', 'duplicated', Move::ADMIN ) ), array(), 0 );
		$this->assert_no_moves( $mug->id );
		$this->assert_mirrored( $mug->id, '10', 10 );
	}

	public function test_row_31_duplicated_with_its_variations(): void {
		$shirt = $this->variable( array( 'S' => 4 ) );
		$this->ready();
		$copy = $this->shop->run( 'return wc_get_product( $id )->get_children()[0];', array( 'id' => $this->duplicate( $shirt ) ) );
		$sku  = $this->sku_of( $copy );
		$this->assert_item( $copy, array( 'sellable' => false, 'kind' => 'variation', 'sku' => $sku ) );
		$this->lists_made( $copy, $sku );
		$this->assert_stock( $copy, '4', array( Move::set( '4', 'duplicated', Move::ADMIN ) ), array(), 0 );
		$this->assert_no_moves( $shirt->of( 'S' )->id );
		$this->assert_mirrored( $shirt->of( 'S' )->id, '4', 4 );
	}

	public function test_row_32_created(): void {
		$this->ready();
		$sku     = $this->new_sku( 'CREATED' );
		$created = $this->rest()->send( 'POST', '/wc/v3/products', array( 'name' => 'New mug', 'type' => 'simple', 'sku' => $sku, 'regular_price' => '4.50', 'manage_stock' => true, 'stock_quantity' => 12 ) );
		$this->assert_item( $created['id'], array( 'sku' => $sku, 'name' => 'New mug', 'price' => '4.5', 'kind' => 'simple', 'sellable' => true, 'deleted' => false, 'pool' => $created['id'] ) );
		$this->lists_made( $created['id'], $sku );
		$this->assert_stock( $created['id'], '12', array( Move::set( '12', 'created', 'api' ) ) );
	}

	public function test_row_32_variation_created(): void {
		$shirt = $this->variable( array( 'S' => 4 ) );
		$this->ready();
		$sku     = $this->new_sku( 'VARIATION' );
		$created = $this->rest()->send( 'POST', "/wc/v3/products/{$shirt->id}/variations", array( 'sku' => $sku, 'regular_price' => '4.50', 'manage_stock' => true, 'stock_quantity' => 6 ) );
		$this->assert_item( $created['id'], array( 'sku' => $sku, 'kind' => 'variation', 'sellable' => true, 'parent' => $shirt->id ) );
		$this->lists_made( $created['id'], $sku );
		$this->assert_stock( $created['id'], '6', array( Move::set( '6', 'created', 'api' ) ) );
	}

	public function test_row_32_created_without_stock(): void {
		$this->ready();
		$sku     = $this->new_sku( 'ENDLESS' );
		$created = $this->rest()->send( 'POST', '/wc/v3/products', array( 'name' => 'Endless mug', 'type' => 'simple', 'sku' => $sku, 'regular_price' => '4' ) );
		$this->assert_item( $created['id'], array( 'sku' => $sku, 'sellable' => true ) );
		$this->lists_made( $created['id'], $sku );
		// Unlimited while in stock: the marketplaces keep the number they have.
		$this->assert_stock( $created['id'], null, array( Move::status( 'created', 'api' ) ), array( 'managed' => false, 'status' => 'instock' ), self::LISTED_BEFORE );
	}

	public function test_row_33_variable_product_becomes_simple(): void {
		$shirt = $this->variable( array( 'S' => 4 ) );
		$this->ready();
		$this->rest()->send( 'PUT', "/wc/v3/products/{$shirt->id}", array( 'type' => 'simple', 'manage_stock' => true, 'stock_quantity' => 3 ) );
		$this->assert_becomes_simple( $shirt, Move::set( '3', 'rest', 'api', "/wc/v3/products/{$shirt->id}" ), 'api' );
	}

	public function test_row_33_variable_product_becomes_simple_on_its_screen(): void {
		$shirt = $this->variable( array( 'S' => 4 ) );
		$this->ready();
		$form = $this->admin()->edit_product( $shirt->id )->set( 'product-type', 'simple' )->set( '_manage_stock', 'yes' )->set( '_stock', '3' );
		$this->admin()->save_product( $form );
		$this->assert_becomes_simple( $shirt, Move::set( '3', 'product_edit', Move::ADMIN, (string) $shirt->id ), Move::ADMIN );
	}

	private function assert_becomes_simple( Product $shirt, array $move, string $by ): void {
		$this->assert_deleted( $shirt->of( 'S' ), $by );
		$this->assert_item( $shirt->id, array( 'kind' => 'simple', 'deleted' => false ) );
		$this->lists_made( $shirt->id, $shirt->sku );
		$this->assert_stock( $shirt->id, '3', array( $move ) );
	}

	private function duplicate( Product $product ): int {
		$link   = $this->admin()->screen( "/wp-admin/edit.php?post_type=product&s={$product->sku}" )->link( "/action=duplicate_product.*post={$product->id}\\b/" );
		$answer = $this->admin()->get( $link );
		preg_match( '/post=(\d+)/', $answer->headers['location'], $copy );
		return (int) $copy[1];
	}

	private function sku_of( int $product ): string {
		return $this->shop->run( 'return wc_get_product( $id )->get_sku();', array( 'id' => $product ) );
	}

	private function new_sku( string $what ): string {
		return "$what-" . getmypid() . '-' . $this->shop->env( 'PORT' );
	}
}
