<?php

namespace Onhand\Rest;

use Onhand\Admin\Roles;

/** GET onhand/v1/openapi: the REST API for people and their programs, described from the routes themselves. */
final class OpenApi {
	/** What each does, by its last words. */
	private const SUMMARIES = array(
		'GET /status'              => 'The agent, its journal and every channel',
		'GET /first-import'        => 'How far the agent has read the shop for the first time',
		'POST /first-import'       => 'Introduces the shop to the agent, and has all of it read where that never was',
		'GET /agent'               => 'Is the agent there, what is missing, and the one line that installs it for this shop',
		'GET /health'              => 'Everything that is wrong, and what to do about it',
		'GET /activity'            => 'Stock changes and what channels were told, by stretches of time',
		'GET /listings'            => 'Listings, searched, filtered, sorted, page by page',
		'GET /locations'           => 'Where stock is',
		'GET /routing'             => 'By which rules orders are sent',
		'POST /locations'          => 'Adds or changes a location',
		'POST /locations/remove'   => 'Removes a location at which nothing is',
		'POST /locations/transfer' => 'Moves stock from one location to another',
		'POST /locations/count'    => 'Writes down what was counted at a location',
		'POST /routing'            => 'Sets the rules by which orders are sent',
		'GET /routing/order'       => 'From where an order is sent, and why',
		'GET /routing/orders'      => 'The same of several',
		'POST /routing/order'      => 'Has all of an order sent from another location',
		'GET /changes'             => 'Who changed which setting, before and after, and who did what by hand',
		'GET /jobs'                => 'Long work, the newest first',
		'GET /jobs/{id}'           => 'How far a piece of work is, or how it ended',
		'POST /jobs'               => 'Starts long work: a channel\'s listings are matched, or compared',
		'GET /cover'               => 'How many days the stock lasts, and how much to order',
		'GET /explain'             => 'Why each channel shows what it shows of a variation',
		'GET /ledger'              => 'All that happened to a variation, newest first',
		'GET /channel-orders'      => 'What channels sold, newest first',
		'GET /dead-letters'        => 'What was given up after many tries',
		'GET /drift'               => 'Listings that showed something else than they should',
		'GET /holds'               => 'What is held until a person says yes',
		'GET /sku-problems'        => 'SKUs that are missing or shared',
		'GET /data'                => 'What there is to be taken along, by name',
		'GET /data/{table}'        => 'All of it, row by row, as a file; credentials and buyers\' addresses are sealed in it',
		'GET /kinds'               => 'What can be connected, and what each must be told',
		'GET /plan'                => 'What a channel would be told now; nothing is sent',
		'GET /candidates'          => 'Listings that could not be matched, and what they might be',
		'GET /rules'               => 'All rules but those of single listings',
		'GET /hooks'               => 'Services that are told what happens',
		'POST /hooks'              => 'Adds a service that is told what happens; its secret is told this once',
		'POST remove'              => 'Forgets a service that is told what happens',
		'POST on'                  => 'Tells a service again what happens',
		'POST off'                 => 'Tells a service nothing for now',
		'POST test'                => 'Tells a service that this is a test',
		'GET /deliveries'          => 'What services were told, and what became of it',
		'POST /deliveries/replay'  => 'Tells again what a service did not hear',
		'GET /webhook-addresses'   => 'The addresses to which channels send their webhooks',
		'GET /alerts/settings'     => 'Who is mailed what',
		'GET /openapi'             => 'This document',
		'POST /alerts/settings'    => 'Sets who is mailed what',
		'POST pause'               => 'Tells a channel nothing until it is resumed',
		'POST resume'              => 'Lets a paused channel run again',
		'POST resync'              => 'Tells a channel every quantity again',
		'POST check'               => 'Proves a channel\'s credentials',
		'POST remove'              => 'Forgets a channel; the ledger stays, and what the channel shows',
		'POST confirm'             => 'Says yes to what is held',
		'POST reject'              => 'Keeps back what is held',
		'POST /dead-letters/redrive' => 'Sends again what was given up',
		'POST /channel-orders/retry' => 'Tries parked orders again',
		'POST close'               => 'Says that a parked order was dealt with',
		'POST /channels'           => 'Connects an account, or changes what is given of one; the rest of it stays',
		'POST orders'              => 'Says what becomes of a channel\'s orders',
		'POST reconciliation'      => 'Says what a channel\'s own word leads to where it differs',
		'POST prices'              => 'Says how a channel\'s prices follow the shop\'s, or that they do not',
		'POST /listings/auto-match' => 'Matches a channel\'s listings by SKU, then by GTIN',
		'POST /listings/resync'    => 'Tells these listings their quantities again',
		'POST /restate'            => 'The shop states all of its stock anew, in the background',
		'POST /listings/map'       => 'Links one listing by hand',
		'POST /variations'         => 'Writes stock and prices of many variations, of whatever parents; each row tells what it was before',
		'GET /change-sets'         => 'Bulk changes of stock and prices, the newest first',
		'GET /change-sets/{id}'    => 'How far a bulk change is, and which rows were refused',
		'POST /change-sets/preview' => 'What rows would do to the shop, and to what every channel shows; nothing is written',
		'POST /change-sets'        => 'Writes rows in the background: a few first, then the rest; ends by itself when channels refuse',
		'POST cancel'              => 'Ends a piece of work before its next step',
		'POST /change-sets/{id}/resume' => 'Goes on with a bulk change that halted',
		'POST /change-sets/{id}/undo' => 'Takes a bulk change back, but for what was changed since; a bulk change of its own',
		'POST /rules/preview'      => 'What every listing would show by changed rules; nothing is changed',
		'POST /rules/careful'      => 'Sets rules on a few listings first, and takes them back when channels refuse; a job',
		'POST undo'                => 'Takes a change of a setting back, unless it was changed since',
		'POST /rules'              => 'Sets or drops rules, and applies them at once',
	);

