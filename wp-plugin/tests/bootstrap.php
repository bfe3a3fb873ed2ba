<?php
/** The parts that need no WordPress but its word for "say it in the reader's language". */

function __( string $text ): string {
	return $text;
}

spl_autoload_register(
	static function ( string $class_name ): void {
		if ( str_starts_with( $class_name, 'Onhand\\' ) ) {
			$file = __DIR__ . '/../src/' . str_replace( '\\', '/', substr( $class_name, strlen( 'Onhand\\' ) ) ) . '.php';
			if ( is_file( $file ) ) {
				require $file;
			}
		}
	}
);
