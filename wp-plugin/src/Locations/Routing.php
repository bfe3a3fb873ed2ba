<?php

namespace Onhand\Locations;

use Onhand\Cause\Cause;
use Onhand\Cause\Causes;
use Onhand\Orders\Busy;
use Onhand\Stock\Decimal;
use Onhand\Stock\Recorder;

/**
 * Decides from where an order is sent. WooCommerce has taken its units off the whole, and so off the main location; here
 * they are taken off where they are sent from instead. What is routed always follows what is off the stock: each hook only
 * settles the difference, so that it does not matter which of them comes, or how often.
 */
final class Routing {
	/** So often two orders may want the same last unit at once. */
	private const ATTEMPTS = 3;

	public function __construct( private readonly Recorder $recorder, private readonly Causes $causes ) {}

	public function register(): void {
		foreach ( array( 'woocommerce_reduce_order_stock', 'woocommerce_restore_order_stock', 'woocommerce_saved_order_items', 'woocommerce_rest_insert_shop_order_object' ) as $hook ) {
			add_action( $hook, fn( $order ) => $this->settle_order( $order ), 20 );
		}
		add_action( 'woocommerce_refund_created', fn( $refund, $how ) => $this->settle_order( $how['order_id'] ?? 0 ), 20, 2 );
		add_action( 'woocommerce_before_delete_order_item', fn( $item ) => $this->deleted( (int) $item ) );
		add_action( 'before_delete_post', static fn( $post ) => Shelves::clear( (int) $post ) );
	}

	/** @param mixed $order The order, or its id. */
	public function settle_order( mixed $order ): void {
		$order = ! Locations::any() || $order instanceof \WC_Order ? $order : wc_get_order( $order );
		if ( Locations::any() && $order instanceof \WC_Order ) {
			$sent = new ShopOrder( $order );
			$this->settle( $sent, $sent->taken(), $sent->destination() );
		}
	}

	/**
	 * @param array<string,array<int,float>>                       $taken What is off the stock, by line and pool; other lines stay as they are.
	 * @param array{channel:string,country:string,postcode:string} $to    Who sold it, and where it goes.
	 */
	public function settle( Routable $sent, array $taken, array $to ): void {
		if ( ! Locations::any() ) {
			return;
		}
		$before = $sent->routed();
		$routed = $this->give_back_surplus( $sent, $before, $taken );
		$wanted = self::not_routed( $taken, $routed );
		$why    = array();
		if ( array() !== $wanted ) {
			$plan = $this->route( $sent, $wanted, RoutingRules::for_order( ...$to ) );
			$why  = $plan['why'];
			foreach ( $plan['lines'] as $key => $places ) {
				$line = $wanted[ $key ];
				foreach ( array_filter( $places ) as $id => $units ) {
					$routed[ $line['line'] ][ $line['pool'] ][ $id ] = ( $routed[ $line['line'] ][ $line['pool'] ][ $id ] ?? 0.0 ) + $units;
				}
			}
		}
		if ( $routed !== $before ) {
			$sent->note( $routed, $why );
		}
	}

	/**
	 * A person decides: all of it is sent from there.
	 *
	 * @throws \InvalidArgumentException When that cannot be.
	 * @throws Busy When it is to be tried again.
	 */
	public function send_from( Routable $sent, Location $location ): void {
		if ( ! $location->counted ) {
			/* translators: %s: location */
			throw new \InvalidArgumentException( sprintf( __( 'What is at %s is not for sale.', 'onhand' ), $location->name ) );
		}
		$sent->alone( $this->recorder, fn() => $this->send_all_from( $sent, $location ) );
		$this->recorder->flush();
	}