	public static function register(): void {
		register_rest_route(
			'onhand/v1',
			'/openapi',
			array(
				'methods'             => 'GET',
				'callback'            => static fn(): \WP_REST_Response => new \WP_REST_Response( self::document() ),
				'permission_callback' => static fn(): bool => current_user_can( Roles::VIEW ),
			)
		);
	}

	/** @return array<string,mixed> */
	public static function document(): array {
		$paths   = array();
		$answers = self::answers();
		foreach ( self::routes() as $route ) {
			foreach ( self::spread( $route['route'] ) as list( $path, $parameters ) ) {
				$paths[ $path ][ strtolower( $route['method'] ) ] = self::operation( $route, $path, $parameters, $answers['operations'] );
			}
		}
		ksort( $paths );
		return array(
			'openapi'    => '3.1.0',
			'info'       => array(
				'title'       => 'Onhand',
				'version'     => \Onhand\VERSION,
				'description' => 'What the Onhand agent knows of stock, listings and orders, and what it can be told. Errors are problem details (RFC 9457), with the code and the message that WordPress\'s own programs know beside them. What is read carries an ETag. What is done may carry an Idempotency-Key: asked for again with the same key within a day, it is done once.',
				'license'     => array(
					'name' => 'GPL-2.0-or-later',
					'url'  => 'https://www.gnu.org/licenses/gpl-2.0.html',
				),
			),
			'servers'    => array( array( 'url' => untrailingslashit( rest_url( 'onhand/v1' ) ) ) ),
			'security'   => array( array( 'applicationPassword' => array() ) ),
			'paths'      => $paths,
			'components' => array(
				'securitySchemes' => array(
					'applicationPassword' => array(
						'type'        => 'http',
						'scheme'      => 'basic',
						'description' => 'A user\'s login and an application password (Users → Profile).',
					),
				),
				'schemas'         => self::used( $answers['schemas'], $paths ) + array(
					'Error'  => array(
						'type'       => 'object',
						'required'   => array( 'type', 'title', 'status', 'detail', 'code', 'message' ),
						'properties' => array(
							'type'     => array( 'type' => 'string' ),
							'title'    => array( 'type' => 'string' ),
							'status'   => array( 'type' => 'integer' ),
							'detail'   => array( 'type' => 'string' ),
							'instance' => array( 'type' => 'string' ),
							'code'    => array( 'type' => 'string' ),
							'message' => array( 'type' => 'string' ),
							'errors'  => array(
								'type'        => 'array',
								'description' => 'Field by field, where the request itself is wrong: what of it, and what is to be there.',
								'items'       => array(
									'type'       => 'object',
									'required'   => array( 'field', 'detail' ),
									'properties' => array(
										'field'  => array( 'type' => 'string' ),
										'detail' => array( 'type' => 'string' ),
									),
								),
							),
							'data'    => array(
								'type'       => 'object',
								'properties' => array( 'status' => array( 'type' => 'integer' ) ),
							),
						),
					),
				),
				'responses'       => array(
					'Error'      => self::json( 'What is wrong, in words', array( '$ref' => '#/components/schemas/Error' ), 'application/problem+json' ),
					'NotChanged' => array( 'description' => 'What was asked for is as the ETag in If-None-Match says' ),
				),
			),
		);
	}

