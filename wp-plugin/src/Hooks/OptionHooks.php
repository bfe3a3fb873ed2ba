<?php

namespace Onhand\Hooks;

use Onhand\Cause\Cause;
use Onhand\Cause\Causes;
use Onhand\Resync\Pages;
use Onhand\Stock\Reader;
use Onhand\Stock\Recorder;

/** Settings of the whole shop that change what every product's stock means. Restated page by page in the background. */
final class OptionHooks {
	private const OPTIONS = array( 'woocommerce_manage_stock', 'woocommerce_notify_no_stock_amount' );
	private const JOB     = 'onhand_option_changed';
	private const PAGE    = 500;
	/** Longer than a request may live: one that began before the switch was turned states what it knew then. */
	private const SECOND_LOOK_SECONDS = 600;

	private function __construct( private readonly Recorder $recorder, private readonly Causes $causes, private readonly Reader $reader ) {}

	public static function register( Recorder $recorder, Causes $causes, Reader $reader ): void {
		$self = new self( $recorder, $causes, $reader );
		foreach ( self::OPTIONS as $option ) {
			add_action( "update_option_$option", static fn() => $self->changed( $option ) );
		}
		add_action( self::JOB, array( $self, 'page' ), 10, 3 );
	}

	public function changed( string $option ): void {
		$this->reader->option_changed();
		$job = array( $option, 0, $this->causes->actors->current() );
		as_enqueue_async_action( self::JOB, $job, 'onhand' );
		as_schedule_single_action( time() + self::SECOND_LOOK_SECONDS, self::JOB, $job, 'onhand' );
	}

	/** One page of products; the next one is a job of its own. */
	public function page( string $option, int $after, array $actor ): void {
		$ids = Pages::after( $after, self::PAGE );
		if ( array() === $ids ) {
			return;
		}
		$this->reader->option_changed();
		$this->causes->job( new Cause( 'option', $option, null, $actor ) );
		foreach ( $ids as $id ) {
			if ( 'woocommerce_manage_stock' === $option && 'yes' === get_post_meta( $id, '_manage_stock', true ) ) {
				$this->recorder->moved( $id, 'status', null, $this->causes->current( $id ) );
			} else {
				$this->recorder->stock_dirty( $id );
			}
		}
		$this->recorder->flush();
		$this->causes->job( null );
		as_enqueue_async_action( self::JOB, array( $option, end( $ids ), $actor ), 'onhand' );
	}
}
