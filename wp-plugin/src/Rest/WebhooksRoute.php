<?php

namespace Onhand\Rest;

use Onhand\Journal\Journal;
use Onhand\Stock\Reader;

/**
 * POST onhand/v1/webhooks/<channel>/<key>: a channel says that something is new. It is written to the journal as it
 * came and answered at once; whether it is genuine is for the agent to find out.
 */
final class WebhooksRoute {
	/** In base64 it still fits into a record. */
	private const LARGEST = 700_000;
	/** Not the channel's business: the visitor's, and what a host's own access control wants. */
	private const LEFT_OUT = array( 'cookie', 'x_wp_nonce', 'php_auth_pw' );

	private function __construct( private readonly Journal $journal, private readonly Reader $reader ) {}

	public static function register( Journal $journal, Reader $reader ): void {
		$self = new self( $journal, $reader );
		add_action(
			'rest_api_init',
			static fn() => register_rest_route(
				'onhand/v1',
				'/webhooks/(?P<channel>[a-z0-9-]{1,64})/(?P<key>[0-9a-f]{40})',
				array(
					array(
						'methods'             => 'POST',
						'callback'            => array( $self, 'post' ),
						'permission_callback' => array( $self, 'allowed' ),
					),
					array(
						'methods'             => 'GET',
						'callback'            => array( $self, 'prove' ),
						'permission_callback' => array( $self, 'allowed' ),
						'args'                => array(
							'challenge_code' => array(
								'type'      => 'string',
								'required'  => true,
								'maxLength' => 1000,
							),
						),
					),
				)
			)
		);
	}

	public static function url( string $channel ): string {
		return rest_url( "onhand/v1/webhooks/$channel/" . Signature::webhook_key( $channel ) );
	}

	public function allowed( \WP_REST_Request $request ): bool|\WP_Error {
		$known = hash_equals( Signature::webhook_key( (string) $request['channel'] ), (string) $request['key'] );
		// As if there were no such address.
		return $known ? true : new \WP_Error( 'rest_no_route', 'No route was found matching the URL and request method.', array( 'status' => 404 ) );
	}

	/**
	 * GET: eBay asks whether the address is ours before it sends anything there. The verification token that it was given
	 * is the unguessable part of the address.
	 *
	 * Source: https://developer.ebay.com/marketplace-account-deletion, "Subscribing to eBay notifications".
	 */
	public function prove( \WP_REST_Request $request ): \WP_REST_Response {
		$channel = (string) $request['channel'];
		$text    = $request['challenge_code'] . Signature::webhook_key( $channel ) . self::url( $channel );
		return new \WP_REST_Response( array( 'challengeResponse' => hash( 'sha256', $text ) ) );
	}

	public function post( \WP_REST_Request $request ): \WP_REST_Response|\WP_Error {
		$body = (string) $request->get_body();
		if ( strlen( $body ) > self::LARGEST ) {
			return new \WP_Error( 'onhand_too_large', sprintf( 'The body is larger than %d bytes.', self::LARGEST ), array( 'status' => 413 ) );
		}
		$headers = array();
		foreach ( $request->get_headers() as $name => $values ) {
			$value = implode( ',', (array) $values );
			if ( ! in_array( $name, self::LEFT_OUT, true ) && 1 !== preg_match( '/\A(Basic|Bearer) /i', $value ) ) {
				$headers[] = array( str_replace( '_', '-', $name ), $value );
			}
		}
		$appended = $this->journal->append(
			array(
				array(
					't'       => 'webhook',
					'at'      => $this->reader->now(),
					'channel' => (string) $request['channel'],
					'headers' => $headers,
					'body'    => base64_encode( $body ), // phpcs:ignore WordPress.PHP.DiscouragedPHPFunctions -- the journal is text.
				),
			)
		);
		// The channel sends it again.
		return 1 === $appended ? new \WP_REST_Response( array( 'received' => true ) )
			: new \WP_Error( 'onhand_journal', 'It could not be written down; send it again.', array( 'status' => 503 ) );
	}
}