	/** @return list<array{route:string,method:string,args:array<string,array<string,mixed>>,capability:string}> */
	private static function routes(): array {
		$more = array(
			array( '/openapi', 'GET', array(), Roles::VIEW ),
			array( '/agent', 'GET', array(), Roles::CONFIGURE ),
			array( '/first-import', 'GET', array(), Roles::CONFIGURE ),
			array( '/first-import', 'POST', array(), Roles::CONFIGURE ),
			array( '/variations', 'POST', VariationsRoute::args(), Roles::OPERATE ),
			array( '/restate', 'POST', array(), Roles::OPERATE ),
			array( '/webhook-addresses', 'GET', array(), Roles::CONFIGURE ),
			array( '/alerts/settings', 'GET', array(), Roles::CONFIGURE ),
			array( '/alerts/settings', 'POST', AlertsRoute::args(), Roles::CONFIGURE ),
		);
		return array_merge( AgentRoutes::all(), LocationsRoute::all(), ChangeSetsRoute::all(), DataRoute::all(), Routes::of( $more ) );
	}

	/**
	 * A route's pattern as paths: what may be one of a few words is a path for each.
	 *
	 * @return list<array{0:string,1:list<array<string,mixed>>}>
	 */
	private static function spread( string $route ): array {
		$paths = array( array( $route, array() ) );
		while ( 1 === preg_match( '/\(\?P<(\w+)>((?:[^()]|\\\\.)*)\)/', $paths[0][0], $found ) ) {
			list( $whole, $name, $pattern ) = $found;
			$words                          = 1 === preg_match( '/\A[a-z|]+\z/', $pattern ) ? explode( '|', $pattern ) : null;
			$next                           = array();
			foreach ( $paths as list( $path, $parameters ) ) {
				foreach ( $words ?? array( "{{$name}}" ) as $word ) {
					$parameter = array(
						'name'     => $name,
						'in'       => 'path',
						'required' => true,
						'schema'   => str_contains( $pattern, '\d' ) ? array(
							'type'    => 'integer',
							'minimum' => 0,
							'maximum' => 999999999999999999,
						) : array(
							'type'    => 'string',
							'pattern' => "^$pattern$",
						),
					);
					$next[] = array( str_replace( $whole, $word, $path ), null === $words ? array( ...$parameters, $parameter ) : $parameters );
				}
			}
			$paths = $next;
		}
		return $paths;
	}

	/**
	 * How the agent answers, whose words go through as they are: made of its handlers.
	 *
	 * @return array{operations:array<string,array<string,mixed>>,schemas:array<string,mixed>}
	 */
	private static function answers(): array {
		return (array) wp_json_file_decode( __DIR__ . '/answers.json', array( 'associative' => true ) ) + array(
			'operations' => array(),
			'schemas'    => array(),
		);
	}

