<?php

namespace Onhand\Rest;

use Onhand\Orders\Tables;

/**
 * The agent's signature: "t=<seconds>,n=<nonce>,v1=<hex>". HMAC-SHA256 over "v1", t, n, the method, the route and the
 * SHA-256 of the body, a line each. The secret follows from the salts of wp-config.php: it is stored nowhere here.
 */
final class Signature {
	public const SECONDS = 300;

	public static function secret(): string {
		return hash_hmac( 'sha256', 'onhand-agent', wp_salt( 'auth' ) );
	}

	/** The unguessable part of a channel's webhook address. */
	public static function webhook_key( string $channel ): string {
		return substr( hash_hmac( 'sha256', "onhand-webhook:$channel", wp_salt( 'auth' ) ), 0, 40 );
	}

	public static function of( string $secret, int $at, string $nonce, string $method, string $route, string $body ): string {
		$text = "v1\n$at\n$nonce\n$method\n$route\n" . hash( 'sha256', $body );
		return hash_hmac( 'sha256', $text, $secret );
	}

	/** For routes that are the agent's alone. */
	public static function allows( \WP_REST_Request $request ): bool|\WP_Error {
		$problem = self::problem( $request );
		return null === $problem ? true : new \WP_Error( 'onhand_signature', "Not the agent: $problem.", array( 'status' => 401 ) );
	}

	/** Null: it is the agent. Otherwise what is wrong. */
	public static function problem( \WP_REST_Request $request ): ?string {
		$header = (string) $request->get_header( 'onhand-signature' );
		if ( 1 !== preg_match( '/\At=(\d{1,12}),n=([0-9a-f]{1,32}),v1=([0-9a-f]{64})\z/', $header, $part ) ) {
			return 'the signature is missing or not written as one';
		}
		$right = self::of( self::secret(), (int) $part[1], $part[2], $request->get_method(), $request->get_route(), (string) $request->get_body() );
		if ( ! hash_equals( $right, $part[3] ) ) {
			return 'the signature is wrong';
		}
		if ( abs( time() - (int) $part[1] ) > self::SECONDS ) {
			return 'the signature is too old, or the clocks of shop and agent differ';
		}
		return self::first_time( $part[2] ) ? null : 'the request was sent before';
	}

	private static function first_time( string $nonce ): bool {
		global $wpdb;
		Tables::ensure();
		// phpcs:disable WordPress.DB -- the plugin's own table.
		if ( 1 === wp_rand( 1, 100 ) ) {
			$wpdb->query( $wpdb->prepare( 'DELETE FROM ' . Tables::nonces() . ' WHERE at < %d', time() - 3 * self::SECONDS ) );
		}
		return 1 === $wpdb->query( $wpdb->prepare( 'INSERT IGNORE INTO ' . Tables::nonces() . ' (nonce, at) VALUES (%s, %d)', $nonce, time() ) );
		// phpcs:enable
	}
}
