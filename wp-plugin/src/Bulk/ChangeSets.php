<?php

namespace Onhand\Bulk;

use Onhand\Agent\Client;
use Onhand\Agent\Refused;
use Onhand\Agent\Unreachable;
use Onhand\Cause\Cause;
use Onhand\Cause\Causes;
use Onhand\Resync\Upkeep;
use Onhand\Stock\Recorder;

/**
 * Bulk changes as long work: a few rows first, then the rest slice by slice by WooCommerce's queue, with a look at the channels after
 * each. It ends by itself where channels refuse what follows, or too many rows are none, and all of it can be taken back.
 */
final class ChangeSets {
	private const ACTION = 'onhand_change_set';
	private const SLICE  = 100;

	private static ?Causes $known = null;

	private function __construct( private readonly Recorder $recorder, private readonly Causes $causes, private readonly Client $agent ) {}

	public static function register( Recorder $recorder, Causes $causes ): void {
		self::$known = $causes;
		add_action( self::ACTION, array( new self( $recorder, $causes, Client::local() ), 'step' ) );
		add_action( Upkeep::HOURLY, array( self::class, 'rescue' ) );
	}

	/**
	 * @param list<array<string,mixed>> $rows
	 * @throws Unreachable|Refused When there is no agent that could look.
	 */
	public static function begin( string $name, array $rows, int $first, int $most_wrong, int $stop_after, ?int $undoes = null ): ChangeSet {
		$settings = array(
			'first'      => $first,
			'most_wrong' => $most_wrong,
			'stop_after' => $stop_after,
			'since'      => Watch::now( Client::local() ),
			'woken'      => time(),
			// The queue that writes it is nobody.
			'actor'      => self::$known?->actors->current(),
		);
		$set      = ChangeSet::add( $name, $rows, $settings, $undoes );
		self::go( $set->id );
		return $set;
	}

	/** @throws \InvalidArgumentException When there is nothing to be ended. */
	public static function cancel( ChangeSet $set ): void {
		if ( ! $set->turn( ChangeSet::RUNNING, ChangeSet::CANCELLED ) && ! $set->turn( ChangeSet::HALTED, ChangeSet::CANCELLED ) ) {
			throw new \InvalidArgumentException( __( 'It has ended already.', 'onhand' ) );
		}
	}

	/**
	 * A person has looked and wants the rest all the same: what was wrong until now is borne with.
	 *
	 * @throws \InvalidArgumentException When it has not halted.
	 * @throws Unreachable|Refused       When there is no agent that could look.
	 */
	public static function go_on( ChangeSet $set ): void {
		$set->settings['since']      = Watch::now( Client::local() );
		$set->settings['woken']      = time();
		$set->settings['stop_after'] += $set->refused;
		$set->why                    = null;
		if ( ChangeSet::HALTED !== $set->state || ! $set->turn( ChangeSet::HALTED, ChangeSet::RUNNING ) ) {
			throw new \InvalidArgumentException( __( 'It has not halted.', 'onhand' ) );
		}
		$set->state = ChangeSet::RUNNING;
		$set->keep();
		self::go( $set->id );
	}

	/**
	 * What it wrote is as it was before, but for what somebody has changed since.
	 *
	 * @throws \InvalidArgumentException When there is nothing to take back.
	 * @throws Unreachable|Refused       When there is no agent that could look.
	 */
	public static function undo( ChangeSet $set ): ChangeSet {
		if ( ChangeSet::RUNNING === $set->state ) {
			throw new \InvalidArgumentException( __( 'It is still at work: cancel it first.', 'onhand' ) );
		}
		if ( array() === $set->undo ) {
			throw new \InvalidArgumentException( __( 'It changed nothing that could be taken back.', 'onhand' ) );
		}
		/* translators: %s: name of a bulk change */
		$name = sprintf( __( 'Taking back: %s', 'onhand' ), $set->name );
		return self::begin( $name, $set->undo, self::SLICE, PHP_INT_MAX, PHP_INT_MAX, $set->id );
	}

	private static function go( int $id ): void {
		as_enqueue_async_action( self::ACTION, array( $id ), 'onhand' );
		Upkeep::hurry();
	}

	/** Some rows, and a look at what channels make of them; the rest is an action of its own. */
	public function step( int $id ): void {
		$set = ChangeSet::get( $id );
		if ( ChangeSet::RUNNING !== $set->state ) {
			return;
		}
		$queue = get_current_user_id();
		wp_set_current_user( $set->author );
		$this->causes->job( new Cause( 'bulk_change', (string) $set->id, null, $set->settings['actor'] ?? $this->causes->actors->current() ) );
		try {
			$set->wrote( ( new Writer() )->write( $set->next( self::SLICE ) ) );
			$set->keep();
			$this->look( $set );
		} finally {
			$this->causes->job( null );
			wp_set_current_user( $queue );
		}
		$set->end();
		$set->keep();
		if ( ChangeSet::RUNNING === ChangeSet::get( $id )->state ) {
			self::go( $id );
		}
	}

	/** One whose worker was killed is at work for ever, and nobody works: a person looks what of it was written. */
	public static function rescue(): void {
		foreach ( ChangeSet::newest( 100 ) as $one ) {
			if ( ChangeSet::RUNNING !== $one['state'] || as_has_scheduled_action( self::ACTION, array( $one['id'] ) ) ) {
				continue;
			}
			// It may have ended meanwhile, or have been begun and not handed to the queue yet.
			$set = ChangeSet::get( $one['id'] );
			if ( ChangeSet::RUNNING === $set->state && time() - (int) ( $set->settings['woken'] ?? 0 ) >= MINUTE_IN_SECONDS ) {
				/* translators: %d: number of rows */
				$set->halt( sprintf( __( 'It was interrupted after about %d rows.', 'onhand' ), $set->done ) );
				$set->keep();
			}
		}
	}

	/** Why it should end, if it should. What was written is in the journal by then. */
	private function look( ChangeSet $set ): void {
		if ( $set->refused > $set->settings['stop_after'] ) {
			/* translators: %d: number of rows */
			$set->halt( sprintf( __( '%d rows were refused.', 'onhand' ), $set->refused ) );
			$this->recorder->flush();
			return;
		}
		try {
			$why = ( new Watch( $this->agent, $this->recorder, 1, $set->settings['most_wrong'], $set->settings['since'] ) )->look( self::SLICE, true );
		} catch ( Unreachable | Refused $silent ) {
			$why = $silent->getMessage();
		}
		if ( null !== $why ) {
			$set->halt( $why );
		}
	}
}
