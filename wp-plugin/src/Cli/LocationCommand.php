<?php

namespace Onhand\Cli;

use Onhand\Locations\Keeper;
use Onhand\Locations\Location;
use Onhand\Locations\Locations;
use Onhand\Locations\Shelves;
use Onhand\Orders\Busy;
use Onhand\Stock\Decimal;
use WP_CLI;
use WP_CLI\Utils;

/**
 * The places where stock is. The first is the main one: it has what is nowhere else.
 */
final class LocationCommand {
	public function __construct( private readonly Keeper $keeper ) {}

	/**
	 * Lists the locations, in the order in which orders are sent from them.
	 *
	 * ## OPTIONS
	 *
	 * [--format=<format>]
	 * : table, json, csv or yaml.
	 * ---
	 * default: table
	 * ---
	 *
	 * @subcommand list
	 */
	public function all( array $args, array $options ): void {
		$rows = array();
		foreach ( array_values( Locations::all() ) as $index => $location ) {
			$rows[] = array(
				'main'    => 0 === $index ? 'yes' : 'no',
				'counted' => $location->counted ? 'yes' : 'no',
			) + $location->to_array();
		}
		Utils\format_items( $options['format'], $rows, array( 'id', 'name', 'main', 'counted', 'cost' ) );
	}

	/**
	 * Adds a location, or changes the one of this name. The first becomes the main one.
	 *
	 * ## OPTIONS
	 *
	 * <id>
	 * : Lower-case letters, digits and dashes.
	 *
	 * [--name=<name>]
	 * : What people call it.
	 *
	 * [--not-counted]
	 * : What is there is not for sale, and no part of WooCommerce's number.
	 *
	 * [--cost=<cost>]
	 * : What a parcel from there costs, for routing rules that choose the cheapest.
	 *
	 * ## EXAMPLES
	 *
	 *     wp onhand location add warehouse --name="Warehouse Leipzig"
	 *     wp onhand location add shop --name="Shop" --cost=4.90
	 */
	public function add( array $args, array $options ): void {
		$this->tried(
			static function () use ( $args, $options ): string {
				$before = Locations::all()[ $args[0] ] ?? null;
				Locations::put(
					Location::read(
						array(
							'id'      => $args[0],
							'name'    => $options['name'] ?? $before->name ?? $args[0],
							'counted' => ! Utils\get_flag_value( $options, 'not-counted', null !== $before && ! $before->counted ),
							'cost'    => $options['cost'] ?? $before->cost ?? 0,
						)
					)
				);
				return sprintf( '%s is there. The stock of the whole shop is being stated anew.', $args[0] );
			}
		);
	}

	/**
	 * Removes a location at which nothing is.
	 *
	 * ## OPTIONS
	 *
	 * <id>
	 * : Which.
	 */
	public function remove( array $args, array $options ): void {
		$this->tried(
			static function () use ( $args ): string {
				Locations::remove( $args[0] );
				return sprintf( '%s is gone.', $args[0] );
			}
		);
	}

	/**
	 * Shows where the stock of a variation is.
	 *
	 * ## OPTIONS
	 *
	 * <sku>
	 * : The product or variation.
	 *
	 * [--format=<format>]
	 * : table, json, csv or yaml.
	 * ---
	 * default: table
	 * ---
	 */
	public function stock( array $args, array $options ): void {
		$product = self::product( $args[0] );
		$pool    = $product->get_stock_managed_by_id();
		$found   = Shelves::rows( array( $pool ) )[ $pool ] ?? array();
		$there   = Shelves::spread( (float) $product->get_stock_quantity(), $found ) + $found;
		$rows    = array();
		foreach ( Locations::all() as $location ) {
			$rows[] = array(
				'location' => $location->id,
				'units'    => Decimal::text( $there[ $location->id ] ?? 0.0 ),
				'counted'  => $location->counted ? 'yes' : 'no',
			);
		}
		Utils\format_items( $options['format'], $rows, array( 'location', 'units', 'counted' ) );
	}

	/**
	 * Moves stock from one location to another.
	 *
	 * ## OPTIONS
	 *
	 * <sku>
	 * : The product or variation.
	 *
	 * <units>
	 * : How many.
	 *
	 * --from=<location>
	 * : From where.
	 *
	 * --to=<location>
	 * : To where.
	 *
	 * [--note=<note>]
	 * : For the ledger, such as the number of a delivery.
	 *
	 * ## EXAMPLES
	 *
	 *     wp onhand location transfer TEE-M 12 --from=warehouse --to=shop --note=D-1041
	 */
	public function transfer( array $args, array $options ): void {
		$this->tried(
			function () use ( $args, $options ): string {
				list( $sku, $units ) = $args;
				$this->keeper->transfer( self::product( $sku ), Locations::get( $options['from'] ), Locations::get( $options['to'] ), self::units( $units ), (string) ( $options['note'] ?? '' ) );
				return sprintf( '%1$s of %2$s went from %3$s to %4$s.', $units, $sku, $options['from'], $options['to'] );
			}
		);
	}

	/**
	 * Writes down what was counted at a location (a stock-take).
	 *
	 * ## OPTIONS
	 *
	 * <sku>
	 * : The product or variation.
	 *
	 * <location>
	 * : Where.
	 *
	 * <units>
	 * : How many there are.
	 *
	 * [--note=<note>]
	 * : For the ledger.
	 */
	public function count( array $args, array $options ): void {
		$this->tried(
			function () use ( $args, $options ): string {
				list( $sku, $location, $units ) = $args;
				$this->keeper->stock_take( self::product( $sku ), Locations::get( $location ), self::units( $units ), (string) ( $options['note'] ?? '' ) );
				return sprintf( '%1$s of %2$s are at %3$s.', $units, $sku, $location );
			}
		);
	}

	/** @param callable():string $work Says what it did. */
	private function tried( callable $work ): void {
		try {
			WP_CLI::success( $work() );
		} catch ( \InvalidArgumentException | Busy $wrong ) {
			WP_CLI::error( $wrong->getMessage() );
		}
	}

	private static function units( string $text ): float {
		if ( ! is_numeric( $text ) ) {
			throw new \InvalidArgumentException( sprintf( '"%s" is no number of units.', $text ) );
		}
		return (float) $text;
	}

	private static function product( string $sku ): \WC_Product {
		$product = wc_get_product( wc_get_product_id_by_sku( $sku ) );
		if ( ! $product instanceof \WC_Product ) {
			WP_CLI::error( sprintf( 'There is no product or variation with the SKU %s.', $sku ) );
		}
		return $product;
	}
}
