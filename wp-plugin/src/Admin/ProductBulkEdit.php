<?php

namespace Onhand\Admin;

use Onhand\Agent\Refused;
use Onhand\Agent\Unreachable;

/** WooCommerce's bulk edit of products: how many units are kept back from channels. Of a variable product it is said for each variation. */
final class ProductBulkEdit {
	private const HOW   = 'onhand_bulk_buffer';
	private const UNITS = 'onhand_bulk_buffer_units';
	/** WooCommerce's script shows the field beside a choice that is above zero. */
	private const SET   = '1';
	private const UNSET = '-1';

	public static function register(): void {
		add_action( 'woocommerce_product_bulk_edit_end', array( self::class, 'show' ) );
		add_action( 'woocommerce_product_bulk_edit_save', array( self::class, 'save' ) );
	}

	public static function show(): void {
		if ( ! current_user_can( Roles::CONFIGURE ) ) {
			return;
		}
		?>
		<div class="inline-edit-group">
			<label class="alignleft">
				<span class="title"><?php esc_html_e( 'Keep back', 'onhand' ); ?></span>
				<span class="input-text-wrap">
					<select class="change_to" name="<?php echo esc_attr( self::HOW ); ?>">
						<option value=""><?php esc_html_e( '— No change —', 'onhand' ); ?></option>
						<option value="<?php echo esc_attr( self::SET ); ?>"><?php esc_html_e( 'Keep back from channels:', 'onhand' ); ?></option>
						<option value="<?php echo esc_attr( self::UNSET ); ?>"><?php esc_html_e( 'As the rules say', 'onhand' ); ?></option>
					</select>
				</span>
			</label>
			<label class="change-input">
				<input type="number" min="0" name="<?php echo esc_attr( self::UNITS ); ?>" class="text" placeholder="<?php esc_attr_e( 'Units kept back from channels', 'onhand' ); ?>" value="">
			</label>
		</div>
		<?php
	}

	public static function save( $product ): void {
		// phpcs:disable WordPress.Security.NonceVerification.Recommended, WordPress.Security.ValidatedSanitizedInput.MissingUnslash -- WooCommerce has verified it.
		$how   = sanitize_text_field( $_REQUEST[ self::HOW ] ?? '' );
		$units = sanitize_text_field( $_REQUEST[ self::UNITS ] ?? '' );
		// phpcs:enable
		if ( ! in_array( $how, array( self::SET, self::UNSET ), true ) || ! $product instanceof \WC_Product || ! current_user_can( Roles::CONFIGURE ) ) {
			return;
		}
		try {
			$buffer = self::SET === $how ? Reserve::units( $units ) : null;
			foreach ( $product->is_type( 'variable' ) ? array_filter( array_map( 'wc_get_product', $product->get_children() ) ) : array( $product ) as $one ) {
				if ( '' !== $one->get_sku( 'edit' ) ) {
					Reserve::set( $one->get_sku( 'edit' ), $buffer, null );
				}
			}
		} catch ( Unreachable | Refused | \InvalidArgumentException $wrong ) {
			/* translators: 1: product, 2: what is wrong */
			\WC_Admin_Meta_Boxes::add_error( sprintf( __( '%1$s: what is kept back from channels was left as it is: %2$s', 'onhand' ), $product->get_name(), $wrong->getMessage() ) );
		}
	}
}