	private function send_all_from( Routable $sent, Location $location ): void {
		$before = $sent->routed();
		$routed = $before;
		foreach ( $before as $line => $pools ) {
			foreach ( $pools as $pool => $places ) {
				$units = array_sum( $places );
				if ( $units <= 0 || array( $location->id => $units ) == array_filter( $places ) ) { // phpcs:ignore Universal.Operators.StrictComparisons -- in whatever order.
					continue;
				}
				foreach ( $places as $id => $there ) {
					$this->move( $sent, (string) $line, $pool, (string) $id, $there );
				}
				$this->move( $sent, (string) $line, $pool, $location->id, -$units );
				$routed[ $line ][ $pool ] = array( $location->id => $units );
			}
		}
		if ( $routed !== $before ) {
			$actor = $this->causes->actors->current();
			/* translators: 1: who, 2: location */
			$sent->note( $routed, array( sprintf( __( '%1$s decided: %2$s sends it.', 'onhand' ), $actor['name'] ?? $actor['kind'], $location->name ) ) );
		}
	}

	/**
	 * @param array<string,array<int,array<string,float>>> $routed By line, pool and location.
	 * @param array<string,array<int,float>>               $taken  By line and pool.
	 * @return array<string,array<int,array<string,float>>> of the former, what is off the stock
	 */
	private function give_back_surplus( Routable $sent, array $routed, array $taken ): array {
		foreach ( array_intersect_key( $routed, $taken ) as $line => $pools ) {
			foreach ( $pools as $pool => $places ) {
				$more = array_sum( $places ) - ( $taken[ $line ][ $pool ] ?? 0.0 );
				// The last of them first: the first has most of it.
				foreach ( array_reverse( array_keys( $places ) ) as $id ) {
					$back = min( $more, $places[ $id ] );
					if ( $back > 0 ) {
						$this->move( $sent, (string) $line, $pool, (string) $id, $back );
						$routed[ $line ][ $pool ][ $id ] -= $back;
						$more                            -= $back;
					}
				}
			}
		}
		return $routed;
	}

	/** @return array<string,array{line:string,pool:int,units:float}> units that are off the stock and not routed yet */
	private static function not_routed( array $taken, array $routed ): array {
		$wanted = array();
		foreach ( $taken as $line => $pools ) {
			foreach ( $pools as $pool => $units ) {
				$left = $units - array_sum( $routed[ $line ][ $pool ] ?? array() );
				if ( $left > 1e-6 ) {
					$wanted[ "$line/$pool" ] = array(
						'line'  => (string) $line,
						'pool'  => $pool,
						'units' => $left,
					);
				}
			}
		}
		return $wanted;
	}

	/**
	 * @param non-empty-array<string,array{line:string,pool:int,units:float}> $wanted
	 * @return array{lines:array<string,array<string,float>>,why:list<string>} units by line and location
	 */
	private function route( Routable $sent, array $wanted, RoutingRule $rule ): array {
		$router = new Router( $rule, Locations::counted() );
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
			foreach ( array_filter( $places ) as $id => $units ) {
				$this->tell( $sent, $wanted[ $key ]['line'], $wanted[ $key ]['pool'], (string) $id, -$units );
			}
		}
		return $plan;
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

	private function move( Routable $sent, string $line, int $pool, string $location, float $units ): void {
		if ( Locations::main()->id !== $location ) {
			Shelves::add( $location, $pool, $units );
		}
		$this->tell( $sent, $line, $pool, $location, $units );
	}

	/** What is more at one place is less at the main one, where WooCommerce's own change of the whole is felt. */
	private function tell( Routable $sent, string $line, int $pool, string $location, float $units ): void {
		$main = Locations::main()->id;
		if ( $main === $location ) {
			return;
		}
		foreach ( array( $location => $units, $main => -$units ) as $place => $more ) {
			$cause = new Cause( 'routed', $sent->reference(), $line, $this->causes->actors->current(), (string) $place );
			$this->recorder->moved( $pool, 'place', Decimal::text( $more ), $cause );
		}
	}

	private function deleted( int $id ): void {
		$item  = Locations::any() ? \WC_Order_Factory::get_order_item( $id ) : null;
		$order = $item instanceof \WC_Order_Item_Product ? $item->get_order() : null;
		if ( $order instanceof \WC_Order ) {
			$sent = new ShopOrder( $order, $item );
			$this->give_back_surplus( $sent, $sent->routed(), $sent->taken() );
		}
	}
}
