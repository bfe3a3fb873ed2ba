<?php

declare( strict_types=1 );

namespace Onhand\Tests\WordPress;

/** Row 40: a product is called something else. */
final class IdentityTest extends RowTestCase {
	public function test_row_40_sku_and_gtin_changed(): void {
		$mug  = $this->simple( 10 );
		$gtin = '40' . str_pad( (string) $mug->id, 11, '0', STR_PAD_LEFT );
		$this->ready();
		$this->admin()->save_product( $this->admin()->edit_product( $mug->id )->set( '_sku', "{$mug->sku}-NEW" )->set( '_global_unique_id', $gtin ) );
		$this->assert_item( $mug->id, array( 'sku' => "{$mug->sku}-NEW", 'gtin' => $gtin ) );
		$this->assert_no_moves( $mug->id );
		$this->assert_seen( "{$mug->sku}-NEW", array( 'item' => $mug->id, 'gtin' => $gtin, 'quantity' => '10' ) );
		$this->assert_listed( $mug, 10 );
	}

	public function test_row_40_listings_follow_a_variation_whose_sku_changed(): void {
		$shirt = $this->variable( array( 'S' => 4 ) );
		$small = $shirt->of( 'S' );
		$path  = "/wc/v3/products/{$shirt->id}/variations/{$small->id}";
		$this->ready();
		$this->rest()->send( 'PUT', $path, array( 'sku' => "{$small->sku}-NEW" ) );
		$this->assert_item( $small->id, array( 'sku' => "{$small->sku}-NEW" ) );
		$this->assert_no_moves( $small->id );
		$this->rest()->send( 'PUT', $path, array( 'stock_quantity' => 2 ) );
		$said = $this->await_statements( static fn( Statements $said ): bool => array() !== $said->moves( $small->id ) );
		self::assertSame( '2', $said->stock( $small->id )['qty'] ?? null, $said->describe() );
		$this->assert_ledger( $small->id, array( Move::set( '2', 'rest', 'api', $path ) ) );
		$this->assert_seen( "{$small->sku}-NEW", array( 'item' => $small->id, 'quantity' => '2' ) );
		// The marketplaces call it what they always did.
		$this->assert_listed( $small, 2 );
	}
}
