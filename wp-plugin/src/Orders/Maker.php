<?php

namespace Onhand\Orders;

/** Makes a WooCommerce order of what a channel says. It is pending until it is settled, and takes no stock by itself. */
final class Maker {
	public const CHANNEL = '_onhand_channel';
	public const ORDER   = '_onhand_order';
	public const NUMBER  = '_onhand_number';
	/** The channel's id of a line, on the order's item. */
	public const LINE = '_onhand_line';

	private float $cart_tax     = 0.0;
	private float $shipping_tax = 0.0;

	public function __construct( private readonly Told $told ) {}

	/** @throws Refused When a person has to do something. */
	public function make(): \WC_Order {
		$told = $this->told;
		$this->must_fit();
		$order = new \WC_Order();
		$order->set_created_via( 'onhand' );
		$order->set_currency( $told->currency );
		$order->set_prices_include_tax( false );
		$order->set_date_created( $told->placed );
		$order->set_customer_note( $told->note );
		$order->set_payment_method_title( $told->source() );
		$order->set_transaction_id( $told->number );
		$order->set_customer_id( $this->customer() );
		if ( 'unpaid' !== $told->stage ) {
			$order->set_date_paid( $told->placed );
		}
		foreach ( array( 'billing', 'shipping' ) as $kind ) {
			foreach ( 'billing' === $kind ? $this->billing() : $told->delivery as $field => $value ) {
				$setter = array( $order, "set_{$kind}_$field" );
				if ( is_callable( $setter ) ) {
					$setter( (string) $value );
				}
			}
		}
		if ( is_email( $told->email ) ) {
			$order->set_billing_email( $told->email );
		}
		$order->update_meta_data( self::CHANNEL, $told->channel );
		$order->update_meta_data( self::ORDER, $told->order );
		$order->update_meta_data( self::NUMBER, $told->number );
		$order->update_meta_data( '_wc_order_attribution_source_type', 'utm' );
		$order->update_meta_data( '_wc_order_attribution_utm_source', $told->source() );
		$order->update_meta_data( '_wc_order_attribution_utm_medium', 'marketplace' );
		$this->fill( $order );
		$order->set_cart_tax( (string) $this->cart_tax );
		$order->set_shipping_tax( (string) $this->shipping_tax );
		$order->set_total( (string) $this->total( $order ) );
		$order->save();
		return $order;
	}

	private function must_fit(): void {
		$own = get_woocommerce_currency();
		if ( $this->told->currency !== $own && ! in_array( 'currency', $this->told->accept, true ) ) {
			/* translators: 1: currency of the order, 2: currency of the shop */
			throw new Refused( 'currency', sprintf( __( 'The order is in %1$s and the shop sells in %2$s. Agree to take it in as it is, or bring this channel\'s orders home as stock movements only.', 'onhand' ), $this->told->currency, $own ) );
		}
		if ( 'park' === $this->told->known_buyer && false !== $this->buyer() && ! in_array( 'buyer', $this->told->accept, true ) ) {
			throw new Refused( 'buyer', __( 'The buyer\'s e-mail address belongs to a customer of the shop. Agree to take the order in as a guest\'s.', 'onhand' ) );
		}
	}

	/** Some channels tell one address only. */
	private function billing(): array {
		$billing = array_filter( $this->told->billing );
		return array() === $billing ? $this->told->delivery : $this->told->billing;
	}

	private function buyer(): int|false {
		return is_email( $this->told->email ) ? email_exists( $this->told->email ) : false;
	}

	private function customer(): int {
		return 'link' === $this->told->known_buyer ? (int) $this->buyer() : 0;
	}

	private function fill( \WC_Order $order ): void {
		foreach ( $this->told->lines as $line ) {
			if ( '' !== $line['of'] ) {
				continue;
			}
			$item = new \WC_Order_Item_Product();
			$item->set_product( wc_get_product( $line['item'] ) );
			$item->set_quantity( $line['quantity'] );
			$item->set_subtotal( $line['total'] );
			$item->set_total( $line['total'] );
			$item->update_meta_data( self::LINE, $line['line'] );
			$item->update_meta_data( Refunds::BACK, (string) $line['back'] );
			$this->cart_tax += self::tax( $item, $line['tax'], true );
			$order->add_item( $item );
		}
		foreach ( $this->told->shipping as $charge ) {
			$item = new \WC_Order_Item_Shipping();
			$item->set_method_title( '' === $charge['title'] ? __( 'Shipping', 'onhand' ) : $charge['title'] );
			$item->set_total( $charge['total'] );
			$this->shipping_tax += self::tax( $item, $charge['tax'], false );
			$order->add_item( $item );
		}
		foreach ( $this->told->fees as $charge ) {
			$item = new \WC_Order_Item_Fee();
			$item->set_name( $charge['title'] );
			$item->set_amount( $charge['total'] );
			$item->set_total( $charge['total'] );
			$this->cart_tax += self::tax( $item, $charge['tax'], false );
			$order->add_item( $item );
		}
		if ( $this->cart_tax + $this->shipping_tax > 0 ) {
			$item = new \WC_Order_Item_Tax();
			$item->set_name( 'CHANNEL' );
			/* translators: %s: marketplace */
			$item->set_label( sprintf( __( 'Tax by %s', 'onhand' ), $this->told->source() ) );
			$item->set_tax_total( (string) $this->cart_tax );
			$item->set_shipping_tax_total( (string) $this->shipping_tax );
			$order->add_item( $item );
		}
	}

	/** The channel has computed it: no rate of the shop's stands behind it, hence rate 0. */
	private static function tax( \WC_Order_Item $item, string $tax, bool $subtotal ): float {
		if ( 0.0 !== (float) $tax ) {
			$taxes = array( 'total' => array( 0 => $tax ) );
			$item->set_taxes( $subtotal ? $taxes + array( 'subtotal' => array( 0 => $tax ) ) : $taxes );
		}
		return (float) $tax;
	}

	private function total( \WC_Order $order ): float {
		$total = $this->cart_tax + $this->shipping_tax;
		foreach ( $order->get_items( array( 'line_item', 'shipping', 'fee' ) ) as $item ) {
			$total += (float) $item->get_total();
		}
		return round( $total, wc_get_price_decimals() );
	}
}
