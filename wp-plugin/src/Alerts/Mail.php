<?php

namespace Onhand\Alerts;

use Onhand\Admin\Page;

/** What is mailed: one message for all that waits, in sentences, each with the place where it is seen. */
final class Mail {
	/** @param list<array{type:string,data:array<string,mixed>}> $events */
	public static function subject( array $events ): string {
		$counts = array_count_values( array_column( $events, 'type' ) );
		$parts  = array();
		foreach ( $counts as $type => $count ) {
			$parts[] = sprintf( self::counted( $type ), $count );
		}
		return sprintf( '[%s] %s', wp_specialchars_decode( get_bloginfo( 'name' ), ENT_QUOTES ), implode( ', ', $parts ) );
	}

	/** @param list<array{type:string,data:array<string,mixed>}> $events */
	public static function body( array $events ): string {
		return implode( "\n\n", array_map( static fn( array $event ): string => self::sentence( $event['type'], $event['data'] ), $events ) ) . "\n\n-- \n" . Page::url();
	}

	private static function counted( string $type ): string {
		return match ( $type ) {
			/* translators: %d: how many */
			'stock.sold_out'      => __( '%d sold out', 'onhand' ),
			/* translators: %d: how many */
			'stock.low'           => __( '%d low', 'onhand' ),
			/* translators: %d: how many */
			'stock.back_in_stock' => __( '%d back in stock', 'onhand' ),
			/* translators: %d: how many */
			'drift.found'         => __( '%d shown wrongly', 'onhand' ),
			/* translators: %d: how many */
			'order.parked'        => __( '%d orders need you', 'onhand' ),
			/* translators: %d: how many */
			'order.imported'      => __( '%d orders', 'onhand' ),
			/* translators: %d: how many */
			'channel.paused'      => __( '%d channels paused', 'onhand' ),
			/* translators: %d: how many */
			'stock.oversold'      => __( '%d oversold', 'onhand' ),
			/* translators: %d: how many */
			'channel.lagging'     => __( '%d channels are behind', 'onhand' ),
			/* translators: %d: how many */
			'credential.expiring' => __( '%d credentials end soon', 'onhand' ),
			/* translators: %d: how many */
			default               => __( '%d messages', 'onhand' ),
		};
	}

	private static function sentence( string $type, array $data ): string {
		$word = static fn( string $key ): string => is_scalar( $data[ $key ] ?? null ) ? (string) $data[ $key ] : '';
		$skus = array_filter( (array) ( $data['skus'] ?? array( $word( 'sku' ) ) ), 'is_string' );
		$sku  = implode( ', ', $skus );
		$at   = array() === $skus || '' === $sku ? '' : "\n" . Page::url() . '#/story/' . rawurlencode( reset( $skus ) );
		return match ( $type ) {
			/* translators: 1: SKU, 2: what happened last */
			'stock.sold_out'      => sprintf( __( '%1$s is sold out (%2$s).', 'onhand' ), $sku, self::because( $data ) ) . $at,
			/* translators: 1: SKU, 2: how many are left */
			'stock.low'           => sprintf( __( 'Of %1$s only %2$s are left.', 'onhand' ), $sku, $word( 'quantity' ) ) . $at,
			/* translators: 1: SKU, 2: how many there are */
			'stock.back_in_stock' => sprintf( __( '%1$s is there again: %2$s.', 'onhand' ), $sku, $word( 'quantity' ) ) . $at,
			/* translators: 1: channel, 2: SKU */
			'drift.found'         => sprintf( __( '%1$s showed something else of %2$s than it should.', 'onhand' ), $word( 'channel' ), $sku ) . $at,
			/* translators: 1: number, 2: channel, 3: why */
			'order.parked'        => sprintf( __( 'Order %1$s of %2$s needs you: %3$s', 'onhand' ), $word( 'number' ), $word( 'channel' ), $word( 'why' ) ) . "\n" . Page::url() . '#/orders',
			/* translators: 1: number, 2: channel */
			'order.imported'      => sprintf( __( 'Order %1$s of %2$s is in the shop.', 'onhand' ), $word( 'number' ), $word( 'channel' ) ),
			/* translators: 1: channel, 2: why */
			'channel.paused'      => sprintf( __( '%1$s is paused and is told nothing: %2$s', 'onhand' ), $word( 'channel' ), $word( 'why' ) ) . "\n" . Page::url() . '#/',
			/* translators: 1: SKU, 2: quantity */
			'stock.oversold'      => sprintf( __( '%1$s was sold more often than it is there: %2$s is left.', 'onhand' ), $sku, $word( 'quantity' ) ) . $at,
			/* translators: 1: channel, 2: minutes, 3: number of listings */
			'channel.lagging'     => sprintf( __( '%1$s has not been told for %2$d minutes what it should show; %3$s listings wait.', 'onhand' ), $word( 'channel' ), (int) round( (float) $word( 'oldest_waits_ms' ) / 60000 ), $word( 'behind' ) ) . "\n" . Page::url() . '#/',
			/* translators: 1: channel, 2: day */
			'credential.expiring' => sprintf( __( 'The credentials of %1$s end on %2$s. Renew them, and nothing stops.', 'onhand' ), $word( 'channel' ), $word( 'ends' ) ) . "\n" . Page::url() . '#/setup',
			default               => __( 'This is a test: alerts arrive.', 'onhand' ),
		};
	}

	private static function because( array $data ): string {
		$because = (array) ( $data['because'] ?? array() );
		return trim( str_replace( '_', ' ', (string) ( $because['cause'] ?? '' ) ) . ' ' . ( $because['ref'] ?? '' ) );
	}
}
