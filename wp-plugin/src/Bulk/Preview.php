<?php

namespace Onhand\Bulk;

use Onhand\Agent\Client;
use Onhand\Agent\Refused;
use Onhand\Agent\Unreachable;

/** What rows would do: to the shop row by row, and to what every channel shows. Nothing is written. */
final class Preview {
	/**
	 * @param iterable<array<string,mixed>> $rows
	 * @return array<string,mixed> As Writer::write, with what channels would show as `channels`.
	 * @throws Unreachable|Refused When there is no agent to ask.
	 */
	public static function of( iterable $rows, Client $agent ): array {
		$would = ( new Writer( true ) )->write( $rows );
		return array_diff_key( $would, array_flip( array( 'stopped', 'halted', 'undo' ) ) ) + array( 'channels' => self::shown( $would['items'], $agent ) );
	}

	/**
	 * @param list<array<string,mixed>> $items Of a Writer that wrote nothing.
	 * @throws Unreachable|Refused When there is no agent to ask.
	 */
	public static function shown( array $items, Client $agent ): array {
		$quantities = array();
		foreach ( $items as $item ) {
			if ( 'changed' === $item['outcome'] && isset( $item['after']['stock_quantity'] ) ) {
				$quantities[] = array(
					'item'     => $item['id'],
					'quantity' => $item['after']['stock_quantity'],
				);
			}
		}
		return $agent->post( '/v1/quantities/preview', array( 'quantities' => $quantities ) );
	}
}
