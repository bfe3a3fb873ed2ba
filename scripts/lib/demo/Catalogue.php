<?php

declare( strict_types=1 );

namespace Onhand\Demo;

/** One T-shirt in three colours and four sizes. */
final class Catalogue {
	public const NAME    = 'Onhand T-shirt';
	public const COLOURS = array( 'Black', 'Blue', 'Red' );
	public const SIZES   = array( 'S', 'M', 'L', 'XL' );
	public const STOCK   = 20;

	/** @return array<string,array{string,string}> colour and size by SKU */
	public static function variations(): array {
		$all = array();
		foreach ( self::COLOURS as $colour ) {
			foreach ( self::SIZES as $size ) {
				$all[ 'TEE-' . strtoupper( $colour ) . "-$size" ] = array( $colour, $size );
			}
		}
		return $all;
	}

	/** @return array<string,string> by SKU */
	public static function titles(): array {
		return array_map( static fn( array $of ): string => self::NAME . ", {$of[0]}, {$of[1]}", self::variations() );
	}
}
