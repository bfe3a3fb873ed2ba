<?php
/**
 * Removes what the plugin stored in WordPress. The journal and the agent's data belong to the agent: they stay.
 *
 * @package Onhand
 */

defined( 'WP_UNINSTALL_PLUGIN' ) || exit;

require_once __DIR__ . '/src/Orders/Tables.php';
Onhand\Orders\Tables::drop();
delete_option( 'onhand_settings' );
delete_option( 'onhand_alerts' );
delete_option( 'onhand_locations' );
delete_option( 'onhand_routing' );
delete_option( 'onhand_stated' );
delete_option( 'onhand_low_stock' );
delete_post_meta_by_key( '_onhand_parts' );
wp_clear_scheduled_hook( 'onhand_upkeep' );
if ( function_exists( 'as_unschedule_all_actions' ) ) {
	as_unschedule_all_actions( '', array(), 'onhand' );
}
