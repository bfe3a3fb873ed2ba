<?php

declare( strict_types=1 );

namespace Onhand\Tests\WordPress;

/** The simulated marketplaces, through the side door that only tests and the demo have. */
final class Marketplaces {
	public const NAMES = array( 'shopify', 'ebay' );
	private Http $http;

	public function __construct( string $url ) {
		$this->http = new Http( $url );
	}

	/** Lists these SKUs on both. @param array<string,string> $titles by SKU */
	public function seed( array $titles, int $quantity = 0 ): void {
		$products = array();
		$items    = array();
		foreach ( $titles as $sku => $title ) {
			$products[] = array( 'title' => $title, 'variants' => array( array( 'sku' => (string) $sku, 'quantity' => $quantity ) ) );
			$items[]    = array( 'sku' => (string) $sku, 'title' => $title, 'quantity' => $quantity );
		}
		$this->http->json( 'POST', '/_sim/shopify/seed', array( 'products' => $products ) )->ok();
		$this->http->json( 'POST', '/_sim/ebay/seed', array( 'items' => $items ) )->ok();
	}

	/** Somebody edits a listing on the marketplace itself. */
	public function set( string $name, string $sku, int $quantity ): void {
		$this->http->json( 'POST', "/_sim/$name/set", array( 'sku' => $sku, 'quantity' => $quantity ) )->ok();
	}

	/** One of them misbehaves until it is told otherwise. */
	public function behave( string $name, array $behaviour ): void {
		$this->http->json( 'POST', "/_sim/$name/behave", $behaviour )->ok();
	}

	/** Changes a marketplace's limits. */
	public function limits( string $name, array $limits ): void {
		$this->http->json( 'POST', "/_sim/$name/limits", $limits )->ok();
	}

	/** Waits until both show these quantities. @param array<string,int> $wanted @return list<array> what is missing */
	public function wait( array $wanted, int $timeout_ms, array $names = self::NAMES ): array {
		$body = array( 'timeout_ms' => $timeout_ms );
		foreach ( $names as $name ) {
			$body[ $name ] = (object) $wanted;
		}
		return $this->http->json( 'POST', '/_sim/wait', $body )->json()['missing'];
	}

	/** What each shows. @return array<string,array<string,?int>> */
	public function quantities( array $skus ): array {
		$shown = array();
		$query = implode( '&', array_map( static fn( string $sku ): string => 'sku=' . rawurlencode( $sku ), $skus ) );
		foreach ( self::NAMES as $name ) {
			$shown[ $name ] = $this->http->send( 'GET', "/_sim/$name/quantities?$query" )->ok()->json();
		}
		return $shown;
	}

	/** The writes one of them received after number $since. @return list<array> */
	public function writes( string $name, int $since ): array {
		return $this->http->send( 'GET', "/_sim/$name/log?since=$since" )->ok()->json()['entries'];
	}

	/** Requests that broke the marketplaces' official specifications. @return list<array> */
	public function violations(): array {
		return $this->http->send( 'GET', '/_sim/violations' )->ok()->json()['violations'];
	}
}
