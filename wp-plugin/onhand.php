<?php
/**
 * Plugin Name:          Onhand – multichannel stock sync
 * Plugin URI:           https://github.com/onhand/onhand
 * Description:          Keeps the stock of every variation in step with all your sales channels, within a fraction of a second. Self-hosted, no subscription.
 * Version:              0.1.0
 * Author:               Onhand
 * License:              GPL-2.0-or-later
 * License URI:          https://www.gnu.org/licenses/gpl-2.0.html
 * Text Domain:          onhand
 * Domain Path:          /languages
 * Requires at least:    6.5
 * Requires PHP:         8.1
 * Requires Plugins:     woocommerce
 * WC requires at least: 9.1
 * WC tested up to:      11.0
 *
 * @package Onhand
 */

namespace Onhand;

defined( 'ABSPATH' ) || exit;

const VERSION = '0.1.0';
const FILE    = __FILE__;

spl_autoload_register(
	static function ( string $class_name ): void {
		if ( str_starts_with( $class_name, 'Onhand\\' ) ) {
			$file = __DIR__ . '/src/' . str_replace( '\\', '/', substr( $class_name, strlen( 'Onhand\\' ) ) ) . '.php';
			if ( is_file( $file ) ) {
				require $file;
			}
		}
	}
);

add_action(
	'before_woocommerce_init',
	static function (): void {
		if ( class_exists( \Automattic\WooCommerce\Utilities\FeaturesUtil::class ) ) {
			\Automattic\WooCommerce\Utilities\FeaturesUtil::declare_compatibility( 'custom_order_tables', __FILE__, true );
			\Automattic\WooCommerce\Utilities\FeaturesUtil::declare_compatibility( 'cart_checkout_blocks', __FILE__, true );
		}
	}
);

// Early, so that a stock change made while other plugins start is not missed.
add_action( 'plugins_loaded', array( Plugin::class, 'boot' ), 0 );
register_deactivation_hook( __FILE__, array( Resync\Upkeep::class, 'unschedule' ) );
