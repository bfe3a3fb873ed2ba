<?php

namespace Onhand\Locations;

use Onhand\Cause\Cause;
use Onhand\Cause\Causes;
use Onhand\Orders\Maker;
use Onhand\Stock\Decimal;
use Onhand\Stock\Recorder;

/**
 * Decides from where an order is sent. WooCommerce has taken its units off the whole, and so off the main location; here
 * they are taken off where they are sent from instead. What is routed always follows what is off the stock: each hook only
 * settles the difference, so that it does not matter which of them comes, or how often.
 */
final class Routing {
	/** On the order: why it is sent from where it is. */
	public const WHY = '_onhand_route';
	/** So often two orders may want the same last unit at once. */
	private const ATTEMPTS = 3;

	public function __construct( private readonly Recorder $recorder, private readonly Causes $causes ) {}

	public function register(): void {
		foreach ( array( 'woocommerce_reduce_order_stock', 'woocommerce_restore_order_stock', 'woocommerce_saved_order_items', 'woocommerce_rest_insert_shop_order_object' ) as $hook ) {
			add_action( $hook, fn( $order ) => $this->settle( $order ), 20 );
		}
		add_action( 'woocommerce_refund_created', fn( $refund, $how ) => $this->settle( $how['order_id'] ?? 0 ), 20, 2 );
		add_action( 'woocommerce_before_delete_order_item', fn( $item ) => $this->deleted( (int) $item ) );
		add_action( 'before_delete_post', static fn( $post ) => Shelves::clear( (int) $post ) );
	}

	/** @param mixed $order The order, or its id. */
	public function settle( mixed $order ): void {
		$order = ! Locations::any() || $order instanceof \WC_Order ? $order : wc_get_order( $order );
		if ( ! Locations::any() || ! $order instanceof \WC_Order ) {
			return;
		}
		$wanted = array();
		foreach ( $order->get_items() as $id => $item ) {
			if ( $item instanceof \WC_Order_Item_Product ) {
				foreach ( $this->give_back_surplus( $order, $item ) as $pool => $units ) {
					$wanted[ "$id/$pool" ] = array(
						'item'  => $item,
						'pool'  => $pool,
						'units' => $units,
					);
				}
			}
		}
		if ( array() !== $wanted ) {
			$this->explain( $order, $this->route( $order, $wanted ) );
		}
	}

	/**
	 * A person decides: all of it is sent from there.
	 *
	 * @throws \InvalidArgumentException When that cannot be.
	 */
	public function send_from( \WC_Order $order, Location $location ): void {
		if ( ! $location->counted ) {
			/* translators: %s: location */
			throw new \InvalidArgumentException( sprintf( __( 'What is at %s is not for sale.', 'onhand' ), $location->name ) );
		}
		$moved = false;
		foreach ( $order->get_items() as $item ) {
			foreach ( $item instanceof \WC_Order_Item_Product ? Routed::of( $item ) : array() as $pool => $places ) {
				$units = array_sum( $places );
				if ( array( $location->id => $units ) == $places ) { // phpcs:ignore Universal.Operators.StrictComparisons -- in whatever order.
					continue;
				}
				foreach ( $places as $id => $there ) {
					$this->move( $order, $item, $pool, (string) $id, $there );
				}
				$this->move( $order, $item, $pool, $location->id, -$units );
				Routed::note( $item, array( $pool => array( $location->id => $units ) ) + Routed::of( $item ) );
				$moved = true;
			}
		}
		if ( $moved ) {
			$actor = $this->causes->actors->current();
			/* translators: 1: who, 2: location */
			$this->explain( $order, array( sprintf( __( '%1$s decided: %2$s sends it.', 'onhand' ), $actor['name'] ?? $actor['kind'], $location->name ) ) );
			$this->recorder->flush();
		}
	}

	/** @return array<int,float> units by pool that are off the stock and not routed yet */
	private function give_back_surplus( \WC_Order $order, \WC_Order_Item_Product $item, bool $gone = false ): array {
		$taken  = Routed::taken( $item );
		$routed = Routed::of( $item );
		$before = $routed;
		foreach ( $routed as $pool => $places ) {
			$more = array_sum( $places ) - ( $taken[ $pool ] ?? 0.0 );
			// The last of them first: the first has most of it.
			foreach ( array_reverse( array_keys( $places ) ) as $id ) {
				$back = min( $more, $places[ $id ] );
				if ( $back > 0 ) {
					$this->move( $order, $item, $pool, (string) $id, $back );
					$routed[ $pool ][ $id ] -= $back;
					$more                   -= $back;
				}
			}
		}
		if ( $routed !== $before && ! $gone ) {
			Routed::note( $item, $routed );
		}
		foreach ( $taken as $pool => $units ) {
			$taken[ $pool ] = $units - array_sum( $routed[ $pool ] ?? array() );
		}
		return array_filter( $taken, static fn( float $units ): bool => $units > 1e-6 );
	}

