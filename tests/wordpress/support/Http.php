<?php

declare( strict_types=1 );

namespace Onhand\Tests\WordPress;

/** An HTTP client with a cookie jar of its own, over TCP or a Unix socket. */
final class Http {
	private \CurlHandle $curl;

	public function __construct( private readonly string $base, private readonly string $socket = '' ) {
		$this->curl = curl_init();
		curl_setopt_array( $this->curl, array( CURLOPT_COOKIEFILE => '' ) );
	}

	/** @param array<string,string>|list<array{string,string}>|string|null $body a form, pairs of a form, raw text, or multipart when it holds a CURLFile */
	public function send( string $method, string $path, mixed $body = null, array $headers = array(), bool $follow = false ): Answer {
		$seen = array();
		$url  = str_starts_with( $path, 'http' ) ? $path : $this->base . $path;
		curl_setopt_array(
			$this->curl,
			array(
				CURLOPT_URL              => $url,
				CURLOPT_CUSTOMREQUEST    => $follow ? null : $method,
				CURLOPT_HTTPGET          => 'GET' === $method,
				CURLOPT_RETURNTRANSFER   => true,
				CURLOPT_FOLLOWLOCATION   => $follow,
				CURLOPT_TIMEOUT          => 120,
				CURLOPT_UNIX_SOCKET_PATH => '' === $this->socket ? null : $this->socket,
				CURLOPT_HTTPHEADER       => array( ...$headers, 'Expect:' ),
				CURLOPT_HEADERFUNCTION   => static function ( $curl, string $line ) use ( &$seen ): int {
					$parts = explode( ':', $line, 2 );
					if ( 2 === count( $parts ) ) {
						$seen[ strtolower( trim( $parts[0] ) ) ] = trim( $parts[1] );
					}
					return strlen( $line );
				},
			)
		);
		if ( 'GET' !== $method && 'HEAD' !== $method ) {
			curl_setopt( $this->curl, CURLOPT_POSTFIELDS, $this->encode( $body ) );
		}
		$text = curl_exec( $this->curl );
		if ( false === $text ) {
			throw new \RuntimeException( "$method $path: " . curl_error( $this->curl ) );
		}
		return new Answer( curl_getinfo( $this->curl, CURLINFO_RESPONSE_CODE ), $text, $seen, "$method $path" );
	}

	public function json( string $method, string $path, mixed $body = null, array $headers = array() ): Answer {
		$text = null === $body ? '' : json_encode( $body, JSON_THROW_ON_ERROR );
		return $this->send( $method, $path, $text, array( 'Content-Type: application/json', ...$headers ) );
	}

	private function encode( mixed $body ): mixed {
		if ( ! is_array( $body ) ) {
			return (string) $body;
		}
		if ( array_is_list( $body ) ) {
			return Form::encode( $body );
		}
		foreach ( $body as $value ) {
			if ( $value instanceof \CURLFile ) {
				return $body;
			}
		}
		return http_build_query( $body );
	}
}
