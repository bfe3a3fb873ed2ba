<?php

namespace Onhand\Stock;

use Onhand\Locations\Locations;
use Onhand\Locations\Shelves;

/**
 * Reads what is committed, past every cache, with the clock in the same query: the clock is the moment at
 * which the statement began, so whatever was committed before it is in the answer.
 */
final class Reader {
	private const STOCK_KEYS = "'_stock','_stock_status','_manage_stock','_backorders','_low_stock_amount'";
	private const ITEM_KEYS  = "'_sku','_global_unique_id','_price','_onhand_parts'";
	/** Longer values are no SKU, GTIN or price: their length is what is reported. */
	private const VALUE_LENGTH = 1000;
	/** When the statement began; UTC, since an hour of local time comes twice in autumn. */
	public const CLOCK = 'UTC_TIMESTAMP(6)';
	/** What a statement about stock is made of. */
	public const STOCK = array(
		'_stock'            => true,
		'_stock_status'     => true,
		'_manage_stock'     => true,
		'_backorders'       => true,
		'_low_stock_amount' => true,
	);

	/** How old the answer to "does the shop manage stock" may be. */
	private const OPTION_SECONDS = 1.0;

	private ?bool $hpos   = null;
	private bool $manages = true;
	private float $asked  = 0.0;
	/** The switch was turned while this process lives: WordPress's copy may be from before. */
	private bool $aware = false;
	public readonly Glance $glance;

	public function __construct() {
		$this->glance = new Glance();
	}

	/**
	 * @param list<int> $ids
	 * @param bool      $items Also what the catalogue entry needs.
	 * @param bool      $holds Also what unpaid checkouts hold.
	 */
	public function read( array $ids, bool $items = true, bool $holds = true ): Facts {
		$facts = $this->query( $ids, $items, $holds );
		// A variation's pool may be its parent's: what is not in the answer yet is read now.
		$parents = array_diff( $facts->parents( $items ), $ids );
		if ( array() !== $parents ) {
			$facts->add_parents( $this->query( array_values( $parents ), $items, $holds ) );
		}
		if ( $items ) {
			$this->filed( $facts );
		}
		if ( Locations::any() ) {
			$facts->shelve( Shelves::rows( $facts->ids() ) );
		}
		return $facts;
	}

	/** The database's clock in microseconds. */
	public function now(): int {
		global $wpdb;
		return Facts::microseconds( (string) $wpdb->get_var( 'SELECT ' . self::CLOCK ) ); // phpcs:ignore WordPress.DB.DirectDatabaseQuery
	}

	/** @param list<int> $ids */
	private function query( array $ids, bool $items, bool $holds ): Facts {
		$facts = new Facts( $this->manages() );
		if ( array() === $ids ) {
			return $facts;
		}
		if ( $items ) {
			$facts->add( $this->rows( $this->with_posts( $ids, true ) ) );
			$facts->hold( $this->holds( $facts->ids() ) );
			return $facts;
		}
		// What kind of post it is does not change with its stock: where WordPress holds it, the table is not asked again.
		$cached = array();
		foreach ( $ids as $id ) {
			$post = wp_cache_get( $id, 'posts' );
			if ( is_object( $post ) && 'auto-draft' !== $post->post_status && str_starts_with( $post->post_type, 'product' ) ) {
				$cached[ $id ] = $post;
			}
		}
		// What WordPress itself has just read need not be read again.
		foreach ( $holds ? array() : $cached as $id => $post ) {
			$seen = $this->glance->take( $id );
			if ( null !== $seen ) {
				$facts->add( $seen, array( $id => $post ) );
				unset( $cached[ $id ] );
			}
		}
		if ( array() !== $cached ) {
			$facts->add( $this->rows( $this->meta_alone( array_keys( $cached ), $holds ) ), $cached );
		}
		$others = array_values( array_diff( $ids, $facts->ids() ) );
		if ( array() !== $others ) {
			$facts->add( $this->rows( $this->with_posts( $others, false ) ) );
		}
		if ( $holds ) {
			$facts->hold( $this->holds( $facts->reserved() ) );
		}
		return $facts;
	}

	/** @param list<int> $ids */
	private function with_posts( array $ids, bool $items ): string {
		global $wpdb;
		$in   = implode( ',', array_map( 'intval', $ids ) );
		$keys = 'm.meta_key IN (' . self::STOCK_KEYS . ( $items ? ',' . self::ITEM_KEYS : '' ) . ')' . ( $items ? " OR m.meta_key LIKE 'attribute\\_%'" : '' );
		return 'SELECT ' . self::CLOCK . ' AS at, p.ID AS id, m.meta_key AS k, LEFT(m.meta_value, ' . self::VALUE_LENGTH . ') AS val, CHAR_LENGTH(m.meta_value) AS len,
				1 AS reserved, p.post_type AS type, p.post_parent AS parent, p.post_status AS status, p.post_password <> \'\' AS locked, ' . ( $items ? 'LEFT(p.post_title, 1000)' : "''" ) . " AS name
			FROM {$wpdb->posts} p LEFT JOIN {$wpdb->postmeta} m ON m.post_id = p.ID AND ($keys)
			WHERE p.ID IN ($in) AND p.post_type IN ('product','product_variation')";
	}

