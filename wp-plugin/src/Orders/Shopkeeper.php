<?php

namespace Onhand\Orders;

/** Brings the status of a WooCommerce order in line with the channel's. Idempotent: done again, it changes nothing. */
final class Shopkeeper {
	private const STATUS = array(
		'unpaid'    => 'on-hold',
		'open'      => 'processing',
		'shipped'   => 'completed',
		'cancelled' => 'cancelled',
	);

	public function __construct( private readonly Told $told ) {}

	public function settle( int $id, bool $news ): void {
		$order = wc_get_order( $id );
		if ( ! $order instanceof \WC_Order ) {
			return;
		}
		if ( $news ) {
			( new Refunds( $this->told ) )->settle( $order );
		}
		$wanted = self::STATUS[ $this->told->stage ];
		// What the shop has finished or thrown away is not opened again because the channel says something else anew.
		$final = $order->has_status( array( 'completed', 'cancelled', 'refunded', 'failed' ) );
		if ( $order->has_status( $wanted ) || ( $final && in_array( $wanted, array( 'on-hold', 'processing' ), true ) ) ) {
			return;
		}
		// Its stock was moved with it, by the channel's word.
		$moved = static fn( $may, $of ) => $of instanceof \WC_Order && $of->get_id() === $id ? false : $may;
		foreach ( array( 'woocommerce_can_reduce_order_stock', 'woocommerce_can_restore_order_stock' ) as $filter ) {
			add_filter( $filter, $moved, PHP_INT_MAX - 1, 2 );
		}
		Shipments::quiet( true );
		try {
			if ( 'unpaid' !== $this->told->stage && null === $order->get_date_paid() ) {
				$order->set_date_paid( time() );
			}
			/* translators: 1: marketplace, 2: order number there */
			$order->update_status( $wanted, sprintf( __( '%1$s order %2$s.', 'onhand' ), $this->told->source(), $this->told->number ) );
		} finally {
			Shipments::quiet( false );
			foreach ( array( 'woocommerce_can_reduce_order_stock', 'woocommerce_can_restore_order_stock' ) as $filter ) {
				remove_filter( $filter, $moved, PHP_INT_MAX - 1 );
			}
		}
	}
}
