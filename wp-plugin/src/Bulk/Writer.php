<?php

namespace Onhand\Bulk;

use Onhand\Stock\Decimal;

/**
 * Writes stock and prices of many products and variations, whatever their parents are: each row by itself, with what it was before,
 * so that it can be looked at first and taken back afterwards. Too many refused rows end it.
 */
final class Writer {
	/** @var list<array<string,mixed>> */
	private array $results = array();
	/** @var list<array<string,mixed>> rows that take it back */
	private array $undo  = array();
	private int $refused = 0;

	/** @param ?int $stop_after So many refused rows are enough; null: never. */
	public function __construct( private readonly bool $dry_run = false, private readonly ?int $stop_after = null, private readonly ?Watch $watch = null ) {}

	/**
	 * @param iterable<array<string,mixed>> $rows
	 * @return array{changed:int,same:int,refused:int,stopped:bool,halted:?string,items:list<array<string,mixed>>,undo:list<array<string,mixed>>}
	 */
	public function write( iterable $rows ): array {
		$stopped = false;
		$halted  = null;
		foreach ( $rows as $number => $raw ) {
			if ( null !== $this->stop_after && $this->refused >= $this->stop_after ) {
				$stopped = true;
				break;
			}
			$this->results[] = array( 'row' => $number + 1 ) + $this->one( (array) $raw );

			$halted = $this->watch?->look( count( $this->results ) );
			if ( null !== $halted ) {
				break;
			}
		}
		$halted ??= array() === $this->results ? null : $this->watch?->look( count( $this->results ), true );
		$count = fn( string $outcome ): int => count( array_filter( $this->results, static fn( array $one ): bool => $outcome === $one['outcome'] ) );
		return array(
			'changed' => $count( 'changed' ),
			'same'    => $count( 'same' ),
			'refused' => $this->refused,
			'stopped' => $stopped,
			// Why it ended before its end, or should have.
			'halted'  => $halted,
			'items'   => $this->results,
			// What was written last is taken back first.
			'undo'    => array_reverse( $this->undo ),
		);
	}

	/** @return array<string,mixed> */
	private function one( array $raw ): array {
		try {
			$row     = Row::of( $raw );
			$product = wc_get_product( $row->id );
			if ( ! $product instanceof \WC_Product ) {
				/* translators: %d: id */
				throw new \InvalidArgumentException( sprintf( __( 'There is no product or variation %d.', 'onhand' ), $row->id ) );
			}
			return $this->written( $product, $row );
		} catch ( \InvalidArgumentException | \WC_Data_Exception $wrong ) {
			++$this->refused;
			return array(
				'sku'     => (string) ( $raw['sku'] ?? '' ),
				'outcome' => 'refused',
				'why'     => $wrong->getMessage(),
			);
		}
	}

	private function written( \WC_Product $product, Row $row ): array {
		$manages = $row->props['manage_stock'] ?? true === $product->get_manage_stock( 'edit' );
		if ( ! $manages && ( null !== $row->stock || null !== $row->change ) ) {
			throw new \InvalidArgumentException( __( 'WooCommerce does not count its stock here. Say manage_stock too, or write on the product that counts it.', 'onhand' ) );
		}
		$stock = $product->get_stock_quantity( 'edit' );
		if ( null !== $row->expected && Decimal::text( (string) $stock ) !== Decimal::text( (string) $row->expected ) ) {
			/* translators: 1: expected quantity, 2: quantity */
			throw new \InvalidArgumentException( sprintf( __( 'The shop was to have %1$s of it and has %2$s.', 'onhand' ), Decimal::text( (string) $row->expected ), Decimal::text( (string) $stock ) ?? '–' ) );
		}
		$before = self::state( $product, $row );
		$wanted = $row->stock ?? ( null === $row->change ? null : (float) $stock + $row->change );
		$after  = array_intersect_key( $row->props, $before ) + ( null === $wanted ? array() : array( 'stock_quantity' => Decimal::text( (string) $wanted ) ) ) + $before;
		$same   = self::worded( $before ) === self::worded( $after );
		if ( ! $same && ! $this->dry_run ) {
			if ( array() !== $row->props ) {
				$product->set_props( $row->props );
				$product->save();
			}
			if ( null !== $row->change ) {
				$now = wc_update_product_stock( $product, abs( $row->change ), $row->change < 0 ? 'decrease' : 'increase' );
			} elseif ( null !== $row->stock ) {
				$now = wc_update_product_stock( $product, $row->stock, 'set' );
			}
			if ( isset( $now ) && false !== $now ) {
				$after['stock_quantity'] = Decimal::text( (string) $now );
			}
			$this->undo[] = self::back( $product->get_id(), $before, $after );
		}
		return array(
			'sku'     => $product->get_sku(),
			'id'      => $product->get_id(),
			'outcome' => $same ? 'same' : 'changed',
			'before'  => $before,
			'after'   => $after,
		);
	}

	/** As it is, of what the row says. */
	private static function state( \WC_Product $product, Row $row ): array {
		$state = array();
		foreach ( array_keys( $row->props ) as $name ) {
			$state[ $name ] = $product->{"get_$name"}( 'edit' );
		}
		if ( null !== $row->stock || null !== $row->change ) {
			$state['stock_quantity'] = Decimal::text( (string) $product->get_stock_quantity( 'edit' ) );
		}
		return $state;
	}

	/** Prices and quantities are the same however they are written. */
	private static function worded( array $state ): array {
		ksort( $state );
		return array_map( static fn( $value ) => is_bool( $value ) ? $value : ( Decimal::text( (string) $value ) ?? (string) $value ), $state );
	}

	/** The row that takes it back, unless somebody has changed the quantity since. */
	private static function back( int $id, array $before, array $after ): array {
		$row = array( 'id' => $id );
		foreach ( $before as $name => $value ) {
			if ( 'stock_quantity' === $name ) {
				$row += array(
					'stock_quantity' => $value ?? '0',
					'expected_stock' => $after['stock_quantity'],
				);
			} elseif ( 'manage_stock' === $name ) {
				$row['manage_stock'] = $value ? 'yes' : 'no';
			} else {
				$row[ $name ] = '' === $value ? 'none' : $value;
			}
		}
		return $row;
	}
}
