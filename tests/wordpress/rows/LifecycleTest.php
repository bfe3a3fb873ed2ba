<?php

declare( strict_types=1 );

namespace Onhand\Tests\WordPress;

/** Rows 29 to 33 and 40: products come, go, and change what they are called. */
final class LifecycleTest extends RowTestCase {
	public function test_row_29_trashed_in_the_list(): void {
		$mug = $this->simple( 10 );
		$this->ready();
		$this->follow( $mug, 'trash' );
		$this->assert_item( $mug->id, array( 'sellable' => false, 'deleted' => false, 'post_status' => 'trash' ) );
		$this->assert_listed( $mug, 0 );
	}

	public function test_row_29_trashed_variable_product_takes_its_variations_along(): void {
		$shirt = $this->variable( array( 'S' => 4, 'M' => 5 ) );
		$this->ready();
		$this->follow( $shirt, 'trash' );
		foreach ( array( 'S', 'M' ) as $size ) {
			$this->assert_item( $shirt->of( $size )->id, array( 'sellable' => false, 'deleted' => false ) );
			$this->assert_listed( $shirt->of( $size ), 0 );
		}
	}

	public function test_row_29_deleted_in_the_list(): void {
		$shirt = $this->variable( array( 'S' => 4 ) );
		$this->follow( $shirt, 'trash' );
		$this->ready();
		$this->follow( $shirt, 'delete', '&post_status=trash' );
		$this->assert_item( $shirt->id, array( 'deleted' => true, 'sellable' => false ) );
		$this->assert_item( $shirt->of( 'S' )->id, array( 'deleted' => true, 'sellable' => false ) );
	}

	public function test_row_29_deleted_over_rest(): void {
		$mug = $this->simple( 10 );
		$this->ready();
		$this->rest()->send( 'DELETE', "/wc/v3/products/{$mug->id}?force=true" );
		$this->assert_item( $mug->id, array( 'deleted' => true, 'sellable' => false ) );
		$this->assert_listed( $mug, 0 );
	}

	public function test_row_30_restored(): void {
		$shirt = $this->variable( array( 'S' => 4 ) );
		$this->follow( $shirt, 'trash' );
		$this->ready();
		$this->follow( $shirt, 'untrash', '&post_status=trash' );
		$this->shop->run( 'wp_publish_post( $id );', array( 'id' => $shirt->id ) );
		$this->assert_item( $shirt->of( 'S' )->id, array( 'sellable' => true, 'deleted' => false, 'sku' => $shirt->of( 'S' )->sku ) );
		$this->assert_listed( $shirt->of( 'S' ), 4 );
	}

	public function test_row_30_restored_under_another_sku(): void {
		$mug = $this->simple( 10 );
		$this->follow( $mug, 'trash' );
		$this->shop->run( '$p = new WC_Product_Simple(); $p->set_name( "Other" ); $p->set_sku( $sku ); $p->save();', array( 'sku' => $mug->sku ) );
		$this->ready();
		$this->follow( $mug, 'untrash', '&post_status=trash' );
		$sku = $this->shop->run( 'return wc_get_product( $id )->get_sku();', array( 'id' => $mug->id ) );
		self::assertNotSame( $mug->sku, $sku );
		$this->assert_item( $mug->id, array( 'sku' => $sku, 'deleted' => false ) );
	}

	public function test_row_31_duplicated(): void {
		$mug = $this->simple( 10 );
		$this->ready();
		$link   = $this->admin()->screen( "/wp-admin/edit.php?post_type=product&s={$mug->sku}" )->link( "/action=duplicate_product.*post={$mug->id}\\b/" );
		$answer = $this->admin()->get( $link );
		preg_match( '/post=(\d+)/', $answer->headers['location'], $copy );
		$copy = (int) $copy[1];
		$this->assert_stock( $copy, '10', array( Move::set( '10', 'duplicated', Move::ADMIN ) ) );
		$this->assert_item( $copy, array( 'post_status' => 'draft', 'sellable' => false, 'kind' => 'simple' ) );
		$this->assert_no_moves( $mug->id );
	}

	public function test_row_32_created(): void {
		$this->ready();
		$sku     = 'CREATED-' . getmypid() . '-' . $this->shop->env( 'PORT' );
		$created = $this->rest()->send( 'POST', '/wc/v3/products', array( 'name' => 'New mug', 'type' => 'simple', 'sku' => $sku, 'regular_price' => '4.50', 'manage_stock' => true, 'stock_quantity' => 12 ) );
		$this->assert_stock( $created['id'], '12', array( Move::set( '12', 'created', 'api' ) ) );
		$this->assert_item( $created['id'], array( 'sku' => $sku, 'name' => 'New mug', 'price' => '4.5', 'kind' => 'simple', 'sellable' => true, 'deleted' => false, 'pool' => $created['id'] ) );
	}

	public function test_row_32_created_without_stock(): void {
		$this->ready();
		$created = $this->rest()->send( 'POST', '/wc/v3/products', array( 'name' => 'Endless mug', 'type' => 'simple', 'regular_price' => '4' ) );
		$said    = $this->await_statements( static fn( Statements $said ): bool => null !== $said->stock( $created['id'] ) );
		self::assertFalse( $said->stock( $created['id'] )['managed'] ?? true, $said->describe() );
		self::assertNull( $said->stock( $created['id'] )['qty'], $said->describe() );
	}

	public function test_row_33_variable_product_becomes_simple(): void {
		$shirt = $this->variable( array( 'S' => 4 ) );
		$this->ready();
		$this->rest()->send( 'PUT', "/wc/v3/products/{$shirt->id}", array( 'type' => 'simple', 'manage_stock' => true, 'stock_quantity' => 3 ) );
		$this->assert_item( $shirt->of( 'S' )->id, array( 'deleted' => true ) );
		$this->assert_item( $shirt->id, array( 'kind' => 'simple', 'deleted' => false ) );
		$this->assert_stock( $shirt->id, '3', array( Move::set( '3', 'rest', 'api' ) ) );
	}

	public function test_row_40_sku_and_gtin_changed(): void {
		$mug  = $this->simple( 10 );
		$gtin = '40' . str_pad( (string) $mug->id, 11, '0', STR_PAD_LEFT );
		$this->ready();
		$this->admin()->save_product( $this->admin()->edit_product( $mug->id )->set( '_sku', "{$mug->sku}-NEW" )->set( '_global_unique_id', $gtin ) );
		$this->assert_item( $mug->id, array( 'sku' => "{$mug->sku}-NEW", 'gtin' => $gtin ) );
		$this->assert_no_moves( $mug->id );
	}

	/** Follows a link of the product's row in the list. */
	private function follow( Product $product, string $action, string $list = '' ): void {
		$page = $this->admin()->screen( "/wp-admin/edit.php?post_type=product$list&s=" . rawurlencode( $product->sku ) );
		$this->admin()->get( $page->link( "/post={$product->id}&action=$action&/" ) );
	}
}
