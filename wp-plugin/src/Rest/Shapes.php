<?php

namespace Onhand\Rest;

/** What the plugin itself answers, for the description. What goes through from the agent is described by the agent. */
final class Shapes {
	private const TEXT   = array( 'type' => 'string' );
	private const WHOLE  = array( 'type' => 'integer' );
	private const NUMBER = array( 'type' => 'number' );
	private const FLAG   = array( 'type' => 'boolean' );

	/** @return array<string,array<string,mixed>> by method and path */
	public static function all(): array {
		$texts     = self::several( self::TEXT );
		$import    = self::with(
			array(
				'state'   => array( 'enum' => array( 'never', 'reading', 'whole' ) ) + self::TEXT,
				'read'    => self::WHOLE,
				'total'   => self::WHOLE,
				'left_ms' => self::or_null( self::WHOLE ),
			)
		);
		$alerts    = self::with(
			array(
				'emails'     => $texts,
				'types'      => $texts,
				'when'       => self::TEXT,
				'quiet_from' => self::TEXT,
				'quiet_to'   => self::TEXT,
			)
		);
		$locations = self::items(
			array(
				'id'      => self::TEXT,
				'name'    => self::TEXT,
				'counted' => self::FLAG,
				'cost'    => self::NUMBER,
				'main'    => self::FLAG,
			)
		);
		$routing   = self::items(
			array(
				'name'      => self::TEXT,
				'channels'  => $texts,
				'countries' => $texts,
				'postcodes' => $texts,
				'locations' => $texts,
				'pick'      => self::TEXT,
				'split'     => self::FLAG,
			)
		);
		$sent      = array(
			'order'   => self::TEXT,
			'parcels' => self::several(
				self::with(
					array(
						'units'    => self::NUMBER,
						'product'  => self::TEXT,
						'location' => self::TEXT,
					)
				)
			),
			'why'     => $texts,
		);
		return array(
			'GET /agent'               => self::with(
				array(
					'answers' => self::FLAG,
					'message' => self::TEXT,
					'checks'  => self::several( self::with( array_fill_keys( array( 'check', 'status', 'message', 'action' ), self::TEXT ) ) ),
					'command' => self::or_null( self::TEXT ),
				)
			),
			'GET /first-import'        => $import,
			'POST /first-import'       => $import,
			'POST /variations'         => self::written(),
			'GET /change-sets'         => self::items( self::change_set( array( 'author' => self::TEXT, 'undone' => self::or_null( self::WHOLE ) ) ) ),
			'GET /change-sets/{id}'    => self::with( self::change_set( self::wrong() ) ),
			'POST /change-sets'        => self::with( self::change_set( self::wrong() ) ),
			'POST /change-sets/{id}/cancel' => self::with( self::change_set( self::wrong() ) ),
			'POST /change-sets/{id}/resume' => self::with( self::change_set( self::wrong() ) ),
			'POST /change-sets/{id}/undo' => self::with( self::change_set( self::wrong() ) ),
			'POST /change-sets/preview' => self::previewed(),
			'GET /data'                => self::with( array( 'items' => $texts ) ),
			'POST /restate'            => self::with( array( 'restating' => self::FLAG ) ),
			'GET /webhook-addresses'   => self::items( array_fill_keys( array( 'channel', 'kind', 'address' ), self::TEXT ) ),
			'GET /alerts/settings'     => $alerts,
			'POST /alerts/settings'    => $alerts,
			'GET /locations'           => $locations,
			'POST /locations'          => $locations,
			'POST /locations/remove'   => $locations,
			'POST /locations/transfer' => $locations,
			'POST /locations/count'    => $locations,
			'GET /routing'             => $routing,
			'POST /routing'            => $routing,
			'GET /routing/order'       => self::with( $sent ),
			'POST /routing/order'      => self::with( $sent ),
			'GET /routing/orders'      => self::items( $sent ),
			'GET /openapi'             => self::with(
				array(
					'openapi' => self::TEXT,
					'info'    => array( 'type' => 'object' ),
					'paths'   => array( 'type' => 'object' ),
				)
			),
		);
	}

	/** @param array<string,array<string,mixed>> $more */
	private static function change_set( array $more ): array {
		return $more + array_fill_keys( array( 'id', 'at', 'total', 'done', 'changed', 'refused' ), self::WHOLE ) + array(
			'name'   => self::TEXT,
			'state'  => array( 'enum' => array( 'running', 'halted', 'cancelled', 'done' ) ) + self::TEXT,
			'why'    => self::or_null( self::TEXT ),
			'undoes' => self::or_null( self::WHOLE ),
		);
	}

	private static function wrong(): array {
		return array(
			'wrong' => self::several(
				self::with(
					array(
						'row' => self::WHOLE,
						'sku' => self::TEXT,
						'why' => self::TEXT,
					)
				)
			),
		);
	}

	/** As it would be written, and what channels would show. */
	private static function previewed(): array {
		$written = self::written();
		$kept    = array_intersect_key( $written['properties'], array_flip( array( 'changed', 'same', 'refused', 'items' ) ) );
		return self::with( $kept + array( 'channels' => array( '$ref' => '#/components/schemas/Preview' ) ) );
	}

	/** Row by row, what it was and what it is. */
	private static function written(): array {
		$row = array(
			'type'       => 'object',
			'required'   => array( 'row', 'sku', 'outcome' ),
			'properties' => array(
				'row'     => self::WHOLE,
				'id'      => self::WHOLE,
				'sku'     => self::TEXT,
				'outcome' => array( 'enum' => array( 'changed', 'same', 'refused' ) ) + self::TEXT,
				'why'     => self::TEXT,
				'before'  => array( 'type' => 'object' ),
				'after'   => array( 'type' => 'object' ),
			),
		);
		return self::with(
			array(
				'changed' => self::WHOLE,
				'same'    => self::WHOLE,
				'refused' => self::WHOLE,
				'stopped' => self::FLAG,
				'halted'  => self::or_null( self::TEXT ),
				'items'   => self::several( $row ),
				'undo'    => self::several( array( 'type' => 'object' ) ),
			)
		);
	}

	private static function or_null( array $schema ): array {
		return array( 'type' => array( $schema['type'], 'null' ) ) + $schema;
	}

	private static function several( array $items ): array {
		return array(
			'type'  => 'array',
			'items' => $items,
		);
	}

	/** All of them are always there. @param array<string,array<string,mixed>> $properties */
	private static function with( array $properties ): array {
		return array(
			'type'       => 'object',
			'required'   => array_keys( $properties ),
			'properties' => $properties,
		);
	}

	/** @param array<string,array<string,mixed>> $properties */
	private static function items( array $properties ): array {
		return self::with( array( 'items' => self::several( self::with( $properties ) ) ) );
	}
}
