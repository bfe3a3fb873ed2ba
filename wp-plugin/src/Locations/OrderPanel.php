<?php

namespace Onhand\Locations;

use Automattic\WooCommerce\Utilities\OrderUtil;
use Onhand\Kits\Sales;
use Onhand\Orders\Maker;
use Onhand\Orders\Refunds;

/** On the order's screen: from where it is sent, why, and the choice of another place. */
final class OrderPanel {
	private const FIELD = 'onhand_send_from';

	public static function register( Routing $routing ): void {
		add_action(
			'add_meta_boxes',
			static function (): void {
				if ( Locations::any() ) {
					add_meta_box( 'onhand-route', __( 'Sent from', 'onhand' ), array( self::class, 'show' ), OrderUtil::custom_orders_table_usage_is_enabled() ? wc_get_page_screen_id( 'shop-order' ) : 'shop_order', 'side' );
				}
			}
		);
		// What the plugin notes on an item is for the plugin; what it means is said in the panel.
		add_filter( 'woocommerce_hidden_order_itemmeta', static fn( $keys ) => array_merge( (array) $keys, array( ShopOrder::ROUTED, Sales::TAKEN, Maker::LINE, Refunds::BACK ) ) );
		// WooCommerce has checked nonce and capability; its own data is saved at 40.
		add_action( 'woocommerce_process_shop_order_meta', static fn( $id ) => self::save( $routing, $id ), 60 );
	}

	public static function show( $post_or_order ): void {
		$order = $post_or_order instanceof \WC_Order ? $post_or_order : wc_get_order( $post_or_order->ID ?? 0 );
		if ( ! $order instanceof \WC_Order ) {
			return;
		}
		$sent  = new ShopOrder( $order );
		$lines = Routed::lines( $sent );
		if ( array() === $lines ) {
			echo '<p>' . esc_html__( 'Nothing of it is off the stock: there is nothing to send.', 'onhand' ) . '</p>';
			return;
		}
		echo '<ul><li>' . implode( '</li><li>', array_map( 'esc_html', $lines ) ) . '</li></ul>'; // phpcs:ignore WordPress.Security.EscapeOutput -- each is escaped.
		foreach ( $sent->why() as $why ) {
			echo '<p class="description">' . esc_html( $why ) . '</p>';
		}
		echo '<label for="' . esc_attr( self::FIELD ) . '">' . esc_html__( 'Send all of it from', 'onhand' ) . '</label> <select id="' . esc_attr( self::FIELD ) . '" name="' . esc_attr( self::FIELD ) . '"><option value="">' . esc_html__( 'as it is', 'onhand' ) . '</option>';
		foreach ( Locations::counted() as $location ) {
			echo '<option value="' . esc_attr( $location->id ) . '">' . esc_html( $location->name ) . '</option>';
		}
		echo '</select>';
	}

	private static function save( Routing $routing, mixed $id ): void {
		$wanted = sanitize_key( wp_unslash( $_POST[ self::FIELD ] ?? '' ) ); // phpcs:ignore WordPress.Security.NonceVerification -- WooCommerce has verified it.
		$order  = '' === $wanted ? null : wc_get_order( $id );
		if ( ! $order instanceof \WC_Order ) {
			return;
		}
		try {
			$routing->send_from( new ShopOrder( $order ), Locations::get( $wanted ) );
		} catch ( \InvalidArgumentException $wrong ) {
			\WC_Admin_Meta_Boxes::add_error( $wrong->getMessage() );
		}
	}
}
