<?php

namespace Onhand\Locations;

use Onhand\Kits\Sales;
use Onhand\Stock\Decimal;

/** What of an order's item was taken off the stock, and from which locations. */
final class Routed {
	/** On the order's item: units by pool and location. */
	public const META = '_onhand_routed';

	/** @return array<int,array<string,float>> by pool and location */
	public static function of( \WC_Order_Item_Product $item ): array {
		$routed = array();
		foreach ( (array) json_decode( (string) $item->get_meta( self::META, true ), true ) as $pool => $places ) {
			foreach ( is_array( $places ) ? $places : array() as $location => $units ) {
				$routed[ (int) $pool ][ (string) $location ] = (float) $units;
			}
		}
		return $routed;
	}

	/** @param array<int,array<string,float>> $routed */
	public static function note( \WC_Order_Item_Product $item, array $routed ): void {
		$kept = array_filter( array_map( static fn( array $places ): array => array_map( array( Decimal::class, 'text' ), array_filter( $places ) ), $routed ) );
		if ( array() === $kept ) {
			$item->delete_meta_data( self::META );
		} else {
			$item->update_meta_data( self::META, wp_json_encode( $kept ) );
		}
		$item->save_meta_data();
	}

	/** @return array<int,float> units that are off the stock, by pool */
	public static function taken( \WC_Order_Item_Product $item ): array {
		$taken = array();
		foreach ( Sales::taken( $item ) as $part => $units ) {
			$pool = self::pool( wc_get_product( $part ) );
			if ( null !== $pool ) {
				$taken[ $pool ] = ( $taken[ $pool ] ?? 0.0 ) + $units;
			}
		}
		$own  = (float) $item->get_meta( '_reduced_stock', true );
		$pool = $own > 0 ? self::pool( $item->get_product() ) : null;
		if ( null !== $pool ) {
			$taken[ $pool ] = ( $taken[ $pool ] ?? 0.0 ) + $own;
		}
		return $taken;
	}

	private static function pool( mixed $product ): ?int {
		return $product instanceof \WC_Product && $product->managing_stock() ? $product->get_stock_managed_by_id() : null;
	}
}
