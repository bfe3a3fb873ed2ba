<?php

namespace Onhand\Orders;

/**
 * Makes a WooCommerce order of what a channel says, and completes it when the channel says more: many tell prices and addresses only
 * of what is paid. It is pending until it is settled, and takes no stock by itself.
 */
final class Maker {
	public const CHANNEL = '_onhand_channel';
	public const ORDER   = '_onhand_order';
	public const NUMBER  = '_onhand_number';
	/** The channel's id of a line, on the order's item. */
	public const LINE = '_onhand_line';

	public function __construct( private readonly Told $told ) {}

	/** @throws Refused When a person has to do something. */
	public function make(): \WC_Order {
		$told = $this->told;
		$this->must_fit();
		$order = new \WC_Order();
		$order->set_created_via( 'onhand' );
		$order->set_currency( $this->currency() );
		$order->set_prices_include_tax( false );
		$order->set_date_created( $told->placed );
		$order->set_customer_note( $told->note );
		$order->set_payment_method_title( $told->source() );
		$order->set_transaction_id( $told->number );
		$order->set_customer_id( $this->customer() );
		if ( 'unpaid' !== $told->stage ) {
			$order->set_date_paid( $told->placed );
		}
		$this->address( $order );
		$order->update_meta_data( self::CHANNEL, $told->channel );
		$order->update_meta_data( self::ORDER, $told->order );
		$order->update_meta_data( self::NUMBER, $told->number );
		$order->update_meta_data( '_wc_order_attribution_source_type', 'utm' );
		$order->update_meta_data( '_wc_order_attribution_utm_source', $told->source() );
		$order->update_meta_data( '_wc_order_attribution_utm_medium', 'marketplace' );
		$this->fill( $order );
		$this->sum_up( $order );
		$order->save();
		return $order;
	}

	/**
	 * What the channel did not say when the order was made: addresses, prices, charges, lines, more of a line. What is there already
	 * stays, since somebody may have mended it.
	 *
	 * @throws Refused When a person has to do something.
	 */
	public function amend( \WC_Order $order ): void {
		if ( $order->has_status( array( 'cancelled', 'refunded', 'failed' ) ) ) {
			return;
		}
		if ( $order->get_currency() !== $this->currency() ) {
			$this->must_fit();
			$order->set_currency( $this->currency() );
		}
		$this->address( $order );
		$words = $this->fill( $order );
		if ( array() !== $words ) {
			$this->sum_up( $order );
			/* translators: 1: marketplace, 2: what came in addition */
			$order->add_order_note( sprintf( __( '%1$s has told more of it: %2$s.', 'onhand' ), $this->told->source(), implode( ', ', $words ) ) );
		}
		if ( array() !== $words || array() !== $order->get_changes() ) {
			$order->save();
		}
	}

	/** Of what is not paid yet some channels tell none. */
	private function currency(): string {
		return '' === $this->told->currency ? get_woocommerce_currency() : $this->told->currency;
	}

