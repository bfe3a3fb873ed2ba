<?php

namespace Onhand\Kits;

/** A kit is a product or variation that is made of others: so many units of each. It has no stock of its own. */
final class Parts {
	public const META = '_onhand_parts';

	/** @return array<int,int> units by product or variation; empty: it is no kit */
	public static function of( int $item ): array {
		return self::read( (string) get_post_meta( $item, self::META, true ) );
	}

	/** @return array<int,int> what a stored value says */
	public static function read( string $stored ): array {
		$parts = array();
		foreach ( (array) json_decode( $stored, true ) as $part => $units ) {
			if ( is_int( $part ) && $part > 0 && is_int( $units ) && $units > 0 ) {
				$parts[ $part ] = $units;
			}
		}
		ksort( $parts );
		return $parts;
	}

	/**
	 * What a person wrote: "TEE-M=2, MUG".
	 *
	 * @return array<int,int>
	 * @throws \InvalidArgumentException In words for that person.
	 */
	public static function parse( string $text, int $kit ): array {
		$parts = array();
		foreach ( preg_split( '/[\s,;]+/', $text, -1, PREG_SPLIT_NO_EMPTY ) as $word ) {
			list( $sku, $units ) = array_pad( explode( '=', $word, 2 ), 2, '1' );
			$part                = (int) wc_get_product_id_by_sku( $sku );
			if ( 0 === $part ) {
				/* translators: %s: SKU */
				throw new \InvalidArgumentException( sprintf( __( 'There is no product or variation with the SKU %s.', 'onhand' ), $sku ) );
			}
			if ( 1 !== preg_match( '/\A[1-9]\d{0,5}\z/', $units ) ) {
				/* translators: 1: what was written, 2: SKU */
				throw new \InvalidArgumentException( sprintf( __( '%1$s: write %2$s=2 for two units of it.', 'onhand' ), $word, $sku ) );
			}
			if ( $part === $kit || array() !== self::of( $part ) ) {
				/* translators: %s: SKU */
				throw new \InvalidArgumentException( sprintf( __( '%s is a kit itself; a kit is made of what has a stock of its own.', 'onhand' ), $sku ) );
			}
			$parts[ $part ] = ( $parts[ $part ] ?? 0 ) + (int) $units;
		}
		return $parts;
	}

	/** @param array<int,int> $parts None: it is no kit any more. */
	public static function put( int $item, array $parts ): void {
		if ( array() === $parts ) {
			delete_post_meta( $item, self::META );
		} else {
			update_post_meta( $item, self::META, wp_json_encode( $parts ) );
		}
	}

	/** As a person would write it. */
	public static function text( int $item ): string {
		$words = array();
		foreach ( self::of( $item ) as $part => $units ) {
			$product = wc_get_product( $part );
			$words[] = ( $product ? $product->get_sku() : "#$part" ) . ( 1 === $units ? '' : "=$units" );
		}
		return implode( ', ', $words );
	}

	/**
	 * How many kits there are: the least of its parts.
	 *
	 * @param array<int,int> $parts
	 * @return ?int null: none of them is counted
	 */
	public static function available( array $parts ): ?int {
		$least = null;
		foreach ( $parts as $id => $units ) {
			$part = wc_get_product( $id );
			if ( ! $part instanceof \WC_Product || ! $part->is_in_stock() ) {
				return 0;
			}
			if ( $part->managing_stock() && ! $part->backorders_allowed() ) {
				$kits  = (int) floor( max( 0, (float) $part->get_stock_quantity() ) / $units );
				$least = null === $least ? $kits : min( $least, $kits );
			}
		}
		return $least;
	}
}
