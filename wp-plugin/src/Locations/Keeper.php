<?php

namespace Onhand\Locations;

use Onhand\Cause\Cause;
use Onhand\Cause\Causes;
use Onhand\Orders\Busy;
use Onhand\Orders\Transaction;
use Onhand\Stock\Decimal;
use Onhand\Stock\Recorder;

/** Moves stock between locations and writes down what was counted there; each is one transaction and stands on the ledger. */
final class Keeper {
	public function __construct( private readonly Recorder $recorder, private readonly Causes $causes ) {}

	/**
	 * @param string $note What it was for, such as the number of a delivery.
	 * @throws \InvalidArgumentException When that cannot be.
	 * @throws Busy When it is to be tried again.
	 */
	public function transfer( \WC_Product $product, Location $from, Location $to, float $units, string $note = '' ): void {
		if ( $units <= 0 || $from->id === $to->id ) {
			throw new \InvalidArgumentException( __( 'A transfer takes one unit or more from one location to another.', 'onhand' ) );
		}
		$this->book(
			$product,
			function ( int $pool, array $there ) use ( $product, $from, $to, $units, $note ): void {
				if ( ( $there[ $from->id ] ?? 0.0 ) < $units ) {
					/* translators: 1: how many there are, 2: SKU, 3: location */
					throw new \InvalidArgumentException( sprintf( __( 'There are only %1$s of %2$s at %3$s.', 'onhand' ), Decimal::text( $there[ $from->id ] ?? 0.0 ), $product->get_sku(), $from->id ) );
				}
				// First what comes: WooCommerce's own number changes where only one of them is a part of it.
				$this->put( $product, $pool, $to, $units, 'transfer', $note, $from->counted === $to->counted );
				$this->put( $product, $pool, $from, -$units, 'transfer', $note, $from->counted === $to->counted );
			}
		);
	}

	/**
	 * So many were counted there: WooCommerce's number changes by as many as there are more or fewer than was thought.
	 *
	 * @throws \InvalidArgumentException When that cannot be.
	 * @throws Busy When it is to be tried again.
	 */
	public function stock_take( \WC_Product $product, Location $location, float $counted, string $note = '' ): void {
		if ( $counted < 0 ) {
			throw new \InvalidArgumentException( __( 'What was counted is 0 or more.', 'onhand' ) );
		}
		$this->book(
			$product,
			fn( int $pool, array $there ) => $this->put( $product, $pool, $location, $counted - ( $there[ $location->id ] ?? 0.0 ), 'stock_take', $note, false )
		);
	}

	/** So many more are there, or fewer, than a person was shown. */
	public function adjust( \WC_Product $product, Location $location, float $units, string $note = '' ): void {
		$this->book( $product, fn( int $pool ) => $this->put( $product, $pool, $location, $units, 'stock_take', $note, false ) );
	}

	/**
	 * The total is given; of it so many are there.
	 *
	 * @throws Busy When it is to be tried again.
	 */
	public function place( \WC_Product $product, Location $location, float $units, string $note = '' ): void {
		$this->book( $product, fn( int $pool, array $there ) => $this->put( $product, $pool, $location, $units - ( $there[ $location->id ] ?? 0.0 ), 'import', $note, true ) );
	}

	/** @param bool $inside WooCommerce's number stays: what is more here is less at the main location. */
	private function put( \WC_Product $product, int $pool, Location $location, float $units, string $cause, string $note, bool $inside ): void {
		if ( 0.0 === round( $units, 6 ) ) {
			return;
		}
		$actor   = $this->causes->actors->current();
		$cause   = new Cause( $cause, '' === $note ? null : mb_substr( $note, 0, 100 ), null, $actor, $location->id );
		$is_main = Locations::main()->id === $location->id;
		if ( ! $is_main ) {
			Shelves::add( $location->id, $pool, $units );
		}
		if ( $inside || ! $location->counted ) {
			$this->recorder->moved( $pool, 'place', Decimal::text( $units ), $cause );
			return;
		}
		$this->causes->job( $cause );
		wc_update_product_stock( $product, abs( $units ), $units > 0 ? 'increase' : 'decrease' );
		$this->causes->job( null );
	}

	/** @param callable(int,array<string,float>):mixed $change Is told the pool and what is where. */
	private function book( \WC_Product $product, callable $change ): void {
		if ( ! $product->managing_stock() ) {
			/* translators: %s: SKU or name */
			throw new \InvalidArgumentException( sprintf( __( 'The stock of %s is not tracked: switch on "Track stock quantity" first.', 'onhand' ), $product->get_sku() ?: $product->get_name() ) );
		}
		$pool = $product->get_stock_managed_by_id();
		$done = false;
		try {
			Transaction::around( $this->recorder, static fn() => $change( $pool, self::locked( $pool ) ) );
			$done = true;
		} finally {
			if ( ! $done ) {
				clean_post_cache( $pool );
			}
			$this->causes->job( null );
		}
	}

	/** @return array<string,float> what is at each location, and stays until the transaction ends */
	private static function locked( int $pool ): array {
		global $wpdb;
		// phpcs:ignore WordPress.DB.DirectDatabaseQuery -- the quantity of this moment, which is in no cache.
		$quantity = (float) $wpdb->get_var( $wpdb->prepare( "SELECT meta_value FROM $wpdb->postmeta WHERE post_id = %d AND meta_key = '_stock' FOR UPDATE", $pool ) );
		$rows     = Shelves::rows( array( $pool ), true )[ $pool ] ?? array();
		return Shelves::spread( $quantity, $rows ) + $rows;
	}
}
