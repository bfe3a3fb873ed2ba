<?php

namespace Onhand\Orders;

use Onhand\Cause\Causes;
use Onhand\Locations\Routing;
use Onhand\Locations\StockOrder;
use Onhand\Stock\Reader;
use Onhand\Stock\Recorder;

/**
 * Brings a channel's order into the shop, exactly once: the order, its stock movement and the note of both are one
 * database transaction, so that a process that is killed anywhere in it has done nothing at all.
 */
final class Importer {
	private const LOCK_SECONDS = 5;

	public function __construct(
		private readonly Recorder $recorder,
		private readonly Causes $causes,
		private readonly Reader $reader,
		private readonly Routing $routing,
	) {}

	/**
	 * @param string $request The idempotency key: the same statement has the same one.
	 * @return array{order:?int,at:int,lines:array<string,int>}
	 * @throws Refused When a person has to do something.
	 * @throws Busy    When it is to be tried again.
	 */
	public function import( Told $told, string $request ): array {
		global $wpdb;
		Tables::ensure();
		$lock = 'onhand_' . md5( $told->reference() );
		if ( '1' !== (string) $wpdb->get_var( $wpdb->prepare( 'SELECT GET_LOCK(%s, %d)', $lock, self::LOCK_SECONDS ) ) ) { // phpcs:ignore WordPress.DB.DirectDatabaseQuery
			throw new Busy( __( 'Another request is bringing in this order.', 'onhand' ) );
		}
		try {
			$known = $this->note( $told );
			// An older statement, or one that was said before, does nothing.
			$news = null === $known || ( $told->revision >= $known['revision'] && $request !== $known['request'] );
			if ( $news ) {
				$known = $this->transact( $told, $request );
			}
			if ( null !== $known['order'] ) {
				// Outside the transaction: mails and other plugins have their say here.
				( new Shopkeeper( $told ) )->settle( $known['order'], $news );
			}
			$this->recorder->flush();
			return array(
				'order' => $known['order'],
				'at'    => $this->reader->now(),
				'lines' => $known['taken'],
			);
		} finally {
			$wpdb->query( $wpdb->prepare( 'SELECT RELEASE_LOCK(%s)', $lock ) ); // phpcs:ignore WordPress.DB.DirectDatabaseQuery
		}
	}

	/** @return ?array{order:?int,revision:int,request:string,taken:array<string,int>} */
	private function note( Told $told ): ?array {
		global $wpdb;
		// phpcs:ignore WordPress.DB -- the plugin's own table.
		$row = $wpdb->get_row( $wpdb->prepare( 'SELECT order_id, revision, request, taken FROM ' . Tables::orders() . ' WHERE channel = %s AND external = %s', $told->channel, $told->order ) );
		return null === $row ? null : array(
			'order'    => null === $row->order_id ? null : (int) $row->order_id,
			'revision' => (int) $row->revision,
			'request'  => $row->request,
			'taken'    => array_map( 'intval', (array) json_decode( $row->taken, true ) ),
		);
	}

	/** @return array{order:?int,revision:int,request:string,taken:array<string,int>} */
	private function transact( Told $told, string $request ): array {
		global $wpdb;
		$stock       = new Stock( $told, $this->causes );
		$transaction = new Transaction();
		$done        = false;
		// phpcs:disable WordPress.DB -- the plugin's own table.
		$transaction->begin();
		$this->recorder->hold( true );
		try {
			$wpdb->query( $wpdb->prepare( 'INSERT IGNORE INTO ' . Tables::orders() . " (channel, external, taken) VALUES (%s, %s, '{}')", $told->channel, $told->order ) );
			$row   = $wpdb->get_row( $wpdb->prepare( 'SELECT id, order_id, revision, taken, route FROM ' . Tables::orders() . ' WHERE channel = %s AND external = %s FOR UPDATE', $told->channel, $told->order ) );
			if ( null === $row ) {
				throw new Busy( sprintf( 'The database broke off: %s', $wpdb->last_error ) );
			}
			$before = array_map( 'intval', (array) json_decode( $row->taken, true ) );
			$order  = null === $row->order_id ? null : wc_get_order( (int) $row->order_id );
			$stock->lock( $before );
			// What came home as a movement of the stock stays one, whatever its channel's next orders become.
			if ( 'order' === $told->mode && null === $row->order_id && 0 === (int) $row->revision ) {
				$order = ( new Maker( $told ) )->make();
			} elseif ( $order instanceof \WC_Order ) {
				( new Maker( $told ) )->amend( $order );
			}
			$order = $order instanceof \WC_Order ? $order : null;
			$transaction->must_stand();
			$taken = $stock->move( $before, $order );
			if ( null !== $order ) {
				$this->routing->settle_order( $order );
			} elseif ( null === $row->order_id ) {
				$this->routing->settle( new StockOrder( (int) $row->id, $told->reference(), $row->route, $stock->by_pool( $before ) ), $stock->by_pool( $taken ), $told->destination() );
			}
			$id    = null === $order ? ( null === $row->order_id ? null : (int) $row->order_id ) : $order->get_id();
			$noted = $wpdb->query(
				$wpdb->prepare(
					'UPDATE ' . Tables::orders() . ' SET order_id = ' . ( null === $id ? 'NULL' : (int) $id ) . ', number = %s, revision = %d, request = %s, taken = %s WHERE id = %d',
					$told->number,
					$told->revision,
					$request,
					wp_json_encode( (object) $taken ),
					$row->id
				)
			);
			if ( false === $noted ) {
				throw new Busy( sprintf( 'The database broke off: %s', $wpdb->last_error ) );
			}
			$transaction->commit();
			$done = true;
		} catch ( \Throwable $failure ) {
			// WooCommerce stumbles over what was not let through; that is not what is to be told.
			throw $transaction->is_broken() ? new Busy( 'The database broke off: another request was at the same rows.' ) : $failure;
		} finally {
			if ( ! $done ) {
				$transaction->roll_back();
				$stock->forget();
				self::forget( $order ?? null );
				$this->recorder->drop();
			}
			$this->causes->job( null );
			$this->recorder->hold( false );
		}
		// phpcs:enable
		return array(
			'order'    => $id,
			'revision' => $told->revision,
			'request'  => $request,
			'taken'    => $taken,
		);
	}

	/** What was written into the order is undone: no copy of it may stay in a cache. */
	private static function forget( mixed $order ): void {
		if ( ! $order instanceof \WC_Order || 0 === $order->get_id() ) {
			return;
		}
		foreach ( $order->get_items( array( 'line_item', 'shipping', 'fee', 'tax' ) ) as $id => $item ) {
			wp_cache_delete( "item-$id", 'order-items' );
			wp_cache_delete( \WC_Cache_Helper::get_cache_prefix( "object_$id" ) . "object_meta_$id", 'order-items' );
		}
		wp_cache_delete( 'order-items-' . $order->get_id(), 'orders' );
		wc_get_container()->get( \Automattic\WooCommerce\Caches\OrderCache::class )->remove( $order->get_id() );
		clean_post_cache( $order->get_id() );
	}
}
