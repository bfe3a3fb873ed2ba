<?php

namespace Onhand\Cli;

use Onhand\Agent\Client;
use Onhand\Agent\Introduction;
use Onhand\Agent\Refused;
use Onhand\Agent\Unreachable;
use Onhand\Kits\Parts;
use Onhand\Plugin;
use Onhand\Rest\WebhooksRoute;
use WP_CLI;
use WP_CLI\Utils;

/**
 * Keeps the stock of this shop in step with its sales channels.
 */
final class Command {
	/**
	 * States the stock of the whole shop, or a part of it, anew.
	 *
	 * Reads every product and variation from the database, page by page, and writes it to the journal. The agent
	 * brings its mirror and all channels in line with it, and forgets what no longer exists.
	 *
	 * ## OPTIONS
	 *
	 * [--sku=<sku>]
	 * : Only the product or variation with this SKU, and its family.
	 *
	 * [--product=<id>]
	 * : Only this product or variation, and its family.
	 *
	 * [--channel=<name>]
	 * : Afterwards send every quantity of this channel again, even where the agent believes it is right.
	 *
	 * [--dry-run]
	 * : Write nothing; tell what differs from the agent's mirror.
	 *
	 * [--yes]
	 * : Do not ask.
	 *
	 * ## EXAMPLES
	 *
	 *     wp onhand resync --dry-run
	 *     wp onhand resync --sku=TEE-BLUE-M
	 *     wp onhand resync --channel=ebay --yes
	 */
	public function resync( array $args, array $options ): void {
		if ( isset( $options['sku'], $options['product'] ) ) {
			WP_CLI::error( 'Give either --sku or --product, not both.' );
		}
		$dry = (bool) Utils\get_flag_value( $options, 'dry-run' );
		try {
			( new ResyncRun( Plugin::get()->journal, Plugin::get()->reader, Client::local() ) )->run( $options, $dry );
		} catch ( Refused | \RuntimeException $failure ) {
			WP_CLI::error( $failure->getMessage() );
		}
	}

	/**
	 * Introduces this shop to the agent, so that it can bring in what the channels sell.
	 *
	 * It happens by itself once an hour; this does it now.
	 *
	 * ## EXAMPLES
	 *
	 *     wp onhand connect
	 */
	public function connect( array $args, array $options ): void {
		try {
			WP_CLI::success( sprintf( 'The agent brings orders to %s.', Introduction::make( Client::local() ) ) );
		} catch ( Unreachable | Refused $failure ) {
			WP_CLI::error( $failure->getMessage() );
		}
	}

	/**
	 * Shows, or sets, what a kit is made of.
	 *
	 * ## OPTIONS
	 *
	 * <sku>
	 * : The kit: a product or variation without a stock of its own.
	 *
	 * [--parts=<parts>]
	 * : SKUs with the units of each, such as TEE-M=2,MUG. Empty: it is no kit any more.
	 *
	 * ## EXAMPLES
	 *
	 *     wp onhand kit GIFT-SET --parts=TEE-M=2,MUG
	 */
	public function kit( array $args, array $options ): void {
		$kit = (int) wc_get_product_id_by_sku( $args[0] );
		if ( 0 === $kit ) {
			WP_CLI::error( sprintf( 'There is no product or variation with the SKU %s.', $args[0] ) );
		}
		try {
			if ( isset( $options['parts'] ) ) {
				Parts::put( $kit, Parts::parse( (string) $options['parts'], $kit ) );
			}
		} catch ( \InvalidArgumentException $wrong ) {
			WP_CLI::error( $wrong->getMessage() );
		}
		$parts = Parts::text( $kit );
		WP_CLI::success( '' === $parts ? sprintf( '%s is no kit.', $args[0] ) : sprintf( '%1$s is made of %2$s; there are %3$s.', $args[0], $parts, Parts::available( Parts::of( $kit ) ) ?? 'as many as are wanted' ) );
	}

	/**
	 * Shows the address to which a channel is to send its webhooks.
	 *
	 * It is as good as a password: whoever has it can make the agent look for orders. Where a channel wants a
	 * verification token beside it (eBay), that is its last part, the 40 letters and digits.
	 *
	 * ## OPTIONS
	 *
	 * <channel>
	 * : The channel's name.
	 *
	 * ## EXAMPLES
	 *
	 *     wp onhand webhook shopify
	 */
	public function webhook( array $args, array $options ): void {
		if ( 1 !== preg_match( '/\A[a-z0-9-]{1,64}\z/', $args[0] ) ) {
			WP_CLI::error( 'The name of a channel is lower-case letters, digits and dashes.' );
		}
		WP_CLI::line( WebhooksRoute::url( $args[0] ) );
	}

	/**
	 * Shows the agent, its journal and every channel.
	 *
	 * ## OPTIONS
	 *
	 * [--format=<format>]
	 * : table, json, csv or yaml.
	 * ---
	 * default: table
	 * ---
	 */
	public function status( array $args, array $options ): void {
		try {
			$status = Client::local()->get( '/v1/status' );
		} catch ( Unreachable | Refused $failure ) {
			WP_CLI::error( $failure->getMessage() );
		}
		if ( 'json' === $options['format'] ) {
			WP_CLI::line( (string) wp_json_encode( $status, JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES ) );
			return;
		}
		$mirror = $status['mirror'];
		WP_CLI::line( sprintf( 'Agent %s: %d variations and products, %d pools, %d listings; journal %d bytes behind.', $status['version'], $mirror['items'], $mirror['pools'], $mirror['listings'], $status['journal']['lag_bytes'] ) );
		Utils\format_items( $options['format'], $status['channels'], array( 'name', 'kind', 'state', 'behind', 'oldest_behind_ms', 'dead', 'message' ) );
		foreach ( $status['issues'] as $issue ) {
			WP_CLI::warning( "{$issue['message']} {$issue['action']}" );
		}
	}

	/**
	 * Checks everything on the way from this shop to the channels, and says what to do about what is wrong.
	 *
	 * Exits with 1 if something is wrong.
	 *
	 * ## OPTIONS
	 *
	 * [--format=<format>]
	 * : table, json, csv or yaml.
	 * ---
	 * default: table
	 * ---
	 */
	public function doctor( array $args, array $options ): void {
		$checks = ( new Doctor( Plugin::get()->journal, Client::local() ) )->checks();
		Utils\format_items( $options['format'], $checks, array( 'check', 'status', 'message', 'action' ) );
		if ( array() !== array_filter( $checks, static fn( array $check ): bool => 'error' === $check['status'] ) ) {
			WP_CLI::halt( 1 );
		}
	}
}
