<?php

namespace Onhand\Hooks;

use Onhand\Cause\Causes;

/** Tells Causes what is going on. Changes nothing: every filter returns what it was given. */
final class CauseHooks {
	public static function register( Causes $causes ): void {
		self::actors( $causes );
		self::orders( $causes );

		add_filter(
			'rest_request_before_callbacks',
			static function ( $response, $handler, $request ) use ( $causes ) {
				$causes->route_begins( $request->get_route() );
				return $response;
			},
			-1,
			3
		);
		add_filter(
			'rest_request_after_callbacks',
			static function ( $response ) use ( $causes ) {
				$causes->route_ends();
				return $response;
			},
			PHP_INT_MAX
		);
		add_action( 'woocommerce_before_product_object_save', static fn() => $causes->save_begins(), -1 );
		add_action( 'woocommerce_after_product_object_save', static fn() => $causes->save_ends(), PHP_INT_MAX - 1 );
		add_action( 'woocommerce_product_import_before_process_item', static fn() => $causes->import( self::import_file() ), -1 );
		add_action( 'woocommerce_product_import_inserted_product_object', static fn() => $causes->import( null ), PHP_INT_MAX );
		add_action( 'woocommerce_product_duplicate_before_save', static fn() => $causes->duplicating( true ), -1 );
		add_action( 'woocommerce_product_duplicate', static fn() => $causes->duplicating( false ), PHP_INT_MAX );
	}

	private static function actors( Causes $causes ): void {
		add_action( 'auth_cookie_valid', static fn() => $causes->actors->logged_in() );
		add_action( 'set_logged_in_cookie', static fn() => $causes->actors->logged_in() );
		add_action( 'application_password_did_authenticate', static fn( $user, $item ) => $causes->actors->used_application_password( (string) ( $item['name'] ?? '' ) ), 10, 2 );
		add_action( 'action_scheduler_before_execute', static fn() => $causes->actors->in_job( true ), -1 );
		add_action( 'action_scheduler_after_execute', static fn() => $causes->actors->in_job( false ), PHP_INT_MAX );
	}

	private static function orders( Causes $causes ): void {
		$begins = static fn( string $cause ): callable => static function ( $can, $order ) use ( $causes, $cause ) {
			if ( $can && $order instanceof \WC_Order ) {
				$causes->order_begins( $cause, $order->get_id() );
			}
			return $can;
		};
		add_filter( 'woocommerce_can_reduce_order_stock', $begins( 'order_reduced' ), PHP_INT_MAX, 2 );
		add_filter( 'woocommerce_can_restore_order_stock', $begins( 'order_restored' ), PHP_INT_MAX, 2 );
		add_filter( 'woocommerce_can_restock_refunded_items', $begins( 'refund_restocked' ), PHP_INT_MAX, 2 );
		foreach ( array( 'woocommerce_reduce_order_stock', 'woocommerce_restore_order_stock', 'woocommerce_refund_created', 'woocommerce_order_refunded' ) as $hook ) {
			add_action( $hook, static fn() => $causes->order_ends(), PHP_INT_MAX - 1 );
		}
		add_filter(
			'woocommerce_prevent_adjust_line_item_product_stock',
			static function ( $prevent, $item ) use ( $causes ) {
				$product = ! $prevent && $item instanceof \WC_Order_Item_Product ? $item->get_product() : null;
				if ( $product ) {
					$causes->adjusting( $product->get_stock_managed_by_id(), $item->get_order_id(), $item->get_id() );
				}
				return $prevent;
			},
			PHP_INT_MAX,
			2
		);
	}

	private static function import_file(): string {
		// phpcs:ignore WordPress.Security.NonceVerification, WordPress.Security.ValidatedSanitizedInput -- for the record only.
		$file = $_REQUEST['file'] ?? '';
		return is_string( $file ) ? mb_substr( basename( $file ), 0, 100 ) : '';
	}
}
