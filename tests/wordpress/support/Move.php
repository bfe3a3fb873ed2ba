<?php

declare( strict_types=1 );

namespace Onhand\Tests\WordPress;

/** One movement: how tests write the one they expect, and how they compare it with the one found. */
final class Move {
	public const ADMIN = 'user:1';

	/** An exact change. */
	public static function delta( string $quantity, string $cause, string $by, ?string $ref = null ): array {
		return self::expect( 'delta', $quantity, $cause, $by, $ref );
	}

	/** An absolute value written; null is "unmanaged". */
	public static function set( ?string $quantity, string $cause, string $by, ?string $ref = null ): array {
		return self::expect( 'set', $quantity, $cause, $by, $ref );
	}

	/** A change of status or of the manage switch alone. */
	public static function status( string $cause, string $by, ?string $ref = null ): array {
		return self::expect( 'status', null, $cause, $by, $ref );
	}

	private static function expect( string $op, ?string $quantity, string $cause, string $by, ?string $ref ): array {
		$move = array( 'op' => $op, 'qty' => $quantity, 'cause' => $cause, 'by' => $by );
		return null === $ref ? $move : $move + array( 'ref' => $ref );
	}

	/** A movement of the journal or of the ledger with its actor as kind:id. */
	public static function flatten( array $move ): array {
		$actor      = $move['actor'] ?? array();
		$move['by'] = ( $actor['kind'] ?? '?' ) . ( isset( $actor['id'] ) ? ':' . $actor['id'] : '' );
		return $move;
	}

	/** The actor as precisely as the expectation names it. */
	public static function by( array $move, string $expected ): string {
		return str_contains( $expected, ':' ) ? $move['by'] : strtok( $move['by'], ':' );
	}
}
