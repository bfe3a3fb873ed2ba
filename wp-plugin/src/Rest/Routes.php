<?php

namespace Onhand\Rest;

/** Routes as a list that both WordPress and the description are told. */
final class Routes {
	/**
	 * @param list<array{0:string,1:string,2:array<string,array<string,mixed>>,3:string}> $rows Route, method, arguments, capability.
	 * @return list<array{route:string,method:string,args:array<string,array<string,mixed>>,capability:string}>
	 */
	public static function of( array $rows ): array {
		return array_map( static fn( array $one ): array => array_combine( array( 'route', 'method', 'args', 'capability' ), $one ), $rows );
	}

	/**
	 * @param callable(): list<array{route:string,method:string,args:array<string,array<string,mixed>>,capability:string}> $all
	 * @param callable(array<string,mixed>,\WP_REST_Request): (\WP_REST_Response|\WP_Error)                               $answer
	 * @param list<string>                                                                                                 $writes Capabilities that whoever changes something needs, too.
	 */
	public static function add( callable $all, callable $answer, array $writes = array() ): void {
		add_action(
			'rest_api_init',
			static function () use ( $all, $answer, $writes ): void {
				foreach ( $all() as $one ) {
					$needed = array( $one['capability'], ...( 'GET' === $one['method'] ? array() : $writes ) );
					register_rest_route(
						'onhand/v1',
						$one['route'],
						array(
							'methods'             => $one['method'],
							'callback'            => static fn( \WP_REST_Request $request ) => $answer( $one, $request ),
							'permission_callback' => static fn(): bool => array_filter( $needed, 'current_user_can' ) === $needed,
							'args'                => $one['args'],
						)
					);
				}
			}
		);
	}
}
