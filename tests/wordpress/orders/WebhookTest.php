<?php

declare( strict_types=1 );

namespace Onhand\Tests\WordPress;

/** A channel's webhook is written to the journal as it came, and answered at once. */
final class WebhookTest extends RowTestCase {
	public function test_it_is_relayed_as_it_came(): void {
		$this->ready();
		$body   = "{\"id\": 7,\n \"name\": \"Bücher\"}";
		$answer = $this->post( $this->url( 'shopify' ), $body, array( 'X-Shopify-Hmac-Sha256: abc=', 'Cookie: a=b', 'Authorization: Basic Zm9v' ) );
		self::assertSame( 200, $answer->status );
		$relayed = array_values( array_filter( $this->statements()->records, static fn( array $record ): bool => 'webhook' === $record['t'] ) );
		self::assertCount( 1, $relayed );
		self::assertSame( 'shopify', $relayed[0]['channel'] );
		self::assertSame( $body, base64_decode( $relayed[0]['body'], true ) );
		$headers = array_column( $relayed[0]['headers'], 1, 0 );
		self::assertSame( 'abc=', $headers['x-shopify-hmac-sha256'] );
		self::assertArrayNotHasKey( 'cookie', $headers );
		self::assertArrayNotHasKey( 'authorization', $headers );
	}

	public function test_an_address_that_was_guessed_is_none(): void {
		$this->ready();
		$url = $this->url( 'shopify' );
		self::assertSame( 404, $this->post( str_replace( '/shopify/', '/ebay/', $url ), '{}' )->status, 'another channel\'s' );
		self::assertSame( 404, $this->post( substr( $url, 0, -1 ) . ( '0' === substr( $url, -1 ) ? '1' : '0' ), '{}' )->status );
		self::assertSame( array(), array_filter( $this->statements()->records, static fn( array $record ): bool => 'webhook' === $record['t'] ) );
	}

	public function test_who_asks_whether_the_address_is_ours_is_answered(): void {
		$url    = $this->url( 'ebay' );
		$http   = new Http( $this->shop->url() );
		$joined = $url . ( str_contains( $url, '?' ) ? '&' : '?' );
		$answer = $http->send( 'GET', $joined . 'challenge_code=a8628072-3d33-45ee' );
		self::assertSame( 200, $answer->status );
		$token = substr( $url, -40 );
		self::assertSame( array( 'challengeResponse' => hash( 'sha256', "a8628072-3d33-45ee$token$url" ) ), $answer->json() );
		self::assertSame( 400, $http->send( 'GET', $url )->status, 'nothing was asked' );
		self::assertSame( 404, $http->send( 'GET', str_replace( '/ebay/', '/bol/', $joined ) . 'challenge_code=a' )->status );
	}

	public function test_what_is_too_large_for_the_journal_is_refused(): void {
		self::assertSame( 413, $this->post( $this->url( 'shopify' ), '"' . str_repeat( 'x', 699_999 ) . '"' )->status );
		self::assertSame( 200, $this->post( $this->url( 'shopify' ), '"' . str_repeat( 'x', 699_998 ) . '"' )->status );
	}

	public function test_a_journal_that_cannot_be_written_makes_the_channel_send_it_again(): void {
		$status = $this->shop->run(
			'$full = new class() implements \Onhand\Journal\Journal {
				public function append( array $records ): int { return 0; }
				public function last_error(): ?string { return "full"; }
				public function health(): array { return array(); }
			};
			$route = ( new \ReflectionClass( \Onhand\Rest\WebhooksRoute::class ) )->newInstanceWithoutConstructor();
			( fn() => $this->__construct( $full, \Onhand\Plugin::get()->reader ) )->call( $route );
			return $route->post( new \WP_REST_Request( "POST" ) )->get_error_data()["status"];'
		);
		self::assertSame( 503, $status );
	}

	private function url( string $channel ): string {
		return $this->shop->run( 'return \Onhand\Rest\WebhooksRoute::url( $channel );', array( 'channel' => $channel ) );
	}

	private function post( string $url, string $body, array $headers = array() ): Answer {
		return ( new Http( $this->shop->url() ) )->send( 'POST', $url, $body, array( 'Content-Type: application/json', ...$headers ) );
	}
}
