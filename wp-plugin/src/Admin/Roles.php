<?php

namespace Onhand\Admin;

/**
 * Who may look, act and decide. Whoever runs the shop may look and act; what changes how the shop is connected or what is
 * listed by rule is for those who may change settings. Nothing is stored: a role plugin may give them to others.
 */
final class Roles {
	/** See stock, listings, orders and issues. */
	public const VIEW = 'onhand_view';
	/** Pause and resume, send again, retry, confirm. */
	public const OPERATE = 'onhand_operate';
	/** Channels, rules, locations, settings. */
	public const CONFIGURE = 'onhand_configure';

	private const GIVEN_WITH = array(
		self::VIEW      => 'manage_woocommerce',
		self::OPERATE   => 'manage_woocommerce',
		self::CONFIGURE => 'manage_options',
	);

	public static function register(): void {
		add_filter(
			'user_has_cap',
			static function ( $has ) {
				foreach ( self::GIVEN_WITH as $ours => $theirs ) {
					if ( ! isset( $has[ $ours ] ) && ! empty( $has[ $theirs ] ) ) {
						$has[ $ours ] = true;
					}
				}
				return $has;
			}
		);
	}
}
