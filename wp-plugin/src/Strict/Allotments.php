<?php

namespace Onhand\Strict;

use Onhand\Orders\Busy;
use Onhand\Orders\Tables;
use Onhand\Orders\Transaction;

/**
 * Units of the stock that are one channel's alone (strict mode). WooCommerce counts them as reserved, so that cart and
 * checkout do not sell them; what the channel sells is taken off them together with the stock.
 */
final class Allotments {
	public static function register(): void {
		add_filter( 'woocommerce_query_for_reserved_stock', array( self::class, 'also_reserved' ), 10, 2 );
	}

	/**
	 * What checkouts hold, and what is kept for channels. The sum is put into WooCommerce's own query, not around it: when it
	 * reserves for an order it writes a lock behind that query, which must go on holding for the tables in it. What is kept is
	 * read under the same lock, so that whoever reserves does not count on units that are being given to a channel.
	 */
	public static function also_reserved( $query, $pool ) {
		if ( ! is_string( $query ) || ! Tables::are_there() ) {
			return $query;
		}
		$kept = 'COALESCE( ( SELECT SUM( units ) FROM ' . Tables::allotments() . ' WHERE pool = ' . (int) $pool . ' LOCK IN SHARE MODE ), 0 )';
		return preg_replace( '/\A\s*SELECT\s/i', "SELECT $kept + ", $query, 1 );
	}

	/**
	 * @param list<Entry> $entries
	 * @return list<array{channel:string,item:int,units:int}> what is noted now
	 * @throws Busy When it is to be tried again.
	 */
	public function note( array $entries ): array {
		Tables::ensure();
		return array() === $entries ? $this->all() : array_map( fn( Entry $entry ): array => $this->one( $entry ), $entries );
	}

	/** @return list<array{channel:string,item:int,units:int}> */
	private function all(): array {
		global $wpdb;
		$rows = (array) $wpdb->get_results( 'SELECT channel, item, units FROM ' . Tables::allotments() . ' WHERE units > 0 ORDER BY channel, item' ); // phpcs:ignore WordPress.DB -- the plugin's own table.
		return array_map( static fn( object $row ): array => self::noted( $row->channel, (int) $row->item, (int) $row->units ), $rows );
	}

	private static function noted( string $channel, int $item, int $units ): array {
		return array(
			'channel' => $channel,
			'item'    => $item,
			'units'   => $units,
		);
	}

	private function one( Entry $entry ): array {
		$product     = wc_get_product( $entry->item );
		$transaction = new Transaction();
		$done        = false;
		$transaction->begin();
		try {
			// First of all the quantity, as WooCommerce does when it reserves: the one waits for the other.
			$pool  = $product instanceof \WC_Product && $product->managing_stock() ? $product->get_stock_managed_by_id() : 0;
			$free  = $pool > 0 ? self::locked( $pool ) - self::reserved( $pool ) : 0;
			$units = self::units( $entry );
			if ( $units === $entry->from && $units !== $entry->to ) {
				$units = min( $entry->to, $units + max( 0, $free ) );
				self::put( $entry, $pool, $units );
			}
			$transaction->commit();
			$done = true;
		} finally {
			if ( ! $done ) {
				$transaction->roll_back();
			}
		}
		return self::noted( $entry->channel, $entry->item, $units );
	}

	private static function locked( int $pool ): int {
		global $wpdb;
		// phpcs:ignore WordPress.DB.DirectDatabaseQuery -- the quantity of this moment, which is in no cache.
		return (int) floor( (float) $wpdb->get_var( $wpdb->prepare( "SELECT meta_value FROM $wpdb->postmeta WHERE post_id = %d AND meta_key = '_stock' FOR UPDATE", $pool ) ) );
	}

	private static function units( Entry $entry ): int {
		global $wpdb;
		// phpcs:ignore WordPress.DB -- the plugin's own table.
		return (int) $wpdb->get_var( $wpdb->prepare( 'SELECT units FROM ' . Tables::allotments() . ' WHERE channel = %s AND item = %d FOR UPDATE', $entry->channel, $entry->item ) );
	}

	/** By checkouts and for channels. */
	private static function reserved( int $pool ): int {
		return (int) ceil( (float) wc_get_held_stock_quantity( wc_get_product( $pool ) ) );
	}

	/** @throws Busy When the database broke off. */
	private static function put( Entry $entry, int $pool, int $units ): void {
		global $wpdb;
		// phpcs:disable WordPress.DB -- the plugin's own table.
		$put = 0 === $units
			? $wpdb->query( $wpdb->prepare( 'DELETE FROM ' . Tables::allotments() . ' WHERE channel = %s AND item = %d', $entry->channel, $entry->item ) )
			: $wpdb->query( $wpdb->prepare( 'REPLACE INTO ' . Tables::allotments() . ' (channel, item, pool, units) VALUES (%s, %d, %d, %d)', $entry->channel, $entry->item, $pool, $units ) );
		// phpcs:enable
		if ( false === $put ) {
			throw new Busy( sprintf( 'The database broke off: %s', $wpdb->last_error ) );
		}
	}

	/** A channel has sold so many of its own; called in the transaction that takes them off the stock. */
	public static function sold( string $channel, int $item, int $units ): void {
		global $wpdb;
		$wpdb->query( $wpdb->prepare( 'UPDATE ' . Tables::allotments() . ' SET units = GREATEST( units - %d, 0 ) WHERE channel = %s AND item = %d', $units, $channel, $item ) ); // phpcs:ignore WordPress.DB -- the plugin's own table.
	}
}
