<?php

namespace Onhand\Stock;

/**
 * Reads what is committed, past every cache, with the clock in the same query: the clock is the moment at
 * which the statement began, so whatever was committed before it is in the answer.
 */
final class Reader {
	private const STOCK_KEYS = "'_stock','_stock_status','_manage_stock','_backorders'";
	private const ITEM_KEYS  = "'_sku','_global_unique_id','_price'";
	/** Longer values are no SKU, GTIN or price: their length is what is reported. */
	private const VALUE_LENGTH = 1000;

	/** @var ?bool */
	private ?bool $hpos = null;

	/**
	 * @param list<int> $ids
	 * @param bool      $items Also what the catalogue entry needs.
	 */
	public function read( array $ids, bool $items = true ): Facts {
		$facts = $this->query( $ids, $items );
		// A variation's pool may be its parent's: what is not in the answer yet is read now.
		$parents = array_diff( $facts->parents( $items ), $ids );
		if ( array() !== $parents ) {
			$facts->add_parents( $this->query( array_values( $parents ), $items ) );
		}
		if ( $items ) {
			$facts->kinds = $this->kinds( $facts->ids() );
		}
		return $facts;
	}

	/** The database's clock in microseconds. */
	public function now(): int {
		global $wpdb;
		return (int) $wpdb->get_var( 'SELECT CAST(UNIX_TIMESTAMP(NOW(6)) * 1000000 AS SIGNED)' ); // phpcs:ignore WordPress.DB.DirectDatabaseQuery
	}

	/** @param list<int> $ids */
	private function query( array $ids, bool $items ): Facts {
		global $wpdb;
		if ( array() === $ids ) {
			return new Facts( 0, array() );
		}
		$in   = implode( ',', array_map( 'intval', $ids ) );
		$keys = 'm.meta_key IN (' . self::STOCK_KEYS . ( $items ? ',' . self::ITEM_KEYS : '' ) . ')' . ( $items ? " OR m.meta_key LIKE 'attribute\\_%'" : '' );
		$from = 'CAST(UNIX_TIMESTAMP(NOW(6)) * 1000000 AS SIGNED)';
		$sql  = "SELECT $from AS at, 'm' AS what, p.ID AS id, p.post_type AS type, p.post_parent AS parent, p.post_status AS status,
				p.post_password <> '' AS locked, " . ( $items ? 'LEFT(p.post_title, 1000)' : "''" ) . ' AS name, m.meta_key AS k, LEFT(m.meta_value, ' . self::VALUE_LENGTH . ") AS val, CHAR_LENGTH(m.meta_value) AS len
			FROM {$wpdb->posts} p LEFT JOIN {$wpdb->postmeta} m ON m.post_id = p.ID AND ($keys)
			WHERE p.ID IN ($in) AND p.post_type IN ('product','product_variation')
			UNION ALL
			SELECT $from, 'h', r.product_id, '', 0, '', 0, '', CAST(CAST(UNIX_TIMESTAMP(r.expires) * 1000000 AS SIGNED) AS CHAR), SUM(r.stock_quantity), 0
			FROM {$wpdb->wc_reserved_stock} r JOIN " . $this->orders() . " ON o.id = r.order_id AND o.status IN ('wc-checkout-draft','wc-pending')
			WHERE r.product_id IN ($in) AND r.expires > NOW() GROUP BY r.product_id, r.expires
			UNION ALL
			SELECT $from, 'o', 0, '', 0, '', 0, '', option_name, option_value, 0 FROM {$wpdb->options} WHERE option_name = 'woocommerce_manage_stock'";
		return new Facts( 0, $this->rows( $sql ) );
	}

	/**
	 * The product types. Variations have none.
	 *
	 * @param list<int> $ids
	 * @return array<int,string>
	 */
	private function kinds( array $ids ): array {
		global $wpdb;
		if ( array() === $ids ) {
			return array();
		}
		$in    = implode( ',', $ids );
		$kinds = array();
		foreach ( $this->rows( "SELECT tr.object_id AS id, t.slug AS kind FROM {$wpdb->term_relationships} tr JOIN {$wpdb->term_taxonomy} tt ON tt.term_taxonomy_id = tr.term_taxonomy_id AND tt.taxonomy = 'product_type' JOIN {$wpdb->terms} t ON t.term_id = tt.term_id WHERE tr.object_id IN ($in)" ) as $row ) {
			$kinds[ (int) $row->id ] = $row->kind;
		}
		return $kinds;
	}

	/** Where orders live: their own tables or posts. */
	private function orders(): string {
		global $wpdb;
		$this->hpos ??= \Automattic\WooCommerce\Utilities\OrderUtil::custom_orders_table_usage_is_enabled();
		return $this->hpos ? "{$wpdb->prefix}wc_orders o" : "(SELECT ID AS id, post_status AS status FROM {$wpdb->posts}) o";
	}

	/** @return list<object> */
	private function rows( string $sql ): array {
		global $wpdb;
		// Set-ups with replicas: a replica may not have the change yet.
		if ( is_callable( array( $wpdb, 'send_reads_to_masters' ) ) ) {
			$wpdb->send_reads_to_masters();
		}
		$rows = $wpdb->get_results( $sql ); // phpcs:ignore WordPress.DB -- ids are integers, the rest is constant.
		if ( ! is_array( $rows ) || '' !== $wpdb->last_error ) {
			throw new \RuntimeException( 'the stock could not be read: ' . $wpdb->last_error );
		}
		return $rows;
	}
}
