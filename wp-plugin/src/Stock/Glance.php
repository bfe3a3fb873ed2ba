<?php

namespace Onhand\Stock;

/**
 * What WordPress reads anyway. After a write of stock WordPress has forgotten the product's meta and reads all of it anew, in the
 * middle of the same save. That one read is made here instead of there, with the database's clock in it: it tells all that a
 * statement needs, and the shop makes no query more than without Onhand. Nothing is taken from a cache.
 *
 * Not taken as an account: what was read inside a transaction (it may be undone), before the last write that this process knows of
 * (`forget`), or longer ago than a moment (somebody may have written past every hook since).
 */
final class Glance {
	private const SECONDS = 0.1;

	/** @var array<int,array{rows:list<object>,when:float}> by post */
	private array $seen = array();
	/** MariaDB alone tells whether a transaction is open. */
	private ?bool $possible = null;

	/** The post was written: what was seen of it before is not how it is. */
	public function forget( int $post ): void {
		unset( $this->seen[ $post ] );
	}

	/** @param list<int> $posts Of which WordPress is about to read the meta. */
	public function look( array $posts ): void {
		$posts = array_filter( $posts, static fn( int $post ): bool => false === wp_cache_get( $post, 'post_meta' ) );
		if ( array() === $posts || ! $this->is_possible() ) {
			return;
		}
		global $wpdb;
		if ( is_callable( array( $wpdb, 'send_reads_to_masters' ) ) ) {
			$wpdb->send_reads_to_masters();
		}
		$in   = implode( ',', $posts );
		$rows = $wpdb->get_results( 'SELECT ' . Reader::CLOCK . " AS at, @@in_transaction AS open, post_id AS id, meta_key AS k, meta_value AS val FROM {$wpdb->postmeta} WHERE post_id IN ($in) ORDER BY meta_id ASC" ); // phpcs:ignore WordPress.DB -- ids are integers; it takes the place of WordPress's own.
		if ( ! is_array( $rows ) || '' !== $wpdb->last_error ) {
			// WordPress asks by itself, then.
			return;
		}
		$meta = array_fill_keys( $posts, array() );
		$seen = array();
		foreach ( $rows as $row ) {
			$id                      = (int) $row->id;
			$meta[ $id ][ $row->k ][] = $row->val;
			if ( '0' === $row->open && isset( Reader::STOCK[ $row->k ] ) ) {
				$seen[ $id ][] = $row;
			}
		}
		foreach ( $meta as $id => $values ) {
			wp_cache_add( $id, $values, 'post_meta' );
		}
		$when = microtime( true );
		foreach ( $seen as $id => $rows ) {
			$this->seen[ $id ] = array(
				'rows' => $rows,
				'when' => $when,
			);
		}
	}

	/** @return ?list<object> what was seen a moment ago; told once */
	public function take( int $post ): ?array {
		$seen = $this->seen[ $post ] ?? null;
		unset( $this->seen[ $post ] );
		return null !== $seen && microtime( true ) - $seen['when'] <= self::SECONDS ? $seen['rows'] : null;
	}

	private function is_possible(): bool {
		global $wpdb;
		return $this->possible ??= str_contains( (string) $wpdb->db_server_info(), 'MariaDB' );
	}
}
