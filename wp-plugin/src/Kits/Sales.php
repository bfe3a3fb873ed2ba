<?php

namespace Onhand\Kits;

use Automattic\WooCommerce\Checkout\Helpers\ReserveStock;
use Automattic\WooCommerce\Checkout\Helpers\ReserveStockException;
use Automattic\WooCommerce\StoreApi\Exceptions\RouteException;
use Onhand\Stock\Recorder;

/** A kit that is sold in the shop: its parts are held while it is not paid, taken when its order is, and put back with it. */
final class Sales {
	/** On the order's item: units taken of each part. */
	public const TAKEN = '_onhand_parts_taken';

	private function __construct( private readonly Recorder $recorder ) {}

	public static function register( Recorder $recorder ): void {
		$self = new self( $recorder );
		add_filter( 'woocommerce_product_is_in_stock', array( self::class, 'is_in_stock' ), 10, 2 );
		add_filter( 'woocommerce_variation_is_in_stock', array( self::class, 'is_in_stock' ), 10, 2 );
		add_filter( 'woocommerce_quantity_input_max', array( self::class, 'most' ), 10, 2 );
		add_filter( 'woocommerce_store_api_product_quantity_maximum', array( self::class, 'most' ), 10, 2 );
		add_action( 'woocommerce_checkout_order_created', array( self::class, 'hold' ), 20 );
		add_action( 'woocommerce_store_api_checkout_order_processed', array( self::class, 'hold_for_store_api' ), 5 );
		add_action( 'woocommerce_reduce_order_stock', array( $self, 'take' ) );
		add_action( 'woocommerce_restore_order_stock', array( $self, 'put_back' ) );
		add_action( 'woocommerce_refund_created', array( $self, 'refunded' ), 10, 2 );
	}

	public static function is_in_stock( $in_stock, $product ) {
		$parts = $in_stock && $product instanceof \WC_Product ? Parts::of( $product->get_id() ) : array();
		return array() === $parts ? $in_stock : 0 !== Parts::available( $parts );
	}

	public static function most( $most, $product ) {
		$available = $product instanceof \WC_Product ? Parts::available( Parts::of( $product->get_id() ) ) : null;
		return null === $available ? $most : ( is_numeric( $most ) && $most > 0 ? min( (int) $most, $available ) : $available );
	}

	/**
	 * WooCommerce's own reservation, of the order as if its parts were bought one by one.
	 *
	 * @throws ReserveStockException When there is not enough of one.
	 */
	public static function hold( $order ): void {
		if ( ! $order instanceof \WC_Order || array() === self::kits( $order ) || ! apply_filters( 'woocommerce_hold_stock_for_checkout', 'yes' === get_option( 'woocommerce_manage_stock', 'yes' ) ) ) { // phpcs:ignore WordPress.NamingConventions.PrefixAllGlobals -- WooCommerce's own.
			return;
		}
		( new ReserveStock() )->reserve_stock_for_order( new InParts( $order ), (int) get_option( 'woocommerce_hold_stock_minutes', 60 ) );
	}

	/** @throws RouteException When there is not enough of one. */
	public static function hold_for_store_api( $order ): void {
		try {
			self::hold( $order );
		} catch ( ReserveStockException $short ) {
			throw new RouteException( esc_html( $short->getErrorCode() ), esc_html( $short->getMessage() ), (int) $short->getCode() );
		}
	}

	/** @return array<int,\WC_Order_Item_Product> by the item's id */
	private static function kits( \WC_Order $order ): array {
		return array_filter( $order->get_items(), static fn( $item ): bool => $item instanceof \WC_Order_Item_Product && array() !== Parts::of( $item->get_variation_id() ?: $item->get_product_id() ) );
	}

	public function take( $order ): void {
		if ( ! $order instanceof \WC_Order ) {
			return;
		}
		foreach ( self::kits( $order ) as $id => $item ) {
			if ( array() !== self::taken( $item ) ) {
				continue;
			}
			$taken = array();
			foreach ( Parts::of( $item->get_variation_id() ?: $item->get_product_id() ) as $part => $units ) {
				$taken[ $part ] = (int) ( $units * $item->get_quantity() );
				$this->move( $order, $id, $part, -$taken[ $part ] );
			}
			self::note( $item, $taken );
		}
	}

	public function put_back( $order ): void {
		foreach ( $order instanceof \WC_Order ? $order->get_items() : array() as $id => $item ) {
			$taken = $item instanceof \WC_Order_Item_Product ? self::taken( $item ) : array();
			foreach ( $taken as $part => $units ) {
				$this->move( $order, $id, $part, $units );
			}
			if ( array() !== $taken ) {
				self::note( $item, array() );
			}
		}
	}

	/** A refund that puts back what it refunds. */
	public function refunded( $refund, $how ): void {
		$order = empty( $how['restock_items'] ) ? null : wc_get_order( $how['order_id'] ?? 0 );
		foreach ( $order instanceof \WC_Order ? self::kits( $order ) : array() as $id => $item ) {
			$kits  = (int) ( $how['line_items'][ $id ]['qty'] ?? 0 );
			$taken = self::taken( $item );
			foreach ( $kits > 0 ? Parts::of( $item->get_variation_id() ?: $item->get_product_id() ) : array() as $part => $units ) {
				$back = min( $units * $kits, $taken[ $part ] ?? 0 );
				if ( $back > 0 ) {
					$this->move( $order, $id, $part, $back );
					$taken[ $part ] -= $back;
				}
			}
			self::note( $item, array_filter( $taken ) );
		}
	}

	/** @return array<int,int> units by part */
	public static function taken( \WC_Order_Item_Product $item ): array {
		return Parts::read( (string) $item->get_meta( self::TAKEN, true ) );
	}

	/** @param array<int,int> $taken */
	public static function note( \WC_Order_Item_Product $item, array $taken ): void {
		if ( array() === $taken ) {
			$item->delete_meta_data( self::TAKEN );
		} else {
			$item->update_meta_data( self::TAKEN, wp_json_encode( $taken ) );
		}
		$item->save();
	}

	private function move( \WC_Order $order, int $item, int $part, int $units ): void {
		$product = wc_get_product( $part );
		if ( 0 === $units || ! $product instanceof \WC_Product || ! $product->managing_stock() ) {
			return;
		}
		wc_update_product_stock( $product, abs( $units ), $units < 0 ? 'decrease' : 'increase' );
		$this->recorder->refine( $product->get_stock_managed_by_id(), static fn( $cause ) => $cause->of( (string) $order->get_id(), "$item/$part" ), true );
	}
}
