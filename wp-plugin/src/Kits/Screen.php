<?php

namespace Onhand\Kits;

/** The field "Made of" on the screens of products and variations. WooCommerce has checked nonce and capability. */
final class Screen {
	private const FIELD = 'onhand_parts';

	public static function register(): void {
		add_action( 'woocommerce_product_options_inventory_product_data', array( self::class, 'of_product' ) );
		add_action( 'woocommerce_variation_options_inventory', array( self::class, 'of_variation' ), 10, 3 );
		add_action( 'woocommerce_admin_process_product_object', array( self::class, 'save_product' ) );
		add_action( 'woocommerce_admin_process_variation_object', array( self::class, 'save_variation' ), 10, 2 );
	}

	public static function of_product(): void {
		global $post;
		self::show( self::FIELD, (int) $post->ID, 'show_if_simple' );
	}

	public static function of_variation( $loop, $data, $variation ): void {
		self::show( self::FIELD . "[$loop]", (int) $variation->ID, 'form-row form-row-full' );
	}

	private static function show( string $name, int $item, string $classes ): void {
		woocommerce_wp_text_input(
			array(
				'id'            => $name,
				'value'         => Parts::text( $item ),
				'label'         => __( 'Made of', 'onhand' ),
				'placeholder'   => 'TEE-M=2, MUG',
				'wrapper_class' => $classes,
				'desc_tip'      => true,
				'description'   => __( 'A kit: SKUs of what it is made of, with the units of each. There are as many kits as its parts allow, and a sale takes the parts. Leave "Track stock" off.', 'onhand' ),
			)
		);
	}

	public static function save_product( $product ): void {
		// phpcs:ignore WordPress.Security.NonceVerification -- WooCommerce has verified it.
		self::save( $product, $_POST[ self::FIELD ] ?? null ); // phpcs:ignore WordPress.Security.ValidatedSanitizedInput -- read word by word.
	}

	public static function save_variation( $variation, $loop ): void {
		// phpcs:ignore WordPress.Security.NonceVerification -- WooCommerce has verified it.
		self::save( $variation, $_POST[ self::FIELD ][ $loop ] ?? null ); // phpcs:ignore WordPress.Security.ValidatedSanitizedInput -- read word by word.
	}

	private static function save( $product, mixed $text ): void {
		if ( ! is_string( $text ) || ! $product instanceof \WC_Product ) {
			return;
		}
		try {
			Parts::put( $product->get_id(), Parts::parse( wp_unslash( $text ), $product->get_id() ) );
		} catch ( \InvalidArgumentException $wrong ) {
			/* translators: %s: what is wrong */
			\WC_Admin_Meta_Boxes::add_error( sprintf( __( '"Made of" was left as it is: %s', 'onhand' ), $wrong->getMessage() ) );
		}
	}
}
