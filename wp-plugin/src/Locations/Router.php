<?php

namespace Onhand\Locations;

/** From where an order is sent. Pure: what is needed, what is where and a rule in; a plan and the reasons for it out. */
final class Router {
	/**
	 * @param array<string,Location> $locations Those that are counted, in the shop's order; the first is the main one.
	 */
	public function __construct( private readonly RoutingRule $rule, private readonly array $locations ) {}

	/**
	 * @param array<string,array{pool:int,units:float}> $lines Of one pool there may be several.
	 * @param array<int,array<string,float>>            $there What is where, these lines' units among it.
	 * @return array{lines:array<string,array<string,float>>,short:float,why:list<string>} units by line and location
	 */
	public function plan( array $lines, array $there ): array {
		$names = $this->candidates();
		$why   = array();
		if ( array() !== $this->rule->locations && array() === $names ) {
			/* translators: %s: rule */
			$why[] = sprintf( __( 'Rule "%s" names no location that is for sale: all are thought of.', 'onhand' ), $this->rule->name );
			$names = array_keys( $this->locations );
		}
		$whole = array_values( array_filter( $names, fn( string $name ): bool => $this->has_all( $name, $lines, $there ) ) );
		if ( array() !== $whole ) {
			$name  = $this->best( $whole, $lines, $there );
			$why[] = $this->reason( $name, count( $whole ), count( $names ) );
			return array(
				'lines' => array_map( static fn( array $line ): array => array( $name => $line['units'] ), $lines ),
				'short' => 0.0,
				'why'   => $why,
			);
		}
		/* translators: %s: rule */
		$why[] = sprintf( __( 'No location of rule "%s" has everything.', 'onhand' ), $this->rule->name );
		return $this->rule->split ? $this->split( $names, $lines, $there, $why ) : $this->unsplit( $names, $lines, $there, $why );
	}

	/** @return list<string> */
	private function candidates(): array {
		$known = array_keys( $this->locations );
		return array() === $this->rule->locations ? $known : array_values( array_intersect( $this->rule->locations, $known ) );
	}

	private function has_all( string $name, array $lines, array $there ): bool {
		return abs( $this->covers( $name, $lines, $there ) - array_sum( array_column( $lines, 'units' ) ) ) < 1e-6;
	}

	/** Units of these lines that are there. */
	private function covers( string $name, array $lines, array $there ): float {
		$covered = 0.0;
		foreach ( $lines as $line ) {
			$here                            = max( 0.0, $there[ $line['pool'] ][ $name ] ?? 0.0 );
			$units                           = min( $here, $line['units'] );
			$covered                        += $units;
			$there[ $line['pool'] ][ $name ] = $here - $units;
		}
		return $covered;
	}

	/** @param non-empty-list<string> $names That have everything. */
	private function best( array $names, array $lines, array $there ): string {
		$rank = match ( $this->rule->pick ) {
			'cost'  => fn( string $name ): float => $this->locations[ $name ]->cost,
			'most'  => static fn( string $name ): float => -array_sum( array_map( static fn( array $line ): float => $there[ $line['pool'] ][ $name ] ?? 0.0, $lines ) ),
			default => static fn( string $name ): float => 0.0,
		};
		// Where that is the same, the order decides: sorting keeps it.
		usort( $names, static fn( string $one, string $other ): int => $rank( $one ) <=> $rank( $other ) );
		return $names[0];
	}

	private function reason( string $name, int $among, int $thought_of ): string {
		$shown = $this->locations[ $name ]->name;
		if ( 1 === $thought_of ) {
			/* translators: 1: location, 2: rule */
			return sprintf( __( '%1$s has everything, and rule "%2$s" names no other.', 'onhand' ), $shown, $this->rule->name );
		}
		if ( 1 === $among ) {
			/* translators: 1: location, 2: rule */
			return sprintf( __( '%1$s has everything, and no other of rule "%2$s" has.', 'onhand' ), $shown, $this->rule->name );
		}
		return match ( $this->rule->pick ) {
			/* translators: 1: location, 2: rule */
			'cost'  => sprintf( __( '%1$s has everything and is the cheapest (rule "%2$s").', 'onhand' ), $shown, $this->rule->name ),
			/* translators: 1: location, 2: rule */
			'most'  => sprintf( __( '%1$s has everything and the most of it (rule "%2$s").', 'onhand' ), $shown, $this->rule->name ),
			/* translators: 1: location, 2: rule */
			default => sprintf( __( '%1$s has everything and comes first (rule "%2$s").', 'onhand' ), $shown, $this->rule->name ),
		};
	}

	/** As few parcels as come of always taking the location that has the most of what is still wanted. */
	private function split( array $names, array $lines, array $there, array $why ): array {
		$plan = array_fill_keys( array_keys( $lines ), array() );
		$left = $lines;
		while ( array() !== $left && array() !== $names ) {
			$covers = array();
			foreach ( $names as $name ) {
				$covers[ $name ] = $this->covers( $name, $left, $there );
			}
			$most = max( $covers );
			if ( $most <= 0 ) {
				break;
			}
			$name  = $this->best( array_keys( array_filter( $covers, static fn( float $units ): bool => $units >= $most ) ), $left, $there );
			$names = array_values( array_diff( $names, array( $name ) ) );
			/* translators: 1: location, 2: how many units */
			$why[] = sprintf( __( '%1$s sends %2$s.', 'onhand' ), $this->locations[ $name ]->name, $most );
			foreach ( $left as $key => $line ) {
				$units = min( max( 0.0, $there[ $line['pool'] ][ $name ] ?? 0.0 ), $line['units'] );
				if ( $units > 0 ) {
					$plan[ $key ][ $name ]             = $units;
					$there[ $line['pool'] ][ $name ] -= $units;
					$left[ $key ]['units']           -= $units;
				}
				if ( $left[ $key ]['units'] <= 0 ) {
					unset( $left[ $key ] );
				}
			}
		}
		return $this->with_short( $plan, $left, $why );
	}

	/** All from one, though it has not everything: that which has the most of it. */
	private function unsplit( array $names, array $lines, array $there, array $why ): array {
		$covers = array_combine( $names, array_map( fn( string $name ): float => $this->covers( $name, $lines, $there ), $names ) );
		$most   = max( $covers );
		$name   = $most > 0 ? $this->best( array_keys( array_filter( $covers, static fn( float $units ): bool => $units >= $most ) ), $lines, $there ) : array_key_first( $this->locations );
		$short  = (float) array_sum( array_column( $lines, 'units' ) ) - $most;
		/* translators: 1: location, 2: how many units */
		$why[] = sprintf( __( 'It is not to be split: %1$s sends it, and is %2$s short.', 'onhand' ), $this->locations[ $name ]->name, $short );
		return array(
			'lines' => array_map( static fn( array $line ): array => array( $name => $line['units'] ), $lines ),
			'short' => $short,
			'why'   => $why,
		);
	}

	/** What nobody has, the main location owes. */
	private function with_short( array $plan, array $left, array $why ): array {
		$main  = array_key_first( $this->locations );
		$short = (float) array_sum( array_column( $left, 'units' ) );
		foreach ( $left as $key => $line ) {
			$plan[ $key ][ $main ] = ( $plan[ $key ][ $main ] ?? 0.0 ) + $line['units'];
		}
		if ( $short > 0 ) {
			/* translators: 1: how many units, 2: location */
			$why[] = sprintf( __( '%1$s are nowhere: %2$s owes them.', 'onhand' ), $short, $this->locations[ $main ]->name );
		}
		return array(
			'lines' => $plan,
			'short' => $short,
			'why'   => $why,
		);
	}
}
