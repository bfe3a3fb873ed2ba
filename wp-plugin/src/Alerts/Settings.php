<?php

namespace Onhand\Alerts;

use Onhand\Agent\Client;
use Onhand\Agent\Introduction;
use Onhand\Agent\Refused;
use Onhand\Agent\Unreachable;

/** Who is told what by e-mail, how soon, and when not. The agent tells the shop, as any other subscriber of its webhooks. */
final class Settings {
	public const OPTION = 'onhand_alerts';
	public const TYPES  = array( 'stock.sold_out', 'stock.low', 'stock.back_in_stock', 'stock.oversold', 'drift.found', 'order.parked', 'order.imported', 'channel.paused', 'channel.lagging', 'credential.expiring' );
	public const WHEN   = array( 'at_once', 'hourly', 'daily' );

	/**
	 * @param list<string> $emails
	 * @param list<string> $types
	 */
	private function __construct(
		public readonly array $emails,
		public readonly array $types,
		public readonly string $when,
		/** From then on, by the shop's clock, nobody is mailed: "22:00"; empty: there is no such time. */
		public readonly string $quiet_from,
		public readonly string $quiet_to,
		/** The agent's number of this subscription, and what it signs with. */
		private readonly ?int $hook,
		public readonly string $secret,
	) {}

	public static function load(): self {
		$stored = (array) get_option( self::OPTION, array() );
		return new self(
			(array) ( $stored['emails'] ?? array() ),
			(array) ( $stored['types'] ?? array( 'stock.sold_out', 'order.parked', 'channel.paused' ) ),
			(string) ( $stored['when'] ?? 'at_once' ),
			(string) ( $stored['quiet_from'] ?? '' ),
			(string) ( $stored['quiet_to'] ?? '' ),
			isset( $stored['hook'] ) ? (int) $stored['hook'] : null,
			(string) ( $stored['secret'] ?? '' ),
		);
	}

	/** @return array<string,mixed> what a person may see */
	public function shown(): array {
		return array(
			'emails'     => $this->emails,
			'types'      => $this->types,
			'when'       => $this->when,
			'quiet_from' => $this->quiet_from,
			'quiet_to'   => $this->quiet_to,
		);
	}

	/**
	 * @param array<string,mixed> $raw As the route's schema has checked it.
	 * @throws \InvalidArgumentException When it makes no sense, in words for a person.
	 * @throws Unreachable|Refused When the agent could not be told; then nothing changes.
	 */
	public function change( array $raw, Client $agent ): self {
		$emails = array_values( array_filter( array_map( 'trim', (array) ( $raw['emails'] ?? $this->emails ) ) ) );
		foreach ( $emails as $email ) {
			if ( ! is_email( $email ) ) {
				/* translators: %s: what was written */
				throw new \InvalidArgumentException( sprintf( __( '%s is no e-mail address.', 'onhand' ), $email ) );
			}
		}
		$types = array_values( (array) ( $raw['types'] ?? $this->types ) );
		$from  = (string) ( $raw['quiet_from'] ?? $this->quiet_from );
		$to    = (string) ( $raw['quiet_to'] ?? $this->quiet_to );
		if ( ( '' === $from ) !== ( '' === $to ) ) {
			throw new \InvalidArgumentException( __( 'Quiet hours have a beginning and an end.', 'onhand' ) );
		}
		$wanted = array() !== $emails && array() !== $types;
		list( $hook, $secret ) = array( $this->hook, $this->secret );
		if ( null !== $hook && ( ! $wanted || $types !== $this->types ) ) {
			try {
				$agent->post( "/v1/hooks/$hook/remove" );
			} catch ( Refused $gone ) {
				// It has been removed there already.
				unset( $gone );
			}
			list( $hook, $secret ) = array( null, '' );
		}
		if ( null === $hook && $wanted ) {
			$made = $agent->post(
				'/v1/hooks',
				array(
					'url'   => Introduction::url() . '/alerts',
					'types' => $types,
				)
			);
			list( $hook, $secret ) = array( (int) $made['id'], (string) $made['secret'] );
		}
		update_option(
			self::OPTION,
			array(
				'emails'     => $emails,
				'types'      => $types,
				'when'       => (string) ( $raw['when'] ?? $this->when ),
				'quiet_from' => $from,
				'quiet_to'   => $to,
				'hook'       => $hook,
				'secret'     => $secret,
			),
			false
		);
		return self::load();
	}

	/** The next moment, not before this one, at which somebody may be mailed. */
	public function not_quiet( \DateTimeImmutable $at ): \DateTimeImmutable {
		if ( '' === $this->quiet_from || $this->quiet_from === $this->quiet_to ) {
			return $at;
		}
		$now   = $at->format( 'H:i' );
		$night = $this->quiet_from > $this->quiet_to;
		$quiet = $night ? $now >= $this->quiet_from || $now < $this->quiet_to : $now >= $this->quiet_from && $now < $this->quiet_to;
		if ( ! $quiet ) {
			return $at;
		}
		$end = $at->modify( "$this->quiet_to:00" );
		return $end > $at ? $end : $end->modify( '+1 day' );
	}
}
