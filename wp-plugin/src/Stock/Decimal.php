<?php

namespace Onhand\Stock;

/** Quantities and prices as the journal writes them: decimal strings of at most six places. */
final class Decimal {
	/** Beyond this a quantity no longer fits the agent's millionths. */
	private const LIMIT = 9.0e12;

	/** The canonical form ("7", "-2.5"), or null for nothing or no number. */
	public static function text( mixed $raw ): ?string {
		// Whole numbers, as nearly all are, need no rounding.
		if ( is_string( $raw ) && strlen( $raw ) < 13 && (string) (int) $raw === $raw ) {
			return $raw;
		}
		if ( null === $raw || '' === $raw || ! is_numeric( $raw ) || abs( (float) $raw ) > self::LIMIT ) {
			return null;
		}
		$raw = is_string( $raw ) ? trim( $raw ) : $raw;
		if ( is_int( $raw ) || 1 === preg_match( '/\A-?[1-9]\d*(?:\.0+)?\z/', (string) $raw ) ) {
			return (string) (int) $raw;
		}
		$text = rtrim( rtrim( number_format( (float) $raw, 6, '.', '' ), '0' ), '.' );
		return '-0' === $text || '' === $text ? '0' : $text;
	}

	public static function sum( string $one, string $other ): string {
		return self::text( (float) $one + (float) $other ) ?? '0';
	}
}
