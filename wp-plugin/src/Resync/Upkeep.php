<?php

namespace Onhand\Resync;

use Onhand\Agent\Client;
use Onhand\Agent\Introduction;
use Onhand\Agent\Refused;
use Onhand\Agent\Unreachable;
use Onhand\Journal\Journal;
use Onhand\Stock\Reader;

/**
 * The shop's own care for the mirror: once an hour the store is stated anew, page by page, by WooCommerce's queue. A process that was
 * killed between its write and its statement, and a program that wrote the database past WordPress, are noticed by nobody else. A store
 * so large that this would be much work is stated less often, unless the agent says that it misses something.
 */
final class Upkeep {
	public const HOURLY   = 'onhand_upkeep';
	private const PAGES   = 'onhand_resync_pages';
	private const PAGE    = 500;
	private const SECONDS = 15.0;
	/** When the store was last stated as a whole, and how many seconds that took. */
	private const STATED = 'onhand_stated';
	/** Not more than one second in so many. */
	private const SHARE = 500;

	private function __construct( private readonly Journal $journal, private readonly Reader $reader, private readonly Client $agent ) {}

	public static function register( Journal $journal, Reader $reader ): void {
		$self = new self( $journal, $reader, Client::local() );
		add_action( self::HOURLY, array( $self, 'look' ) );
		add_action( self::PAGES, array( $self, 'pages' ), 10, 2 );
		add_action( 'init', array( self::class, 'schedule' ) );
	}

	/** Costs no query: the table of scheduled events is one of WordPress's preloaded options. */
	public static function schedule(): void {
		if ( false === wp_next_scheduled( self::HOURLY ) ) {
			wp_schedule_event( time() + HOUR_IN_SECONDS, 'hourly', self::HOURLY );
		}
	}

	public static function unschedule(): void {
		wp_clear_scheduled_hook( self::HOURLY );
		if ( function_exists( 'as_unschedule_all_actions' ) ) {
			as_unschedule_all_actions( self::PAGES );
		}
	}

	/** The whole store is stated anew soon: what all statements say has changed. */
	public static function restate(): void {
		if ( function_exists( 'as_enqueue_async_action' ) && ! as_has_scheduled_action( self::PAGES, array( null, 0 ) ) ) {
			as_enqueue_async_action( self::PAGES, array( null, 0 ), 'onhand' );
		}
	}

	public function look(): void {
		try {
			Introduction::make( $this->agent );
			$wanted = null !== $this->agent->get( '/v1/status' )['resync_wanted'];
		} catch ( Unreachable | Refused $silent ) {
			// An agent that is down misses nothing: the journal waits for it. Site Health says that it is down.
			return;
		}
		if ( ( $wanted || self::is_due() ) && ! as_has_scheduled_action( self::PAGES ) ) {
			as_enqueue_async_action( self::PAGES, array( null, 0 ), 'onhand' );
		}
	}

	private static function is_due(): bool {
		$stated = (array) get_option( self::STATED, array() );
		// A little less than an hour: the hourly event is never quite on time.
		$rest = max( HOUR_IN_SECONDS - 5 * MINUTE_IN_SECONDS, self::SHARE * (float) ( $stated['took'] ?? 0 ) );
		return time() - (int) ( $stated['at'] ?? 0 ) >= $rest;
	}

	/**
	 * Some seconds' worth of pages; the rest is a job of its own.
	 *
	 * @param ?array<string,mixed> $progress Where the snapshot stands; null begins one.
	 * @throws \RuntimeException When the journal refuses: the job is shown as failed, and the next hour begins anew.
	 */
	public function pages( ?array $progress, int $after ): void {
		if ( null === $progress ) {
			$snapshot = new Snapshot( $this->journal, $this->reader, 'all' );
			$snapshot->begin();
		} else {
			$snapshot = Snapshot::resume( $this->journal, $this->reader, 'all', array_diff_key( $progress, array( 'took' => 0 ) ) );
		}
		$started = microtime( true );
		$took    = (float) ( $progress['took'] ?? 0 );
		do {
			$ids = Pages::after( $after, self::PAGE );
			if ( array() === $ids ) {
				$snapshot->end();
				$stated = array(
					'at'   => time(),
					'took' => $took + microtime( true ) - $started,
				);
				update_option( self::STATED, $stated, false );
				return;
			}
			$snapshot->page( $ids );
			$after = end( $ids );
		} while ( microtime( true ) - $started < self::SECONDS );
		$more = array( 'took' => $took + microtime( true ) - $started ) + $snapshot->progress();
		as_enqueue_async_action( self::PAGES, array( $more, $after ), 'onhand' );
	}
}
