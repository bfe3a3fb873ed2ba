<?php

declare( strict_types=1 );

namespace Onhand\Tests\WordPress;

/** The agent's local API. */
final class Agent {
	private Http $http;

	public function __construct( string $socket ) {
		$this->http = new Http( 'http://onhand', $socket );
	}

	public function get( string $path ): array {
		return $this->http->send( 'GET', $path )->ok()->json();
	}

	public function post( string $path, array $body = array() ): array {
		return $this->http->json( 'POST', $path, (object) $body )->ok()->json() ?? array();
	}

	/** Waits until the journal is read to its end and no listing is behind. */
	public function settle( int $timeout_ms = 15_000 ): array {
		return $this->post( '/v1/settle', array( 'timeout_ms' => $timeout_ms ) );
	}

	/** The mirror's variation with this SKU. */
	public function variation( string $sku ): ?array {
		return $this->get( '/v1/variations?sku=' . rawurlencode( $sku ) )['items'][0] ?? null;
	}

	/** The newest ledger row of a pool; 0 where it has none yet. */
	public function newest_row( int $pool ): int {
		$answer = $this->http->send( 'GET', "/v1/ledger?pool=$pool&limit=1" );
		return 404 === $answer->status ? 0 : ( $answer->ok()->json()['rows'][0]['id'] ?? 0 );
	}

	/** The ledger rows of a pool after this one, oldest first. @return list<array> */
	public function ledger_since( int $pool, int $row ): array {
		return array_values( array_filter( $this->ledger( $pool, 1000 ), static fn( array $found ): bool => $found['id'] > $row ) );
	}

	/** The newest ledger rows of a pool, oldest first. @return list<array> */
	public function ledger( int $pool, int $limit ): array {
		$rows = $this->get( "/v1/ledger?pool=$pool&limit=$limit" )['rows'];
		usort( $rows, static fn( array $one, array $other ): int => $one['id'] <=> $other['id'] );
		return array_slice( $rows, -$limit );
	}
}
