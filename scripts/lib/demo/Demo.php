<?php

declare( strict_types=1 );

namespace Onhand\Demo;

use Onhand\Tests\WordPress\Agent;
use Onhand\Tests\WordPress\Journal;
use Onhand\Tests\WordPress\Marketplaces;

/** Walks through the steps and prints, for each, what changed where and how long it took. */
final class Demo {
	private const PATIENCE_MS = 20_000;
	private const LABELS      = array( 'shopify' => 'Shopify', 'ebay' => 'eBay' );
	private int $step = 0;
	private bool $converged = true;

	public function __construct(
		private readonly DemoShop $shop,
		private readonly Journal $journal,
		private readonly Agent $agent,
		private readonly Marketplaces $marketplaces,
	) {}

	/** True when both marketplaces ended each step with the shop's own numbers. */
	public function run(): bool {
		$titles = $this->shop->open();
		$this->marketplaces->seed( $titles );
		$this->shop->resync();
		$this->agent->settle();
		$start = microtime( true );
		foreach ( Marketplaces::NAMES as $channel ) {
			$this->agent->post( '/v1/listings/auto-match', array( 'channel' => $channel ) );
		}
		$this->check( $this->shop->stock() );
		printf( "%d variations matched by SKU on both marketplaces and listed in %d ms\n", count( $titles ), self::since( $start ) );
		echo "milliseconds below: from WooCommerce's committed stock being read to the marketplace having the new quantity\n";
		foreach ( $this->shop->steps() as $title => $action ) {
			$this->step( $title, $action );
		}
		$broken = $this->marketplaces->violations();
		printf( "\nrequests that broke a marketplace's specification: %d\n", count( $broken ) );
		return $this->converged && array() === $broken;
	}

	private function step( string $title, callable $action ): void {
		$before = $this->shop->stock();
		$writes = $this->last_writes();
		$mark   = $this->journal->mark();
		$start  = microtime( true );
		$action();
		$took  = self::since( $start );
		$after = $this->shop->stock();
		$this->check( $after );
		printf( "\n%d. %s (%d ms in the shop)\n", ++$this->step, $title, $took );
		printf( "   %-14s %-14s %-22s %-22s\n", 'SKU', 'WooCommerce', ...array_values( self::LABELS ) );
		$stated = $this->stated( $mark, $after );
		$shown  = $this->marketplaces->quantities( array_keys( $after ) );
		foreach ( $after as $sku => $quantity ) {
			if ( $quantity !== $before[ $sku ] ) {
				$cells = array_map( fn( string $name ): string => $this->cell( $name, $sku, $shown[ $name ][ $sku ], $writes[ $name ], $stated ), Marketplaces::NAMES );
				printf( "   %-14s %-14s %-22s %-22s\n", $sku, "{$before[ $sku ]} -> $quantity", ...$cells );
			}
		}
	}

	private function cell( string $marketplace, string $sku, mixed $shown, int $since, array $stated ): string {
		$received = null;
		foreach ( $this->marketplaces->writes( $marketplace, $since ) as $write ) {
			if ( $write['sku'] === $sku && $write['after'] === $shown ) {
				$received = $write['at_us'];
			}
		}
		$text = null === $shown ? 'nothing' : (string) $shown;
		if ( null === $received || ! isset( $stated[ $sku ] ) ) {
			return $text;
		}
		$ms = intdiv( $received - $stated[ $sku ], 1000 );
		// What another channel sold is taken off before the shop's own number falls.
		return $ms < 0 ? sprintf( '%s %d ms before', $text, -$ms ) : sprintf( '%s after %d ms', $text, $ms );
	}

	/** When each SKU's final quantity was first read. @param array<string,int> $final @return array<string,int> */
	private function stated( array $mark, array $final ): array {
		$at = array();
		foreach ( $this->journal->since( $mark ) as $record ) {
			if ( 'stock' === $record['t'] ) {
				$key        = "{$record['pool']} {$record['qty']}";
				$at[ $key ] = min( $at[ $key ] ?? PHP_INT_MAX, $record['at'] );
			}
		}
		$by_sku = array();
		foreach ( $final as $sku => $quantity ) {
			$key = ( $this->agent->variation( $sku )['pool'] ?? '' ) . " $quantity";
			if ( isset( $at[ $key ] ) ) {
				$by_sku[ $sku ] = $at[ $key ];
			}
		}
		return $by_sku;
	}

	/** @param array<string,int> $wanted */
	private function check( array $wanted ): void {
		$missing = $this->marketplaces->wait( $wanted, self::PATIENCE_MS );
		foreach ( $missing as list( $marketplace, $sku, $quantity, $shown ) ) {
			$this->converged = false;
			printf( "   %s should show %d of %s and shows %s\n", self::LABELS[ $marketplace ], $quantity, $sku, json_encode( $shown ) );
		}
	}

	/** @return array<string,int> */
	private function last_writes(): array {
		$last = array();
		foreach ( Marketplaces::NAMES as $name ) {
			$entries       = $this->marketplaces->writes( $name, 0 );
			$last[ $name ] = array() === $entries ? 0 : end( $entries )['n'];
		}
		return $last;
	}

	private static function since( float $start ): int {
		return (int) round( ( microtime( true ) - $start ) * 1000 );
	}
}
