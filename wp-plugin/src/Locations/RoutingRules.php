<?php

namespace Onhand\Locations;

/** The shop's routing rules, in their order; behind them all, one for every order. */
final class RoutingRules {
	public const OPTION = 'onhand_routing';

	/** @return list<RoutingRule> */
	public static function all(): array {
		return array_map( array( RoutingRule::class, 'read' ), (array) get_option( self::OPTION, array() ) );
	}

	/**
	 * @param list<mixed> $raw
	 * @throws \InvalidArgumentException When one makes no sense; then nothing changes.
	 */
	public static function set( array $raw ): void {
		$rules = array_map( array( RoutingRule::class, 'read' ), array_values( $raw ) );
		foreach ( $rules as $rule ) {
			foreach ( $rule->locations as $id ) {
				if ( ! Locations::get( $id )->counted ) {
					/* translators: 1: rule, 2: location */
					throw new \InvalidArgumentException( sprintf( __( 'Routing rule "%1$s": what is at %2$s is not for sale.', 'onhand' ), $rule->name, $id ) );
				}
			}
			$countries = array_keys( WC()->countries->get_countries() );
			$unknown   = array_diff( $rule->countries, $countries );
			if ( array() !== $unknown ) {
				/* translators: 1: rule, 2: what it says */
				throw new \InvalidArgumentException( sprintf( __( 'Routing rule "%1$s": %2$s is no country; use two letters, such as DE.', 'onhand' ), $rule->name, implode( ', ', $unknown ) ) );
			}
		}
		update_option( self::OPTION, array_map( static fn( RoutingRule $rule ): array => $rule->to_array(), $rules ), false );
	}

	public static function for_order( string $channel, string $country, string $postcode ): RoutingRule {
		foreach ( self::all() as $rule ) {
			if ( $rule->holds_for( $channel, $country, $postcode, array( self::class, 'in_postcodes' ) ) ) {
				return $rule;
			}
		}
		return new RoutingRule( __( 'every order', 'onhand' ) );
	}

	/** By the rules of WooCommerce's shipping zones. @param list<string> $patterns */
	public static function in_postcodes( string $postcode, array $patterns, string $country ): bool {
		$objects = array_map( static fn( int $id, string $code ): object => (object) array( 'id' => $id + 1, 'code' => wc_normalize_postcode( $code ) ), array_keys( $patterns ), $patterns );
		return array() !== wc_postcode_location_matcher( wc_normalize_postcode( $postcode ), $objects, 'id', 'code', $country );
	}
}
