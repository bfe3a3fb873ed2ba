<?php

namespace Onhand\Bulk;

use Onhand\Agent\Client;
use Onhand\Agent\Refused;
use Onhand\Agent\Unreachable;
use Onhand\Stock\Recorder;

/** Looks, while many rows are written, whether channels take what follows from them. */
final class Watch {
	/** So many rows between two looks, after the first few. */
	private const EVERY = 100;
	private const SETTLE = 30000;

	private int $next;
	private int $since;

	/**
	 * @param int  $first      So many rows are tried before the rest.
	 * @param int  $most_wrong Refusals and differences that are borne with.
	 * @param ?int $since      From when on it looks; null: from now on.
	 * @throws Unreachable|Refused When there is no agent to ask.
	 */
	public function __construct( private readonly Client $agent, private readonly Recorder $recorder, int $first, private readonly int $most_wrong, ?int $since = null ) {
		$this->next  = max( 1, $first );
		$this->since = $since ?? self::now( $agent );
	}

	/** @throws Unreachable|Refused When there is no agent to ask. */
	public static function now( Client $agent ): int {
		return (int) $agent->get( '/v1/watch' )['now'];
	}

	/**
	 * After so many rows: why it should end, or null.
	 *
	 * @throws Unreachable|Refused When there is no agent to ask any more.
	 */
	public function look( int $rows, bool $last = false ): ?string {
		if ( $rows < $this->next && ! $last ) {
			return null;
		}
		$this->next = $rows + self::EVERY;
		$this->recorder->flush();
		$this->agent->post( '/v1/settle', array( 'timeout_ms' => self::SETTLE ), self::SETTLE / 1000 + 5 );
		$found = $this->agent->get( '/v1/watch', array( 'since' => $this->since ) );
		if ( $found['refused'] + $found['drifted'] <= $this->most_wrong ) {
			return null;
		}
		/* translators: 1: how many, 2: how many */
		return sprintf( __( 'Channels refused %1$d listings, and %2$d showed something else.', 'onhand' ), $found['refused'], $found['drifted'] );
	}
}
