<?php

namespace Onhand\Strict;

/** What the agent asks the shop to keep for a channel. */
final class Entry {
	private function __construct(
		public readonly string $channel,
		public readonly int $item,
		/** What should be noted so far; if it is not, nothing changes. */
		public readonly int $from,
		/** What is to be noted, as far as there is as much. */
		public readonly int $to,
	) {}

	/** @throws \InvalidArgumentException When it is none. */
	public static function read( mixed $raw, string $where ): self {
		$channel = is_array( $raw ) ? ( $raw['channel'] ?? null ) : null;
		if ( ! is_string( $channel ) || '' === $channel || strlen( $channel ) > 64 ) {
			throw new \InvalidArgumentException( "$where.channel: must be a name of at most 64 bytes" );
		}
		foreach ( array( 'item', 'from', 'to' ) as $key ) {
			if ( ! is_int( $raw[ $key ] ?? null ) || $raw[ $key ] < 0 ) {
				throw new \InvalidArgumentException( "$where.$key: must be a whole number, 0 or more" );
			}
		}
		return new self( $channel, $raw['item'], $raw['from'], $raw['to'] );
	}
}
