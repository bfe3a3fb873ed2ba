<?php

namespace Onhand\Alerts;

use Onhand\Orders\Tables;

/** What is to be mailed and was not yet. Each event is in it once, however often it is told. */
final class Queue {
	/** More would not be read. */
	private const MOST = 500;
	private const KEPT = '30 DAY';

	/** @return bool False: it was told before. */
	public static function add( string $id, string $type, string $body ): bool {
		global $wpdb;
		Tables::ensure();
		// phpcs:ignore WordPress.DB -- the plugin's own table.
		return 1 === $wpdb->query( $wpdb->prepare( 'INSERT IGNORE INTO ' . Tables::alerts() . ' (id, type, body, at) VALUES (%s, %s, %s, UTC_TIMESTAMP())', $id, $type, $body ) );
	}

	/** @return list<array{id:string,type:string,data:array<string,mixed>}> oldest first */
	public static function waiting(): array {
		global $wpdb;
		$rows = Tables::are_there() ? (array) $wpdb->get_results( 'SELECT id, type, body FROM ' . Tables::alerts() . ' WHERE mailed = 0 ORDER BY at, id LIMIT ' . self::MOST ) : array(); // phpcs:ignore WordPress.DB -- the plugin's own table.
		return array_map(
			static fn( object $row ): array => array(
				'id'   => $row->id,
				'type' => $row->type,
				'data' => (array) ( json_decode( $row->body, true )['data'] ?? array() ),
			),
			$rows
		);
	}

	/** @param list<string> $ids */
	public static function done( array $ids ): void {
		global $wpdb;
		foreach ( array_chunk( $ids, 100 ) as $some ) {
			$marks = implode( ',', array_fill( 0, count( $some ), '%s' ) );
			$wpdb->query( $wpdb->prepare( 'UPDATE ' . Tables::alerts() . " SET mailed = 1 WHERE id IN ($marks)", $some ) ); // phpcs:ignore WordPress.DB -- the plugin's own table.
		}
		$wpdb->query( 'DELETE FROM ' . Tables::alerts() . ' WHERE mailed = 1 AND at < UTC_TIMESTAMP() - INTERVAL ' . self::KEPT ); // phpcs:ignore WordPress.DB -- the plugin's own table.
	}
}
