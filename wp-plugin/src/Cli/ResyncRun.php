<?php

namespace Onhand\Cli;

use Onhand\Agent\Client;
use Onhand\Agent\Refused;
use Onhand\Agent\Unreachable;
use Onhand\Journal\Journal;
use Onhand\Resync\Pages;
use Onhand\Resync\Snapshot;
use Onhand\Stock\Facts;
use Onhand\Stock\Reader;
use Onhand\Stock\Statements;
use WP_CLI;
use WP_CLI\Utils;

/** One run of `wp onhand resync`. */
final class ResyncRun {
	private const PAGE    = 500;
	private const WAIT_MS = 60000;

	private int $differ = 0;

	public function __construct( private readonly Journal $journal, private readonly Reader $reader, private readonly Client $agent ) {}

	/** @param array<string,mixed> $options */
	public function run( array $options, bool $dry ): void {
		list( $scope, $ids ) = $this->scope( $options );
		$total               = null === $ids ? Pages::count() : count( $ids );
		if ( ! $dry && null === $ids ) {
			WP_CLI::confirm( sprintf( 'State all %d products and variations anew?', $total ), $options );
		}
		$started  = microtime( true );
		$snapshot = new Snapshot( $this->journal, $this->reader, $scope );
		if ( ! $dry ) {
			$snapshot->begin();
		}
		$seen = $this->walk( $ids, $total, fn( array $page ) => $dry ? $this->compare( $page ) : $snapshot->page( $page ) );
		if ( $dry ) {
			WP_CLI::success( sprintf( '%d products and variations read; %d differ from the mirror. Nothing was written.', $seen, $this->differ ) );
			return;
		}
		$snapshot->end();
		$this->conclude( $snapshot, $started, $options['channel'] ?? null );
	}

	/** @return array{0:string,1:?list<int>} */
	private function scope( array $options ): array {
		if ( isset( $options['sku'] ) ) {
			$found = Pages::with_sku( (string) $options['sku'] );
			if ( array() === $found ) {
				WP_CLI::error( "No product or variation has the SKU {$options['sku']}." );
			}
			$ids = array_values( array_unique( array_merge( ...array_map( array( Pages::class, 'family' ), $found ) ) ) );
			return array( 'sku:' . $options['sku'], $ids );
		}
		if ( isset( $options['product'] ) ) {
			$ids = Pages::family( (int) $options['product'] );
			if ( array() === $ids ) {
				WP_CLI::error( "There is no product or variation {$options['product']}." );
			}
			return array( 'product:' . (int) $options['product'], $ids );
		}
		return array( 'all', null );
	}

	private function walk( ?array $ids, int $total, callable $visit ): int {
		$progress = Utils\make_progress_bar( 'Stating stock', $total );
		$seen     = 0;
		$after    = 0;
		$pages    = null === $ids ? null : array_chunk( $ids, self::PAGE );
		while ( array() !== ( $page = null === $pages ? Pages::after( $after, self::PAGE ) : ( array_shift( $pages ) ?? array() ) ) ) { // phpcs:ignore
			$visit( $page );
			$after = end( $page );
			$seen += count( $page );
			$progress->tick( count( $page ) );
			$GLOBALS['wpdb']->flush();
		}
		$progress->finish();
		return $seen;
	}

	/** What a page would change in the mirror. */
	private function compare( array $ids ): void {
		$facts  = $this->reader->read( $ids );
		$mirror = array_column( $this->agent->get( '/v1/variations', array( 'items' => implode( ',', $ids ), 'limit' => self::PAGE ) )['items'], null, 'item' );
		foreach ( $ids as $id ) {
			if ( isset( $facts->posts[ $id ] ) ) {
				$this->compare_one( $facts, $id, $mirror[ $id ] ?? null );
			}
		}
	}

	private function compare_one( Facts $facts, int $id, ?array $mirrored ): void {
		$statements = new Statements( $facts, '' );
		$item       = $statements->item( $id );
		$pool       = isset( $facts->posts[ $item['pool'] ] ) ? $statements->pool( $item['pool'], array() ) : null;
		$now        = array( $pool['qty'] ?? null, $item['sku'], $item['sellable'] );
		$then       = null === $mirrored ? null : array( $mirrored['quantity'], $mirrored['sku'], $mirrored['sellable'] );
		if ( $now !== $then ) {
			++$this->differ;
			WP_CLI::log( sprintf( '%d %s: shop %s, mirror %s', $id, $item['sku'] ?? '(no SKU)', $now[0] ?? 'not counted', null === $then ? 'unknown' : ( $then[0] ?? 'not counted' ) ) );
		}
	}

	private function conclude( Snapshot $snapshot, float $started, ?string $channel ): void {
		$row = array(
			'products and variations' => $snapshot->items,
			'stock pools'             => $snapshot->pools,
			'mirror'                  => '',
			'forgotten'               => '',
			'seconds'                 => '',
		);
		try {
			$result           = $this->await_mirror( $snapshot->id );
			$row['mirror']    = $result['state'];
			$row['forgotten'] = $result['forgotten'];
			if ( null !== $channel ) {
				$this->agent->post( '/v1/channels/' . rawurlencode( $channel ) . '/resync' );
			}
		} catch ( Unreachable $failure ) {
			$row['mirror'] = 'waits for the agent';
			WP_CLI::warning( $failure->getMessage() );
		}
		$row['seconds'] = sprintf( '%.2f', microtime( true ) - $started );
		Utils\format_items( 'table', array( $row ), array_keys( $row ) );
		if ( 'incomplete' === $row['mirror'] ) {
			throw new \RuntimeException( (string) $result['message'] );
		}
		WP_CLI::success( 'Stock stated.' );
	}

	/** The agent answers when it has applied the snapshot, or when the time is over. */
	private function await_mirror( string $snap ): array {
		try {
			$result = $this->agent->get( "/v1/snapshots/$snap", array( 'wait_ms' => self::WAIT_MS ), self::WAIT_MS / 1000 + 5 );
		} catch ( Refused $unknown ) {
			if ( 404 !== $unknown->getCode() ) {
				throw $unknown;
			}
			$result = array( 'state' => 'open', 'forgotten' => 0, 'message' => null );
		}
		if ( 'open' === $result['state'] ) {
			WP_CLI::warning( 'The agent has not read all of it yet; it goes on by itself. See `wp onhand status`.' );
		}
		return $result;
	}
}
