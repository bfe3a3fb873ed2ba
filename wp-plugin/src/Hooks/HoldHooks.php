<?php

namespace Onhand\Hooks;

use Onhand\Stock\Recorder;

/** Stock held by checkouts that are not paid yet. WooCommerce has no stock hook for it; its expiry the agent knows. */
final class HoldHooks {
	public static function register( Recorder $recorder ): void {
		// WooCommerce asks for a line's quantity when it reserves or takes stock, in every kind of checkout.
		add_filter(
			'woocommerce_order_item_quantity',
			static function ( $quantity, $order, $item ) use ( $recorder ) {
				self::line( $recorder, $item );
				return $quantity;
			},
			PHP_INT_MAX,
			3
		);
		add_action( 'woocommerce_order_status_changed', static fn( $id, $from, $to, $order ) => self::order( $recorder, $order ), 99, 4 );
		add_action( 'woocommerce_payment_complete', static fn( $id ) => self::order( $recorder, wc_get_order( $id ) ), 99 );
		add_action( 'woocommerce_checkout_order_exception', static fn( $order ) => self::order( $recorder, wc_get_order( $order ) ), 99 );
		foreach ( array( 'woocommerce_before_delete_order', 'woocommerce_before_trash_order' ) as $hook ) {
			add_action( $hook, static fn( $id, $order ) => self::order( $recorder, $order ), 99, 2 );
		}
		// Emptying a line of the cart releases what its unfinished order holds.
		add_action(
			'woocommerce_remove_cart_item',
			static function () use ( $recorder ): void {
				$draft = WC()->session ? WC()->session->get( 'store_api_draft_order' ) : null;
				if ( $draft ) {
					self::order( $recorder, wc_get_order( $draft ) );
				}
			}
		);
	}

	private static function order( Recorder $recorder, mixed $order ): void {
		if ( $order instanceof \WC_Order ) {
			foreach ( $order->get_items() as $item ) {
				self::line( $recorder, $item );
			}
		}
	}

	private static function line( Recorder $recorder, mixed $item ): void {
		$product = $item instanceof \WC_Order_Item_Product ? $item->get_product() : null;
		if ( $product ) {
			$recorder->stock_dirty( $product->get_stock_managed_by_id() );
		}
	}
}
