<?php

namespace Onhand\Cause;

/** Which admin screen this request comes from, as far as it changes stock. Only for the record: nothing is decided by it. */
final class Screen {
	private const AJAX = array(
		'inline-save'                      => 'quick_edit',
		'woocommerce_save_variations'      => 'variation_edit',
		'woocommerce_bulk_edit_variations' => 'variation_bulk',
		'woocommerce_do_ajax_product_import' => 'import',
	);

	public static function cause( int $post ): ?string {
		if ( ! is_admin() ) {
			return null;
		}
		// phpcs:disable WordPress.Security.NonceVerification, WordPress.Security.ValidatedSanitizedInput -- compared with known words; the screens check their own nonces.
		$action = is_string( $_REQUEST['action'] ?? null ) ? $_REQUEST['action'] : '';
		if ( wp_doing_ajax() ) {
			return self::AJAX[ $action ] ?? null;
		}
		$page = $GLOBALS['pagenow'] ?? '';
		if ( 'post.php' === $page && 'editpost' === $action ) {
			return 'product_variation' === get_post_type( $post ) ? 'variation_edit' : 'product_edit';
		}
		if ( 'edit.php' === $page && isset( $_REQUEST['bulk_edit'] ) ) {
			return 'bulk_edit';
		}
		// phpcs:enable
		return null;
	}
}
