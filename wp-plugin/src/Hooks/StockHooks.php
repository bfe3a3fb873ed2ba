<?php

namespace Onhand\Hooks;

use Onhand\Cause\Causes;
use Onhand\Stock\Decimal;
use Onhand\Stock\Recorder;

/**
 * Every way in which a quantity, a stock status or the manage switch changes. WooCommerce's SQL engine is seen
 * in its own query (the exact change, right under concurrency); everything else goes through post meta.
 */
final class StockHooks {
	private const META = array(
		'_stock'        => 'set',
		'_stock_status' => 'status',
		'_manage_stock' => 'status',
		'_backorders'   => '',
	);

	/** @var array<int,array{0:string,1:?string}> the change that the SQL engine is about to make, by pool */
	private array $pending = array();
	/** @var array<int,true> pools that the SQL engine has written and not yet announced */
	private array $announced = array();

	private function __construct( private readonly Recorder $recorder, private readonly Causes $causes ) {}

	public static function register( Recorder $recorder, Causes $causes ): void {
		$self = new self( $recorder, $causes );
		add_filter( 'woocommerce_update_product_stock_query', array( $self, 'query' ), PHP_INT_MAX, 2 );
		add_action( 'woocommerce_updated_product_stock', array( $self, 'written' ), -1 );
		foreach ( array( 'added_post_meta', 'updated_post_meta' ) as $hook ) {
			add_action( $hook, array( $self, 'meta' ), 10, 4 );
		}
		// Before WordPress looks into its own cache: what is put there is what it finds.
		add_filter(
			'update_post_metadata_cache',
			static function ( $instead, $posts ) use ( $recorder ) {
				if ( null === $instead ) {
					$recorder->about_to_read( (array) $posts );
				}
				return $instead;
			},
			PHP_INT_MAX,
			2
		);
		add_action( 'deleted_post_meta', array( $self, 'meta_deleted' ), 10, 3 );
		foreach ( array( 'woocommerce_product_set_stock', 'woocommerce_variation_set_stock' ) as $hook ) {
			add_action( $hook, array( $self, 'settled' ), PHP_INT_MAX );
		}
		foreach ( array( 'woocommerce_product_set_stock_status', 'woocommerce_variation_set_stock_status' ) as $hook ) {
			add_action( $hook, static fn( $id ) => $recorder->stock_dirty( (int) $id, false ), PHP_INT_MAX );
		}
		add_action( 'woocommerce_after_product_object_save', array( $self, 'saved' ), PHP_INT_MAX );
		add_action( 'woocommerce_reduce_order_item_stock', array( $self, 'reduced' ), -1, 3 );
		add_action( 'woocommerce_restore_order_item_stock', array( $self, 'restored' ), -1, 4 );
	}

	/** The query as it will run, whatever other plugins made of it. */
	public function query( $sql, $pool ) {
		$change = null;
		if ( is_string( $sql ) ) {
			if ( 1 === preg_match( '/\bmeta_value\s*=\s*meta_value\s*([+-])\s*([\d.]+)/', $sql, $found ) ) {
				$change = array( 'delta', Decimal::text( ( '-' === $found[1] ? '-' : '' ) . $found[2] ) );
			} elseif ( 1 === preg_match( "/\\bmeta_value\\s*=\\s*'?(-?[\\d.]+)'?\\s/", $sql, $found ) ) {
				$change = array( 'set', Decimal::text( $found[1] ) );
			}
		}
		$this->pending[ (int) $pool ] = $change;
		return $sql;
	}

	public function written( $pool ): void {
		$pool   = (int) $pool;
		$change = $this->pending[ $pool ] ?? null;
		unset( $this->pending[ $pool ] );
		$this->announced[ $pool ] = true;
		$this->recorder->stock_dirty( $pool, false );
		if ( null !== $change && null !== $change[1] ) {
			$this->recorder->moved( $pool, $change[0], $change[1], $this->causes->of_change( $pool ) );
		}
	}

	public function meta( $meta_id, $post, $key, $value ): void {
		if ( isset( self::META[ $key ] ) && self::is_product( (int) $post ) ) {
			$this->meta_written( (int) $post, $key, $value );
		}
	}

	public function meta_deleted( $meta_ids, $post, $key ): void {
		if ( isset( self::META[ $key ] ) && self::is_product( (int) $post ) ) {
			$this->meta_written( (int) $post, $key, null );
		}
	}

	/** The hooks of one change are through, except for an order's own. */
	public function settled( $product ): void {
		if ( $product instanceof \WC_Product ) {
			$pool = $product->get_stock_managed_by_id();
			// The SQL engine's change is gathered already, and may be stated already; a product whose data is
			// kept somewhere else than in post meta is known from here alone.
			if ( ! isset( $this->announced[ $pool ] ) ) {
				$this->recorder->stock_dirty( $pool );
			}
			unset( $this->announced[ $pool ] );
		}
		if ( ! $this->causes->is_saving() ) {
			$this->recorder->safe_point();
		}
	}

	public function saved(): void {
		if ( ! $this->causes->is_saving() ) {
			$this->recorder->safe_point();
		}
	}

	public function reduced( $item, $change, $order ): void {
		$this->of_line( $change['product'] ?? null, $item, $order );
	}

	public function restored( $item, $new_stock, $old_stock, $order ): void {
		$this->of_line( $item->get_product(), $item, $order );
	}

	private function of_line( $product, $item, $order ): void {
		if ( $product instanceof \WC_Product ) {
			$this->recorder->refine(
				$product->get_stock_managed_by_id(),
				static fn( $cause ) => $cause->of( (string) $order->get_id(), (string) $item->get_id() ),
				true
			);
		}
	}

	private function meta_written( int $post, string $key, mixed $value ): void {
		$op = self::META[ $key ];
		if ( '' === $op || '_manage_stock' === $key ) {
			$this->recorder->stock_dirty( $post );
		}
		if ( '' === $op ) {
			return;
		}
		$quantity = 'set' === $op ? Decimal::text( $value ) : null;
		$this->recorder->moved( $post, $op, $quantity, $this->causes->of_write( $post ) );
		if ( null !== $quantity ) {
			$this->causes->created( $post, true );
		}
	}

	private static function is_product( int $post ): bool {
		return in_array( get_post_type( $post ), array( 'product', 'product_variation' ), true );
	}
}
