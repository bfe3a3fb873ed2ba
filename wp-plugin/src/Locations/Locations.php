<?php

namespace Onhand\Locations;

use Onhand\Orders\Tables;
use Onhand\Resync\Upkeep;

/**
 * The shop's locations, in the order in which orders are sent from them. The first is the main one: it has whatever of
 * WooCommerce's number is nowhere else, so that the parts and the whole cannot disagree.
 */
final class Locations {
	public const OPTION = 'onhand_locations';

	/** @var ?array<string,Location> */
	private static ?array $all = null;
	private static mixed $read = null;

	/** @return array<string,Location> by id; empty: the shop has one place and needs no name for it */
	public static function all(): array {
		// One of WordPress's preloaded options: this costs no query.
		$stored = get_option( self::OPTION, array() );
		if ( null === self::$all || self::$read !== $stored ) {
			self::$read = $stored;
			self::$all  = array();
			foreach ( is_array( $stored ) ? $stored : array() as $raw ) {
				$location                     = Location::read( $raw );
				self::$all[ $location->id ] = $location;
			}
		}
		return self::$all;
	}

	public static function any(): bool {
		return count( self::all() ) > 1;
	}

	/** The one that has what is nowhere else. */
	public static function main(): Location {
		$all = self::all();
		return reset( $all ) ?: new Location( 'main', __( 'Main', 'onhand' ) );
	}

	/** @return array<string,Location> those whose stock is a part of WooCommerce's number */
	public static function counted(): array {
		return array_filter( self::all(), static fn( Location $location ): bool => $location->counted );
	}

	/** @throws \InvalidArgumentException When there is none of this name. */
	public static function get( string $id ): Location {
		$all = self::all();
		if ( ! isset( $all[ $id ] ) ) {
			throw new \InvalidArgumentException(
				array() === $all
					? __( 'This shop has no locations yet.', 'onhand' )
					/* translators: 1: what was asked for, 2: the names there are */
					: sprintf( __( 'There is no location %1$s; there are %2$s.', 'onhand' ), $id, implode( ', ', array_keys( $all ) ) )
			);
		}
		return $all[ $id ];
	}

	/**
	 * Adds a location, or changes the one of this name.
	 *
	 * @throws \InvalidArgumentException When that cannot be.
	 */
	public static function put( Location $location ): void {
		$all    = self::all();
		$before = $all[ $location->id ] ?? null;
		if ( ! $location->counted && ( array() === $all || self::main()->id === $location->id ) ) {
			throw new \InvalidArgumentException( __( 'The main location has what is nowhere else: it is always counted.', 'onhand' ) );
		}
		if ( null !== $before && $before->counted !== $location->counted && Shelves::units_at( $location->id ) > 0 ) {
			/* translators: %s: location */
			throw new \InvalidArgumentException( sprintf( __( 'There is stock at %s. Transfer it away first, so that no number in the shop changes by the way.', 'onhand' ), $location->id ) );
		}
		$all[ $location->id ] = $location;
		self::store( $all );
	}

	/** @throws \InvalidArgumentException When that cannot be. */
	public static function remove( string $id ): void {
		self::get( $id );
		$all = self::all();
		if ( self::main()->id === $id && count( $all ) > 1 ) {
			throw new \InvalidArgumentException( __( 'The main location goes last: it has what is nowhere else.', 'onhand' ) );
		}
		if ( Shelves::units_at( $id ) > 0 ) {
			/* translators: %s: location */
			throw new \InvalidArgumentException( sprintf( __( 'There is stock at %s. Transfer it away first.', 'onhand' ), $id ) );
		}
		unset( $all[ $id ] );
		Shelves::forget( $id );
		self::store( $all );
	}

	/** @param array<string,Location> $all */
	private static function store( array $all ): void {
		Tables::ensure();
		update_option( self::OPTION, array_values( array_map( static fn( Location $location ): array => $location->to_array(), $all ) ), true );
		// What was stated of every product says where it is.
		Upkeep::restate();
	}
}
