<?php

namespace Onhand\Rest;

use Onhand\Admin\Roles;
use Onhand\Bulk\Row;
use Onhand\Bulk\Writer;

/** POST onhand/v1/variations: stock and prices of many variations at once, of whatever parents. */
final class VariationsRoute {
	private const MOST = 500;

	public static function register(): void {
		add_action(
			'rest_api_init',
			static fn() => register_rest_route(
				'onhand/v1',
				'/variations',
				array(
					'methods'             => 'POST',
					'callback'            => static fn( \WP_REST_Request $request ): \WP_REST_Response => new \WP_REST_Response( ( new Writer( (bool) $request['dry_run'], null === $request['stop_after'] ? null : (int) $request['stop_after'] ) )->write( (array) $request['items'] ) ),
					'permission_callback' => static fn(): bool => current_user_can( Roles::OPERATE ) && current_user_can( 'edit_products' ),
					'args'                => self::args(),
				)
			)
		);
	}

	/** @return array<string,array<string,mixed>> */
	public static function args(): array {
		$number = array( 'type' => array( 'string', 'number' ) );
		$word   = static fn( array $words ): array => array(
			'type' => 'string',
			'enum' => $words,
		);
		return array(
			'items'      => array(
				'required' => true,
				'type'     => 'array',
				'minItems' => 1,
				'maxItems' => self::MOST,
				'items'    => array(
					'type'                 => 'object',
					'additionalProperties' => false,
					'properties'           => array(
						'id'             => array(
							'type'    => 'integer',
							'minimum' => 1,
						),
						'sku'            => array(
							'type'      => 'string',
							'maxLength' => 255,
						),
						'stock_quantity' => $number,
						'stock_change'   => $number,
						'expected_stock' => $number,
						'manage_stock'   => array( 'type' => array( 'boolean', 'string' ) ),
						'stock_status'   => $word( Row::STATUSES ),
						'backorders'     => $word( Row::BACKORDERS ),
						'regular_price'  => $number,
						'sale_price'     => $number,
					),
				),
			),
			'dry_run'    => array( 'type' => 'boolean' ),
			'stop_after' => array(
				'type'    => 'integer',
				'minimum' => 1,
				'maximum' => self::MOST,
			),
		);
	}
}