	/**
	 * The hot path: one look at one table, and, where that matters, whether anything is held on any of them. `BINARY` keeps the optimizer
	 * from weighing the index on keys, which takes longer than the look itself; an equality and bare columns spare it more.
	 *
	 * @param list<int> $ids
	 */
	private function meta_alone( array $ids, bool $holds ): string {
		global $wpdb;
		$these = 1 === count( $ids ) ? "= $ids[0]" : 'IN (' . implode( ',', $ids ) . ')';
		return 'SELECT ' . self::CLOCK . ' AS at, m.post_id AS id, m.meta_key AS k, m.meta_value AS val' . ( $holds ? ", EXISTS (SELECT 1 FROM {$wpdb->wc_reserved_stock} WHERE product_id $these) AS reserved" : '' ) . "
			FROM {$wpdb->postmeta} m
			WHERE m.post_id $these AND BINARY m.meta_key IN (" . self::STOCK_KEYS . ')';
	}

	/**
	 * What unpaid checkouts hold. WooCommerce counts draft and pending orders, and forgets the rest: see its ReserveStock.
	 *
	 * @param list<int> $ids
	 * @return list<object>
	 */
	private function holds( array $ids ): array {
		global $wpdb;
		if ( array() === $ids ) {
			return array();
		}
		$in = implode( ',', $ids );
		return $this->rows(
			"SELECT r.product_id AS id, r.stock_quantity AS qty, UNIX_TIMESTAMP(r.expires) AS until
			FROM {$wpdb->wc_reserved_stock} r JOIN " . $this->orders() . "
			WHERE r.product_id IN ($in) AND r.expires > NOW() AND o.status IN ('wc-checkout-draft','wc-pending')
			ORDER BY r.expires, r.order_id"
		);
	}

	/** The shop's switch for stock management was just turned: what is known of it is no good any more. */
	public function option_changed(): void {
		$this->asked = 0.0;
		$this->aware = true;
	}

	/**
	 * Whether the shop manages stock at all. WordPress's copy of that is as old as the process, which is good enough for
	 * a request of a shop that does (OptionHooks comes by a second time for requests that began before the switch was
	 * turned); otherwise the table is asked, once a second at most.
	 */
	private function manages(): bool {
		global $wpdb;
		$now = microtime( true );
		if ( ! $this->aware && $now - (float) ( $_SERVER['REQUEST_TIME_FLOAT'] ?? 0.0 ) < self::OPTION_SECONDS && 'yes' === get_option( 'woocommerce_manage_stock' ) ) { // phpcs:ignore WordPress.Security.ValidatedSanitizedInput -- PHP's own number.
			return true;
		}
		if ( $now - $this->asked >= self::OPTION_SECONDS ) {
			$this->manages = 'yes' === $wpdb->get_var( "SELECT option_value FROM {$wpdb->options} WHERE option_name = 'woocommerce_manage_stock'" ); // phpcs:ignore WordPress.DB.DirectDatabaseQuery -- past every cache.
			$this->asked   = $now;
		}
		return $this->manages;
	}

	/** What products are filed under, their type among it. Variations are filed where their product is. */
	private function filed( Facts $facts ): void {
		global $wpdb;
		if ( array() === $facts->ids() ) {
			return;
		}
		$in = implode( ',', $facts->ids() );
		foreach ( $this->rows( "SELECT tr.object_id AS id, tt.taxonomy AS taxonomy, tt.term_id AS term, t.slug AS slug FROM {$wpdb->term_relationships} tr JOIN {$wpdb->term_taxonomy} tt ON tt.term_taxonomy_id = tr.term_taxonomy_id AND tt.taxonomy IN ('product_type','product_cat','product_tag') JOIN {$wpdb->terms} t ON t.term_id = tt.term_id WHERE tr.object_id IN ($in) ORDER BY tr.object_id, tt.taxonomy, t.slug" ) as $row ) {
			$id = (int) $row->id;
			match ( $row->taxonomy ) {
				'product_type' => $facts->kinds[ $id ] = $row->slug,
				'product_tag'  => $facts->file( $id, 'tag', $row->slug ),
				default        => array_map( static fn( string $slug ) => $facts->file( $id, 'category', $slug ), array( $row->slug, ...$this->above( (int) $row->term ) ) ),
			};
		}
	}

	/** @return list<string> the categories that a category lies in, by their slugs */
	private function above( int $category ): array {
		$above = array_map( static fn( int $id ) => get_term( $id, 'product_cat' ), get_ancestors( $category, 'product_cat', 'taxonomy' ) );
		return array_values( array_map( static fn( \WP_Term $term ): string => $term->slug, array_filter( $above, static fn( $term ): bool => $term instanceof \WP_Term ) ) );
	}

	/** Where orders live: their own tables or posts. */
	private function orders(): string {
		global $wpdb;
		$this->hpos ??= \Automattic\WooCommerce\Utilities\OrderUtil::custom_orders_table_usage_is_enabled();
		return $this->hpos
			? "{$wpdb->prefix}wc_orders o ON o.id = r.order_id"
			: "(SELECT ID AS id, post_status AS status FROM {$wpdb->posts} WHERE post_type = 'shop_order') o ON o.id = r.order_id";
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
