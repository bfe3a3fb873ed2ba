<?php

declare( strict_types=1 );

namespace Onhand\Tests\WordPress;

/** Rows 8 to 10: quick edit and bulk edit in the list of products. */
final class ListEditTest extends RowTestCase {
	public function test_row_08_quick_edit(): void {
		$mug = $this->simple( 10 );
		$this->ready();
		$this->quick_edit( $mug, array( '_manage_stock' => 'yes', '_stock' => '6' ) );
		self::assertEquals( 6, $this->shop->stored_stock( $mug->id ) );
		$this->assert_stock( $mug->id, '6', array( Move::set( '6', 'quick_edit', Move::ADMIN, (string) $mug->id ) ) );
	}

	public function test_row_08_quick_edit_overwrites_what_sold_meanwhile(): void {
		$mug = $this->simple( 10 );
		$this->ready();
		$this->shop->run( 'wc_update_product_stock( $id, 3, "decrease" );', array( 'id' => $mug->id ) );
		$this->quick_edit( $mug, array( '_manage_stock' => 'yes', '_stock' => '10' ) );
		$this->assert_stock( $mug->id, '10', array( Move::delta( '-3', 'code', 'guest' ), Move::set( '10', 'quick_edit', Move::ADMIN, (string) $mug->id ) ) );
	}

	public function test_row_09_bulk_edit_increase(): void {
		$mugs = array( $this->simple( 10 ), $this->simple( 20 ) );
		$this->ready();
		$this->bulk_edit( $mugs, array( 'change_stock' => '2', '_stock' => '5' ) );
		$this->assert_stock( $mugs[0]->id, '15', array( Move::delta( '5', 'bulk_edit', Move::ADMIN, (string) $mugs[0]->id ) ) );
		$this->assert_stock( $mugs[1]->id, '25', array( Move::delta( '5', 'bulk_edit', Move::ADMIN, (string) $mugs[1]->id ) ) );
	}

	public function test_row_09_bulk_edit_decrease(): void {
		$mug = $this->simple( 10 );
		$this->ready();
		$this->bulk_edit( array( $mug ), array( 'change_stock' => '3', '_stock' => '4' ) );
		$this->assert_stock( $mug->id, '6', array( Move::delta( '-4', 'bulk_edit', Move::ADMIN, (string) $mug->id ) ) );
	}

	public function test_row_09_bulk_edit_set(): void {
		$mug = $this->simple( 10 );
		$this->ready();
		$this->bulk_edit( array( $mug ), array( 'change_stock' => '1', '_stock' => '3' ) );
		$this->assert_stock( $mug->id, '3', array( Move::set( '3', 'bulk_edit', Move::ADMIN, (string) $mug->id ) ) );
	}

	public function test_row_09_bulk_edit_of_the_price_alone_writes_the_stock_it_read(): void {
		$mug = $this->simple( 10 );
		$this->ready();
		$this->bulk_edit( array( $mug ), array( 'change_regular_price' => '1', '_regular_price' => '12' ) );
		$this->assert_item( $mug->id, array( 'price' => '12' ) );
		$this->assert_stock( $mug->id, '10', array( Move::set( '10', 'bulk_edit', Move::ADMIN, (string) $mug->id ) ) );
	}

	public function test_row_10_quick_edit_of_the_status_of_an_unmanaged_variable_product(): void {
		$shirt = $this->variable( array( 'S' => null, 'M' => null ) );
		$this->ready();
		$this->quick_edit( $shirt, array( '_stock_status' => 'outofstock' ) );
		$this->assert_sold_out( $shirt, 'quick_edit' );
	}

	public function test_row_10_bulk_edit_of_the_status_of_an_unmanaged_variable_product(): void {
		$shirt = $this->variable( array( 'S' => null, 'M' => null ) );
		$this->ready();
		$this->bulk_edit( array( $shirt ), array( '_stock_status' => 'outofstock' ) );
		$this->assert_sold_out( $shirt, 'bulk_edit' );
	}

	/** Its variations, each by its own row, and the parent that follows them. */
	private function assert_sold_out( Product $shirt, string $cause ): void {
		foreach ( array( $shirt->of( 'S' ), $shirt->of( 'M' ), $shirt ) as $each ) {
			$this->assert_stock( $each->id, null, array( Move::status( $cause, Move::ADMIN, (string) $each->id ) ), array( 'status' => 'outofstock' ), 0 );
			$this->assert_seen( $each->sku, array( 'quantity' => null, 'status' => 'outofstock' ) );
		}
	}

	private function quick_edit( Product $product, array $change ): void {
		$page = $this->admin()->screen( "/wp-admin/edit.php?post_type=product&s={$product->sku}" )->body;
		$edit = Form::from( $page, 'inline-edit' );
		$this->admin()->ajax(
			'inline-save',
			$change + array(
				'post_type'                    => 'product',
				'post_ID'                      => (string) $product->id,
				'edit_date'                    => 'true',
				'post_status'                  => 'publish',
				'_status'                      => 'publish',
				'screen'                       => 'edit-product',
				'post_view'                    => 'list',
				'post_title'                   => "Edited {$product->sku}",
				'_visibility'                  => 'visible',
				'_sku'                         => $product->sku,
				'_regular_price'               => '10',
				'_backorders'                  => 'no',
				'woocommerce_quick_edit'       => '1',
				'woocommerce_quick_edit_nonce' => (string) Form::from( $page )->get( 'woocommerce_quick_edit_nonce' ),
				'_inline_edit'                 => (string) $edit->get( '_inline_edit' ),
			)
		);
	}

	/** @param list<Product> $products */
	private function bulk_edit( array $products, array $change ): void {
		$page   = $this->admin()->screen( '/wp-admin/edit.php?post_type=product' )->body;
		$fields = $change + array(
			'change_stock'                 => '',
			'change_regular_price'         => '',
			'change_sale_price'            => '',
			'change_weight'                => '',
			'change_dimensions'            => '',
			'_manage_stock'                => '',
			'_stock_status'                => '',
			'_backorders'                  => '',
			'_status'                      => '-1',
			'post_type'                    => 'product',
			'action'                       => 'edit',
			'bulk_edit'                    => 'Update',
			'woocommerce_bulk_edit'        => '1',
			'woocommerce_quick_edit_nonce' => (string) Form::from( $page )->get( 'woocommerce_quick_edit_nonce' ),
			'_wpnonce'                     => (string) Form::from( $page, 'posts-filter' )->get( '_wpnonce' ),
			'post'                         => array_map( static fn( Product $product ): string => (string) $product->id, $products ),
		);
		$this->admin()->get( '/wp-admin/edit.php?' . http_build_query( $fields ) );
	}
}
