<?php

namespace Onhand\Health;

use Onhand\Journal\Journal;

/** What can be told about the way into the journal without asking the agent. */
final class Checks {
	public function __construct( private readonly Journal $journal ) {}

	/** @return list<array{check:string,status:string,message:string,action:string}> */
	public function local(): array {
		$health = $this->journal->health();
		return array( $this->writer( $health ), $this->directory( $health ), $this->gap( $health ) );
	}

	private function writer( array $health ): array {
		if ( 'extension' === $health['writer'] ) {
			return self::check( 'extension', 'good', __( 'Stock changes are written by the PHP extension.', 'onhand' ) );
		}
		return self::check(
			'extension',
			'warning',
			extension_loaded( 'onhand' )
				? __( 'The PHP extension writes to another directory than ONHAND_JOURNAL_DIR: plain PHP is used instead.', 'onhand' )
				: __( 'The PHP extension is not loaded: stock changes are written by plain PHP, which is slower but loses nothing.', 'onhand' ),
			extension_loaded( 'onhand' )
				? __( 'Set onhand.journal_dir in php.ini to the same directory.', 'onhand' )
				: __( 'Add "extension=onhand" to php.ini, for the web server and for the command line.', 'onhand' )
		);
	}

	private function directory( array $health ): array {
		if ( $health['writable'] && null === $health['last_error'] ) {
			/* translators: %s: directory */
			return self::check( 'journal', 'good', sprintf( __( 'The journal in %s can be written.', 'onhand' ), $health['journal_dir'] ) );
		}
		return self::check(
			'journal',
			'error',
			/* translators: %s: directory */
			$health['last_error'] ?? sprintf( __( 'The journal in %s cannot be written: stock changes are not recorded.', 'onhand' ), $health['journal_dir'] ),
			__( 'Create the directory and let the web server\'s user write there; then run "wp onhand resync".', 'onhand' )
		);
	}

	private function gap( array $health ): array {
		if ( ! $health['gap'] ) {
			return self::check( 'journal_gap', 'good', __( 'No stock change was dropped.', 'onhand' ) );
		}
		return self::check( 'journal_gap', 'error', __( 'The journal was full and stock changes were dropped.', 'onhand' ), __( 'Start the agent, then run "wp onhand resync".', 'onhand' ) );
	}

	private static function check( string $name, string $status, string $message, string $action = '' ): array {
		return array(
			'check'   => $name,
			'status'  => $status,
			'message' => $message,
			'action'  => $action,
		);
	}
}
