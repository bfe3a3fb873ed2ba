<?php

declare( strict_types=1 );

namespace Onhand\Tests\WordPress;

/** What the agent knows is taken along, table by table. */
final class DataTest extends RowTestCase {
	private function ask( string $path, string $method = 'GET' ): Answer {
		$login = base64_encode( 'admin:' . $this->shop->env( 'APPLICATION_PASSWORD' ) );
		return ( new Http( $this->shop->url() ) )->send( $method, "/wp-json/onhand/v1/data$path", null, array( "Authorization: Basic $login" ) );
	}

	public function test_a_table_is_a_file_of_all_its_rows(): void {
		$channels = Channels::running() ?? self::markTestSkipped( 'no agent is running' );
		$mug      = $this->simple( 10 );
		$this->ready();
		$this->shop->run( 'wc_update_product_stock( $id, 3, "set" );', array( 'id' => $mug->id ) );
		$channels->agent->settle();
		self::assertContains( 'ledger', $this->ask( '' )->ok()->json()['items'] );
		$lines = $this->ask( '/ledger?as=ndjson' )->ok();
		self::assertStringStartsWith( 'application/x-ndjson', $lines->headers['content-type'] );
		self::assertStringContainsString( 'attachment; filename="onhand-ledger.ndjson"', $lines->headers['content-disposition'] );
		$rows = array_map( static fn( string $line ): array => json_decode( $line, true, 512, JSON_THROW_ON_ERROR ), explode( "\n", trim( $lines->body ) ) );
		$mine = array_filter( $rows, static fn( array $row ): bool => $mug->id === $row['pool_id'] );
		self::assertCount( count( $channels->agent->ledger( $mug->id, 100 ) ), $mine );
		$sheet = $this->ask( '/ledger' )->ok();
		self::assertSame( count( $rows ) + 1, count( explode( "\n", trim( $sheet->body ) ) ), 'a line of names, and the same rows' );
		self::assertEqualsCanonicalizing( array_keys( $rows[0] ), str_getcsv( (string) strtok( $sheet->body, "\n" ), ',', '"', '' ) );
		self::assertSame( array(), glob( $this->shop->dir . '/tmp/onhand*' ), 'nothing stays behind' );
	}

	public function test_what_is_no_table_is_not_there_and_secrets_are_sealed(): void {
		Channels::running() ?? self::markTestSkipped( 'no agent is running' );
		$none = $this->ask( '/no_such_table' );
		self::assertSame( array( 404, 'there is no table no_such_table' ), array( $none->status, $none->json()['detail'] ) );
		self::assertSame( 400, $this->ask( '/ledger?as=xml' )->status );
		self::assertSame( 'onhand/v1', $this->ask( '/ledger', 'OPTIONS' )->ok()->json()['namespace'] );
		$channels = $this->ask( '/channel?as=ndjson' )->ok()->body;
		self::assertStringContainsString( 'ebay', $channels );
		self::assertStringNotContainsString( 'sim-client-secret', $channels );
	}
}
