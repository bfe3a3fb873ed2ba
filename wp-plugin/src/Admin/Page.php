<?php

namespace Onhand\Admin;

/** WooCommerce → Onhand: one page, whose screens are drawn in the browser (see ui/). */
final class Page {
	public const SLUG = 'onhand';

	public static function register(): void {
		add_action(
			'admin_menu',
			static function (): void {
				$hook = add_submenu_page( 'woocommerce', __( 'Onhand', 'onhand' ), __( 'Onhand', 'onhand' ), Roles::VIEW, self::SLUG, array( self::class, 'show' ) );
				add_action( "admin_print_styles-$hook", array( self::class, 'load' ) );
			},
			60
		);
		add_filter(
			'plugin_action_links_' . plugin_basename( \Onhand\FILE ),
			static fn( $links ) => array( '<a href="' . esc_url( self::url() ) . '">' . esc_html__( 'Open', 'onhand' ) . '</a>', ...(array) $links )
		);
	}

	public static function url(): string {
		return admin_url( 'admin.php?page=' . self::SLUG );
	}

	public static function show(): void {
		// WordPress puts notices of other plugins behind the first heading: they stay out of the application.
		echo '<div class="wrap"><h1 class="screen-reader-text">' . esc_html__( 'Onhand', 'onhand' ) . '</h1><div id="onhand-app"><p>' . esc_html__( 'Loading…', 'onhand' ) . '</p></div></div>';
	}

	public static function load(): void {
		$built = plugin_dir_path( \Onhand\FILE ) . 'build/index.asset.php';
		if ( ! is_file( $built ) ) {
			wp_admin_notice( __( 'The screens of Onhand were not built. Install the plugin from WordPress.org, or run "npm ci && npm run build" in its folder ui.', 'onhand' ), array( 'type' => 'error' ) );
			return;
		}
		$asset = require $built;
		$style = is_rtl() ? 'style-index-rtl.css' : 'style-index.css';
		wp_enqueue_script( 'onhand-app', plugins_url( 'build/index.js', \Onhand\FILE ), $asset['dependencies'], $asset['version'], true );
		wp_enqueue_style( 'onhand-app', plugins_url( "build/$style", \Onhand\FILE ), array( 'wp-components' ), $asset['version'] );
		wp_set_script_translations( 'onhand-app', 'onhand' );
		$may = array(
			'operate'   => current_user_can( Roles::OPERATE ),
			'configure' => current_user_can( Roles::CONFIGURE ),
		);
		$told = array(
			'may'      => $may,
			'currency' => get_woocommerce_currency(),
			// A link is followed without the headers that the rest is asked with.
			'dataUrl'  => add_query_arg( '_wpnonce', wp_create_nonce( 'wp_rest' ), rest_url( 'onhand/v1/data' ) ),
			'orderUrl' => \Automattic\WooCommerce\Utilities\OrderUtil::custom_orders_table_usage_is_enabled() ? admin_url( 'admin.php?page=wc-orders&action=edit&id=' ) : admin_url( 'post.php?action=edit&post=' ),
		);
		wp_add_inline_script( 'onhand-app', 'window.onhandSettings = ' . wp_json_encode( $told ) . ';', 'before' );
	}
}
