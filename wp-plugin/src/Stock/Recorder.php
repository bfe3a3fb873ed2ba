<?php

namespace Onhand\Stock;

use Onhand\Cause\Cause;
use Onhand\Cause\Causes;
use Onhand\Journal\Journal;

/**
 * Gathers what became dirty in this request, with the movements that made it so, and at a flush point reads
 * the committed stock once and appends one statement per pool. Nothing in here may disturb the shop: a failure
 * is counted and reported on the health screen, never thrown.
 */
final class Recorder {
	/** In processes that live long: flush when this many ids wait or this much time has passed. */
	private const FLUSH_IDS     = 200;
	private const FLUSH_SECONDS = 0.1;

	public readonly string $req;
	/** @var array<int,true> posts whose stock is to be stated */
	private array $stock = array();
	/** @var array<int,true> posts for which what is held may have changed */
	private array $holds = array();
	/** @var array<int,true> posts whose catalogue entry is to be stated */
	private array $items = array();
	/** @var list<array{post:int,op:string,qty:?string,cause:Cause}> in the order in which they happened */
	private array $moves = array();
	/** @var array<int,array{parent:int,type:string,cause:Cause}> posts that are gone for good */
	private array $deleted = array();
	private float $flushed = 0.0;
	private bool $flushing = false;
	private bool $held     = false;

	public function __construct(
		private readonly Journal $journal,
		private readonly Reader $reader,
		private readonly Causes $causes,
	) {
		$this->req = bin2hex( random_bytes( 8 ) );
	}

	/** @param bool $holds What unpaid checkouts hold of it may have changed too: a plain write of a quantity leaves that alone. */
	public function stock_dirty( int $post, bool $holds = true ): void {
		$this->stock[ $post ] = true;
		$this->reader->glance->forget( $post );
		if ( $holds ) {
			$this->holds[ $post ] = true;
		}
	}

	public function item_dirty( int $post ): void {
		$this->items[ $post ] = true;
	}

	/** @param string $op delta, set or status */
	public function moved( int $post, string $op, ?string $quantity, Cause $cause ): void {
		$this->stock[ $post ] = true;
		$this->reader->glance->forget( $post );
		$this->moves[]        = array(
			'post'  => $post,
			'op'    => $op,
			'qty'   => $quantity,
			'cause' => $cause,
		);
	}

	/** @param list<mixed> $posts WordPress is about to read the meta of these. */
	public function about_to_read( array $posts ): void {
		if ( array() === $this->stock ) {
			return;
		}
		$plain = array_diff_key( $this->stock, $this->holds, $this->items );
		$these = array_values( array_intersect( array_map( 'intval', $posts ), array_keys( $plain ) ) );
		if ( array() !== $these ) {
			$this->reader->glance->look( $these );
		}
	}

	/** A later hook knows more about the movements of a post that are still waiting. */
	public function refine( int $post, callable $better, bool $last_only = false ): void {
		for ( $index = count( $this->moves ) - 1; $index >= 0; $index-- ) {
			if ( $this->moves[ $index ]['post'] === $post ) {
				$this->moves[ $index ]['cause'] = $better( $this->moves[ $index ]['cause'] );
				if ( $last_only ) {
					return;
				}
			}
		}
	}

	/** A new product was written with no quantity: nothing moved. False if it has a quantity already. */
	public function without_quantity( int $post ): bool {
		$own = array_filter( $this->moves, static fn( array $move ): bool => $move['post'] === $post && 'set' === $move['op'] );
		if ( array() !== array_filter( $own, static fn( array $move ): bool => null !== $move['qty'] ) ) {
			return false;
		}
		$this->moves = array_values( array_diff_key( $this->moves, $own ) );
		return true;
	}

	public function gone( int $post, int $parent_id, string $type, Cause $cause ): void {
		$this->deleted[ $post ] = array(
			'parent' => $parent_id,
			'type'   => $type,
			'cause'  => $cause,
		);
		unset( $this->items[ $post ], $this->stock[ $post ], $this->holds[ $post ] );
	}

	public function is_empty(): bool {
		return array() === $this->stock && array() === $this->items && array() === $this->deleted;
	}

	/** Nothing is stated while this is on: what was written is not committed yet. */
	public function hold( bool $on ): void {
		$this->held = $on;
	}

	/** What was written since the last flush is undone. */
	public function drop(): void {
		$this->stock   = array();
		$this->holds   = array();
		$this->items   = array();
		$this->moves   = array();
		$this->deleted = array();
	}

	/** A moment at which nothing is half done. In a process that lives long, what waits too long is flushed. */
	public function safe_point(): void {
		if ( $this->is_empty() || $this->causes->in_order() || ! self::lives_long() ) {
			return;
		}
		if ( microtime( true ) - $this->flushed >= self::FLUSH_SECONDS || count( $this->stock ) + count( $this->items ) >= self::FLUSH_IDS ) {
			$this->flush();
		}
	}

	/** Reads clock and stock and appends. Called at flush points; cheap when nothing is dirty. */
	public function flush(): void {
		if ( $this->flushing || $this->held || $this->is_empty() ) {
			return;
		}
		$this->flushing = true;
		list( $stock, $holds, $items, $moves, $deleted ) = array( $this->stock, $this->holds, $this->items, $this->moves, $this->deleted );
		$this->drop();
		try {
			foreach ( array_chunk( array_keys( $stock + $items ), self::FLUSH_IDS ) as $ids ) {
				$own     = array_flip( $ids );
				$entries = array_intersect_key( $items, $own );
				$facts   = $this->reader->read( $ids, array() !== $entries, array() !== $holds && array() !== array_intersect_key( $holds, $own ) );
				$this->append( ( new Statements( $facts, $this->req ) )->of( array_intersect_key( $stock, $own ), $entries, $moves ) );
			}
			if ( array() !== $deleted ) {
				$this->append( Statements::of_deleted( $deleted, $this->reader->now(), $this->req ) );
			}
		} catch ( \Throwable $failure ) {
			$this->report( $failure->getMessage() );
		} finally {
			$this->flushing = false;
			$this->flushed  = microtime( true );
		}
	}

	/** @param list<array<string,mixed>> $records */
	public function append( array $records ): int {
		if ( array() === $records ) {
			return 0;
		}
		$appended = $this->journal->append( $records );
		if ( 0 === $appended ) {
			$this->report( (string) $this->journal->last_error() );
		}
		return $appended;
	}

	/** Once a minute at most, so that a full disk does not fill the log as well. */
	private function report( string $message ): void {
		if ( false === get_transient( 'onhand_reported' ) ) {
			set_transient( 'onhand_reported', 1, MINUTE_IN_SECONDS );
			wc_get_logger()->error( $message, array( 'source' => 'onhand' ) );
		}
	}

	private static function lives_long(): bool {
		return 'cli' === PHP_SAPI || wp_doing_cron() || doing_action( 'action_scheduler_run_queue' ) || did_action( 'woocommerce_product_import_before_process_item' ) > 0;
	}
}
