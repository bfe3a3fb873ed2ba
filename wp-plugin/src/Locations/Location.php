<?php

namespace Onhand\Locations;

/** A place where stock is: warehouse, shop, van, fulfilment service. */
final class Location {
	public function __construct(
		public readonly string $id,
		public readonly string $name,
		/** What is there is for sale: it is a part of WooCommerce's number. */
		public readonly bool $counted = true,
		/** What a parcel from there costs, for rules that choose the cheapest. */
		public readonly float $cost = 0.0,
	) {}

	/** @throws \InvalidArgumentException When it is none, in words for a person. */
	public static function read( mixed $raw ): self {
		$id = is_array( $raw ) ? ( $raw['id'] ?? null ) : null;
		if ( ! is_string( $id ) || 1 !== preg_match( '/\A[a-z0-9][a-z0-9-]{0,31}\z/', $id ) ) {
			throw new \InvalidArgumentException( __( 'A location is called by at most 32 lower-case letters, digits and dashes, such as main-warehouse.', 'onhand' ) );
		}
		$name = trim( (string) ( $raw['name'] ?? $id ) );
		$cost = $raw['cost'] ?? 0;
		if ( ! is_numeric( $cost ) || (float) $cost < 0 ) {
			/* translators: %s: location */
			throw new \InvalidArgumentException( sprintf( __( 'What a parcel from %s costs is a number, 0 or more.', 'onhand' ), $id ) );
		}
		return new self( $id, mb_substr( '' === $name ? $id : $name, 0, 100 ), (bool) ( $raw['counted'] ?? true ), (float) $cost );
	}

	/** @return array{id:string,name:string,counted:bool,cost:float} */
	public function to_array(): array {
		return get_object_vars( $this );
	}
}
