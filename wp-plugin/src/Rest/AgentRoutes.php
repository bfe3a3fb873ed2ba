<?php

namespace Onhand\Rest;

use Onhand\Admin\Roles;
use Onhand\Agent\Client;
use Onhand\Agent\Refused;
use Onhand\Agent\Unreachable;

/**
 * What the agent knows and can do, for the admin screens and for programs of the merchant's own, behind WordPress's logins
 * and application passwords. Only what is named here goes through, and each argument is checked by its schema.
 */
final class AgentRoutes {
	private const TEXT  = array(
		'type'      => 'string',
		'minLength' => 1,
		'maxLength' => 255,
	);
	private const COUNT = array(
		'type'    => 'integer',
		'minimum' => 1,
		'maximum' => 1000,
	);
	private const ID    = array(
		'type'    => 'integer',
		'minimum' => 0,
	);
	private const NAME  = '(?P<name>[a-z0-9-]{1,64})';

	/** @return array<string,array{0:string,1:array<string,array<string,mixed>>}> by route: the agent's path and what may be asked */
	private static function read(): array {
		$recent = array(
			'channel' => self::TEXT,
			'limit'   => self::COUNT,
		);
		return array(
			'/status'         => array( '/v1/status', array() ),
			'/health'         => array( '/v1/health', array() ),
			'/activity'       => array(
				'/v1/activity',
				array(
					'stretches' => array( 'maximum' => 500 ) + self::COUNT,
					'step_ms'   => array(
						'type'    => 'integer',
						'minimum' => 1000,
						'maximum' => 86400000,
					),
				),
			),
			'/changes'        => array(
				'/v1/changes',
				array(
					'setting' => self::TEXT,
					'cursor'  => self::ID,
					'limit'   => self::COUNT,
				),
			),
			'/listings'       => array(
				'/v1/listings/page',
				array(
					'q'          => array( 'minLength' => 0 ) + self::TEXT,
					'channel'    => self::TEXT,
					'state'      => self::TEXT,
					'sort'       => array(
						'type' => 'string',
						'enum' => array( 'sku', 'channel', 'quantity', 'desired', 'confirmed', 'confirmed_at', 'behind_since' ),
					),
					'descending' => array( 'type' => 'boolean' ),
					'page'       => array(
						'type'    => 'integer',
						'minimum' => 1,
					),
					'per_page'   => array( 'maximum' => 200 ) + self::COUNT,
				),
			),
			'/jobs'           => array(
				'/v1/jobs',
				array(
					'running' => array( 'type' => 'boolean' ),
					'limit'   => self::COUNT,
				),
			),
			'/jobs/(?P<id>\d{1,18})' => array( '/v1/jobs/{id}', array() ),
			'/cover'          => array(
				'/v1/cover',
				array(
					'days'        => array( 'maximum' => 365 ) + self::COUNT,
					'lead_days'   => array( 'maximum' => 365 ) + self::COUNT,
					'target_days' => array( 'maximum' => 365 ) + self::COUNT,
					'limit'       => self::COUNT,
				),
			),
			'/explain'        => array(
				'/v1/explain',
				array(
					'sku'  => self::TEXT,
					'item' => self::ID,
				),
			),
			'/ledger'         => array(
				'/v1/ledger',
				array(
					'sku'    => self::TEXT,
					'item'   => self::ID,
					'at'     => self::TEXT,
					'limit'  => self::COUNT,
					'cursor' => self::ID,
				),
			),
			'/channel-orders' => array(
				'/v1/orders',
				array(
					'state'  => self::TEXT,
					'q'      => array( 'minLength' => 0 ) + self::TEXT,
					'cursor' => self::ID,
				) + $recent,
			),
			'/dead-letters'   => array( '/v1/dead-letters', array( 'channel' => self::TEXT ) ),
			'/drift'          => array( '/v1/drift', $recent ),
			'/holds'          => array( '/v1/holds', array() ),
			'/sku-problems'   => array(
				'/v1/work',
				array(
					'limit'  => self::COUNT,
					'cursor' => self::ID,
				),
			),
			'/kinds'          => array( '/v1/kinds', array() ),
			'/plan'           => array( '/v1/plan', array( 'channel' => array( 'required' => true ) + self::TEXT ) ),
			'/candidates'     => array(
				'/v1/listings/candidates',
				array(
					'channel' => array( 'required' => true ) + self::TEXT,
					'after'   => self::ID,
				) + $recent,
			),
			'/rules'          => array( '/v1/rules/all', array() ),
			'/hooks'          => array( '/v1/hooks', array() ),
			'/deliveries'     => array(
				'/v1/deliveries',
				array(
					'hook'  => self::ID,
					'limit' => self::COUNT,
				),
			),
		);
	}

