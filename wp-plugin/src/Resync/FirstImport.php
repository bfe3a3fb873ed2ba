<?php

namespace Onhand\Resync;

use Onhand\Agent\Client;
use Onhand\Agent\Introduction;
use Onhand\Agent\Refused;
use Onhand\Agent\Unreachable;

/**
 * An agent that has never heard of all that this shop has: the shop introduces itself and is stated as a whole, once, by
 * WooCommerce's queue. Nobody need look at it meanwhile.
 */
final class FirstImport {
	public const WHOLE   = 'whole';
	public const READING = 'reading';
	public const NEVER   = 'never';

	/**
	 * Introduces the shop, and begins where nothing was begun.
	 *
	 * @return array{state:string,read:int,total:int,left_ms:?int}
	 * @throws Unreachable When no agent answers.
	 * @throws Refused     When the agent says no.
	 */
	public static function begin( Client $agent ): array {
		Introduction::make( $agent );
		$now = self::progress( $agent );
		if ( self::NEVER === $now['state'] ) {
			Upkeep::restate();
			$now['state'] = self::READING;
		}
		return $now;
	}

	/**
	 * How far it is: products and variations that the agent has read, of so many, and how long the rest takes at that pace.
	 *
	 * @return array{state:string,read:int,total:int,left_ms:?int}
	 * @throws Unreachable When no agent answers.
	 * @throws Refused     When the agent says no.
	 */
	public static function progress( Client $agent ): array {
		// Before the agent is asked: what no job states any more was in the journal by then.
		$stating = Upkeep::is_restating();
		$status  = $agent->get( '/v1/status' );
		$state   = $status['shop']['state'];
		if ( self::WHOLE !== $state ) {
			$state = $stating || $status['journal']['lag_bytes'] > 0 ? self::READING : self::NEVER;
		}
		$total = Pages::count();
		$read  = self::WHOLE === $state ? $total : min( $total, (int) $status['mirror']['items'] );
		$since = $status['shop']['since'];
		return array(
			'state'   => $state,
			'read'    => $read,
			'total'   => $total,
			'left_ms' => null === $since || 0 === $read ? null : (int) ( ( microtime( true ) * 1000 - $since ) * ( $total - $read ) / $read ),
		);
	}
}