	/** Of these those that something refers to. @param array<string,mixed> $schemas */
	private static function used( array $schemas, array $paths ): array {
		$used = array();
		$new  = $paths;
		do {
			preg_match_all( '~"#\\\\?/components\\\\?/schemas\\\\?/(\w+)"~', (string) wp_json_encode( $new ), $found );
			$new   = array_diff_key( array_intersect_key( $schemas, array_flip( $found[1] ) ), $used );
			$used += $new;
		} while ( array() !== $new );
		ksort( $used );
		return $used;
	}

	/** @param array<string,array<string,mixed>> $answers Of the agent, by its method and path. */
	private static function operation( array $route, string $path, array $parameters, array $answers ): array {
		$method    = $route['method'];
		$last      = substr( (string) strrchr( $path, '/' ), 1 );
		// Several words at the end of one path are several operations of the agent.
		$shape     = Shapes::all()[ "$method $path" ] ?? ( DataRoute::PATH === $path ? array( 'type' => 'string' ) : null ) ?? $answers[ str_replace( '{action}', $last, $route['agent'] ?? '' ) ] ?? throw new \LogicException( "nobody says what $method $path answers" );
		$operation = array(
			'operationId' => strtolower( $method ) . implode( '', array_map( 'ucfirst', preg_split( '/[^a-z0-9]+/i', $path, -1, PREG_SPLIT_NO_EMPTY ) ) ),
			'summary'     => self::SUMMARIES[ "$method $path" ] ?? self::SUMMARIES[ "$method $last" ] ?? $path,
			'description' => "Needs the capability `{$route['capability']}`.",
			'parameters'  => $parameters,
			'responses'   => array( '200' => self::json( 'As it is, or as it is now', $shape ) ) + array_fill_keys( array( '400', '401', '403', '404', '409', '422', '502', '503' ), array( '$ref' => '#/components/responses/Error' ) ),
		);
		if ( DataRoute::PATH === $path ) {
			$operation['responses']['200']['content'] = array_fill_keys( array_values( DataRoute::KINDS ), array( 'schema' => $shape ) );
		}
		$required = array_keys( array_filter( $route['args'], static fn( array $schema ): bool => ! empty( $schema['required'] ) ) );
		$schemas  = array_map( static fn( array $schema ): array => array_diff_key( $schema, array( 'required' => 1 ) ), $route['args'] );
		$operation['parameters'][] = 'GET' === $method ? array(
			'name'        => 'If-None-Match',
			'in'          => 'header',
			'description' => 'The ETag of what is known already.',
			'schema'      => array( 'type' => 'string' ),
		) : array(
			'name'        => 'Idempotency-Key',
			'in'          => 'header',
			'description' => 'Made anew for each request, and sent again with it where its answer was lost.',
			'schema'      => array(
				'type'   => 'string',
				'format' => 'uuid',
			),
		);
		if ( 'GET' === $method ) {
			$operation['responses']['304'] = array( '$ref' => '#/components/responses/NotChanged' );
			foreach ( $schemas as $name => $schema ) {
				$operation['parameters'][] = array(
					'name'     => $name,
					'in'       => 'query',
					'required' => in_array( $name, $required, true ),
					'schema'   => $schema,
				);
			}
		} elseif ( array() !== $schemas ) {
			$operation['requestBody'] = array(
				'required' => true,
				'content'  => array(
					'application/json' => array(
						'schema' => array(
							'type'                 => 'object',
							'properties'           => $schemas,
							'additionalProperties' => false,
						) + ( array() === $required ? array() : array( 'required' => $required ) ),
					),
				),
			);
		}
		return $operation;
	}

	private static function json( string $description, array $schema, string $media = 'application/json' ): array {
		return array(
			'description' => $description,
			'content'     => array( $media => array( 'schema' => $schema ) ),
		);
	}
}
