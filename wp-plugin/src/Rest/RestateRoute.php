<?php

namespace Onhand\Rest;

use Onhand\Admin\Roles;
use Onhand\Resync\Upkeep;

/** POST onhand/v1/restate: the shop states all of its stock anew, page by page, in the background. */
final class RestateRoute {
	public static function register(): void {
		add_action(
			'rest_api_init',
			static fn() => register_rest_route(
				'onhand/v1',
				'/restate',
				array(
					'methods'             => 'POST',
					'callback'            => static function (): \WP_REST_Response {
						Upkeep::restate();
						return new \WP_REST_Response( array( 'restating' => true ) );
					},
					'permission_callback' => static fn(): bool => current_user_can( Roles::OPERATE ),
				)
			)
		);
	}
}
