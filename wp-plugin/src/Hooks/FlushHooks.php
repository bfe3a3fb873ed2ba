<?php

namespace Onhand\Hooks;

use Onhand\Stock\Recorder;

/** The moments at which nothing is half done and what was gathered is stated. */
final class FlushHooks {
	public static function register( Recorder $recorder ): void {
		foreach ( array( 'woocommerce_reduce_order_stock', 'woocommerce_restore_order_stock', 'woocommerce_refund_created', 'action_scheduler_after_execute' ) as $hook ) {
			add_action( $hook, static fn() => $recorder->flush(), PHP_INT_MAX );
		}
		// After a redirect the process may go on for long, or be ended by somebody else's exit.
		add_filter(
			'wp_redirect',
			static function ( $location ) use ( $recorder ) {
				$recorder->flush();
				return $location;
			},
			PHP_INT_MAX
		);
		// WooCommerce itself still saves parents of variations on shutdown, at 10.
		add_action( 'shutdown', static fn() => $recorder->flush(), 1000 );
	}
}
