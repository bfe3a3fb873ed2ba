<?php

namespace Onhand\Orders;

use Onhand\Journal\Journal;
use Onhand\Stock\Reader;

/**
 * What left the house, for the channel that sold it: stated when the order is completed in the shop. The journal waits
 * for an agent that is down.
 */
final class Shipments {
	private static bool $quiet = false;

	private function __construct( private readonly Journal $journal, private readonly Reader $reader, private readonly string $req ) {}

	public static function register( Journal $journal, Reader $reader, string $req ): void {
		$self = new self( $journal, $reader, $req );
		add_action( 'woocommerce_order_status_completed', array( $self, 'completed' ), 20, 2 );
	}

	/** The channel itself says that it was sent: it need not be told. */
	public static function quiet( bool $on ): void {
		self::$quiet = $on;
	}

	public function completed( $id, $order = null ): void {
		$order = $order instanceof \WC_Order ? $order : wc_get_order( $id );
		if ( self::$quiet || ! $order instanceof \WC_Order || 'onhand' !== $order->get_created_via() ) {
			return;
		}
		list( $carrier, $tracking, $url ) = self::tracking( $order );
		$lines = array();
		foreach ( $order->get_items() as $item ) {
			$line = (string) $item->get_meta( Maker::LINE, true );
			$left = $item->get_quantity() + $order->get_qty_refunded_for_item( $item->get_id() );
			if ( '' !== $line && $left > 0 ) {
				$lines[] = array( $line, (int) $left );
			}
		}
		$this->journal->append(
			array(
				array(
					't'        => 'shipment',
					'at'       => $this->reader->now(),
					'channel'  => (string) $order->get_meta( Maker::CHANNEL, true ),
					'order'    => (string) $order->get_meta( Maker::ORDER, true ),
					'lines'    => $lines,
					'carrier'  => $carrier,
					'tracking' => $tracking,
					'url'      => $url,
					'req'      => $this->req,
				),
			)
		);
	}

	/**
	 * Where the trackers of this field keep it: WooCommerce Shipment Tracking and Advanced Shipment Tracking alike.
	 *
	 * @return array{0:string,1:string,2:string}
	 */
	private static function tracking( \WC_Order $order ): array {
		$items = $order->get_meta( '_wc_shipment_tracking_items', true );
		$first = is_array( $items ) && array() !== $items ? (array) reset( $items ) : array();
		$found = array(
			(string) ( $first['custom_tracking_provider'] ?? '' ) ?: (string) ( $first['tracking_provider'] ?? '' ),
			(string) ( $first['tracking_number'] ?? '' ),
			(string) ( $first['custom_tracking_link'] ?? '' ),
		);
		/**
		 * Filters the tracking that a channel is told of.
		 *
		 * @param array{0:string,1:string,2:string} $found Carrier, number, address to follow it.
		 * @param \WC_Order                          $order The order.
		 */
		$found = (array) apply_filters( 'onhand_order_tracking', $found, $order );
		return array( (string) ( $found[0] ?? '' ), (string) ( $found[1] ?? '' ), (string) ( $found[2] ?? '' ) );
	}
}
