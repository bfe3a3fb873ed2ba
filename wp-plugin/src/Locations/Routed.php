<?php

namespace Onhand\Locations;

use Onhand\Orders\Tables;
use Onhand\Stock\Decimal;

/** What is sent from where: as it is kept, as it is asked for, and in words. */
final class Routed {
	/** @return array<int,array<string,float>> by pool and location */
	public static function read( mixed $kept ): array {
		$routed = array();
		foreach ( is_array( $kept ) ? $kept : array() as $pool => $places ) {
			foreach ( is_array( $places ) ? $places : array() as $location => $units ) {
				$routed[ (int) $pool ][ (string) $location ] = (float) $units;
			}
		}
		return $routed;
	}

	/**
	 * @param array<int,array<string,float>> $routed By pool and location.
	 * @return array<int,array<string,string>> the same, for JSON, without what is nothing
	 */
	public static function kept( array $routed ): array {
		return array_filter( array_map( static fn( array $places ): array => array_map( array( Decimal::class, 'text' ), array_filter( $places ) ), $routed ) );
	}

	/**
	 * @param string $reference The number of a WooCommerce order, or channel:order, by the channel's id or by what the buyer knows.
	 * @throws \InvalidArgumentException When there is none, or nobody has asked yet from where it is sent.
	 */
	public static function find( string $reference ): Routable {
		$row   = str_contains( $reference, ':' ) ? self::row( ...explode( ':', $reference, 2 ) ) : null;
		$id    = null === $row ? $reference : $row->order_id;
		$order = ctype_digit( (string) $id ) ? wc_get_order( (int) $id ) : null;
		if ( $order instanceof \WC_Order ) {
			return new ShopOrder( $order );
		}
		if ( null === $row || null !== $row->order_id ) {
			/* translators: %s: what was asked for */
			throw new \InvalidArgumentException( sprintf( __( 'There is no order %s. Name a WooCommerce order by its number, and a channel\'s as channel:order, such as ebay:12-34567-89012.', 'onhand' ), $reference ) );
		}
		if ( null === $row->route && array_sum( (array) json_decode( $row->taken, true ) ) > 0 ) {
			/* translators: %s: channel and order */
			throw new \InvalidArgumentException( sprintf( __( 'Order %s came home when the shop had one place only: its main location sends it.', 'onhand' ), $reference ) );
		}
		return new StockOrder( (int) $row->id, "$row->channel:$row->external", $row->route );
	}

	private static function row( string $channel, string $order ): ?object {
		global $wpdb;
		Tables::ensure();
		// phpcs:ignore WordPress.DB -- the plugin's own table.
		return $wpdb->get_row( $wpdb->prepare( 'SELECT id, channel, external, order_id, taken, route FROM ' . Tables::orders() . ' WHERE channel = %s AND (external = %s OR number = %s) ORDER BY external = %s DESC, id DESC LIMIT 1', $channel, $order, $order, $order ) );
	}

	/** @return list<array{units:float,product:string,location:string}> */
	public static function parcels( Routable $sent ): array {
		$all     = Locations::all();
		$parcels = array();
		foreach ( $sent->routed() as $pools ) {
			foreach ( $pools as $pool => $places ) {
				$product = wc_get_product( $pool );
				foreach ( array_filter( $places ) as $id => $units ) {
					$parcels[] = array(
						'units'    => $units,
						'product'  => $product ? $product->get_name() : "#$pool",
						'location' => isset( $all[ $id ] ) ? $all[ $id ]->name : (string) $id,
					);
				}
			}
		}
		return $parcels;
	}

	/** @return list<string> "2 × Mug: Warehouse" */
	public static function lines( Routable $sent ): array {
		return array_map(
			/* translators: 1: units, 2: product, 3: location */
			static fn( array $parcel ): string => sprintf( __( '%1$s × %2$s: %3$s', 'onhand' ), wc_stock_amount( $parcel['units'] ), $parcel['product'], $parcel['location'] ),
			self::parcels( $sent )
		);
	}
}