	/** @return array<string,array{0:string,1:array<string,array<string,mixed>>}> */
	private static function act(): array {
		return array(
			'/channels/' . self::NAME . '/(?P<action>pause|resume|resync)' => array( '/v1/channels/{name}/{action}', array() ),
			'/dead-letters/redrive'                        => array(
				'/v1/dead-letters/redrive',
				array(
					'channel' => self::TEXT,
					'ids'     => array(
						'type'     => 'array',
						'items'    => self::ID,
						'maxItems' => 1000,
					),
				),
			),
			'/listings/resync'                             => array(
				'/v1/listings/resync',
				array(
					'ids' => array(
						'required' => true,
						'type'     => 'array',
						'items'    => self::ID,
						'maxItems' => 1000,
					),
				),
			),
			'/holds/(?P<id>\d{1,18})/(?P<action>confirm|reject)' => array( '/v1/holds/{id}/{action}', array() ),
			'/channel-orders/retry'                        => array(
				'/v1/orders/retry',
				array(
					'id'     => self::ID,
					'accept' => array(
						'type'  => 'array',
						'items' => array(
							'type' => 'string',
							'enum' => array( 'oversold', 'currency', 'buyer' ),
						),
					),
				),
			),
			'/jobs/(?P<id>\d{1,18})/cancel'                 => array( '/v1/jobs/{id}/cancel', array() ),
			'/channel-orders/(?P<id>\d{1,18})/close'       => array( '/v1/orders/{id}/close', array() ),
			'/deliveries/replay'                           => array(
				'/v1/deliveries/replay',
				array(
					'delivery' => self::ID,
					'hook'     => self::ID,
				),
			),
		);
	}

	/** What changes how the shop is connected, or what is listed by rule. @return array<string,array{0:string,1:array<string,array<string,mixed>>}> */
	private static function configure(): array {
		$needed = array( 'required' => true );
		$units  = array(
			'type'    => array( 'integer', 'null' ),
			'minimum' => 0,
		);
		$rules  = array(
			'channel'  => self::TEXT,
			'sku'      => self::TEXT,
			'product'  => self::ID,
			'tag'      => self::TEXT,
			'category' => self::TEXT,
			'set'      => array(
				'type'                 => 'object',
				'additionalProperties' => true,
				'properties'           => array_fill_keys( array( 'buffer', 'max_listed', 'min_listed', 'stop_at', 'unmanaged_quantity' ), $units ) + array( 'percent' => $units + array( 'maximum' => 100 ) ),
			),
			'unset'    => array(
				'type'  => 'array',
				'items' => self::TEXT,
			),
		);
		$words  = array(
			'type'                 => 'object',
			'additionalProperties' => array(
				'type'      => 'string',
				'maxLength' => 8192,
			),
		);
		return array(
			'/channels'                                  => array(
				'/v1/channels',
				array(
					'name'    => $needed + self::TEXT,
					'kind'    => $needed + self::TEXT,
					'config'  => $words,
					'secrets' => array( 'additionalProperties' => array( 'writeOnly' => true ) + $words['additionalProperties'] ) + $words,
					'paused'  => array( 'type' => 'boolean' ),
					'check'   => array( 'type' => 'boolean' ),
				),
			),
			'/channels/' . self::NAME . '/(?P<action>check|remove)' => array( '/v1/channels/{name}/{action}', array() ),
			'/channels/' . self::NAME . '/orders'        => array(
				'/v1/channels/{name}/orders',
				array(
					'mode' => array(
						'type' => array( 'string', 'null' ),
						'enum' => array( 'order', 'stock', null ),
					),
				),
			),
			'/channels/' . self::NAME . '/(?P<action>reconciliation)' => array(
				'/v1/channels/{name}/{action}',
				array(
					'mode' => array(
						'type' => array( 'string', 'null' ),
						'enum' => array( 'repair', 'report', 'off', null ),
					),
				),
			),
			'/channels/' . self::NAME . '/(?P<action>prices)' => array(
				'/v1/channels/{name}/{action}',
				array(
					'rule' => array(
						'type'                 => array( 'object', 'null' ),
						'additionalProperties' => false,
						'properties'           => array(
							'currency' => array(
								'type'        => 'string',
								'pattern'     => '^[A-Z]{3}$',
								'description' => __( 'the three letters of a currency, such as EUR', 'onhand' ),
							),
						) + array_fill_keys(
							array( 'percent', 'add', 'round', 'ending', 'minimum' ),
							array(
								'type'        => array( 'string', 'null' ),
								'pattern'     => '^-?[0-9]{1,9}([.][0-9]{1,6})?$',
								'description' => __( 'a number, such as 10 or 0.99', 'onhand' ),
							)
						),
					),
				),
			),
			'/jobs'                                      => array(
				'/v1/jobs',
				array(
					'what'    => $needed + array(
						'type' => 'string',
						'enum' => array( 'match', 'compare' ),
					),
					'channel' => $needed + self::TEXT,
				),
			),
			'/listings/auto-match'                       => array( '/v1/listings/auto-match', array( 'channel' => $needed + self::TEXT ) ),
			'/listings/map'                              => array(
				'/v1/listings/map',
				array(
					'channel'  => $needed + self::TEXT,
					'item'     => self::ID,
					'sku'      => self::TEXT,
					'external' => $needed + $words,
				),
			),
			'/rules'                                     => array( '/v1/rules', $rules ),
			'/rules/preview'                             => array( '/v1/rules/preview', $rules ),
			'/rules/careful'                             => array(
				'/v1/rules/careful',
				array(
					'change'     => $needed + array(
						'type'                 => 'object',
						'additionalProperties' => false,
						'properties'           => $rules,
					),
					'first'      => array( 'maximum' => 200 ) + self::COUNT,
					'wait_s'     => array( 'maximum' => 3600 ) + self::COUNT,
					'most_wrong' => self::ID,
				),
			),
			'/changes/(?P<id>\d{1,18})/undo'             => array( '/v1/changes/{id}/undo', array() ),
			'/hooks'                                     => array(
				'/v1/hooks',
				array(
					'url'   => $needed + array(
						'type'      => 'string',
						'minLength' => 1,
						'maxLength' => 2000,
					),
					'types' => array(
						'type'     => 'array',
						'items'    => self::TEXT,
						'maxItems' => 50,
					),
				),
			),
			'/hooks/(?P<id>\d{1,18})/(?P<action>remove|on|off|test)' => array( '/v1/hooks/{id}/{action}', array() ),
		);
	}

