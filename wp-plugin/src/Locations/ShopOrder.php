<?php

namespace Onhand\Locations;

use Onhand\Kits\Sales;
use Onhand\Orders\Maker;
use Onhand\Stock\Recorder;

/** An order of the shop: what is sent from where stands on its items, and why on itself and among its notes. */
final class ShopOrder implements Routable {
	/** On the order's item: units by pool and location. */
	public const ROUTED = '_onhand_routed';
	/** On the order: why it is sent from where it is. */
	private const WHY = '_onhand_route';

	/** @var array<string,\WC_Order_Item_Product> by id */
	private readonly array $items;

	/** @param ?\WC_Order_Item_Product $only Of its items this one. */
	public function __construct( private readonly \WC_Order $order, ?\WC_Order_Item_Product $only = null ) {
		$items       = null === $only ? $order->get_items() : array( $only->get_id() => $only );
		$this->items = array_filter( $items, static fn( $item ): bool => $item instanceof \WC_Order_Item_Product );
	}

	public function reference(): string {
		return (string) $this->order->get_id();
	}

	/** @return array{channel:string,country:string,postcode:string} "shop" sold it where no channel did */
	public function destination(): array {
		return array(
			'channel'  => (string) $this->order->get_meta( Maker::CHANNEL, true ) ?: 'shop',
			'country'  => $this->order->get_shipping_country() ?: $this->order->get_billing_country(),
			'postcode' => $this->order->get_shipping_postcode() ?: $this->order->get_billing_postcode(),
		);
	}

	/** @return array<string,array<int,float>> units that are off the stock, by line and pool */
	public function taken(): array {
		return array_map( array( self::class, 'taken_for' ), $this->items );
	}

	public function routed(): array {
		return array_map( static fn( \WC_Order_Item_Product $item ): array => Routed::read( json_decode( (string) $item->get_meta( self::ROUTED, true ), true ) ), $this->items );
	}

	public function why(): array {
		return array_map( 'strval', array_values( array_filter( (array) $this->order->get_meta( self::WHY, true ) ) ) );
	}

	public function note( array $routed, array $why ): void {
		$before = $this->routed();
		foreach ( $this->items as $id => $item ) {
			if ( ( $routed[ $id ] ?? array() ) === $before[ $id ] ) {
				continue;
			}
			$kept = Routed::kept( $routed[ $id ] ?? array() );
			if ( array() === $kept ) {
				$item->delete_meta_data( self::ROUTED );
			} else {
				$item->update_meta_data( self::ROUTED, wp_json_encode( $kept ) );
			}
			$item->save_meta_data();
		}
		if ( array() !== $why ) {
			$this->order->update_meta_data( self::WHY, $why );
			$this->order->save_meta_data();
			$this->order->add_order_note( implode( ' ', $why ) );
		}
	}

	/** WooCommerce has no lock for that. */
	public function alone( Recorder $recorder, callable $change ): void {
		$change();
	}

	/** @return array<int,float> by pool */
	private static function taken_for( \WC_Order_Item_Product $item ): array {
		$taken = array();
		foreach ( Sales::taken( $item ) as $part => $units ) {
			$pool = self::pool( wc_get_product( $part ) );
			if ( null !== $pool ) {
				$taken[ $pool ] = ( $taken[ $pool ] ?? 0.0 ) + $units;
			}
		}
		$own  = (float) $item->get_meta( '_reduced_stock', true );
		$pool = $own > 0 ? self::pool( $item->get_product() ) : null;
		if ( null !== $pool ) {
			$taken[ $pool ] = ( $taken[ $pool ] ?? 0.0 ) + $own;
		}
		return $taken;
	}

	private static function pool( mixed $product ): ?int {
		return $product instanceof \WC_Product && $product->managing_stock() ? $product->get_stock_managed_by_id() : null;
	}
}
