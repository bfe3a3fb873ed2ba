<?php

namespace Onhand\Admin;

use Onhand\Agent\Client;
use Onhand\Agent\Refused;
use Onhand\Agent\Unreachable;

/** A column in WooCommerce's list of products: on how many channels each is, and whether they show what they should. */
final class ProductColumn {
	private const NAME    = 'onhand';
	private const SECONDS = 1.0;

	/** The agent was silent once: the rest of the page does not ask again. */
	private static bool $silent = false;

	public static function register(): void {
		add_filter( 'manage_edit-product_columns', array( self::class, 'columns' ), 20 );
		add_action( 'manage_product_posts_custom_column', array( self::class, 'show' ), 10, 2 );
	}

	public static function columns( $columns ) {
		return is_array( $columns ) && current_user_can( Roles::VIEW ) ? $columns + array( self::NAME => __( 'Channels', 'onhand' ) ) : $columns;
	}

	public static function show( $column, $id ): void {
		if ( self::NAME !== $column || self::$silent ) {
			return;
		}
		$product = wc_get_product( $id );
		$items   = $product instanceof \WC_Product ? ( $product->is_type( 'variable' ) ? $product->get_children() : array( $product->get_id() ) ) : array();
		$counts  = array();
		try {
			$listings = array() === $items ? array() : Client::local()->get( '/v1/listings', array( 'items' => implode( ',', $items ) ), self::SECONDS )['items'];
			foreach ( $listings as $listing ) {
				list( $all, $in_step )         = $counts[ $listing['channel'] ] ?? array( 0, 0 );
				$counts[ $listing['channel'] ] = array( $all + 1, $in_step + ( null === $listing['desired'] || $listing['desired'] === $listing['confirmed'] ? 1 : 0 ) );
			}
		} catch ( Unreachable | Refused $away ) {
			self::$silent = true;
			echo esc_html__( 'unknown: the agent does not answer', 'onhand' );
			return;
		}
		if ( array() === $counts ) {
			echo '<span class="na">–</span>';
		}
		foreach ( $counts as $channel => list( $all, $in_step ) ) {
			/* translators: 1: channel, 2: listings in step, 3: listings */
			$words = $all === $in_step ? $channel : sprintf( __( '%1$s: %2$d of %3$d in step', 'onhand' ), $channel, $in_step, $all );
			echo '<mark class="' . ( $all === $in_step ? 'instock' : 'onbackorder' ) . '">' . esc_html( $words ) . '</mark><br>';
		}
	}
}
