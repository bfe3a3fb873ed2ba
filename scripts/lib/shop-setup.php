<?php
/**
 * Run once by `wp eval-file` when the shop template is made: a small open shop, its customers' way to
 * pay and to be shipped to, and the keys its tests use. Writes the keys to the file named as argument.
 */

// What WooCommerce itself does at the first visit to the admin screens: it must not undo what follows.
WC_Install::install();
WC_Install::newly_installed();

$options = array(
	'permalink_structure'                        => '/%postname%/',
	'woocommerce_default_country'                => 'US:CA',
	'woocommerce_currency'                       => 'USD',
	'woocommerce_calc_taxes'                     => 'no',
	'woocommerce_enable_guest_checkout'          => 'yes',
	'woocommerce_coming_soon'                    => 'no',
	'woocommerce_manage_stock'                   => 'yes',
	'woocommerce_hold_stock_minutes'             => '60',
	'woocommerce_notify_no_stock_amount'         => '0',
	'woocommerce_allow_tracking'                 => 'no',
	'woocommerce_show_marketplace_suggestions'   => 'no',
	'woocommerce_task_list_hidden'               => 'yes',
	'woocommerce_onboarding_profile'             => array( 'skipped' => true ),
	'woocommerce_custom_orders_table_enabled'    => 'yes',
	'woocommerce_custom_orders_table_data_sync_enabled' => 'no',
	'woocommerce_cod_settings'                   => array( 'enabled' => 'yes', 'title' => 'Cash on delivery', 'enable_for_virtual' => 'yes' ),
	'woocommerce_bacs_settings'                  => array( 'enabled' => 'yes', 'title' => 'Bank transfer' ),
	'blog_public'                                => '0',
);
foreach ( $options as $name => $value ) {
	update_option( $name, $value );
}

( new WC_Shipping_Zone( 0 ) )->add_shipping_method( 'flat_rate' );
delete_transient( '_wc_activation_redirect' );
flush_rewrite_rules();

// Guests may not comment on anything here, and nobody is mailed.
update_user_meta( 1, 'show_welcome_panel', 0 );
$clerk = wp_insert_user( array( 'user_login' => 'anna', 'user_pass' => 'anna', 'user_email' => 'anna@example.com', 'display_name' => 'Anna', 'role' => 'shop_manager' ) );
$buyer = wp_insert_user( array( 'user_login' => 'bert', 'user_pass' => 'bert', 'user_email' => 'bert@example.com', 'display_name' => 'Bert', 'role' => 'customer' ) );
if ( is_wp_error( $clerk ) || is_wp_error( $buyer ) ) {
	WP_CLI::error( 'The users could not be created.' );
}

$key    = 'ck_' . wc_rand_hash();
$secret = 'cs_' . wc_rand_hash();
global $wpdb;
$wpdb->insert(
	$wpdb->prefix . 'woocommerce_api_keys',
	array(
		'user_id'         => 1,
		'description'     => 'Tests',
		'permissions'     => 'read_write',
		'consumer_key'    => wc_api_hash( $key ),
		'consumer_secret' => $secret,
		'truncated_key'   => substr( $key, -7 ),
	)
);
list( $application_password ) = WP_Application_Passwords::create_new_application_password( 1, array( 'name' => 'Tests' ) );

file_put_contents(
	$args[0],
	"REST_KEY=$key\nREST_SECRET=$secret\nAPPLICATION_PASSWORD=$application_password\nCLERK_USER=anna\nCLERK_PASSWORD=anna\nCUSTOMER_USER=bert\nCUSTOMER_PASSWORD=bert\n"
);