	/**
	 * @param non-empty-array<string,array{item:\WC_Order_Item_Product,pool:int,units:float}> $wanted
	 * @return list<string> why
	 */
	private function route( \WC_Order $order, array $wanted ): array {
		$router = new Router( self::rule( $order ), Locations::counted() );
		for ( $attempt = 1; true; $attempt++ ) {
			$plan = $router->plan( $wanted, self::there( $wanted ) );
			if ( $attempt > self::ATTEMPTS || $this->take( $wanted, $plan['lines'], $plan['short'] > 0 ) ) {
				break;
			}
		}
		if ( $attempt > self::ATTEMPTS ) {
			// Others were faster each time: the main location, which has the rest, owes it.
			$main          = Locations::main();
			$plan['lines'] = array_map( static fn( array $line ): array => array( $main->id => $line['units'] ), $wanted );
			/* translators: %s: location */
			$plan['why'] = array( sprintf( __( 'Other orders took it at the same moment: %s sends it until somebody decides.', 'onhand' ), $main->name ) );
		}
		foreach ( $plan['lines'] as $key => $places ) {
			$line   = $wanted[ $key ];
			$routed = Routed::of( $line['item'] );
			foreach ( array_filter( $places ) as $id => $units ) {
				$routed[ $line['pool'] ][ $id ] = ( $routed[ $line['pool'] ][ $id ] ?? 0.0 ) + $units;
				$this->tell( $order, $line['item'], $line['pool'], (string) $id, -$units );
			}
			Routed::note( $line['item'], $routed );
		}
		return $plan['why'];
	}

	/**
	 * All of it, or nothing when somebody was faster.
	 *
	 * @param array<string,array<string,float>> $plan
	 */
	private function take( array $wanted, array $plan, bool $short ): bool {
		$main = Locations::main()->id;
		$done = array();
		foreach ( $plan as $key => $places ) {
			foreach ( $places as $id => $units ) {
				if ( $id === $main || 0.0 === $units ) {
					continue;
				}
				if ( ! Shelves::add( (string) $id, $wanted[ $key ]['pool'], -$units, ! $short ) ) {
					foreach ( $done as list( $location, $pool, $taken ) ) {
						Shelves::add( $location, $pool, $taken );
					}
					return false;
				}
				$done[] = array( (string) $id, $wanted[ $key ]['pool'], $units );
			}
		}
		return true;
	}

	/** @return array<int,array<string,float>> what is where, as if these units had not been taken yet */
	private static function there( array $wanted ): array {
		global $wpdb;
		$pools = array_values( array_unique( array_column( $wanted, 'pool' ) ) );
		$rows  = Shelves::rows( $pools );
		$in    = implode( ',', array_map( 'intval', $pools ) );
		$there = array();
		// phpcs:ignore WordPress.DB -- ids are integers; the quantities of this moment are in no cache.
		foreach ( (array) $wpdb->get_results( "SELECT post_id, meta_value FROM $wpdb->postmeta WHERE post_id IN ($in) AND meta_key = '_stock'" ) as $row ) {
			$pool           = (int) $row->post_id;
			$units          = array_sum( array_column( array_filter( $wanted, static fn( array $line ): bool => $line['pool'] === $pool ), 'units' ) );
			$there[ $pool ] = Shelves::spread( (float) $row->meta_value + $units, $rows[ $pool ] ?? array() );
		}
		return $there;
	}

	private static function rule( \WC_Order $order ): RoutingRule {
		$channel  = (string) $order->get_meta( Maker::CHANNEL, true );
		$country  = $order->get_shipping_country() ?: $order->get_billing_country();
		$postcode = $order->get_shipping_postcode() ?: $order->get_billing_postcode();
		return RoutingRules::for_order( '' === $channel ? 'shop' : $channel, $country, $postcode );
	}

	private function move( \WC_Order $order, \WC_Order_Item_Product $item, int $pool, string $location, float $units ): void {
		if ( Locations::main()->id !== $location ) {
			Shelves::add( $location, $pool, $units );
		}
		$this->tell( $order, $item, $pool, $location, $units );
	}

	/** What is more at one place is less at the main one, where WooCommerce's own change of the whole is felt. */
	private function tell( \WC_Order $order, \WC_Order_Item_Product $item, int $pool, string $location, float $units ): void {
		$main = Locations::main()->id;
		if ( $main === $location ) {
			return;
		}
		foreach ( array( $location => $units, $main => -$units ) as $place => $more ) {
			$cause = new Cause( 'routed', (string) $order->get_id(), (string) $item->get_id(), $this->causes->actors->current(), (string) $place );
			$this->recorder->moved( $pool, 'place', Decimal::text( $more ), $cause );
		}
	}

	/** @param list<string> $why */
	private function explain( \WC_Order $order, array $why ): void {
		$order->update_meta_data( self::WHY, $why );
		$order->save_meta_data();
		$order->add_order_note( implode( ' ', $why ) );
	}

	private function deleted( int $id ): void {
		$item  = Locations::any() ? \WC_Order_Factory::get_order_item( $id ) : null;
		$order = $item instanceof \WC_Order_Item_Product ? $item->get_order() : null;
		if ( $order instanceof \WC_Order ) {
			$this->give_back_surplus( $order, $item, true );
		}
	}
}
