<?php

declare( strict_types=1 );

namespace Onhand\Tests\WordPress;

/** A shop with a warehouse, which is the main location, and a corner shop; and ten mugs in the warehouse. */
trait Places {
	private Product $mug;

	protected function setUp(): void {
		parent::setUp();
		$this->name_places();
		$this->mug = $this->simple( 10 );
	}

	protected function tearDown(): void {
		$this->forget_places();
		parent::tearDown();
	}

	private function name_places(): void {
		$this->shop->run( 'foreach ( $all as $one ) { \Onhand\Locations\Locations::put( \Onhand\Locations\Location::read( $one ) ); }', array( 'all' => array( array( 'id' => 'main', 'name' => 'Warehouse', 'cost' => 5 ), array( 'id' => 'shop', 'name' => 'Corner shop', 'cost' => 3 ) ) ) );
	}

	private function forget_places(): void {
		$this->shop->run( 'delete_option( "onhand_locations" ); delete_option( "onhand_routing" ); $GLOBALS["wpdb"]->query( "TRUNCATE " . \Onhand\Orders\Tables::shelves() ); as_unschedule_all_actions( "onhand_resync_pages" );' );
	}

	private function wp( string ...$arguments ): string {
		return $this->shop->wp( 'onhand', 'location', ...$arguments );
	}

	private function refused( string ...$arguments ): string {
		try {
			return 'was not refused: ' . $this->shop->wp( 'onhand', ...$arguments );
		} catch ( \RuntimeException $refused ) {
			return $refused->getMessage();
		}
	}

	private function rules( array $rules ): void {
		$this->shop->run( '\Onhand\Locations\RoutingRules::set( $rules );', array( 'rules' => $rules ) );
	}

	/** @return array<string,string> units of the mug, or of this product, by location */
	private function there( ?Product $product = null ): array {
		return $this->shop->run(
			'$rows = \Onhand\Locations\Shelves::rows( array( $id ) )[ $id ] ?? array();
			return array_map( "strval", \Onhand\Locations\Shelves::spread( (float) wc_get_product( $id )->get_stock_quantity(), $rows ) + $rows );',
			array( 'id' => ( $product ?? $this->mug )->id )
		);
	}

	/** @return list<string> */
	private function explained( int|string $order ): array {
		return explode( "\n", $this->shop->wp( 'onhand', 'routing', 'order', (string) $order ) );
	}

	private function name( ?Product $product = null ): string {
		return $this->shop->run( 'return wc_get_product( $id )->get_name();', array( 'id' => ( $product ?? $this->mug )->id ) );
	}
}
