<?php

namespace Onhand\Bulk;

use Onhand\Stock\Decimal;

/** What is to be written on one product or variation, checked; or what is wrong with it, in words. */
final class Row {
	public const STATUSES   = array( 'instock', 'outofstock', 'onbackorder' );
	public const BACKORDERS = array( 'no', 'notify', 'yes' );

	/** @param array<string,mixed> $props Setters of WooCommerce's product, by name. */
	private function __construct(
		public readonly int $id,
		public readonly array $props,
		/** The whole quantity. */
		public readonly ?float $stock,
		/** So many more, or fewer. */
		public readonly ?float $change,
		/** Refused where the shop has another quantity by then. */
		public readonly ?float $expected,
	) {}

	/**
	 * @param array<string,mixed> $raw
	 * @throws \InvalidArgumentException
	 */
	public static function of( array $raw ): self {
		$raw     = array_filter( $raw, static fn( $value ): bool => null !== $value && '' !== $value );
		$unknown = array_diff( array_keys( $raw ), array( 'id', 'sku', 'stock_quantity', 'stock_change', 'expected_stock', 'manage_stock', 'stock_status', 'backorders', 'regular_price', 'sale_price' ) );
		if ( array() !== $unknown ) {
			/* translators: %s: name of a column */
			throw new \InvalidArgumentException( sprintf( __( '"%s" is none of what can be written.', 'onhand' ), reset( $unknown ) ) );
		}
		if ( isset( $raw['stock_quantity'], $raw['stock_change'] ) ) {
			throw new \InvalidArgumentException( __( 'Say the quantity or its change, not both.', 'onhand' ) );
		}
		$props = array();
		foreach ( array(
			'stock_status' => self::STATUSES,
			'backorders'   => self::BACKORDERS,
		) as $name => $words ) {
			if ( isset( $raw[ $name ] ) ) {
				if ( ! in_array( $raw[ $name ], $words, true ) ) {
					/* translators: 1: name, 2: what it may be */
					throw new \InvalidArgumentException( sprintf( __( '%1$s must be one of %2$s.', 'onhand' ), $name, implode( ', ', $words ) ) );
				}
				$props[ $name ] = $raw[ $name ];
			}
		}
		foreach ( array( 'regular_price', 'sale_price' ) as $name ) {
			if ( isset( $raw[ $name ] ) ) {
				// "none" takes a sale price away; an empty cell leaves it.
				$props[ $name ] = 'none' === $raw[ $name ] ? '' : (string) self::number( $name, $raw[ $name ], 0.0 );
			}
		}
		if ( isset( $raw['manage_stock'] ) ) {
			$props['manage_stock'] = wc_string_to_bool( $raw['manage_stock'] );
		}
		return new self(
			self::find( $raw ),
			$props,
			isset( $raw['stock_quantity'] ) ? self::number( 'stock_quantity', $raw['stock_quantity'] ) : null,
			isset( $raw['stock_change'] ) ? self::number( 'stock_change', $raw['stock_change'] ) : null,
			isset( $raw['expected_stock'] ) ? self::number( 'expected_stock', $raw['expected_stock'] ) : null,
		);
	}

	private static function find( array $raw ): int {
		if ( isset( $raw['id'] ) ) {
			return (int) $raw['id'];
		}
		$sku = (string) ( $raw['sku'] ?? '' );
		if ( '' === $sku ) {
			throw new \InvalidArgumentException( __( 'Name the product or variation by sku or id.', 'onhand' ) );
		}
		$id = wc_get_product_id_by_sku( $sku );
		if ( 0 === $id ) {
			/* translators: %s: SKU */
			throw new \InvalidArgumentException( sprintf( __( 'No product or variation has the SKU %s.', 'onhand' ), $sku ) );
		}
		return $id;
	}

	private static function number( string $name, mixed $value, ?float $least = null ): float {
		$text = Decimal::text( is_scalar( $value ) ? (string) $value : null );
		if ( null === $text || ( null !== $least && (float) $text < $least ) ) {
			/* translators: 1: name, 2: what was written */
			throw new \InvalidArgumentException( sprintf( __( '%1$s: "%2$s" is no such number.', 'onhand' ), $name, is_scalar( $value ) ? (string) $value : '…' ) );
		}
		return (float) $text;
	}
}
