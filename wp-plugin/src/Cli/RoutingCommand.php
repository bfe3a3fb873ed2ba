<?php

namespace Onhand\Cli;

use Onhand\Locations\Locations;
use Onhand\Locations\Routed;
use Onhand\Locations\Routing;
use Onhand\Locations\RoutingRule;
use Onhand\Locations\RoutingRules;
use Onhand\Orders\Busy;
use WP_CLI;

/**
 * From which location an order is sent.
 */
final class RoutingCommand {
	public function __construct( private readonly Routing $routing ) {}

	/**
	 * Prints the routing rules as JSON, which `wp onhand routing import` takes.
	 */
	public function export( array $args, array $options ): void {
		WP_CLI::line( (string) wp_json_encode( array_map( static fn( RoutingRule $rule ): array => $rule->to_array(), RoutingRules::all() ), JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE ) );
	}

	/**
	 * From now on the routing rules of this file and no others. The first that holds for an order decides.
	 *
	 * ## OPTIONS
	 *
	 * <file>
	 * : A JSON list, such as [{"name": "Germany", "countries": ["DE"], "locations": ["shop", "warehouse"], "pick": "cost", "split": false}];
	 *   further keys: channels (their names, or "shop" for the shop's own orders) and postcodes (as in shipping zones). "-": standard input.
	 */
	public function import( array $args, array $options ): void {
		$text  = file_get_contents( '-' === $args[0] ? 'php://stdin' : $args[0] ); // phpcs:ignore WordPress.WP.AlternativeFunctions -- a file that the person names.
		$rules = false === $text ? null : json_decode( $text, true );
		if ( ! is_array( $rules ) || ! array_is_list( $rules ) ) {
			WP_CLI::error( sprintf( '%s is no JSON list of rules.', $args[0] ) );
		}
		try {
			RoutingRules::set( $rules );
		} catch ( \InvalidArgumentException $wrong ) {
			WP_CLI::error( $wrong->getMessage() );
		}
		WP_CLI::success( sprintf( '%d rules hold from now on.', count( $rules ) ) );
	}

	/**
	 * Shows from where an order is sent and why, or has it sent from somewhere else.
	 *
	 * ## OPTIONS
	 *
	 * <order>
	 * : The number of the WooCommerce order; or channel:order, such as ebay:12-34567-89012, for a channel's, also where it is
	 *   a movement of the stock alone.
	 *
	 * [--to=<location>]
	 * : All of it is sent from there.
	 */
	public function order( array $args, array $options ): void {
		try {
			$sent = Routed::find( $args[0] );
			if ( isset( $options['to'] ) ) {
				$this->routing->send_from( $sent, Locations::get( $options['to'] ) );
			}
		} catch ( \InvalidArgumentException | Busy $wrong ) {
			WP_CLI::error( $wrong->getMessage() );
		}
		$lines = Routed::lines( $sent );
		foreach ( array() === $lines ? array( 'Nothing of it is off the stock: there is nothing to send.' ) : $lines as $line ) {
			WP_CLI::line( $line );
		}
		foreach ( $sent->why() as $why ) {
			WP_CLI::line( "  $why" );
		}
	}
}
