<?php

namespace Onhand\Admin;

use Onhand\Agent\Client;
use Onhand\Agent\Refused;
use Onhand\Agent\Unreachable;

/**
 * On the screens of products and variations: what each channel shows of it, how many are kept back from all of them, and on
 * which it is not sold. WooCommerce has checked nonce and capability. Without an agent the rest of the screen is not kept waiting.
 */
final class ProductChips {
	private const BUFFER   = 'onhand_buffer';
	private const EXCLUDED = 'onhand_excluded';
	/** What the form showed: what was not touched is not written over what somebody else has said since. */
	private const WAS     = 'onhand_reserve_was';
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
			$reserve  = array() === $listings ? null : Reserve::of( $sku );
		} catch ( Unreachable | Refused $silent ) {
			$listings = null;
			$reserve  = null;
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
		if ( null !== $reserve && current_user_can( Roles::CONFIGURE ) ) {
			self::fields( $reserve, array_values( array_unique( array_column( $listings, 'channel' ) ) ), $row );
		}
		echo '</div>';
	}

	/** @param list<string> $channels */
	private static function fields( Reserve $reserve, array $channels, string $row ): void {
		woocommerce_wp_text_input(
			array(
				'id'                => self::BUFFER . $row,
				'value'             => $reserve->buffer ?? '',
				'label'             => __( 'Keep back from channels', 'onhand' ),
				'type'              => 'number',
				'custom_attributes' => array( 'min' => '0' ),
				'desc_tip'          => true,
				'description'       => __( 'So many units are shown on no channel: they are the shop\'s. Empty: as the rules for it say.', 'onhand' ),
			)
		);
		$shown = array_unique( array_merge( $channels, $reserve->excluded ) );
		sort( $shown );
		echo '<fieldset class="form-field"><legend>' . esc_html__( 'Do not sell on', 'onhand' ) . '</legend><ul class="wc-radios">';
		foreach ( $shown as $channel ) {
			printf(
				'<li><label><input type="checkbox" name="%1$s[]" value="%2$s"%3$s> %4$s</label></li>',
				esc_attr( self::EXCLUDED . $row ),
				esc_attr( $channel ),
				checked( in_array( $channel, $reserve->excluded, true ), true, false ),
				esc_html( $channel )
			);
		}
		echo '</ul></fieldset><input type="hidden" name="' . esc_attr( self::WAS . $row ) . '" value="' . esc_attr( self::worded( $reserve ) ) . '">';
	}

	private static function worded( Reserve $reserve ): string {
		$excluded = $reserve->excluded;
		sort( $excluded );
		return ( $reserve->buffer ?? '' ) . '|' . implode( ',', $excluded );
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
		// phpcs:disable WordPress.Security.NonceVerification, WordPress.Security.ValidatedSanitizedInput -- WooCommerce has verified it; a number and names that are looked up.
		$given   = static fn( string $name ) => null === $loop ? wp_unslash( $_POST[ $name ] ?? null ) : wp_unslash( $_POST[ $name ][ $loop ] ?? null );
		list( $buffer, $was ) = array( $given( self::BUFFER ), $given( self::WAS ) );
		$excluded             = array_values( array_filter( (array) $given( self::EXCLUDED ), 'is_string' ) );
		// phpcs:enable
		$product = wc_get_product( $id );
		if ( ! is_string( $buffer ) || ! is_string( $was ) || ! $product instanceof \WC_Product || ! current_user_can( Roles::CONFIGURE ) ) {
			return;
		}
		try {
			$wanted = new Reserve( Reserve::units( $buffer ), $excluded );
			if ( self::worded( $wanted ) !== $was ) {
				Reserve::set( $product->get_sku(), $wanted->buffer, $wanted->excluded );
			}
		} catch ( Unreachable | Refused | \InvalidArgumentException $wrong ) {
			/* translators: %s: what is wrong */
			\WC_Admin_Meta_Boxes::add_error( sprintf( __( 'What channels may sell of it was left as it is: %s', 'onhand' ), $wrong->getMessage() ) );
		}
	}
}
