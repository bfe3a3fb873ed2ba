<?php

declare( strict_types=1 );

namespace Onhand\Tests\WordPress;

/** Makes the products a test starts from. */
final class Maker {
	private static int $count = 0;

	public function __construct( private readonly Shop $shop ) {}

	private function sku( string $suffix = '' ): string {
		if ( '' === $suffix ) {
			++self::$count;
		}
		return 'T' . getmypid() . '-' . self::$count . $suffix;
	}

	/** A simple product; a null stock makes it unmanaged. */
	public function simple( ?int $stock, array $props = array() ): Product {
		$sku = $this->sku();
		$id  = $this->shop->run(
			'$p = new WC_Product_Simple();
			$p->set_props( $props + array( "name" => "Mug $sku", "sku" => $sku, "regular_price" => "10", "manage_stock" => null !== $stock, "stock_quantity" => $stock ) );
			return $p->save();',
			compact( 'sku', 'stock', 'props' )
		);
		return new Product( $id, $sku );
	}

	/**
	 * A variable product with one attribute, Size. Each variation has its own stock, or none of its own when null
	 * (then the parent's counts, if it has one).
	 *
	 * @param array<string,?int> $sizes
	 */
	public function variable( array $sizes, ?int $parent_stock = null ): Product {
		$sku = $this->sku();
		$ids = $this->shop->run(
			'$attribute = new WC_Product_Attribute();
			$attribute->set_name( "Size" );
			$attribute->set_options( array_keys( $sizes ) );
			$attribute->set_visible( true );
			$attribute->set_variation( true );
			$p = new WC_Product_Variable();
			$p->set_props( array( "name" => "Shirt $sku", "sku" => $sku, "attributes" => array( $attribute ), "manage_stock" => null !== $parent_stock, "stock_quantity" => $parent_stock ) );
			$ids = array( "" => $p->save() );
			foreach ( $sizes as $size => $stock ) {
				$v = new WC_Product_Variation();
				$v->set_props( array( "parent_id" => $ids[""], "sku" => "$sku-$size", "regular_price" => "10", "attributes" => array( "size" => $size ), "manage_stock" => null !== $stock, "stock_quantity" => $stock ) );
				$ids[ $size ] = $v->save();
			}
			WC_Product_Variable::sync( $ids[""] );
			return $ids;',
			array( 'sku' => $sku, 'sizes' => $sizes, 'parent_stock' => $parent_stock )
		);
		$variations = array();
		foreach ( array_keys( $sizes ) as $size ) {
			$variations[ $size ] = new Product( $ids[ $size ], "$sku-$size" );
		}
		return new Product( $ids[''], $sku, $variations );
	}
}
