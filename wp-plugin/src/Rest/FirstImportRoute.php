<?php

namespace Onhand\Rest;

use Onhand\Admin\Roles;
use Onhand\Agent\Client;
use Onhand\Agent\Refused;
use Onhand\Agent\Unreachable;
use Onhand\Resync\FirstImport;
use Onhand\Resync\Upkeep;

/** GET and POST onhand/v1/first-import: how far the agent has read the shop for the first time; and that it is to begin. */
final class FirstImportRoute {
	public static function register(): void {
		$answer = static fn( callable $ask ): array => array(
			'callback'            => static fn(): \WP_REST_Response|\WP_Error => self::answer( $ask ),
			'permission_callback' => static fn(): bool => current_user_can( Roles::CONFIGURE ),
		);
		add_action(
			'rest_api_init',
			static fn() => register_rest_route(
				'onhand/v1',
				'/first-import',
				array(
					array( 'methods' => 'GET' ) + $answer( array( FirstImport::class, 'progress' ) ),
					array( 'methods' => 'POST' ) + $answer( array( FirstImport::class, 'begin' ) ),
				)
			)
		);
	}

	private static function answer( callable $ask ): \WP_REST_Response|\WP_Error {
		try {
			$now = $ask( Client::local() );
		} catch ( Unreachable $silent ) {
			return new \WP_Error( 'onhand_agent_unreachable', $silent->getMessage(), array( 'status' => 503 ) );
		} catch ( Refused $refused ) {
			return new \WP_Error( 'onhand_refused', $refused->getMessage(), array( 'status' => 502 ) );
		}
		if ( FirstImport::READING === $now['state'] ) {
			Upkeep::hurry();
		}
		return new \WP_REST_Response( $now );
	}
}
