<?php

namespace Onhand\Journal;

/** Chooses the writer: the extension where it is loaded, plain PHP elsewhere. Both write the same bytes. */
final class Factory {
	public const DEFAULT_DIR = '/var/lib/onhand/journal';

	public static function journal(): Journal {
		$dir = self::dir();
		if ( function_exists( 'onhand_append' ) && rtrim( (string) ini_get( 'onhand.journal_dir' ), '/' ) === $dir ) {
			return new ExtensionJournal();
		}
		return new PhpJournal( $dir );
	}

	/** The constant ONHAND_JOURNAL_DIR, else the extension's setting, else the default. */
	public static function dir(): string {
		if ( defined( 'ONHAND_JOURNAL_DIR' ) ) {
			return rtrim( (string) constant( 'ONHAND_JOURNAL_DIR' ), '/' );
		}
		$set = ini_get( 'onhand.journal_dir' );
		return rtrim( is_string( $set ) && '' !== $set ? $set : self::DEFAULT_DIR, '/' );
	}
}
