<?php

namespace Onhand\Rest;

use Onhand\Orders\Busy;
use Onhand\Orders\Importer;
use Onhand\Orders\Refused;
use Onhand\Orders\Told;

/** PUT onhand/v1/orders: the agent says how a channel's order is now. */
final class OrdersRoute {
	private function __construct( private readonly Importer $importer ) {}

	public static function register( Importer $importer ): void {
		$self = new self( $importer );
		add_action(
			'rest_api_init',
			static fn() => register_rest_route(
				'onhand/v1',
				'/orders',
				array(
					'methods'             => 'PUT',
					'callback'            => array( $self, 'put' ),
					'permission_callback' => array( Signature::class, 'allows' ),
				)
			)
		);
	}

	public function put( \WP_REST_Request $request ): \WP_REST_Response|\WP_Error {
		$key = (string) $request->get_header( 'idempotency-key' );
		if ( 1 !== preg_match( '/\A[0-9a-f]{64}\z/', $key ) ) {
			return new \WP_Error( 'onhand_invalid', 'Idempotency-Key: must be the SHA-256 of the body.', array( 'status' => 400 ) );
		}
		try {
			$answer = $this->importer->import( new Told( (array) $request->get_json_params() ), $key );
		} catch ( \InvalidArgumentException $wrong ) {
			return new \WP_Error( 'onhand_invalid', $wrong->getMessage(), array( 'status' => 400 ) );
		} catch ( Refused $refused ) {
			return new \WP_Error( "onhand_$refused->reason", $refused->getMessage(), array( 'status' => 422 ) );
		} catch ( Busy $busy ) {
			return new \WP_Error( 'onhand_busy', $busy->getMessage(), array( 'status' => 423 ) );
		}
		$answer['lines'] = (object) $answer['lines'];
		return new \WP_REST_Response( $answer );
	}
}
