<?php

declare( strict_types=1 );

namespace Onhand\Tests\WordPress;

/** What a stretch of the journal says about each stock pool and each item. */
final class Statements {
	/** @param list<array> $records */
	public function __construct( public readonly array $records ) {}

	/**
	 * The newest stock statement of a pool; of equal times the later in the journal. What unpaid checkouts hold is
	 * given as one sum with its earliest expiry; null where the statement did not look.
	 */
	public function stock( int $pool ): ?array {
		$found = $this->newest( 'stock', 'pool', $pool );
		if ( null !== $found && null !== $found['held'] ) {
			$holds               = $found['held'];
			$found['held']       = (string) array_sum( array_column( $holds, 0 ) );
			$found['held_until'] = array() === $holds ? null : min( array_column( $holds, 1 ) );
		}
		return $found;
	}

	/** The newest catalogue statement of an item. */
	public function item( int $item ): ?array {
		return $this->newest( 'item', 'item', $item );
	}

	/** Every movement of a pool, in the journal's order. @return list<array> */
	public function moves( int $pool ): array {
		$moves = array();
		foreach ( $this->records as $record ) {
			if ( 'stock' === $record['t'] && $pool === $record['pool'] ) {
				array_push( $moves, ...$record['moves'] );
			}
		}
		return $moves;
	}

	private function newest( string $type, string $key, int $id ): ?array {
		$newest = null;
		foreach ( $this->records as $record ) {
			if ( $type === $record['t'] && $id === $record[ $key ] && ( null === $newest || $record['at'] >= $newest['at'] ) ) {
				$newest = $record;
			}
		}
		return $newest;
	}

	/** A short account for a failure's message. */
	public function describe(): string {
		$lines = array();
		foreach ( $this->records as $record ) {
			$lines[] = json_encode( array_diff_key( $record, array_flip( array( 'v', 'id', 'at', 'req', 'attrs', 'gtin' ) ) ), JSON_UNESCAPED_SLASHES );
		}
		return array() === $lines ? 'the journal received nothing' : "the journal received:\n  " . implode( "\n  ", $lines );
	}
}
