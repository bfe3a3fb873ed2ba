<?php
/**
 * Every row of the list of paths on which WooCommerce changes stock, walked in a real shop.
 * Started by tests/wordpress/run, which has brought the shop up: ONHAND_SHOP is its directory.
 */

declare( strict_types=1 );

spl_autoload_register(
	static function ( string $class_name ): void {
		$prefix = 'Onhand\\Tests\\WordPress\\';
		if ( str_starts_with( $class_name, $prefix ) ) {
			$file = __DIR__ . '/support/' . substr( $class_name, strlen( $prefix ) ) . '.php';
			if ( is_file( $file ) ) {
				require $file;
			}
		}
	}
);
