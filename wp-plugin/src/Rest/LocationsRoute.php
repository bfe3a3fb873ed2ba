<?php

namespace Onhand\Rest;

use Onhand\Admin\Roles;
use Onhand\Locations\Keeper;
use Onhand\Locations\Location;
use Onhand\Locations\Locations;
use Onhand\Locations\Routable;
use Onhand\Locations\Routed;
use Onhand\Locations\Routing;
use Onhand\Locations\RoutingRule;
use Onhand\Locations\RoutingRules;
use Onhand\Orders\Busy;

/** onhand/v1/locations and /routing: where stock is, what is moved, by which rules orders are sent, and from where an order is. */
final class LocationsRoute {
	private const WORD  = array(
		'type'      => 'string',
		'minLength' => 1,
		'maxLength' => 100,
	);
	/** A WooCommerce order's number, or channel:order. */
	private const ORDER = array(
		'type'      => 'string',
		'minLength' => 1,
		'maxLength' => 200,
	);
	private const UNITS = array(
		'type'    => 'number',
		'minimum' => 0,
		'maximum' => 1000000000,
	);

	private function __construct( private readonly Keeper $keeper, private readonly Routing $routing ) {}

	public static function register( Keeper $keeper, Routing $routing ): void {
		$self = new self( $keeper, $routing );
		Routes::add( array( self::class, 'all' ), static fn( array $one, \WP_REST_Request $request ) => $self->answer( "{$one['method']} {$one['route']}", $request ) );
	}

	/** @return list<array{route:string,method:string,args:array<string,array<string,mixed>>,capability:string}> */
	public static function all(): array {
		$needed = array( 'required' => true );
		$routes = array(
			array( '/locations', 'GET', array(), Roles::VIEW ),
			array(
				'/locations',
				'POST',
				array(
					'id'      => $needed + self::WORD,
					'name'    => self::WORD,
					'counted' => array( 'type' => 'boolean' ),
					'cost'    => self::UNITS,
				),
				Roles::CONFIGURE,
			),
			array( '/locations/remove', 'POST', array( 'id' => $needed + self::WORD ), Roles::CONFIGURE ),
			array(
				'/locations/transfer',
				'POST',
				array(
					'sku'   => $needed + self::WORD,
					'from'  => $needed + self::WORD,
					'to'    => $needed + self::WORD,
					'units' => $needed + self::UNITS,
					'note'  => array( 'minLength' => 0 ) + self::WORD,
				),
				Roles::OPERATE,
			),
			array(
				'/locations/count',
				'POST',
				array(
					'sku'      => $needed + self::WORD,
					'location' => $needed + self::WORD,
					'units'    => $needed + self::UNITS,
					'note'     => array( 'minLength' => 0 ) + self::WORD,
				),
				Roles::OPERATE,
			),
			array( '/routing', 'GET', array(), Roles::VIEW ),
			array(
				'/routing',
				'POST',
				array(
					'rules' => $needed + array(
						'type'     => 'array',
						'maxItems' => 200,
						'items'    => array( 'type' => 'object' ),
					),
				),
				Roles::CONFIGURE,
			),
			array( '/routing/order', 'GET', array( 'order' => $needed + self::ORDER ), Roles::VIEW ),
			array(
				'/routing/orders',
				'GET',
				array(
					'orders' => $needed + array(
						'type'     => 'array',
						// An address has to go through the web server as one line.
						'maxItems' => 50,
						'items'    => array( 'maxLength' => 100 ) + self::ORDER,
					),
				),
				Roles::VIEW,
			),
			array(
				'/routing/order',
				'POST',
				array(
					'order' => $needed + self::ORDER,
					'to'    => $needed + self::WORD,
				),
				Roles::OPERATE,
			),
		);
		return Routes::of( $routes );
	}

	private function answer( string $what, \WP_REST_Request $request ): \WP_REST_Response|\WP_Error {
		try {
			match ( $what ) {
				'POST /locations'          => self::put( $request ),
				'POST /locations/remove'   => Locations::remove( (string) $request['id'] ),
				'POST /locations/transfer' => $this->keeper->transfer( self::product( $request ), Locations::get( (string) $request['from'] ), Locations::get( (string) $request['to'] ), (float) $request['units'], (string) $request['note'] ),
				'POST /locations/count'    => $this->keeper->stock_take( self::product( $request ), Locations::get( (string) $request['location'] ), (float) $request['units'], (string) $request['note'] ),
				'POST /routing'            => RoutingRules::set( (array) $request['rules'] ),
				'POST /routing/order'      => $this->routing->send_from( Routed::find( (string) $request['order'] ), Locations::get( (string) $request['to'] ) ),
				default                    => null,
			};
			return new \WP_REST_Response(
				match ( strstr( $what, '/' ) ) {
					'/routing'        => self::rules(),
					'/routing/order'  => self::sent( Routed::find( (string) $request['order'] ) ),
					'/routing/orders' => array( 'items' => array_map( array( self::class, 'asked' ), (array) $request['orders'] ) ),
					default           => self::locations(),
				}
			);
		} catch ( \InvalidArgumentException $wrong ) {
			return new \WP_Error( 'onhand_invalid', $wrong->getMessage(), array( 'status' => 400 ) );
		} catch ( Busy $busy ) {
			return new \WP_Error( 'onhand_busy', $busy->getMessage(), array( 'status' => 409 ) );
		}
	}

	private static function put( \WP_REST_Request $request ): void {
		$before = Locations::all()[ (string) $request['id'] ] ?? null;
		Locations::put(
			Location::read(
				array(
					'id'      => $request['id'],
					'name'    => $request['name'] ?? $before->name ?? $request['id'],
					'counted' => $request['counted'] ?? $before->counted ?? true,
					'cost'    => $request['cost'] ?? $before->cost ?? 0,
				)
			)
		);
	}

	/** @throws \InvalidArgumentException When there is none. */
	private static function product( \WP_REST_Request $request ): \WC_Product {
		$product = wc_get_product( wc_get_product_id_by_sku( (string) $request['sku'] ) );
		if ( ! $product instanceof \WC_Product ) {
			/* translators: %s: SKU */
			throw new \InvalidArgumentException( sprintf( __( 'There is no product or variation with the SKU %s.', 'onhand' ), (string) $request['sku'] ) );
		}
		return $product;
	}

	private static function locations(): array {
		return array( 'items' => array_map( static fn( Location $location ): array => $location->to_array() + array( 'main' => Locations::main()->id === $location->id ), array_values( Locations::all() ) ) );
	}

	/** Of several, each under the name by which it was asked for; what is not sent from anywhere says why. */
	private static function asked( string $order ): array {
		try {
			return array( 'order' => $order ) + self::sent( Routed::find( $order ) );
		} catch ( \InvalidArgumentException $none ) {
			return array(
				'order'   => $order,
				'parcels' => array(),
				'why'     => array( $none->getMessage() ),
			);
		}
	}

	private static function sent( Routable $sent ): array {
		return array(
			'order'   => $sent->reference(),
			'parcels' => Routed::parcels( $sent ),
			'why'     => $sent->why(),
		);
	}

	private static function rules(): array {
		return array( 'items' => array_map( static fn( RoutingRule $rule ): array => $rule->to_array(), RoutingRules::all() ) );
	}
}
