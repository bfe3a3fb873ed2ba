<?php

namespace Onhand\Admin;

use Onhand\Agent\Refused;
use Onhand\Agent\Unreachable;

/** Two columns in WooCommerce's own CSV export and import of products: what is kept back from channels, and where it is not sold. */
final class ProductCsv {
	private const BUFFER   = 'onhand_buffer';
	private const EXCLUDED = 'onhand_excluded';
	/** What a cell says that takes something away; an empty one leaves it as it is, as everywhere in WooCommerce's import. */
	private const NONE = 'none';

	public static function register(): void {
		foreach ( array( 'woocommerce_product_export_column_names', 'woocommerce_product_export_product_default_columns', 'woocommerce_csv_product_import_mapping_options' ) as $hook ) {
			add_filter( $hook, static fn( $columns ) => (array) $columns + self::columns() );
		}
		add_filter( 'woocommerce_csv_product_import_mapping_default_columns', static fn( $columns ) => (array) $columns + array_flip( self::columns() ) );
		add_filter( 'woocommerce_product_export_product_column_' . self::BUFFER, static fn( $value, $product ) => self::exported( $product, static fn( Reserve $reserve ): string => (string) ( $reserve->buffer ?? self::NONE ) ), 10, 2 );
		add_filter( 'woocommerce_product_export_product_column_' . self::EXCLUDED, static fn( $value, $product ) => self::exported( $product, static fn( Reserve $reserve ): string => implode( ', ', $reserve->excluded ) ?: self::NONE ), 10, 2 );
		add_action( 'woocommerce_product_import_inserted_product_object', static fn( $product, $data ) => self::imported( $product, (array) $data ), 20, 2 );
	}

	/** @return array<string,string> */
	private static function columns(): array {
		return array(
			self::BUFFER   => __( 'Kept back from channels', 'onhand' ),
			self::EXCLUDED => __( 'Not sold on channels', 'onhand' ),
		);
	}

	/** Without an agent the cell is empty: an import of this file leaves it as it is. */
	private static function exported( mixed $product, callable $cell ): string {
		if ( ! $product instanceof \WC_Product || '' === $product->get_sku() || $product->is_type( 'variable' ) ) {
			return '';
		}
		try {
			return $cell( Reserve::of( $product->get_sku() ) );
		} catch ( Unreachable | Refused $silent ) {
			return '';
		}
	}

	/** @throws \RuntimeException When a cell makes no sense, or the agent does not answer: the importer shows the row with these words. */
	private static function imported( mixed $product, array $data ): void {
		$buffer   = trim( (string) ( $data[ self::BUFFER ] ?? '' ) );
		$excluded = trim( (string) ( $data[ self::EXCLUDED ] ?? '' ) );
		if ( ( '' === $buffer && '' === $excluded ) || ! $product instanceof \WC_Product || '' === $product->get_sku() || ! self::may() ) {
			return;
		}
		try {
			$now = Reserve::of( $product->get_sku() );
			Reserve::set(
				$product->get_sku(),
				'' === $buffer ? $now->buffer : Reserve::units( self::NONE === $buffer ? '' : $buffer ),
				'' === $excluded ? null : Reserve::names( self::NONE === $excluded ? '' : $excluded )
			);
		} catch ( Unreachable | Refused | \InvalidArgumentException $wrong ) {
			throw new \RuntimeException( esc_html( $wrong->getMessage() ) );
		}
	}

	/** The command line and jobs act for whoever may do anything. */
	private static function may(): bool {
		return 0 === get_current_user_id() || current_user_can( Roles::CONFIGURE );
	}
}
