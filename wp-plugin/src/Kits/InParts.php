<?php

namespace Onhand\Kits;

/** An order as if the parts of its kits were bought one by one, beside what is bought of them anyway. It is never saved. */
final class InParts extends \WC_Order {
	/** @var list<\WC_Order_Item_Product> */
	private array $parts = array();

	public function __construct( \WC_Order $order ) {
		parent::__construct();
		$this->set_id( $order->get_id() );
		$units = array();
		foreach ( $order->get_items() as $item ) {
			if ( ! $item instanceof \WC_Order_Item_Product ) {
				continue;
			}
			$product = $item->get_variation_id() ?: $item->get_product_id();
			$parts   = Parts::of( $product );
			foreach ( array() === $parts ? array( $product => 1 ) : $parts as $part => $of ) {
				$units[ $part ] = ( $units[ $part ] ?? 0 ) + $of * $item->get_quantity();
			}
		}
		foreach ( $units as $part => $quantity ) {
			$product = wc_get_product( $part );
			if ( $product instanceof \WC_Product ) {
				$item = new \WC_Order_Item_Product();
				$item->set_product( $product );
				$item->set_quantity( $quantity );
				$this->parts[] = $item;
			}
		}
	}

	public function get_items( $types = 'line_item' ) {
		return $this->parts;
	}

	/** WooCommerce writes down what it holds: it has done so for the order itself. */
	public function add_order_note( $note, $is_customer_note = 0, $added_by_user = false, $meta_data = array() ) {
		return 0;
	}
}
