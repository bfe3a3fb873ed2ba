<?php

namespace Onhand\Locations;

use Onhand\Orders\Busy;
use Onhand\Stock\Decimal;

/** On the screens of products and variations: what is at each location. WooCommerce has checked nonce and capability. */
final class ProductPanel {
	private const FIELD = 'onhand_location';
	private const WAS   = 'onhand_location_was';

	public static function register( Keeper $keeper ): void {
		add_action( 'woocommerce_product_options_stock_fields', array( self::class, 'of_product' ) );
		add_action( 'woocommerce_variation_options_inventory', array( self::class, 'of_variation' ), 20, 3 );
		// After WooCommerce has saved, at 10: what it writes of the whole comes first.
		add_action( 'woocommerce_process_product_meta', static fn( $id ) => self::save( $keeper, (int) $id, null ), 60 );
		add_action( 'woocommerce_save_product_variation', static fn( $id, $loop ) => self::save( $keeper, (int) $id, (int) $loop ), 60, 2 );
	}

	public static function of_product(): void {
		global $post;
		self::show( (int) $post->ID, '' );
	}

	public static function of_variation( $loop, $data, $variation ): void {
		self::show( (int) $variation->ID, "[$loop]" );
	}

	private static function show( int $id, string $row ): void {
		$product = Locations::any() ? wc_get_product( $id ) : null;
		if ( ! $product instanceof \WC_Product || ! $product->managing_stock() || $product->get_stock_managed_by_id() !== $id ) {
			return;
		}
		$rows   = Shelves::rows( array( $id ) )[ $id ] ?? array();
		$there  = Shelves::spread( (float) $product->get_stock_quantity(), $rows ) + $rows;
		$inline = '' === $row ? '' : 'form-row form-row-first';
		foreach ( Locations::all() as $location ) {
			$is_main = Locations::main()->id === $location->id;
			$units   = Decimal::text( $there[ $location->id ] ?? 0.0 );
			woocommerce_wp_text_input(
				array(
					'id'                => self::FIELD . "[$location->id]$row",
					'value'             => $units,
					/* translators: %s: location */
					'label'             => sprintf( __( 'At %s', 'onhand' ), $location->name ),
					'type'              => 'number',
					'wrapper_class'     => $inline,
					'custom_attributes' => $is_main ? array( 'readonly' => 'readonly' ) : array( 'step' => 'any', 'min' => '0' ),
					'desc_tip'          => true,
					'description'       => match ( true ) {
						$is_main => __( 'The rest: the stock quantity without what is at the other locations.', 'onhand' ),
						$location->counted => __( 'A part of the stock quantity. Changing it is a stock-take: the stock quantity changes by as much.', 'onhand' ),
						default => __( 'Not for sale, and no part of the stock quantity.', 'onhand' ),
					},
				)
			);
			if ( ! $is_main ) {
				// What the person saw: only what was changed on this screen is changed.
				echo '<input type="hidden" name="' . esc_attr( self::WAS . "[$location->id]$row" ) . '" value="' . esc_attr( $units ) . '">';
			}
		}
	}

	private static function save( Keeper $keeper, int $id, ?int $loop ): void {
		$product = Locations::any() ? wc_get_product( $id ) : null;
		// phpcs:disable WordPress.Security.NonceVerification, WordPress.Security.ValidatedSanitizedInput -- WooCommerce has verified it; numbers only.
		$now = wp_unslash( $_POST[ self::FIELD ] ?? array() );
		$was = wp_unslash( $_POST[ self::WAS ] ?? array() );
		// phpcs:enable
		if ( ! $product instanceof \WC_Product || ! is_array( $now ) || ! is_array( $was ) || ! $product->managing_stock() ) {
			return;
		}
		foreach ( Locations::all() as $location ) {
			$to   = null === $loop ? $now[ $location->id ] ?? null : $now[ $location->id ][ $loop ] ?? null;
			$from = null === $loop ? $was[ $location->id ] ?? null : $was[ $location->id ][ $loop ] ?? null;
			if ( ! is_numeric( $to ) || ! is_numeric( $from ) || (float) $to === (float) $from ) {
				continue;
			}
			try {
				if ( (float) $to < 0 ) {
					throw new \InvalidArgumentException( __( 'What was counted is 0 or more.', 'onhand' ) );
				}
				$keeper->adjust( $product, $location, (float) $to - (float) $from );
			} catch ( \InvalidArgumentException | Busy $wrong ) {
				/* translators: 1: location, 2: what is wrong */
				\WC_Admin_Meta_Boxes::add_error( sprintf( __( 'What is at %1$s was left as it is: %2$s', 'onhand' ), $location->name, $wrong->getMessage() ) );
			}
		}
	}
}
