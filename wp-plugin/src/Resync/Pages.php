<?php

namespace Onhand\Resync;

/** Walks the store in the order of ids, in constant memory. */
final class Pages {
	private const STATUSES = "('auto-draft','inherit')";

	/** @return list<int> the next products and variations after an id */
	public static function after( int $id, int $limit ): array {
		global $wpdb;
		// phpcs:ignore WordPress.DB -- a list of constants.
		return array_map( 'intval', $wpdb->get_col( $wpdb->prepare( "SELECT ID FROM {$wpdb->posts} WHERE ID > %d AND post_type IN ('product','product_variation') AND post_status NOT IN " . self::STATUSES . ' ORDER BY ID LIMIT %d', $id, $limit ) ) );
	}

	public static function count(): int {
		global $wpdb;
		return (int) $wpdb->get_var( "SELECT COUNT(*) FROM {$wpdb->posts} WHERE post_type IN ('product','product_variation') AND post_status NOT IN " . self::STATUSES ); // phpcs:ignore WordPress.DB -- constants.
	}

	/**
	 * A product with its variations; for a variation, its whole family, because the pool may be the parent's.
	 *
	 * @return list<int>
	 */
	public static function family( int $id ): array {
		global $wpdb;
		$parent = (int) $wpdb->get_var( $wpdb->prepare( "SELECT IF(post_type = 'product_variation', post_parent, ID) FROM {$wpdb->posts} WHERE ID = %d AND post_type IN ('product','product_variation')", $id ) ); // phpcs:ignore WordPress.DB.DirectDatabaseQuery
		if ( 0 === $parent ) {
			return array();
		}
		return array_map( 'intval', $wpdb->get_col( $wpdb->prepare( "SELECT ID FROM {$wpdb->posts} WHERE ID = %d OR (post_parent = %d AND post_type = 'product_variation') ORDER BY ID", $parent, $parent ) ) ); // phpcs:ignore WordPress.DB.DirectDatabaseQuery
	}

	/** @return list<int> every product and variation with this SKU: there should be one */
	public static function with_sku( string $sku ): array {
		global $wpdb;
		return array_map( 'intval', $wpdb->get_col( $wpdb->prepare( "SELECT p.ID FROM {$wpdb->postmeta} m JOIN {$wpdb->posts} p ON p.ID = m.post_id AND p.post_type IN ('product','product_variation') WHERE m.meta_key = '_sku' AND m.meta_value = %s", $sku ) ) ); // phpcs:ignore WordPress.DB
	}
}
