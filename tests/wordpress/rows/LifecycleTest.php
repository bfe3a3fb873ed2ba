<?php

declare( strict_types=1 );

namespace Onhand\Tests\WordPress;

/** Rows 29 and 30: products go, and come back. */
final class LifecycleTest extends RowTestCase {
	public function test_row_29_trashed_in_the_list(): void {
		$mug = $this->simple( 10 );
		$this->ready();
		$this->follow( $mug, 'trash' );
		$this->assert_item( $mug->id, array( 'sellable' => false, 'deleted' => false, 'post_status' => 'trash' ) );
		$this->assert_stock( $mug->id, '10', array( Move::status( 'trashed', Move::ADMIN, (string) $mug->id ) ), array(), 0 );
	}

	public function test_row_29_trashed_variable_product_takes_its_variations_along(): void {
		$shirt = $this->variable( array( 'S' => 4, 'M' => 5 ) );
		$this->ready();
		$this->follow( $shirt, 'trash' );
		foreach ( array( 'S', 'M' ) as $size ) {
			$id = $shirt->of( $size )->id;
			$this->assert_item( $id, array( 'sellable' => false, 'deleted' => false ) );
			$this->assert_stock( $id, 'S' === $size ? '4' : '5', array( Move::status( 'trashed', Move::ADMIN, (string) $id ) ), array(), 0 );
		}
	}

	public function test_row_29_trashed_product_that_manages_the_stock_of_its_variations(): void {
		$shirt = $this->variable( array( 'S' => null ), 20 );
		$this->ready();
		$this->follow( $shirt, 'trash' );
		$this->assert_item( $shirt->of( 'S' )->id, array( 'sellable' => false, 'deleted' => false ) );
		$this->assert_stock( $shirt->id, '20', array( Move::status( 'trashed', Move::ADMIN, (string) $shirt->id ) ), array(), 0 );
	}

	public function test_row_29_trashed_over_rest(): void {
		$mug = $this->simple( 10 );
		$this->ready();
		$this->rest()->send( 'DELETE', "/wc/v3/products/{$mug->id}" );
		$this->assert_item( $mug->id, array( 'sellable' => false, 'deleted' => false, 'post_status' => 'trash' ) );
		$this->assert_stock( $mug->id, '10', array( Move::status( 'trashed', 'api', (string) $mug->id ) ), array(), 0 );
	}

	public function test_row_29_deleted_in_the_list(): void {
		$shirt = $this->variable( array( 'S' => 4 ) );
		$this->follow( $shirt, 'trash' );
		$this->ready();
		$this->follow( $shirt, 'delete', '&post_status=trash' );
		$this->assert_item( $shirt->id, array( 'deleted' => true, 'sellable' => false ) );
		$this->assert_ledger( $shirt->id, array( Move::status( 'deleted', Move::ADMIN, (string) $shirt->id ) ) );
		$this->assert_deleted( $shirt->of( 'S' ), Move::ADMIN );
	}

	public function test_row_29_deleted_over_rest(): void {
		$mug = $this->simple( 10 );
		$this->ready();
		$this->rest()->send( 'DELETE', "/wc/v3/products/{$mug->id}?force=true" );
		$this->assert_deleted( $mug, 'api' );
	}

	public function test_row_29_variation_deleted_over_rest(): void {
		$shirt = $this->variable( array( 'S' => 4, 'M' => 5 ) );
		$this->ready();
		$this->rest()->send( 'DELETE', "/wc/v3/products/{$shirt->id}/variations/{$shirt->of( 'S' )->id}?force=true" );
		$this->assert_deleted( $shirt->of( 'S' ), 'api' );
		$this->assert_no_moves( $shirt->of( 'M' )->id );
		$this->assert_mirrored( $shirt->of( 'M' )->id, '5', 5 );
	}

	public function test_row_30_restored(): void {
		$shirt = $this->variable( array( 'S' => 4 ) );
		$this->follow( $shirt, 'trash' );
		$this->ready();
		$this->follow( $shirt, 'untrash', '&post_status=trash' );
		$this->shop->run( 'wp_publish_post( $id );', array( 'id' => $shirt->id ) );
		$this->assert_item( $shirt->of( 'S' )->id, array( 'sellable' => true, 'deleted' => false, 'sku' => $shirt->of( 'S' )->sku ) );
		$this->assert_stock( $shirt->of( 'S' )->id, '4', array( Move::status( 'restored', Move::ADMIN, (string) $shirt->of( 'S' )->id ) ) );
	}

	public function test_row_30_restored_under_another_sku(): void {
		$mug = $this->simple( 10 );
		$this->ready();
		$this->follow( $mug, 'trash' );
		$this->shop->run( '$p = new WC_Product_Simple(); $p->set_name( "Other" ); $p->set_sku( $sku ); $p->save();', array( 'sku' => $mug->sku ) );
		$this->ready();
		$this->follow( $mug, 'untrash', '&post_status=trash' );
		$sku = $this->shop->run( 'return wc_get_product( $id )->get_sku();', array( 'id' => $mug->id ) );
		self::assertNotSame( $mug->sku, $sku );
		$this->assert_item( $mug->id, array( 'sku' => $sku, 'deleted' => false, 'sellable' => true ) );
		$said = $this->await_statements( static fn( Statements $said ): bool => array() !== $said->moves( $mug->id ) );
		self::assertSame( '10', $said->stock( $mug->id )['qty'] ?? null, $said->describe() );
		$this->assert_ledger( $mug->id, array( Move::status( 'restored', Move::ADMIN, (string) $mug->id ) ) );
		$this->assert_seen( $sku, array( 'item' => $mug->id, 'quantity' => '10', 'sellable' => true ) );
		// The marketplaces call it what they always did.
		$this->assert_listed( $mug, 10 );
	}

	/** Follows a link of the product's row in the list. */
	private function follow( Product $product, string $action, string $list = '' ): void {
		$page = $this->admin()->screen( "/wp-admin/edit.php?post_type=product$list&s=" . rawurlencode( $product->sku ) );
		$this->admin()->get( $page->link( "/post={$product->id}&action=$action&/" ) );
	}
}
