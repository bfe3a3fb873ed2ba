<?php

namespace Onhand\Locations;

/** For which orders, from which locations, chosen how. */
final class RoutingRule {
	public const PICKS = array( 'priority', 'cost', 'most' );

	/**
	 * @param list<string> $channels  Empty: of every channel and of the shop itself, which is called "shop".
	 * @param list<string> $countries Empty: to every country.
	 * @param list<string> $postcodes As WooCommerce's shipping zones have them: 10115, 101*, 10000...10999. Empty: all.
	 * @param list<string> $locations In the order in which they are thought of. Empty: all, in the shop's order.
	 * @param string       $pick      Of several that have everything: the first in that order, the cheapest, or that with the most left.
	 * @param bool         $split     Where none has everything, parcels may come from several.
	 */
	public function __construct(
		public readonly string $name,
		public readonly array $channels = array(),
		public readonly array $countries = array(),
		public readonly array $postcodes = array(),
		public readonly array $locations = array(),
		public readonly string $pick = 'priority',
		public readonly bool $split = true,
	) {}

	/** @throws \InvalidArgumentException When it is none, in words for a person. */
	public static function read( mixed $raw ): self {
		$known = array( 'name', 'channels', 'countries', 'postcodes', 'locations', 'pick', 'split' );
		if ( ! is_array( $raw ) || ! is_string( $raw['name'] ?? null ) || '' === trim( $raw['name'] ) ) {
			throw new \InvalidArgumentException( __( 'A routing rule needs a name: it is what the order will say.', 'onhand' ) );
		}
		$name    = trim( $raw['name'] );
		$unknown = array_diff( array_keys( $raw ), $known );
		if ( array() !== $unknown ) {
			/* translators: 1: rule, 2: what it says, 3: what it may say */
			throw new \InvalidArgumentException( sprintf( __( 'Routing rule "%1$s": there is no %2$s; there are %3$s.', 'onhand' ), $name, implode( ', ', $unknown ), implode( ', ', $known ) ) );
		}
		$lists = array();
		foreach ( array( 'channels', 'countries', 'postcodes', 'locations' ) as $key ) {
			$list = $raw[ $key ] ?? array();
			if ( ! is_array( $list ) || array() !== array_filter( $list, static fn( $word ): bool => ! is_string( $word ) || '' === $word ) ) {
				/* translators: 1: rule, 2: key */
				throw new \InvalidArgumentException( sprintf( __( 'Routing rule "%1$s": %2$s is a list of words.', 'onhand' ), $name, $key ) );
			}
			$lists[ $key ] = array_values( $list );
		}
		$pick = $raw['pick'] ?? 'priority';
		if ( ! in_array( $pick, self::PICKS, true ) ) {
			/* translators: 1: rule, 2: the words there are */
			throw new \InvalidArgumentException( sprintf( __( 'Routing rule "%1$s": pick is one of %2$s.', 'onhand' ), $name, implode( ', ', self::PICKS ) ) );
		}
		if ( ! is_bool( $raw['split'] ?? true ) ) {
			/* translators: %s: rule */
			throw new \InvalidArgumentException( sprintf( __( 'Routing rule "%s": split is true or false.', 'onhand' ), $name ) );
		}
		return new self( $name, $lists['channels'], array_map( 'strtoupper', $lists['countries'] ), $lists['postcodes'], $lists['locations'], $pick, $raw['split'] ?? true );
	}

	/** @param callable(string,list<string>,string):bool $in_postcodes Is this postcode of this country among these? */
	public function holds_for( string $channel, string $country, string $postcode, callable $in_postcodes ): bool {
		return ( array() === $this->channels || in_array( $channel, $this->channels, true ) )
			&& ( array() === $this->countries || in_array( strtoupper( $country ), $this->countries, true ) )
			&& ( array() === $this->postcodes || $in_postcodes( $postcode, $this->postcodes, $country ) );
	}

	public function to_array(): array {
		return get_object_vars( $this );
	}
}
