<?php

namespace Onhand\Locations;

use Onhand\Orders\Busy;
use Onhand\Orders\Tables;
use Onhand\Stock\Decimal;

/** What is at each location but the main one, which has the rest of WooCommerce's number. */
final class Shelves {
	/**
	 * @param list<int> $pools
	 * @return array<int,array<string,float>> by pool and location
	 */
	public static function rows( array $pools, bool $lock = false ): array {
		global $wpdb;
		if ( array() === $pools || ! Locations::any() ) {
			return array();
		}
		$in   = implode( ',', array_map( 'intval', $pools ) );
		$rows = $wpdb->get_results( 'SELECT pool, location, quantity FROM ' . Tables::shelves() . " WHERE pool IN ($in) ORDER BY pool, location" . ( $lock ? ' FOR UPDATE' : '' ) ); // phpcs:ignore WordPress.DB -- ids are integers.
		if ( ! is_array( $rows ) || '' !== $wpdb->last_error ) {
			throw new Busy( sprintf( 'The database broke off: %s', $wpdb->last_error ) );
		}
		$all   = Locations::all();
		$found = array();
		foreach ( $rows as $row ) {
			if ( isset( $all[ $row->location ] ) ) {
				$found[ (int) $row->pool ][ $row->location ] = (float) $row->quantity;
			}
		}
		return $found;
	}

	/**
	 * Where a pool's quantity is, the main location among it.
	 *
	 * @param array<string,float> $rows As rows() has them.
	 * @return array<string,float> by location, those that are counted, in their order
	 */
	public static function spread( float $quantity, array $rows ): array {
		$counted = Locations::counted();
		$main    = Locations::main()->id;
		$spread  = array( $main => $quantity );
		foreach ( $counted as $id => $location ) {
			if ( $id !== $main && isset( $rows[ $id ] ) ) {
				$spread[ $id ]    = $rows[ $id ];
				$spread[ $main ] -= $rows[ $id ];
			}
		}
		return $spread;
	}

	/** As much as this is put there, or taken away; with $floor only if there is as much. */
	public static function add( string $location, int $pool, float $units, bool $floor = false ): bool {
		global $wpdb;
		$more = Decimal::text( $units );
		// phpcs:disable WordPress.DB -- the plugin's own table.
		$done = $floor
			? $wpdb->query( $wpdb->prepare( 'UPDATE ' . Tables::shelves() . ' SET quantity = quantity + %s WHERE location = %s AND pool = %d AND quantity + %s >= 0', $more, $location, $pool, $more ) )
			: $wpdb->query( $wpdb->prepare( 'INSERT INTO ' . Tables::shelves() . ' (location, pool, quantity) VALUES (%s, %d, %s) ON DUPLICATE KEY UPDATE quantity = quantity + VALUES(quantity)', $location, $pool, $more ) );
		// phpcs:enable
		if ( false === $done ) {
			throw new Busy( sprintf( 'The database broke off: %s', $wpdb->last_error ) );
		}
		return $done > 0;
	}

	/** Of how many products is there anything at this location? */
	public static function units_at( string $location ): int {
		global $wpdb;
		return Tables::are_there() ? (int) $wpdb->get_var( $wpdb->prepare( 'SELECT COUNT(*) FROM ' . Tables::shelves() . ' WHERE location = %s AND quantity <> 0', $location ) ) : 0; // phpcs:ignore WordPress.DB -- the plugin's own table.
	}

	/** The location is gone. */
	public static function forget( string $location ): void {
		global $wpdb;
		Tables::ensure();
		$wpdb->query( $wpdb->prepare( 'DELETE FROM ' . Tables::shelves() . ' WHERE location = %s', $location ) ); // phpcs:ignore WordPress.DB -- the plugin's own table.
	}

	/** The product is gone for good. */
	public static function clear( int $pool ): void {
		global $wpdb;
		if ( Locations::any() ) {
			$wpdb->query( $wpdb->prepare( 'DELETE FROM ' . Tables::shelves() . ' WHERE pool = %d', $pool ) ); // phpcs:ignore WordPress.DB -- the plugin's own table.
		}
	}
}
