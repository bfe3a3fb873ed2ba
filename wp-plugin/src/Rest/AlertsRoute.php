<?php

namespace Onhand\Rest;

use Onhand\Admin\Roles;
use Onhand\Agent\Client;
use Onhand\Agent\Refused;
use Onhand\Agent\Unreachable;
use Onhand\Alerts\Postman;
use Onhand\Alerts\Queue;
use Onhand\Alerts\Settings;
use Onhand\Alerts\Signature as Signed;

/** POST onhand/v1/alerts: the agent tells what happened. onhand/v1/alerts/settings: who is mailed about it. */
final class AlertsRoute {
	public static function register(): void {
		add_action(
			'rest_api_init',
			static function (): void {
				register_rest_route(
					'onhand/v1',
					'/alerts',
					array(
						'methods'             => 'POST',
						'callback'            => array( self::class, 'told' ),
						'permission_callback' => array( self::class, 'is_the_agent' ),
					)
				);
				$may = static fn(): bool => current_user_can( Roles::CONFIGURE );
				register_rest_route(
					'onhand/v1',
					'/alerts/settings',
					array(
						array(
							'methods'             => 'GET',
							'callback'            => static fn(): \WP_REST_Response => new \WP_REST_Response( Settings::load()->shown() ),
							'permission_callback' => $may,
						),
						array(
							'methods'             => 'POST',
							'callback'            => array( self::class, 'change' ),
							'permission_callback' => $may,
							'args'                => self::args(),
						),
					)
				);
			}
		);
	}

	/** @return array<string,array<string,mixed>> */
	public static function args(): array {
		$clock = array(
			'type'        => 'string',
			'pattern'     => '^(([01]\d|2[0-3]):[0-5]\d)?$',
			'description' => __( 'a time of day such as 22:00, or nothing', 'onhand' ),
		);
		return array(
			'emails'     => array(
				'type'     => 'array',
				'maxItems' => 20,
				'items'    => array(
					'type'      => 'string',
					'maxLength' => 254,
				),
			),
			'types'      => array(
				'type'        => 'array',
				'uniqueItems' => true,
				'items'       => array(
					'type' => 'string',
					'enum' => Settings::TYPES,
				),
			),
			'when'       => array(
				'type' => 'string',
				'enum' => Settings::WHEN,
			),
			'quiet_from' => $clock,
			'quiet_to'   => $clock,
		);
	}

	public static function is_the_agent( \WP_REST_Request $request ): bool {
		$header = static fn( string $name ): string => (string) $request->get_header( $name );
		return Signed::is_right( Settings::load()->secret, $header( 'webhook-id' ), $header( 'webhook-timestamp' ), $header( 'webhook-signature' ), (string) $request->get_body(), time() );
	}

	public static function told( \WP_REST_Request $request ): \WP_REST_Response|\WP_Error {
		$id   = (string) $request->get_header( 'webhook-id' );
		$type = $request->get_json_params()['type'] ?? null;
		if ( ! is_string( $type ) || '' === $id || strlen( $id ) > 64 || strlen( $type ) > 64 ) {
			return new \WP_Error( 'onhand_invalid', 'It must have an id and a type.', array( 'status' => 400 ) );
		}
		if ( Queue::add( $id, $type, (string) $request->get_body() ) ) {
			Postman::expect();
		}
		return new \WP_REST_Response( array( 'received' => true ) );
	}

	public static function change( \WP_REST_Request $request ): \WP_REST_Response|\WP_Error {
		try {
			$raw = array_intersect_key( $request->get_params(), self::args() );
			return new \WP_REST_Response( Settings::load()->change( $raw, Client::local() )->shown() );
		} catch ( \InvalidArgumentException $wrong ) {
			return new \WP_Error( 'onhand_invalid', $wrong->getMessage(), array( 'status' => 400 ) );
		} catch ( Unreachable | Refused $silent ) {
			return new \WP_Error( 'onhand_agent', $silent->getMessage(), array( 'status' => 503 ) );
		}
	}
}
