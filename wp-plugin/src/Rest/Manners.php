<?php

namespace Onhand\Rest;

/**
 * What every answer of onhand/v1 keeps to: errors are problem details (RFC 9457) with WordPress's own words beside them, what
 * is read carries an ETag and is not sent again to whoever has it.
 */
final class Manners {
	private const SPACE = '/onhand/v1/';
	/** The agent's and the marketplaces' own doors: each has its own contract. */
	private const OTHERS = array( 'webhooks', 'orders', 'allotments', 'alerts' );

	public static function register(): void {
		add_filter( 'rest_post_dispatch', array( self::class, 'answered' ), 20, 3 );
		Idempotency::register();
	}

	public static function is_ours( \WP_REST_Request $request ): bool {
		$route = $request->get_route();
		if ( ! str_starts_with( $route, self::SPACE ) ) {
			return false;
		}
		$parts = explode( '/', substr( $route, strlen( self::SPACE ) ) );
		return ! in_array( $parts[0], self::OTHERS, true ) || array( 'alerts', 'settings' ) === $parts;
	}

	public static function answered( $response, $server, $request ) {
		if ( ! $response instanceof \WP_REST_Response || ! self::is_ours( $request ) ) {
			return $response;
		}
		if ( $response->get_status() >= 400 ) {
			return self::problem( $response, $request );
		}
		return 'GET' === $request->get_method() && ! DataRoute::is_file( $request ) ? self::tagged( $response, $request ) : $response;
	}

	private static function problem( \WP_REST_Response $response, \WP_REST_Request $request ): \WP_REST_Response {
		$data   = (array) $response->get_data();
		$status = $response->get_status();
		$fields = Wrong::fields( $data, $request );
		if ( array() !== $fields ) {
			// What WordPress says of it is the schema: patterns and types, which are nobody's words.
			$data = array(
				'code'    => $data['code'],
				'message' => Wrong::sentence( $fields ),
				'data'    => array( 'status' => $status ),
				'errors'  => $fields,
			);
		}
		$response->set_data(
			array(
				'type'     => 'urn:onhand:problem:' . str_replace( '_', '-', (string) ( $data['code'] ?? 'unknown' ) ),
				'title'    => get_status_header_desc( $status ),
				'status'   => $status,
				'detail'   => (string) ( $data['message'] ?? '' ),
				'instance' => $request->get_route(),
			) + $data
		);
		$response->header( 'Content-Type', 'application/problem+json; charset=' . get_option( 'blog_charset' ) );
		return $response;
	}

	/** The tag is made of what is said: the same words have the same tag, whoever says them. */
	private static function tagged( \WP_REST_Response $response, \WP_REST_Request $request ): \WP_REST_Response {
		$tag = '"' . hash( 'xxh128', (string) wp_json_encode( $response->get_data() ) ) . '"';
		$response->header( 'ETag', $tag );
		$known = array_map( static fn( string $one ): string => (string) preg_replace( '/\AW\//', '', trim( $one ) ), explode( ',', (string) $request->get_header( 'if_none_match' ) ) );
		if ( in_array( $tag, $known, true ) ) {
			$response->set_status( 304 );
			$response->set_data( null );
		}
		return $response;
	}
}
