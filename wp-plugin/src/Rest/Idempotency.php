<?php

namespace Onhand\Rest;

/**
 * A program whose answer was lost asks again with the same Idempotency-Key, and what it asked for is done once: the second time it
 * is told what the first one was told. Keys are a user's own and are kept for a day.
 */
final class Idempotency {
	private const OPTION = '_transient_onhand_idempotent_';
	/** WordPress's own daily job removes what is past this. */
	private const ENDS     = '_transient_timeout_onhand_idempotent_';
	private const LONGEST  = 255;
	private const REPLAYED = 'Idempotency-Replayed';

	/** @var array<int,string> by request: under what its answer is kept */
	private static array $open = array();

	public static function register(): void {
		add_filter( 'rest_pre_dispatch', array( self::class, 'before' ), 20, 3 );
		// After Manners has put a refusal into words: the second time it is told in the same ones.
		add_filter( 'rest_post_dispatch', array( self::class, 'after' ), 30, 3 );
	}

	public static function before( $result, $server, $request ) {
		if ( null !== $result || ! $request instanceof \WP_REST_Request || in_array( $request->get_method(), array( 'GET', 'HEAD', 'OPTIONS' ), true ) || ! Manners::is_ours( $request ) ) {
			return $result;
		}
		$key = (string) $request->get_header( 'idempotency_key' );
		if ( '' === $key || 0 === get_current_user_id() ) {
			return $result;
		}
		if ( strlen( $key ) > self::LONGEST ) {
			/* translators: %d: number of characters */
			return new \WP_Error( 'onhand_idempotency_key', sprintf( __( 'The Idempotency-Key is longer than %d characters.', 'onhand' ), self::LONGEST ), array( 'status' => 400 ) );
		}
		$name  = hash( 'sha256', get_current_user_id() . "\n" . $key );
		$asked = hash( 'sha256', implode( "\n", array( $request->get_method(), $request->get_route(), (string) wp_json_encode( $request->get_query_params() ), $request->get_body() ) ) );
		if ( self::claim( $name, $asked ) ) {
			self::$open[ spl_object_id( $request ) ] = $name;
			return $result;
		}
		$kept = self::kept( $name );
		if ( ( $kept['asked'] ?? '' ) !== $asked ) {
			return new \WP_Error( 'onhand_idempotency_key', __( 'This Idempotency-Key was used for something else. Use a new key for every new request.', 'onhand' ), array( 'status' => 422 ) );
		}
		if ( ! isset( $kept['status'] ) ) {
			return new \WP_Error( 'onhand_idempotency_key', __( 'The first request with this Idempotency-Key is not answered yet. Ask again in a moment.', 'onhand' ), array( 'status' => 409 ) );
		}
		return new \WP_REST_Response( $kept['data'], $kept['status'], array( self::REPLAYED => 'true' ) );
	}

	/** What failed on our side is not kept: it may be tried again with the same key. */
	public static function after( $response, $server, $request ) {
		$name = self::$open[ spl_object_id( $request ) ] ?? null;
		if ( null === $name || ! $response instanceof \WP_REST_Response ) {
			return $response;
		}
		unset( self::$open[ spl_object_id( $request ) ] );
		if ( $response->get_status() >= 500 ) {
			self::forget( $name );
		} else {
			$data = $response->get_data();
			if ( is_array( $data ) && isset( $data['secret'] ) ) {
				// It is told once and never written down: who asks again hears that it was done, and no more.
				$data['secret'] = null;
			}
			self::write(
				$name,
				array(
					'status' => $response->get_status(),
					'data'   => $data,
				) + self::kept( $name )
			);
		}
		return $response;
	}

	/** True for one of those that come with the same key at the same moment. What is too old is forgotten first. */
	private static function claim( string $name, string $asked ): bool {
		global $wpdb;
		// phpcs:disable WordPress.DB.DirectDatabaseQuery -- one row that only one request may make: no cache can say who was first.
		$ends = $wpdb->get_var( $wpdb->prepare( "SELECT option_value FROM {$wpdb->options} WHERE option_name = %s", self::ENDS . $name ) );
		if ( null !== $ends && (int) $ends < time() ) {
			self::forget( $name );
		}
		$first = $wpdb->query( $wpdb->prepare( "INSERT IGNORE INTO {$wpdb->options} (option_name, option_value, autoload) VALUES (%s, %s, 'off')", self::OPTION . $name, maybe_serialize( array( 'asked' => $asked ) ) ) );
		if ( 1 === $first ) {
			$wpdb->query( $wpdb->prepare( "INSERT IGNORE INTO {$wpdb->options} (option_name, option_value, autoload) VALUES (%s, %s, 'off')", self::ENDS . $name, (string) ( time() + DAY_IN_SECONDS ) ) );
		}
		// phpcs:enable
		return 1 === $first;
	}

	/** @return array<string,mixed> */
	private static function kept( string $name ): array {
		global $wpdb;
		$row = $wpdb->get_var( $wpdb->prepare( "SELECT option_value FROM {$wpdb->options} WHERE option_name = %s", self::OPTION . $name ) ); // phpcs:ignore WordPress.DB.DirectDatabaseQuery
		return null === $row ? array() : (array) maybe_unserialize( $row );
	}

	/** @param array<string,mixed> $kept */
	private static function write( string $name, array $kept ): void {
		global $wpdb;
		$wpdb->update( $wpdb->options, array( 'option_value' => maybe_serialize( $kept ) ), array( 'option_name' => self::OPTION . $name ) ); // phpcs:ignore WordPress.DB.DirectDatabaseQuery
	}

	private static function forget( string $name ): void {
		global $wpdb;
		$wpdb->query( $wpdb->prepare( "DELETE FROM {$wpdb->options} WHERE option_name IN (%s, %s)", self::OPTION . $name, self::ENDS . $name ) ); // phpcs:ignore WordPress.DB.DirectDatabaseQuery
	}
}
