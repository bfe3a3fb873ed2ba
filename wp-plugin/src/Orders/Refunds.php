<?php

namespace Onhand\Orders;

/**
 * What a channel has cancelled or taken back of an order, as a refund of the WooCommerce order: a record, since the channel has
 * paid the money back and the stock has moved already. An order that is cancelled as a whole is cancelled and not refunded.
 */
final class Refunds {
	/** On the order's item: units of which a refund is made, or that were gone when the order was made. */
	public const BACK = '_onhand_back';

	public function __construct( private readonly Told $told ) {}

	public function settle( \WC_Order $order ): void {
		if ( 'cancelled' === $this->told->stage || $order->has_status( array( 'cancelled', 'refunded', 'failed' ) ) ) {
			return;
		}
		$back   = array_column( $this->told->lines, 'back', 'line' );
		$lines  = array();
		$items  = array();
		$amount = 0.0;
		foreach ( $order->get_items() as $item ) {
			$more = $item instanceof \WC_Order_Item_Product ? (int) ( $back[ (string) $item->get_meta( Maker::LINE, true ) ] ?? 0 ) - (int) $item->get_meta( self::BACK, true ) : 0;
			if ( $more <= 0 || $item->get_quantity() <= 0 ) {
				continue;
			}
			$share = min( 1.0, $more / $item->get_quantity() );
			$taxes = array_map( static fn( $tax ): float => round( (float) $tax * $share, wc_get_price_decimals() ), $item->get_taxes()['total'] ?? array() );
			$total = round( (float) $item->get_total() * $share, wc_get_price_decimals() );

			$items[ $item->get_id() ] = $more;
			$lines[ $item->get_id() ] = array(
				'qty'          => $more,
				'refund_total' => $total,
				'refund_tax'   => $taxes,
			);

			$amount += $total + array_sum( $taxes );
		}
		if ( array() === $lines ) {
			return;
		}
		$refund = wc_create_refund(
			array(
				'order_id'       => $order->get_id(),
				'amount'         => min( $amount, (float) $order->get_remaining_refund_amount() ),
				/* translators: 1: marketplace, 2: order number there */
				'reason'         => sprintf( __( '%1$s order %2$s: cancelled or returned there.', 'onhand' ), $this->told->source(), $this->told->number ),
				'line_items'     => $lines,
				'refund_payment' => false,
				'restock_items'  => false,
			)
		);
		if ( is_wp_error( $refund ) ) {
			/* translators: 1: marketplace, 2: order number there, 3: what WooCommerce said */
			$order->add_order_note( sprintf( __( '%1$s order %2$s: the refund could not be entered: %3$s', 'onhand' ), $this->told->source(), $this->told->number, $refund->get_error_message() ) );
		}
		foreach ( $items as $id => $more ) {
			$item = $order->get_item( $id );
			$item->update_meta_data( self::BACK, (string) ( (int) $item->get_meta( self::BACK, true ) + $more ) );
			$item->save();
		}
	}
}
