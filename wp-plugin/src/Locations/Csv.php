<?php

namespace Onhand\Locations;

use Onhand\Orders\Busy;
use Onhand\Stock\Decimal;

/**
 * A column for each location in WooCommerce's own CSV export and import of products. With a stock column beside them the
 * locations only say where that stock is; without one, each is a stock-take.
 */
final class Csv {
	private const PREFIX = 'onhand_location_';

	public static function register( Keeper $keeper ): void {
		if ( ! Locations::any() ) {
			return;
		}
		foreach ( array( 'woocommerce_product_export_column_names', 'woocommerce_product_export_product_default_columns', 'woocommerce_csv_product_import_mapping_options' ) as $hook ) {
			add_filter( $hook, static fn( $columns ) => (array) $columns + self::columns() );
		}
		add_filter( 'woocommerce_csv_product_import_mapping_default_columns', static fn( $columns ) => (array) $columns + array_flip( self::columns() ) );
		foreach ( array_keys( self::columns() ) as $column ) {
			add_filter( "woocommerce_product_export_product_column_$column", static fn( $value, $product ) => self::value( $product, substr( $column, strlen( self::PREFIX ) ) ), 10, 2 );
		}
		add_action( 'woocommerce_product_import_inserted_product_object', static fn( $product, $data ) => self::imported( $keeper, $product, (array) $data ), 10, 2 );
	}

	/** @return array<string,string> */
	private static function columns(): array {
		$columns = array();
		foreach ( Locations::all() as $location ) {
			/* translators: %s: location */
			$columns[ self::PREFIX . $location->id ] = sprintf( __( 'Stock at %s', 'onhand' ), $location->name );
		}
		return $columns;
	}

	private static function value( mixed $product, string $location ): string {
		if ( ! $product instanceof \WC_Product || ! $product->managing_stock() || $product->get_stock_managed_by_id() !== $product->get_id() ) {
			return '';
		}
		$rows  = Shelves::rows( array( $product->get_id() ) )[ $product->get_id() ] ?? array();
		$there = Shelves::spread( (float) $product->get_stock_quantity(), $rows ) + $rows;
		return (string) Decimal::text( $there[ $location ] ?? 0.0 );
	}

	/** @throws \RuntimeException When a cell is no number: the importer shows the row with these words. */
	private static function imported( Keeper $keeper, mixed $product, array $data ): void {
		$whole = isset( $data['stock_quantity'] ) && '' !== $data['stock_quantity'];
		foreach ( Locations::all() as $location ) {
			$cell = trim( (string) ( $data[ self::PREFIX . $location->id ] ?? '' ) );
			if ( '' === $cell || ! $product instanceof \WC_Product ) {
				continue;
			}
			if ( ! is_numeric( $cell ) || (float) $cell < 0 ) {
				/* translators: 1: location, 2: what stands there */
				throw new \RuntimeException( esc_html( sprintf( __( 'Stock at %1$s: "%2$s" is no number of units.', 'onhand' ), $location->name, $cell ) ) );
			}
			if ( $whole && Locations::main()->id === $location->id ) {
				continue;
			}
			try {
				$whole && $location->counted ? $keeper->place( $product, $location, (float) $cell ) : $keeper->stock_take( $product, $location, (float) $cell );
			} catch ( \InvalidArgumentException | Busy $wrong ) {
				throw new \RuntimeException( esc_html( $wrong->getMessage() ) );
			}
		}
	}
}
