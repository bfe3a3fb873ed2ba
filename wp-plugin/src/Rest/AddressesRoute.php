<?php

namespace Onhand\Rest;

use Onhand\Admin\Roles;
use Onhand\Agent\Client;
use Onhand\Agent\Refused;
use Onhand\Agent\Unreachable;

/**
 * GET onhand/v1/webhook-addresses: where each channel is to send its webhooks. An address is as good as a password: whoever has it
 * can make the agent look for orders, and no more.
 */
final class AddressesRoute {
	public static function register(): void {
		add_action(
			'rest_api_init',
			static fn() => register_rest_route(
				'onhand/v1',
				'/webhook-addresses',
				array(
					'methods'             => 'GET',
					'callback'            => array( self::class, 'answer' ),
					'permission_callback' => static fn(): bool => current_user_can( Roles::CONFIGURE ),
				)
			)
		);
	}

	public static function answer(): \WP_REST_Response|\WP_Error {
		try {
			$channels = (array) Client::local()->get( '/v1/channels' )['items'];
		} catch ( Unreachable | Refused $failure ) {
			return new \WP_Error( 'onhand_agent_unreachable', $failure->getMessage(), array( 'status' => 503 ) );
		}
		return new \WP_REST_Response(
			array(
				'items' => array_map(
					static fn( array $channel ): array => array(
						'channel' => $channel['name'],
						'kind'    => $channel['kind'],
						'address' => WebhooksRoute::url( $channel['name'] ),
					),
					$channels
				),
			)
		);
	}
}