	private function must_fit(): void {
		$own = get_woocommerce_currency();
		if ( $this->currency() !== $own && ! in_array( 'currency', $this->told->accept, true ) ) {
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

	/** Every field that is empty. */
	private function address( \WC_Order $order ): void {
		foreach ( array( 'billing', 'shipping' ) as $kind ) {
			foreach ( 'billing' === $kind ? $this->billing() : $this->told->delivery as $field => $value ) {
				$setter = array( $order, "set_{$kind}_$field" );
				if ( '' !== (string) $value && is_callable( $setter ) && '' === (string) $order->{"get_{$kind}_$field"}( 'edit' ) ) {
					$setter( (string) $value );
				}
			}
		}
		if ( is_email( $this->told->email ) && '' === $order->get_billing_email( 'edit' ) ) {
			$order->set_billing_email( $this->told->email );
		}
	}

	/** @return list<string> what is new, for people */
	private function fill( \WC_Order $order ): array {
		$words = array();
		$known = array();
		foreach ( $order->get_items() as $item ) {
			$known[ (string) $item->get_meta( self::LINE, true ) ] = $item;
		}
		foreach ( $this->told->lines as $line ) {
			$item = $known[ $line['line'] ] ?? null;
			if ( '' === $line['of'] && ! $item instanceof \WC_Order_Item_Product ) {
				$order->add_item( $this->item( $line ) );
				$words[] = sprintf( '%d × %s', $line['quantity'], $line['title'] );
			} elseif ( '' === $line['of'] && ( $item->get_quantity() < $line['quantity'] || ( 0.0 === (float) $item->get_total() && 0.0 !== (float) $line['total'] ) ) ) {
				$item->set_quantity( max( $item->get_quantity(), $line['quantity'] ) );
				self::price( $item, $line );
				$item->save();
				$words[] = sprintf( '%d × %s', $item->get_quantity(), $line['title'] );
			}
		}
		if ( array() === $order->get_items( 'shipping' ) ) {
			foreach ( $this->told->shipping as $charge ) {
				$item = new \WC_Order_Item_Shipping();
				$item->set_method_title( '' === $charge['title'] ? __( 'Shipping', 'onhand' ) : $charge['title'] );
				$item->set_total( $charge['total'] );
				self::tax( $item, $charge['tax'], false );
				$order->add_item( $item );
				$words[] = $item->get_method_title();
			}
		}
		if ( array() === $order->get_items( 'fee' ) ) {
			foreach ( $this->told->fees as $charge ) {
				$item = new \WC_Order_Item_Fee();
				$item->set_name( $charge['title'] );
				$item->set_amount( $charge['total'] );
				$item->set_total( $charge['total'] );
				self::tax( $item, $charge['tax'], false );
				$order->add_item( $item );
				$words[] = $charge['title'];
			}
		}
		return $words;
	}

	private function item( array $line ): \WC_Order_Item_Product {
		$item = new \WC_Order_Item_Product();
		$item->set_product( wc_get_product( $line['item'] ) );
		$item->set_quantity( $line['quantity'] );
		self::price( $item, $line );
		$item->update_meta_data( self::LINE, $line['line'] );
		$item->update_meta_data( Refunds::BACK, (string) $line['back'] );
		return $item;
	}

	private static function price( \WC_Order_Item_Product $item, array $line ): void {
		$item->set_subtotal( $line['total'] );
		$item->set_total( $line['total'] );
		self::tax( $item, $line['tax'], true );
	}

	/** The order's taxes and total, of its items. */
	private function sum_up( \WC_Order $order ): void {
		$total = 0.0;
		$taxes = array( 'cart' => 0.0, 'shipping' => 0.0 );
		foreach ( $order->get_items( array( 'line_item', 'shipping', 'fee' ) ) as $item ) {
			$total += (float) $item->get_total();

			$taxes[ 'shipping' === $item->get_type() ? 'shipping' : 'cart' ] += (float) array_sum( array_map( 'floatval', $item->get_taxes()['total'] ?? array() ) );
		}
		if ( array_sum( $taxes ) > 0 ) {
			$known = array_values( $order->get_items( 'tax' ) );
			$item  = $known[0] ?? new \WC_Order_Item_Tax();
			$item->set_name( 'CHANNEL' );
			/* translators: %s: marketplace */
			$item->set_label( sprintf( __( 'Tax by %s', 'onhand' ), $this->told->source() ) );
			$item->set_tax_total( (string) $taxes['cart'] );
			$item->set_shipping_tax_total( (string) $taxes['shipping'] );
			if ( array() === $known ) {
				$order->add_item( $item );
			} else {
				$item->save();
			}
		}
		$order->set_cart_tax( (string) $taxes['cart'] );
		$order->set_shipping_tax( (string) $taxes['shipping'] );
		$order->set_total( (string) round( $total + array_sum( $taxes ), wc_get_price_decimals() ) );
	}

	/** The channel has computed it: no rate of the shop's stands behind it, hence rate 0. */
	private static function tax( \WC_Order_Item $item, string $tax, bool $subtotal ): void {
		if ( 0.0 !== (float) $tax ) {
			$taxes = array( 'total' => array( 0 => $tax ) );
			$item->set_taxes( $subtotal ? $taxes + array( 'subtotal' => array( 0 => $tax ) ) : $taxes );
		}
	}
}
