<?php

declare( strict_types=1 );

namespace Onhand\Tests\WordPress;

/** Rows 1 and 2: the product screen and its variations tab. */
final class AdminEditTest extends RowTestCase {
	public function test_row_01_edit_product(): void {
		$mug = $this->simple( 10 );
		$this->ready();
		$this->admin()->save_product( $this->admin()->edit_product( $mug->id )->set( '_stock', '7' ) );
		self::assertEquals( 7, $this->shop->stored_stock( $mug->id ) );
		$this->assert_stock( $mug->id, '7', array( Move::set( '7', 'product_edit', Move::ADMIN, (string) $mug->id ) ) );
	}

	public function test_row_01_edit_product_that_sold_meanwhile_keeps_the_sale(): void {
		$mug = $this->simple( 10 );
		$this->ready();
		$form = $this->admin()->edit_product( $mug->id )->set( '_stock', '7' );
		$this->shop->run( 'wc_update_product_stock( $id, 3, "decrease" );', array( 'id' => $mug->id ) );
		$this->admin()->save_product( $form );
		self::assertEquals( 7, $this->shop->stored_stock( $mug->id ), '10 - 3, not the 7 of the form' );
		$this->assert_stock( $mug->id, '7', array( Move::delta( '-3', 'code', 'guest' ) ) );
	}

	public function test_row_02_save_variations(): void {
		$shirt = $this->variable( array( 'S' => 4, 'M' => 5 ) );
		$this->ready();
		$this->screens()->save_variation_stock( $shirt->id, $shirt->of( 'M' )->id, '9' );
		self::assertEquals( 9, $this->shop->stored_stock( $shirt->of( 'M' )->id ) );
		$this->assert_stock( $shirt->of( 'M' )->id, '9', array( Move::set( '9', 'variation_edit', Move::ADMIN, (string) $shirt->of( 'M' )->id ) ) );
		$this->assert_no_moves( $shirt->of( 'S' )->id );
		$this->assert_mirrored( $shirt->of( 'S' )->id, '4', 4 );
	}

	/** The screen's script saves the open variations first, then sends the product's form. */
	public function test_row_02_variation_saved_with_its_product(): void {
		$shirt = $this->variable( array( 'S' => 4, 'M' => 5 ) );
		$this->ready();
		$form = $this->admin()->edit_product( $shirt->id );
		$this->screens()->save_variation_stock( $shirt->id, $shirt->of( 'M' )->id, '9' );
		$this->admin()->save_product( $form );
		$this->assert_stock( $shirt->of( 'M' )->id, '9', array( Move::set( '9', 'variation_edit', Move::ADMIN, (string) $shirt->of( 'M' )->id ) ) );
		$this->assert_no_moves( $shirt->of( 'S' )->id );
		$this->assert_mirrored( $shirt->of( 'S' )->id, '4', 4 );
	}

	public function test_row_02_variation_that_sold_meanwhile_keeps_the_sale(): void {
		$shirt = $this->variable( array( 'S' => 4 ) );
		$id    = $shirt->of( 'S' )->id;
		$this->ready();
		$sale = fn() => $this->shop->run( 'wc_update_product_stock( $id, 3, "decrease" );', array( 'id' => $id ) );
		$this->screens()->save_variation_stock( $shirt->id, $id, '9', $sale );
		$this->assert_stock( $id, '1', array( Move::delta( '-3', 'code', 'guest' ) ) );
	}
}
