<?php

declare( strict_types=1 );

namespace Onhand\Tests\WordPress;

/** A REST client with a WooCommerce API key, as an external system uses it. */
final class Rest {
	private Http $http;

	public function __construct( private readonly Shop $shop ) {
		$this->http = new Http( $shop->url() );
	}

	public function send( string $method, string $path, mixed $body = null ): mixed {
		$key = base64_encode( $this->shop->env( 'REST_KEY' ) . ':' . $this->shop->env( 'REST_SECRET' ) );
		return $this->http->json( $method, "/wp-json$path", $body, array( "Authorization: Basic $key", 'X-Forwarded-Proto: https' ) )->ok()->json();
	}
}
