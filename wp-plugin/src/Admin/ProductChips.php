<?php

namespace Onhand\Admin;

use Onhand\Agent\Client;
use Onhand\Agent\Refused;
use Onhand\Agent\Unreachable;

/**
 * On the screens of products and variations: what each channel shows of it, and how many are kept back from all of them.
 * WooCommerce has checked nonce and capability. Without an agent the rest of the screen is not kept waiting.
 */
final class ProductChips {
	private const BUFFER  = 'onhand_buffer';
	private const WAS     = 'onhand_buffer_was';
	private const SECONDS = 1.0;

	public static function register(): void {
		add_action( 'woocommerce_product_options_inventory_product_data', array( self::class, 'of_product' ), 30 );
		add_action( 'woocommerce_variation_options_inventory', array( self::class, 'of_variation' ), 30, 3 );
		add_action( 'woocommerce_process_product_meta', static fn( $id ) => self::save( (int) $id, null ), 70 );
		add_action( 'woocommerce_save_product_variation', static fn( $id, $loop ) => self::save( (int) $id, (int) $loop ), 70, 2 );
	}

	public static function of_product(): void {
		global $post;
		$product = wc_get_product( $post->ID );
		if ( $product instanceof \WC_Product && ! $product->is_type( 'variable' ) ) {
			self::show( $product, '' );
		}
	}

	public static function of_variation( $loop, $data, $variation ): void {
		$product = wc_get_product( $variation->ID );
		if ( $product instanceof \WC_Product ) {
			self::show( $product, "[$loop]" );
		}
	}

	private static function show( \WC_Product $product, string $row ): void {
		$sku = $product->get_sku();
		if ( '' === $sku || ! current_user_can( Roles::VIEW ) ) {
			return;
		}
		try {
			$listings = Client::local()->get( '/v1/listings', array( 'items' => (string) $product->get_id() ), self::SECONDS )['items'];
			$buffer   = array() === $listings ? null : Client::local()->get( '/v1/rules', array( 'sku' => $sku ), self::SECONDS )['buffer'];
		} catch ( Unreachable | Refused $silent ) {
			$listings = null;
		}
		echo '<div class="form-field form-row form-row-full onhand-chips"><p class="form-field"><span class="label">' . esc_html__( 'On channels', 'onhand' ) . '</span> ';
		if ( null === $listings ) {
			echo esc_html__( 'The Onhand agent does not answer; what channels show is not known here.', 'onhand' );
		} elseif ( array() === $listings ) {
			echo esc_html__( 'on none', 'onhand' );
		}
		foreach ( $listings ?? array() as $listing ) {
			self::chip( $listing );
		}
		echo ' <a href="' . esc_url( Page::url() . '#/story/' . rawurlencode( $sku ) ) . '">' . esc_html__( 'Why?', 'onhand' ) . '</a></p>';
		if ( null !== $listings && array() !== $listings && current_user_can( Roles::CONFIGURE ) ) {
			woocommerce_wp_text_input(
				array(
					'id'                => self::BUFFER . $row,
					'value'             => $buffer ?? '',
					'label'             => __( 'Keep back from channels', 'onhand' ),
					'type'              => 'number',
					'custom_attributes' => array( 'min' => '0' ),
					'desc_tip'          => true,
					'description'       => __( 'So many units are shown on no channel: they are the shop\'s. Empty: as the rules for it say.', 'onhand' ),
				)
			);
			echo '<input type="hidden" name="' . esc_attr( self::WAS . $row ) . '" value="' . esc_attr( (string) ( $buffer ?? '' ) ) . '">';
		}
		echo '</div>';
	}

	private static function chip( array $listing ): void {
		/* translators: 1: channel, 2: quantity */
		$text = sprintf( __( '%1$s: %2$s', 'onhand' ), $listing['channel'], $listing['confirmed'] ?? '–' );
		if ( $listing['confirmed'] !== $listing['desired'] && null !== $listing['desired'] ) {
			/* translators: 1: what a channel shows, 2: what it will be told */
			$text = sprintf( __( '%1$s → %2$s', 'onhand' ), $text, $listing['desired'] );
		}
		echo '<mark class="order-status"><span>' . esc_html( $text ) . '</span></mark> ';
	}

	private static function save( int $id, ?int $loop ): void {
		// phpcs:disable WordPress.Security.NonceVerification, WordPress.Security.ValidatedSanitizedInput -- WooCommerce has verified it; a number only.
		$now = null === $loop ? $_POST[ self::BUFFER ] ?? null : $_POST[ self::BUFFER ][ $loop ] ?? null;
		$was = null === $loop ? $_POST[ self::WAS ] ?? null : $_POST[ self::WAS ][ $loop ] ?? null;
		// phpcs:enable
		$product = wc_get_product( $id );
		if ( ! is_string( $now ) || ! is_string( $was ) || $now === $was || ! $product instanceof \WC_Product || ! current_user_can( Roles::CONFIGURE ) ) {
			return;
		}
		$rule = '' === $now ? array( 'unset' => array( 'buffer' ) ) : array( 'set' => array( 'buffer' => (int) $now ) );
		try {
			Client::local()->post( '/v1/rules', array( 'sku' => $product->get_sku() ) + $rule );
		} catch ( Unreachable | Refused $wrong ) {
			/* translators: %s: what is wrong */
			\WC_Admin_Meta_Boxes::add_error( sprintf( __( '"Keep back from channels" was left as it is: %s', 'onhand' ), $wrong->getMessage() ) );
		}
	}
}
