<?php

namespace Onhand\Orders;

use Onhand\Cause\Cause;
use Onhand\Cause\Causes;
use Onhand\Kits\Sales;
use Onhand\Strict\Allotments;

/** The units that a channel's order takes out of the stock, or puts back: the difference to what it has taken. */
final class Stock {
	/** @var array<int,\WC_Product> by item */
	private array $products = array();

	public function __construct( private readonly Told $told, private readonly Causes $causes ) {}

	/**
	 * Locks the quantities in the order of their ids, so that two orders never wait for one another, and looks whether
	 * there is enough.
	 *
	 * @param array<string,int> $taken What each line has taken so far.
	 * @throws Refused When a variation is gone, or there is not enough.
	 * @throws Busy    When the database broke off.
	 */
	public function lock( array $taken ): void {
		$needs = array();
		foreach ( $this->told->lines as $line ) {
			$product = wc_get_product( $line['item'] );
			$more    = $line['taken'] - ( $taken[ $line['line'] ] ?? 0 );
			if ( ! $product instanceof \WC_Product || 'trash' === $product->get_status() ) {
				if ( $more > 0 ) {
					/* translators: 1: product's title, 2: its id */
					throw new Refused( 'unknown_item', sprintf( __( '%1$s (product %2$d) was deleted in the shop or is in the trash. Restore it or link the listing to another variation, then try again.', 'onhand' ), $line['title'], $line['item'] ) );
				}
				continue;
			}
			$this->products[ $line['item'] ] = $product;
			if ( $product->managing_stock() ) {
				$pool = $product->get_stock_managed_by_id();

				$needs[ $pool ] = ( $needs[ $pool ] ?? 0 ) + $more;
			}
		}
		ksort( $needs );
		foreach ( $needs as $pool => $need ) {
			$this->enough( $pool, $need );
		}
	}

	private function enough( int $pool, int $need ): void {
		global $wpdb;
		// phpcs:ignore WordPress.DB.DirectDatabaseQuery -- the quantity of this moment, which is in no cache.
		$quantity = $wpdb->get_var( $wpdb->prepare( "SELECT meta_value FROM $wpdb->postmeta WHERE post_id = %d AND meta_key = '_stock' FOR UPDATE", $pool ) );
		if ( '' !== $wpdb->last_error ) {
			throw new Busy( sprintf( 'The database broke off: %s', $wpdb->last_error ) );
		}
		$product = wc_get_product( $pool );
		if ( $need > 0 && (float) $quantity < $need && $product && ! $product->backorders_allowed() && ! in_array( 'oversold', $this->told->accept, true ) ) {
			throw new Refused(
				'oversold',
				sprintf(
					/* translators: 1: product's name, 2: units sold, 3: units there are */
					__( 'Oversold: %1$s was sold %2$d times and there are %3$s. Get more or cancel it on the channel; or agree to sell below zero.', 'onhand' ),
					$product->get_name(),
					$need,
					null === $quantity ? 0 : wc_stock_amount( $quantity )
				)
			);
		}
	}

	/**
	 * @param array<string,int> $taken What each line has taken so far.
	 * @return array<string,int> What each has taken now.
	 */
	public function move( array $taken, ?\WC_Order $order ): array {
		$items = self::items( $order );
		$now   = array();
		foreach ( $this->told->lines as $line ) {
			$name         = $line['line'];
			$now[ $name ] = $line['taken'];
			$more         = $line['taken'] - ( $taken[ $name ] ?? 0 );
			$product      = $this->products[ $line['item'] ] ?? null;
			if ( 0 !== $more && null !== $product ) {
				$this->change( $product, $name, $more, $items[ '' === $line['of'] ? $name : $line['of'] ] ?? null, '' !== $line['of'] );
			}
		}
		if ( null !== $order ) {
			$order->get_data_store()->set_stock_reduced( $order->get_id(), array_sum( $now ) > 0 );
		}
		return $now;
	}

	/**
	 * @param array<string,int> $taken By line.
	 * @return array<string,array<int,float>> the same by line and pool, of those whose variation is there
	 */
	public function by_pool( array $taken ): array {
		$found = array();
		foreach ( $this->told->lines as $line ) {
			$product = $this->products[ $line['item'] ] ?? null;
			$units   = (float) ( $taken[ $line['line'] ] ?? 0 );
			if ( null !== $product ) {
				$found[ $line['line'] ] = $units > 0 && $product->managing_stock() ? array( $product->get_stock_managed_by_id() => $units ) : array();
			}
		}
		return $found;
	}

	/** @param bool $part Of a kit, whose item in the order it is then. */
	private function change( \WC_Product $product, string $line, int $more, ?\WC_Order_Item_Product $item, bool $part ): void {
		$actor = array(
			'kind' => 'channel',
			'id'   => null,
			'name' => mb_substr( $this->told->source() . ' ' . $this->told->number, 0, 100 ),
		);
		$this->causes->job( new Cause( $more > 0 ? 'channel_order' : 'channel_restock', $this->told->reference(), $line, $actor ) );
		$parts = null !== $item && $part ? Sales::taken( $item ) : array();
		$out   = null === $item ? null : ( $part ? $parts[ $product->get_id() ] ?? 0 : (int) $item->get_meta( '_reduced_stock', true ) );
		if ( null !== $out && $more < 0 ) {
			// What somebody has put back in the shop already is not put back again.
			$more = -min( -$more, $out );
		}
		if ( 0 !== $more && $product->managing_stock() ) {
			wc_update_product_stock( $product, abs( $more ), $more > 0 ? 'decrease' : 'increase' );
			// A kit is not sold out of what is kept for its parts' own listings.
			if ( $more > 0 && ! $part ) {
				Allotments::sold( $this->told->channel, $product->get_id(), $more );
			}
		}
		if ( null !== $item && 0 !== $more && $part ) {
			Sales::note( $item, array_filter( array( $product->get_id() => (int) $out + $more ) + $parts ) );
		} elseif ( null !== $item && 0 !== $more ) {
			$item->update_meta_data( '_reduced_stock', (string) ( (int) $out + $more ) );
			$item->save();
		}
		$this->causes->job( null );
	}

	/** @return array<string,\WC_Order_Item_Product> by the channel's id of the line */
	private static function items( ?\WC_Order $order ): array {
		$items = array();
		foreach ( null === $order ? array() : $order->get_items() as $item ) {
			if ( $item instanceof \WC_Order_Item_Product ) {
				$items[ (string) $item->get_meta( Maker::LINE, true ) ] = $item;
			}
		}
		return $items;
	}

	/** What was written is undone: no copy of it may stay in a cache. */
	public function forget(): void {
		foreach ( $this->products as $product ) {
			foreach ( array_unique( array( $product->get_id(), $product->get_stock_managed_by_id() ) ) as $id ) {
				clean_post_cache( $id );
				wc_delete_product_transients( $id );
			}
		}
	}
}
