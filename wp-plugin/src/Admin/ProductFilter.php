<?php

namespace Onhand\Admin;

use Onhand\Agent\Client;
use Onhand\Agent\Refused;
use Onhand\Agent\Unreachable;

/** In the list of products: only those on a channel, on none, or of which a channel shows something else than it should. */
final class ProductFilter {
	private const NAME    = 'onhand_channel';
	private const BEHIND  = '-behind';
	private const NONE    = '-none';
	private const SECONDS = 3.0;

	public static function register(): void {
		add_action( 'restrict_manage_posts', array( self::class, 'show' ), 20 );
		add_action( 'pre_get_posts', array( self::class, 'narrow' ) );
	}

	public static function show( $type ): void {
		if ( 'product' !== $type || ! current_user_can( Roles::VIEW ) ) {
			return;
		}
		try {
			$channels = array_column( Client::local()->get( '/v1/channels', array(), self::SECONDS )['items'], 'name' );
		} catch ( Unreachable | Refused $silent ) {
			return;
		}
		$options = array( '' => __( 'Filter by channel', 'onhand' ) );
		foreach ( $channels as $channel ) {
			/* translators: %s: channel */
			$options[ $channel ] = sprintf( __( 'On %s', 'onhand' ), $channel );
		}
		$options[ self::NONE ]   = __( 'On no channel', 'onhand' );
		$options[ self::BEHIND ] = __( 'Not in step', 'onhand' );
		echo '<label class="screen-reader-text" for="' . esc_attr( self::NAME ) . '">' . esc_html__( 'Filter by channel', 'onhand' ) . '</label><select name="' . esc_attr( self::NAME ) . '" id="' . esc_attr( self::NAME ) . '">';
		foreach ( $options as $value => $label ) {
			echo '<option value="' . esc_attr( (string) $value ) . '"' . selected( self::wanted(), (string) $value, false ) . '>' . esc_html( $label ) . '</option>';
		}
		echo '</select>';
	}

	public static function narrow( $query ): void {
		$wanted = self::wanted();
		if ( '' === $wanted || ! is_admin() || ! $query instanceof \WP_Query || ! $query->is_main_query() || 'product' !== $query->get( 'post_type' ) || ! current_user_can( Roles::VIEW ) ) {
			return;
		}
		$asked = match ( $wanted ) {
			self::NONE => array(),
			self::BEHIND => array( 'in_step' => 'false' ),
			default => array( 'channel' => $wanted ),
		};
		try {
			$ids = array_map( 'intval', Client::local()->get( '/v1/products', $asked, self::SECONDS )['items'] );
		} catch ( Unreachable | Refused $silent ) {
			return;
		}
		// What is searched for is in there already.
		$within = array_filter( (array) $query->get( 'post__in' ) );
		if ( self::NONE === $wanted && array() === $within ) {
			$query->set( 'post__not_in', array_merge( (array) $query->get( 'post__not_in' ), $ids ) );
			return;
		}
		if ( array() !== $within ) {
			$ids = array_values( self::NONE === $wanted ? array_diff( $within, $ids ) : array_intersect( $within, $ids ) );
		}
		// Nothing fits: not everything.
		$query->set( 'post__in', array() === $ids ? array( 0 ) : $ids );
	}

	private static function wanted(): string {
		return sanitize_text_field( wp_unslash( $_GET[ self::NAME ] ?? '' ) ); // phpcs:ignore WordPress.Security.NonceVerification.Recommended -- what is looked at changes nothing.
	}
}
