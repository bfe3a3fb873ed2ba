<?php

namespace Onhand\Rest;

use Onhand\Admin\Roles;
use Onhand\Agent\Client;
use Onhand\Agent\Refused;
use Onhand\Agent\Unreachable;
use Onhand\Bulk\ChangeSet;
use Onhand\Bulk\ChangeSets;
use Onhand\Bulk\Preview;

/** onhand/v1/change-sets: many rows of stock and prices, looked at first, written a few and then the rest, halted, taken back. */
final class ChangeSetsRoute {
	private const MOST  = 10000;
	private const COUNT = array(
		'type'    => 'integer',
		'minimum' => 0,
		'maximum' => self::MOST,
	);

	/** @return list<array{route:string,method:string,args:array<string,array<string,mixed>>,capability:string}> */
	public static function all(): array {
		$items  = array( 'items' => array( 'maxItems' => self::MOST ) + VariationsRoute::args()['items'] );
		$few    = array( 'items' => VariationsRoute::args()['items'] );
		$routes = array(
			array( '/change-sets', 'GET', array( 'limit' => array( 'minimum' => 1, 'maximum' => 100 ) + self::COUNT ), Roles::VIEW ),
			array( '/change-sets/(?P<id>\d{1,18})', 'GET', array(), Roles::VIEW ),
			array( '/change-sets/preview', 'POST', $few, Roles::OPERATE ),
			array(
				'/change-sets',
				'POST',
				$items + array(
					'name'       => array(
						'type'      => 'string',
						'maxLength' => 190,
					),
					'first'      => array( 'minimum' => 1 ) + self::COUNT,
					'most_wrong' => self::COUNT,
					'stop_after' => self::COUNT,
				),
				Roles::OPERATE,
			),
			array( '/change-sets/(?P<id>\d{1,18})/(?P<action>cancel|resume|undo)', 'POST', array(), Roles::OPERATE ),
		);
		return Routes::of( $routes );
	}

	public static function register(): void {
		Routes::add( array( self::class, 'all' ), static fn( array $one, \WP_REST_Request $request ) => self::answer( $one['method'], $request ), array( 'edit_products' ) );
	}

	private static function answer( string $method, \WP_REST_Request $request ): \WP_REST_Response|\WP_Error {
		try {
			return new \WP_REST_Response( 'GET' === $method ? self::read( $request ) : self::act( $request ) );
		} catch ( \OutOfBoundsException $none ) {
			return new \WP_Error( 'onhand_not_found', $none->getMessage(), array( 'status' => 404 ) );
		} catch ( \InvalidArgumentException $wrong ) {
			return new \WP_Error( 'onhand_invalid', $wrong->getMessage(), array( 'status' => 400 ) );
		} catch ( Unreachable $silent ) {
			return new \WP_Error( 'onhand_agent_unreachable', $silent->getMessage(), array( 'status' => 503 ) );
		} catch ( Refused $refused ) {
			return new \WP_Error( 'onhand_refused', $refused->getMessage(), array( 'status' => 502 ) );
		}
	}

	private static function read( \WP_REST_Request $request ): array {
		ChangeSets::rescue();
		return isset( $request['id'] )
			? self::whole( ChangeSet::get( (int) $request['id'] ) )
			: array( 'items' => ChangeSet::newest( (int) ( $request['limit'] ?? 20 ) ) );
	}

	private static function act( \WP_REST_Request $request ): array {
		if ( isset( $request['id'] ) ) {
			$set = ChangeSet::get( (int) $request['id'] );
			match ( $request['action'] ) {
				'cancel' => ChangeSets::cancel( $set ),
				'resume' => ChangeSets::go_on( $set ),
				default  => $set = ChangeSets::undo( $set ),
			};
			return self::whole( ChangeSet::get( $set->id ) );
		}
		$rows = array_values( (array) $request['items'] );
		if ( str_ends_with( $request->get_route(), '/preview' ) ) {
			return Preview::of( $rows, Client::local() );
		}
		return self::whole( ChangeSets::begin( (string) $request['name'], $rows, (int) ( $request['first'] ?? 10 ), (int) $request['most_wrong'], (int) ( $request['stop_after'] ?? 10 ) ) );
	}

	private static function whole( ChangeSet $set ): array {
		return array(
			'id'      => $set->id,
			'at'      => $set->at * 1000,
			'name'    => $set->name,
			'state'   => $set->state,
			'why'     => $set->why,
			'total'   => count( $set->rows ),
			'done'    => $set->done,
			'changed' => $set->changed,
			'refused' => $set->refused,
			'undoes'  => $set->undoes,
			'wrong'   => $set->wrong,
		);
	}
}
