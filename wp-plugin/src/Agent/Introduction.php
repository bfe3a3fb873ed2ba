<?php

namespace Onhand\Agent;

use Onhand\Rest\Signature;

/** Tells the agent where the shop is and by which secret it knows the agent's requests. */
final class Introduction {
	public static function url(): string {
		return defined( 'ONHAND_SHOP_URL' ) ? rtrim( (string) constant( 'ONHAND_SHOP_URL' ), '/' ) . '/wp-json/onhand/v1' : rest_url( 'onhand/v1' );
	}

	/**
	 * @throws Unreachable When no agent answers.
	 * @throws Refused     When the agent says no.
	 */
	public static function make( Client $agent ): string {
		$url = self::url();
		$agent->post(
			'/v1/shop',
			array(
				'url'    => $url,
				'secret' => Signature::secret(),
			)
		);
		return $url;
	}
}
