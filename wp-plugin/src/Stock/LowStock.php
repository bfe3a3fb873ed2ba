<?php

namespace Onhand\Stock;

use Onhand\Resync\Upkeep;

/**
 * With how many left the shop calls something low. WooCommerce keeps that where reading it takes a query; every statement says it, so
 * a copy is among the options that WordPress has read already.
 */
final class LowStock {
	private const SHOPS = 'woocommerce_notify_low_stock_amount';
	private const COPY  = 'onhand_low_stock';

	public static function register(): void {
		foreach ( array( 'add_option_', 'update_option_' ) as $hook ) {
			add_action( $hook . self::SHOPS, array( self::class, 'changed' ) );
		}
		add_action( 'deleted_option', static fn( $name ) => self::SHOPS === $name ? self::changed() : null );
	}

	public static function of_shop(): ?string {
		$copy = get_option( self::COPY, null );
		return Decimal::text( null === $copy ? self::copy() : (string) $copy );
	}

	/** What is low is another number in the whole store. */
	public static function changed(): void {
		self::copy();
		Upkeep::restate();
	}

	private static function copy(): string {
		$amount = (string) get_option( self::SHOPS, '' );
		update_option( self::COPY, $amount, true );
		return $amount;
	}
}