	public static function register(): void {
		add_action(
			'rest_api_init',
			static function (): void {
				OpenApi::register();
				foreach ( self::read() as $route => list( $path, $args ) ) {
					self::route( $route, 'GET', $path, $args, Roles::VIEW );
				}
				foreach ( self::act() as $route => list( $path, $args ) ) {
					self::route( $route, 'POST', $path, $args, Roles::OPERATE );
				}
				foreach ( self::configure() as $route => list( $path, $args ) ) {
					self::route( $route, 'POST', $path, $args, Roles::CONFIGURE );
				}
			}
		);
	}

	/** @return list<array{route:string,method:string,args:array<string,array<string,mixed>>,capability:string,agent:string}> what goes through, for whoever describes it */
	public static function all(): array {
		$all = array();
		foreach ( array( array( self::read(), 'GET', Roles::VIEW ), array( self::act(), 'POST', Roles::OPERATE ), array( self::configure(), 'POST', Roles::CONFIGURE ) ) as list( $routes, $method, $capability ) ) {
			foreach ( $routes as $route => list( $path, $args ) ) {
				$all[] = array(
					'route'      => $route,
					'method'     => $method,
					'args'       => $args,
					'capability' => $capability,
					// Who answers it.
					'agent'      => strtolower( $method ) . ' ' . $path,
				);
			}
		}
		return $all;
	}

	private static function route( string $route, string $method, string $path, array $args, string $capability ): void {
		register_rest_route(
			'onhand/v1',
			$route,
			array(
				'methods'             => $method,
				'callback'            => static fn( \WP_REST_Request $request ) => self::answer( $request, $path, $args ),
				'permission_callback' => static fn(): bool => current_user_can( $capability ),
				'args'                => $args,
			)
		);
	}

	/** @param array<string,array<string,mixed>> $args */
	private static function answer( \WP_REST_Request $request, string $path, array $args ): \WP_REST_Response|\WP_Error {
		$path  = (string) preg_replace_callback( '/\{(\w+)\}/', static fn( array $found ): string => rawurlencode( (string) $request->get_url_params()[ $found[1] ] ), $path );
		$asked = array();
		foreach ( $args as $name => $schema ) {
			$value = $request->get_param( $name );
			if ( null !== $value ) {
				// An empty object is none to PHP.
				$asked[ $name ] = 'object' === $schema['type'] ? (object) $value : $value;
			}
		}
		try {
			if ( 'GET' === $request->get_method() ) {
				return new \WP_REST_Response( Client::local()->get( $path, array_map( static fn( $value ) => is_bool( $value ) ? ( $value ? 'true' : 'false' ) : $value, $asked ) ) );
			}
			return new \WP_REST_Response( Client::local()->post( $path, $asked ) );
		} catch ( Unreachable $silent ) {
			return new \WP_Error( 'onhand_agent_unreachable', $silent->getMessage(), array( 'status' => 503 ) );
		} catch ( Refused $refused ) {
			return new \WP_Error( 'onhand_refused', $refused->getMessage(), array( 'status' => $refused->getCode() >= 400 && $refused->getCode() < 600 ? $refused->getCode() : 502 ) );
		}
	}
}
