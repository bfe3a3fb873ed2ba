<?php

namespace Onhand\Rest;

use Onhand\Admin\Roles;
use Onhand\Agent\Client;
use Onhand\Agent\Refused;
use Onhand\Agent\Unreachable;

/**
 * GET onhand/v1/data and onhand/v1/data/TABLE: everything that the agent knows, table by table, as files to be taken along. They go
 * through the disk, however large they are.
 */
final class DataRoute {
	public const PATH   = '/data/{table}';
	public const KINDS  = array(
		'csv'    => 'text/csv',
		'ndjson' => 'application/x-ndjson',
	);
	private const ROUTE = '/onhand/v1/data/';

	/** @return list<array{route:string,method:string,args:array<string,array<string,mixed>>,capability:string}> */
	public static function all(): array {
		$as     = array(
			'as' => array(
				'type' => 'string',
				'enum' => array_keys( self::KINDS ),
			),
		);
		$routes = array(
			array( '/data', 'GET', array(), Roles::CONFIGURE ),
			array( '/data/(?P<table>[a-z_]{1,64})', 'GET', $as, Roles::CONFIGURE ),
		);
		return Routes::of( $routes );
	}

	public static function register(): void {
		Routes::add( array( self::class, 'all' ), static fn( array $one, \WP_REST_Request $request ) => self::answer( $request ) );
		add_filter( 'rest_pre_serve_request', array( self::class, 'serve' ), 10, 3 );
	}

	/** It is a file, and not what was read of something. */
	public static function is_file( \WP_REST_Request $request ): bool {
		return str_starts_with( $request->get_route(), self::ROUTE );
	}

	public static function answer( \WP_REST_Request $request ): \WP_REST_Response|\WP_Error {
		try {
			if ( ! isset( $request['table'] ) ) {
				return new \WP_REST_Response( Client::local()->get( '/v1/data' ) );
			}
			$as   = (string) ( $request['as'] ?? 'csv' );
			$file = Client::local()->download( '/v1/data/' . rawurlencode( $request['table'] ) . "?as=$as" );
		} catch ( Unreachable $silent ) {
			return new \WP_Error( 'onhand_agent_unreachable', $silent->getMessage(), array( 'status' => 503 ) );
		} catch ( Refused $refused ) {
			return new \WP_Error( 'onhand_refused', $refused->getMessage(), array( 'status' => 404 === $refused->getCode() ? 404 : 502 ) );
		}
		// Whatever becomes of the answer, what is in it does not stay behind.
		register_shutdown_function( static fn() => is_file( $file ) && wp_delete_file( $file ) );
		return new \WP_REST_Response(
			array( 'file' => $file ),
			200,
			array(
				'Content-Type'           => self::KINDS[ $as ] . '; charset=utf-8',
				'Content-Length'         => (string) filesize( $file ),
				'Content-Disposition'    => "attachment; filename=\"onhand-{$request['table']}.$as\"",
				'X-Content-Type-Options' => 'nosniff',
			)
		);
	}

	/** @param mixed $served */
	public static function serve( $served, $response, $request ): bool {
		// What is answered to OPTIONS, and what is wrong, is no file.
		$file = ! $served && $request instanceof \WP_REST_Request && self::is_file( $request ) && $response instanceof \WP_REST_Response ? $response->get_data()['file'] ?? null : null;
		if ( ! is_string( $file ) || 200 !== $response->get_status() || ! in_array( $request->get_method(), array( 'GET', 'HEAD' ), true ) ) {
			return (bool) $served;
		}
		if ( 'HEAD' !== $request->get_method() ) {
			readfile( $file ); // phpcs:ignore WordPress.WP.AlternativeFunctions -- it may be larger than the memory.
		}
		return true;
	}
}
