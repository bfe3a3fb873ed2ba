<?php

namespace Onhand\Locations;

use Onhand\Orders\Busy;
use Onhand\Orders\Tables;
use Onhand\Orders\Transaction;
use Onhand\Stock\Recorder;

/** A channel's order that is a movement of the stock alone: what is sent from where, and why, stands in its row of the plugin's table. */
final class StockOrder implements Routable {
	/** @var array<string,array<int,array<string,float>>> */
	private array $routed;
	/** @var list<string> */
	private array $why;

	/**
	 * @param ?string                         $route  As its row has it; null: nobody has asked yet from where it is sent.
	 * @param array<string,array<int,float>> $before Units that it had taken until somebody did: they were the main location's.
	 */
	public function __construct( private readonly int $row, private readonly string $reference, ?string $route, array $before = array() ) {
		$this->read( $route );
		if ( null === $route ) {
			$main         = Locations::main()->id;
			$this->routed = array_map( static fn( array $pools ): array => array_map( static fn( float $units ): array => array( $main => $units ), $pools ), $before );
		}
	}

	public function reference(): string {
		return $this->reference;
	}

	public function routed(): array {
		return $this->routed;
	}

	public function why(): array {
		return $this->why;
	}

	public function note( array $routed, array $why ): void {
		global $wpdb;
		$this->routed = $routed;
		$this->why    = array() === $why ? $this->why : $why;
		$route        = array(
			'units' => (object) array_filter( array_map( array( Routed::class, 'kept' ), $routed ) ),
			'why'   => $this->why,
		);
		// phpcs:ignore WordPress.DB -- the plugin's own table.
		if ( false === $wpdb->query( $wpdb->prepare( 'UPDATE ' . Tables::orders() . ' SET route = %s WHERE id = %d', wp_json_encode( $route ), $this->row ) ) ) {
			throw new Busy( sprintf( 'The database broke off: %s', $wpdb->last_error ) );
		}
	}

	/** The row stays locked until it is done, and with it the channel's next word of the order. */
	public function alone( Recorder $recorder, callable $change ): void {
		Transaction::around(
			$recorder,
			function () use ( $change ): void {
				global $wpdb;
				// phpcs:ignore WordPress.DB -- the plugin's own table.
				$this->read( $wpdb->get_var( $wpdb->prepare( 'SELECT route FROM ' . Tables::orders() . ' WHERE id = %d FOR UPDATE', $this->row ) ) );
				$change();
			}
		);
	}

	private function read( ?string $route ): void {
		$known        = (array) json_decode( (string) $route, true );
		$this->routed = array_map( array( Routed::class, 'read' ), (array) ( $known['units'] ?? array() ) );
		$this->why    = array_map( 'strval', array_values( (array) ( $known['why'] ?? array() ) ) );
	}
}
