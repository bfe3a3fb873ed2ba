<?php

namespace Onhand\Orders;

/** The buyer is the marketplace's customer: it writes to them, the shop does not. */
final class Mails {
	private const TO_CUSTOMERS = array(
		'customer_on_hold_order',
		'customer_processing_order',
		'customer_completed_order',
		'customer_cancelled_order',
		'customer_failed_order',
		'customer_refunded_order',
		'customer_partially_refunded_order',
		'customer_fulfillment_created',
		'customer_fulfillment_updated',
		'customer_fulfillment_deleted',
	);

	public static function register(): void {
		foreach ( self::TO_CUSTOMERS as $mail ) {
			add_filter(
				"woocommerce_email_recipient_$mail",
				static fn( $recipient, $about = null ) => $about instanceof \WC_Order && 'onhand' === $about->get_created_via() ? '' : $recipient,
				PHP_INT_MAX,
				2
			);
		}
		// The marketplace's number is found where orders are searched.
		foreach ( array( 'woocommerce_order_table_search_query_meta_keys', 'woocommerce_shop_order_search_fields' ) as $filter ) {
			add_filter( $filter, static fn( $keys ) => array_merge( (array) $keys, array( Maker::NUMBER ) ) );
		}
	}
}
