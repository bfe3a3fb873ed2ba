<?php

namespace Onhand\Cli;

use Onhand\Agent\Client;
use Onhand\Agent\Refused;
use Onhand\Agent\Unreachable;
use Onhand\Bulk\Preview;
use Onhand\Bulk\Watch;
use Onhand\Bulk\Writer;
use Onhand\Plugin;
use WP_CLI;
use WP_CLI\Utils;

/** `wp onhand write`: stock and prices of many products and variations from a CSV file. */
final class WriteCommand {
	/**
	 * Writes stock and prices of many products and variations, whatever their parents are.
	 *
	 * ## OPTIONS
	 *
	 * <file>
	 * : CSV with a line of names: sku or id, and any of stock_quantity, stock_change, expected_stock, manage_stock, stock_status, backorders, regular_price, sale_price. An empty cell changes nothing.
	 *
	 * [--dry-run]
	 * : Says what would change, here and on every channel, and changes nothing.
	 *
	 * [--first=<n>]
	 * : Only the first so many rows: a few SKUs before the rest.
	 *
	 * [--stop-after=<n>]
	 * : Stops when so many rows were refused.
	 * ---
	 * default: 10
	 * ---
	 *
	 * [--careful=<n>]
	 * : After so many rows, and then after every hundred, waits until channels were told, and ends when they refuse.
	 *
	 * [--most-wrong=<n>]
	 * : With --careful: so many refusals and differences are borne with.
	 * ---
	 * default: 0
	 * ---
	 *
	 * [--undo=<file>]
	 * : Where to put the rows that take it back.
	 *
	 * [--format=<format>]
	 * : table, json or csv.
	 * ---
	 * default: table
	 * ---
	 *
	 * ## EXAMPLES
	 *
	 *     wp onhand write spring.csv --dry-run
	 *     wp onhand write spring.csv --first=5 --undo=back.csv
	 *     wp onhand write spring.csv --careful=5 --undo=back.csv
	 *     wp onhand write back.csv
	 */
	public function __invoke( array $args, array $options ): void {
		try {
			$watch = isset( $options['careful'] ) && ! isset( $options['dry-run'] ) ? new Watch( Client::local(), Plugin::get()->recorder, (int) $options['careful'], (int) $options['most-wrong'] ) : null;
		} catch ( Unreachable | Refused $failure ) {
			WP_CLI::error( $failure->getMessage() );
		}
		$done = ( new Writer( isset( $options['dry-run'] ), (int) $options['stop-after'], $watch ) )->write( self::rows( $args[0], isset( $options['first'] ) ? (int) $options['first'] : PHP_INT_MAX ) );
		if ( isset( $options['dry-run'] ) ) {
			$done['channels'] = self::channels( $done['items'] );
		}
		$shown = array_map(
			static fn( array $one ): array => array(
				'row'     => $one['row'],
				'sku'     => $one['sku'],
				'outcome' => $one['outcome'],
				'before'  => isset( $one['before'] ) ? self::worded( $one['before'] ) : '',
				'after'   => isset( $one['after'] ) ? self::worded( $one['after'] ) : $one['why'],
			),
			$done['items']
		);
		if ( 'json' === $options['format'] ) {
			WP_CLI::line( (string) wp_json_encode( $done ) );
		} else {
			Utils\format_items( $options['format'], $shown, array( 'row', 'sku', 'outcome', 'before', 'after' ) );
			if ( 'table' === $options['format'] && isset( $done['channels'] ) ) {
				Utils\format_items( 'table', $done['channels']['channels'], array( 'channel', 'changed', 'emptied', 'units', 'units_then' ) );
			}
		}
		if ( isset( $options['undo'] ) && array() !== $done['undo'] ) {
			self::put( $options['undo'], $done['undo'] );
		}
		if ( null !== $done['halted'] ) {
			/* translators: 1: why, 2: number of rows */
			WP_CLI::error( sprintf( __( 'Halted: %1$s %2$d rows were done; the rest was not touched.', 'onhand' ), $done['halted'], count( $done['items'] ) ) );
		}
		if ( $done['stopped'] ) {
			/* translators: %d: number of rows */
			WP_CLI::error( sprintf( __( 'Stopped: %d rows were refused. What stands above was done; the rest was not touched.', 'onhand' ), $done['refused'] ) );
		}
		if ( $done['refused'] > 0 ) {
			/* translators: %d: number of rows */
			WP_CLI::error( sprintf( __( '%d rows were refused.', 'onhand' ), $done['refused'] ) );
		}
	}

	/** What channels would show; null: no agent says. @param list<array<string,mixed>> $items */
	private static function channels( array $items ): ?array {
		try {
			return Preview::shown( $items, Client::local() );
		} catch ( Unreachable | Refused $failure ) {
			WP_CLI::warning( $failure->getMessage() );
			return null;
		}
	}

	/** @return iterable<int,array<string,string>> */
	private static function rows( string $file, int $most ): iterable {
		$handle = is_readable( $file ) ? fopen( $file, 'r' ) : false; // phpcs:ignore WordPress.WP.AlternativeFunctions -- line by line, on the command line.
		if ( false === $handle ) {
			/* translators: %s: file */
			WP_CLI::error( sprintf( __( '%s cannot be read.', 'onhand' ), $file ) );
		}
		$names = fgetcsv( $handle, null, ',', '"', '' );
		$names = array_map( static fn( $name ): string => trim( (string) $name, " \u{FEFF}" ), (array) $names );
		for ( $number = 0; $number < $most && false !== ( $cells = fgetcsv( $handle, null, ',', '"', '' ) ); ) { // phpcs:ignore Generic.CodeAnalysis.AssignmentInCondition
			if ( array( null ) === $cells ) {
				continue;
			}
			yield $number++ => array_combine( $names, array_slice( array_pad( array_map( 'trim', $cells ), count( $names ), '' ), 0, count( $names ) ) );
		}
	}

	/** @param list<array<string,mixed>> $rows */
	private static function put( string $file, array $rows ): void {
		$names  = array_values( array_unique( array_merge( ...array_map( 'array_keys', $rows ) ) ) );
		$handle = fopen( $file, 'w' ); // phpcs:ignore WordPress.WP.AlternativeFunctions -- on the command line.
		if ( false === $handle ) {
			/* translators: %s: file */
			WP_CLI::error( sprintf( __( '%s cannot be written.', 'onhand' ), $file ) );
		}
		fputcsv( $handle, $names, ',', '"', '' );
		foreach ( $rows as $row ) {
			fputcsv( $handle, array_map( static fn( string $name ): string => (string) ( $row[ $name ] ?? '' ), $names ), ',', '"', '' );
		}
		fclose( $handle ); // phpcs:ignore WordPress.WP.AlternativeFunctions
	}

	private static function worded( array $state ): string {
		return implode( ', ', array_map( static fn( string $name, $value ): string => "$name: " . ( is_bool( $value ) ? ( $value ? 'yes' : 'no' ) : $value ), array_keys( $state ), $state ) );
	}
}
