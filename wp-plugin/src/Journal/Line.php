<?php

namespace Onhand\Journal;

/**
 * One framed journal line, byte for byte what the Rust writer produces:
 * 0x1E "O1 " length(8 hex) " " CRC-32(8 hex) " " JSON "\n".
 */
final class Line {
	public const MAX_PAYLOAD = 1048576;

	/** The keys of every record type, in their canonical order. */
	private const KEYS = array(
		'stock'          => array( 'v', 't', 'id', 'at', 'pool', 'qty', 'managed', 'status', 'backorders', 'held', 'places', 'low', 'req', 'snap', 'moves' ),
		'item'           => array( 'v', 't', 'id', 'at', 'item', 'parent', 'pool', 'kind', 'sku', 'gtin', 'name', 'attrs', 'terms', 'parts', 'price', 'post_status', 'sellable', 'deleted', 'problems', 'req', 'snap' ),
		'snapshot_begin' => array( 'v', 't', 'id', 'at', 'snap', 'scope', 'req' ),
		'snapshot_end'   => array( 'v', 't', 'id', 'at', 'snap', 'scope', 'items', 'pools', 'req' ),
		'shipment'       => array( 'v', 't', 'id', 'at', 'channel', 'order', 'lines', 'carrier', 'tracking', 'url', 'req' ),
		'setting'        => array( 'v', 't', 'id', 'at', 'setting', 'actor', 'before', 'after', 'req' ),
		'webhook'        => array( 'v', 't', 'id', 'at', 'channel', 'headers', 'body' ),
	);
	private const MOVE  = array( 'op', 'qty', 'cause', 'ref', 'line', 'actor', 'place' );
	private const ACTOR = array( 'kind', 'id', 'name' );
	private const FLAGS = JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_LINE_TERMINATORS | JSON_INVALID_UTF8_SUBSTITUTE | JSON_THROW_ON_ERROR;

	/**
	 * @param array<string,mixed> $record
	 * @throws \InvalidArgumentException For a record that breaks the shape: a programmer's error.
	 */
	public static function encode( array $record ): string {
		$payload = json_encode( self::canonical( $record ), self::FLAGS );
		if ( strlen( $payload ) > self::MAX_PAYLOAD ) {
			throw new \InvalidArgumentException( sprintf( 'a record of %d bytes is longer than the %d a record may have', strlen( $payload ), self::MAX_PAYLOAD ) );
		}
		return sprintf( "\x1EO1 %08x %s %s\n", strlen( $payload ), hash( 'crc32b', $payload ), $payload );
	}

	private static function canonical( array $record ): array {
		$type = $record['t'] ?? null;
		if ( ! is_string( $type ) || ! isset( self::KEYS[ $type ] ) ) {
			throw new \InvalidArgumentException( 'key "t": not a type of record' );
		}
		$record += array(
			'v'  => 1,
			'id' => bin2hex( random_bytes( 8 ) ),
		);
		$record  = self::pick( $record, self::KEYS[ $type ], $type );
		if ( 'stock' === $type ) {
			foreach ( $record['moves'] as $index => $move ) {
				$move                      = self::pick( $move, self::MOVE, "moves[$index]" );
				$move['actor']             = self::pick( $move['actor'], self::ACTOR, "moves[$index].actor" );
				$record['moves'][ $index ] = self::without( $move, 'place' );
			}
			$record = self::without( self::without( $record, 'places' ), 'low' );
		}
		if ( 'setting' === $type ) {
			$record['actor'] = self::pick( $record['actor'], self::ACTOR, 'actor' );
		}
		return $record;
	}

	/** Left out where it says nothing: most shops have one place, and what is not counted is never low. */
	private static function without( array $values, string $key ): array {
		if ( null === $values[ $key ] ) {
			unset( $values[ $key ] );
		}
		return $values;
	}

	/** The keys in order, each there; optional ones are null. */
	private static function pick( array $values, array $keys, string $where ): array {
		$picked = array();
		foreach ( $keys as $key ) {
			if ( is_float( $values[ $key ] ?? null ) ) {
				throw new \InvalidArgumentException( "$where: key \"$key\" is a float; quantities are decimal strings" );
			}
			$picked[ $key ] = $values[ $key ] ?? null;
		}
		return $picked;
	}
}
