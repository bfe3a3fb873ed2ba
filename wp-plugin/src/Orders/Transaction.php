<?php

namespace Onhand\Orders;

use Onhand\Stock\Recorder;

/**
 * A database transaction around writes of WordPress and WooCommerce, which know nothing of it and go on when one of them
 * fails. After a deadlock the server has undone everything, and what they wrote next would stand by itself: from then on
 * nothing is let through but the end.
 */
final class Transaction {
	private const BROKEN = array( 1205, 1213, 2006, 2013 );

	private bool $broken = false;
	private int $retries = 0;

	/**
	 * All of this or nothing. Nothing is stated to the journal while it is open.
	 *
	 * @throws Busy When it was broken off.
	 */
	public static function around( Recorder $recorder, callable $work ): void {
		$transaction = new self();
		$done        = false;
		$recorder->flush();
		$transaction->begin();
		$recorder->hold( true );
		try {
			$work();
			$transaction->commit();
			$done = true;
		} finally {
			if ( ! $done ) {
				$transaction->roll_back();
				$recorder->drop();
			}
			$recorder->hold( false );
		}
		$recorder->flush();
	}

	/** @throws Busy When it cannot be begun. */
	public function begin(): void {
		global $wpdb;
		if ( false === $wpdb->query( 'START TRANSACTION' ) ) { // phpcs:ignore WordPress.DB.DirectDatabaseQuery
			throw new Busy( sprintf( 'The database refuses: %s', $wpdb->last_error ) );
		}
		// On another connection there would be no transaction.
		$this->retries           = (int) $wpdb->reconnect_retries;
		$wpdb->reconnect_retries = 0;
		add_filter( 'query', array( $this, 'let_through' ), PHP_INT_MAX );
	}

	/** Called before each query, when the last one's outcome is still to be seen. An empty one is not run. */
	public function let_through( $query ) {
		return $this->is_broken() ? '' : $query;
	}

	public function is_broken(): bool {
		global $wpdb;
		$this->broken = $this->broken
			|| ( $wpdb->dbh instanceof \mysqli && in_array( mysqli_errno( $wpdb->dbh ), self::BROKEN, true ) ) // phpcs:ignore WordPress.DB.RestrictedFunctions -- WordPress tells the words only, in the server's language.
			|| 1 === preg_match( '/deadlock|lock wait timeout|gone away/i', (string) $wpdb->last_error );
		return $this->broken;
	}

	/** @throws Busy When it was broken off: nothing of it is there. */
	public function must_stand(): void {
		if ( $this->is_broken() ) {
			throw new Busy( 'The database broke off: another request was at the same rows.' );
		}
	}

	/** @throws Busy When it was broken off. */
	public function commit(): void {
		global $wpdb;
		$this->must_stand();
		if ( false === $wpdb->query( 'COMMIT' ) ) { // phpcs:ignore WordPress.DB.DirectDatabaseQuery
			throw new Busy( sprintf( 'The database broke off: %s', $wpdb->last_error ) );
		}
		$this->end();
	}

	public function roll_back(): void {
		$this->end();
		$GLOBALS['wpdb']->query( 'ROLLBACK' ); // phpcs:ignore WordPress.DB.DirectDatabaseQuery
	}

	private function end(): void {
		remove_filter( 'query', array( $this, 'let_through' ), PHP_INT_MAX );
		$GLOBALS['wpdb']->reconnect_retries = $this->retries;
	}
}
