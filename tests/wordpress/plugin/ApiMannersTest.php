<?php

declare( strict_types=1 );

namespace Onhand\Tests\WordPress;

/** What every answer of onhand/v1 keeps to. */
final class ApiMannersTest extends RowTestCase {
	private function ask( string $method, string $path, mixed $body = null, array $headers = array() ): Answer {
		$login = base64_encode( 'admin:' . $this->shop->env( 'APPLICATION_PASSWORD' ) );
		return ( new Http( $this->shop->url() ) )->json( $method, "/wp-json/onhand/v1$path", $body, array_merge( array( "Authorization: Basic $login" ), $headers ) );
	}

	public function test_what_is_known_is_not_sent_again(): void {
		Channels::running() ?? self::markTestSkipped( 'no agent is running' );
		$first = $this->ask( 'GET', '/kinds' )->ok();
		$tag   = $first->headers['etag'] ?? '';
		self::assertMatchesRegularExpression( '/\A"[0-9a-f]{32}"\z/', $tag );
		$again = $this->ask( 'GET', '/kinds', null, array( "If-None-Match: W/$tag" ) );
		self::assertSame( array( 304, '' ), array( $again->status, $again->body ) );
		self::assertSame( 200, $this->ask( 'GET', '/kinds', null, array( 'If-None-Match: "00000000000000000000000000000000"' ) )->status );
	}

	public function test_errors_are_problem_details_with_wordpresss_words_beside_them(): void {
		Channels::running() ?? self::markTestSkipped( 'no agent is running' );
		$missing = $this->ask( 'GET', '/explain?sku=NOWHERE' );
		self::assertSame( 404, $missing->status );
		self::assertStringStartsWith( 'application/problem+json', $missing->headers['content-type'] );
		$said = $missing->json();
		self::assertSame( array( 'urn:onhand:problem:onhand-refused', 'Not Found', 404, '/onhand/v1/explain' ), array( $said['type'], $said['title'], $said['status'], $said['instance'] ) );
		self::assertSame( $said['message'], $said['detail'] );
		$stranger = ( new Http( $this->shop->url() ) )->send( 'GET', '/wp-json/onhand/v1/status' );
		self::assertSame( array( 401, 'urn:onhand:problem:rest-forbidden' ), array( $stranger->status, $stranger->json()['type'] ) );
		$others = ( new Http( $this->shop->url() ) )->send( 'GET', '/wp-json/wp/v2/nothing' );
		self::assertStringStartsWith( 'application/json', $others->headers['content-type'], 'the rest of WordPress is left alone' );
	}

	public function test_what_is_asked_for_twice_with_one_key_is_done_once(): void {
		$agent = Channels::running()?->agent ?? self::markTestSkipped( 'no agent is running' );
		$mug   = $this->simple( 10 );
		$this->ready();
		$key    = 'Idempotency-Key: ' . bin2hex( random_bytes( 16 ) );
		$change = array( 'sku' => $mug->sku, 'set' => array( 'buffer' => 3 ) );
		try {
			$first = $this->ask( 'POST', '/rules', $change, array( $key ) )->ok();
			$this->ask( 'POST', '/rules', array( 'sku' => $mug->sku, 'set' => array( 'buffer' => 1 ) ) )->ok();
			$again = $this->ask( 'POST', '/rules', $change, array( $key ) )->ok();
			self::assertSame( array( $first->json(), 'true' ), array( $again->json(), $again->headers['idempotency-replayed'] ?? '' ) );
			self::assertSame( 1, $agent->get( '/v1/rules?sku=' . rawurlencode( $mug->sku ) )['buffer'], 'it was not done a second time' );
			$other = $this->ask( 'POST', '/rules', array( 'sku' => $mug->sku, 'set' => array( 'buffer' => 7 ) ), array( $key ) );
			self::assertSame( 422, $other->status, $other->body );
			self::assertSame( 400, $this->ask( 'POST', '/rules', $change, array( 'Idempotency-Key: ' . str_repeat( 'x', 256 ) ) )->status );
		} finally {
			$agent->post( '/v1/rules', array( 'sku' => $mug->sku, 'unset' => array( 'buffer' ) ) );
		}
	}

	public function test_a_word_where_a_list_of_words_is_to_be_is_a_list_of_one(): void {
		Channels::running() ?? self::markTestSkipped( 'no agent is running' );
		$wrong = $this->ask( 'POST', '/channel-orders/retry', array( 'accept' => 'everything' ) );
		self::assertSame( 400, $wrong->status, $wrong->body );
		self::assertSame( 'accept.1: It must be one of oversold, currency, buyer, not “everything”.', $wrong->json()['detail'] );
	}

	public function test_what_is_refused_is_refused_again_in_the_same_words(): void {
		Channels::running() ?? self::markTestSkipped( 'no agent is running' );
		$key   = 'Idempotency-Key: ' . bin2hex( random_bytes( 16 ) );
		$wrong = array( 'set' => array( 'percent' => 200 ) );
		$first = $this->ask( 'POST', '/rules', $wrong, array( $key ) );
		$again = $this->ask( 'POST', '/rules', $wrong, array( $key ) );
		self::assertSame( array( 400, $first->json() ), array( $again->status, $again->json() ) );
		self::assertSame( 'set.percent: It must be between 0 and 100, not 200.', $first->json()['detail'] );
	}
}
