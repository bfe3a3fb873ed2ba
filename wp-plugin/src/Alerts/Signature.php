<?php

namespace Onhand\Alerts;

/** The signature of the Standard Webhooks convention (https://www.standardwebhooks.com), checked. */
final class Signature {
	private const TOLERANCE_SECONDS = 300;

	/** @param string $secret "whsec_" and base64 */
	public static function is_right( string $secret, string $id, string $timestamp, string $signatures, string $body, int $now ): bool {
		$key = base64_decode( preg_replace( '/\Awhsec_/', '', $secret ), true ); // phpcs:ignore WordPress.PHP.DiscouragedPHPFunctions -- as the convention has it.
		if ( false === $key || strlen( $key ) < 16 || 1 !== preg_match( '/\A\d{1,12}\z/', $timestamp ) || abs( $now - (int) $timestamp ) > self::TOLERANCE_SECONDS ) {
			return false;
		}
		$right = 'v1,' . base64_encode( hash_hmac( 'sha256', "$id.$timestamp.$body", $key, true ) ); // phpcs:ignore WordPress.PHP.DiscouragedPHPFunctions -- as the convention has it.
		$found = false;
		foreach ( explode( ' ', $signatures ) as $signature ) {
			$found = hash_equals( $right, $signature ) || $found;
		}
		return $found;
	}
}
