<?php

declare( strict_types=1 );

namespace Onhand\Tests\WordPress;

/** A REST client with a WooCommerce API key, as an external system uses it, or with an application password, as an app does. */
final class Rest {
	private Http $http;

	/** @param ?string $login name:password instead of the API key */
	public function __construct( private readonly Shop $shop, private readonly ?string $login = null ) {
		$this->http = new Http( $shop->url() );
	}

	public function send( string $method, string $path, mixed $body = null ): mixed {
		$key = base64_encode( $this->login ?? $this->shop->env( 'REST_KEY' ) . ':' . $this->shop->env( 'REST_SECRET' ) );
		return $this->http->json( $method, "/wp-json$path", $body, array( "Authorization: Basic $key", 'X-Forwarded-Proto: https' ) )->ok()->json();
	}
}
