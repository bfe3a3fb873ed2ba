<?php

declare( strict_types=1 );

namespace Onhand\Tests\WordPress;

/** Reads the journal's segments as the agent would: frames of a length, a checksum and one JSON object. */
final class Journal {
	public function __construct( private readonly string $dir ) {}

	/** Where the journal ends now: the size of each segment. @return array<string,int> */
	public function mark(): array {
		clearstatcache();
		$sizes = array();
		foreach ( glob( "{$this->dir}/*.v1.ohj" ) ?: array() as $segment ) {
			$sizes[ basename( $segment ) ] = (int) filesize( $segment );
		}
		return $sizes;
	}

	/** Every record appended since the mark, in the journal's order. @return list<array> */
	public function since( array $mark ): array {
		$records  = array();
		$segments = glob( "{$this->dir}/*.v1.ohj" ) ?: array();
		sort( $segments );
		foreach ( $segments as $segment ) {
			$from = $mark[ basename( $segment ) ] ?? 0;
			array_push( $records, ...self::decode( (string) file_get_contents( $segment, offset: $from ), basename( $segment ) ) );
		}
		return $records;
	}

	/** @return list<array> */
	public static function decode( string $bytes, string $where ): array {
		$records = array();
		foreach ( array_slice( explode( "\x1E", $bytes ), 1 ) as $frame ) {
			if ( ! preg_match( '/\AO1 ([0-9a-f]{8}) ([0-9a-f]{8}) (.*)\n\z/s', $frame, $part ) ) {
				throw new \RuntimeException( "$where holds a torn record: " . substr( $frame, 0, 120 ) );
			}
			list( , $length, $sum, $payload ) = $part;
			if ( hexdec( $length ) !== strlen( $payload ) || hash( 'crc32b', $payload ) !== $sum ) {
				throw new \RuntimeException( "$where holds a record with a wrong length or checksum: " . substr( $frame, 0, 120 ) );
			}
			$records[] = json_decode( $payload, true, 64, JSON_THROW_ON_ERROR );
		}
		return $records;
	}
}
