<?php

namespace Onhand\Rest;

use Onhand\Orders\Busy;
use Onhand\Strict\Allotments;
use Onhand\Strict\Entry;

/** PUT onhand/v1/allotments: the agent has units kept for channels, or asks what is kept. */
final class AllotmentsRoute {
	public static function register(): void {
		add_action(
			'rest_api_init',
			static fn() => register_rest_route(
				'onhand/v1',
				'/allotments',
				array(
					'methods'             => 'PUT',
					'callback'            => array( self::class, 'put' ),
					'permission_callback' => array( Signature::class, 'allows' ),
				)
			)
		);
	}

	public static function put( \WP_REST_Request $request ): \WP_REST_Response|\WP_Error {
		$entries = $request->get_json_params()['entries'] ?? null;
		if ( ! is_array( $entries ) || ! array_is_list( $entries ) ) {
			return new \WP_Error( 'onhand_invalid', 'entries: must be a list.', array( 'status' => 400 ) );
		}
		try {
			$entries = array_map( static fn( $raw, int $at ): Entry => Entry::read( $raw, "entries[$at]" ), $entries, array_keys( $entries ) );
			return new \WP_REST_Response( array( 'entries' => ( new Allotments() )->note( $entries ) ) );
		} catch ( \InvalidArgumentException $wrong ) {
			return new \WP_Error( 'onhand_invalid', $wrong->getMessage(), array( 'status' => 400 ) );
		} catch ( Busy $busy ) {
			return new \WP_Error( 'onhand_busy', $busy->getMessage(), array( 'status' => 423 ) );
		}
	}
}
