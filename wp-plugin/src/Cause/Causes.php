<?php

namespace Onhand\Cause;

/**
 * What is going on right now, from the hooks around a stock change. The innermost known thing wins:
 * a background job's own cause, an order's line, an import, a REST route, an admin screen, else plain code.
 */
final class Causes {
	private ?Cause $job = null;
	/** @var ?array{cause:string,order:string} */
	private ?array $order = null;
	/** @var ?array{pool:int,order:string,line:string} */
	private ?array $adjusting = null;
	private ?string $import = null;
	private bool $duplicating = false;
	/** @var list<string> */
	private array $routes = array();
	private int $saving = 0;
	/** @var array<int,true> products created in this request that have not had a quantity yet */
	private array $created = array();
	/** False until it was looked for. */
	private string|false|null $command = false;

	public function __construct( public readonly Actors $actors ) {}

	/** Until called with null, everything has this cause. */
	public function job( ?Cause $cause ): void {
		$this->job = $cause;
	}

	public function order_begins( string $cause, int $order ): void {
		$this->order     = array( 'cause' => $cause, 'order' => (string) $order );
		$this->adjusting = null;
	}

	public function order_ends(): void {
		$this->order = null;
	}

	public function in_order(): bool {
		return null !== $this->order;
	}

	/** An order's line is about to be adjusted: the pool's next exact change is its doing. */
	public function adjusting( int $pool, int $order, int $line ): void {
		$this->adjusting = array( 'pool' => $pool, 'order' => (string) $order, 'line' => (string) $line );
	}

	public function import( ?string $file ): void {
		$this->import = $file;
	}

	public function duplicating( bool $running ): void {
		$this->duplicating = $running;
	}

	public function route_begins( string $route ): void {
		$this->routes[] = $route;
	}

	public function route_ends(): void {
		array_pop( $this->routes );
	}

	public function save_begins(): void {
		++$this->saving;
	}

	public function save_ends(): void {
		$this->saving = max( 0, $this->saving - 1 );
	}

	public function is_saving(): bool {
		return $this->saving > 0;
	}

	/** The cause of an exact change that WooCommerce's SQL makes to a pool. */
	public function of_change( int $pool ): Cause {
		if ( null === $this->job && null === $this->order && null !== $this->adjusting && $this->adjusting['pool'] === $pool ) {
			$line            = $this->adjusting;
			$this->adjusting = null;
			return new Cause( 'order_edited', $line['order'], $line['line'], $this->actors->current() );
		}
		return $this->current( $pool );
	}

	/** The cause of a value that was written to a post's stock meta. */
	public function of_write( int $post ): Cause {
		$cause = $this->current( $post );
		if ( isset( $this->created[ $post ] ) ) {
			return $this->of_creation( $cause, $post );
		}
		// Written past WooCommerce's own objects, by whatever code it was.
		return $this->is_saving() || null !== $this->job ? $cause : $cause->named( 'meta_write' );
	}

	/** The cause of what made a product that turns out to be new. */
	public function of_creation( Cause $cause, int $post ): Cause {
		if ( 'import' === $cause->cause ) {
			return $cause;
		}
		return $cause->named( $this->duplicating ? 'duplicated' : 'created', $cause->ref ?? (string) $post );
	}

	/** A product is made in two steps by some: its first quantity belongs to its creation. */
	public function created( int $post, bool $has_quantity ): void {
		if ( $has_quantity ) {
			unset( $this->created[ $post ] );
		} else {
			$this->created[ $post ] = true;
		}
	}

	public function current( int $post ): Cause {
		if ( null !== $this->job ) {
			return $this->job;
		}
		$actor = $this->actors->current();
		if ( null !== $this->order ) {
			return new Cause( $this->order['cause'], $this->order['order'], null, $actor );
		}
		if ( null !== $this->import ) {
			return new Cause( 'import', '' === $this->import ? null : $this->import, null, $actor );
		}
		if ( 'cli' === $actor['kind'] ) {
			return new Cause( 'cli', $this->command(), null, $actor );
		}
		if ( array() !== $this->routes ) {
			return new Cause( 'rest', $this->routes[0], null, $actor );
		}
		$screen = Screen::cause( $post );
		return null === $screen ? new Cause( 'code', null, null, $actor ) : new Cause( $screen, (string) $post, null, $actor );
	}

	/** The command without its options, which may hold secrets. */
	private function command(): ?string {
		return false === $this->command ? $this->command = self::words() : $this->command;
	}

	private static function words(): ?string {
		// phpcs:ignore WordPress.Security.ValidatedSanitizedInput -- the command line of the person running it.
		$words = array_slice( (array) ( $_SERVER['argv'] ?? array() ), 1 );
		$words = array_filter( $words, static fn( $word ): bool => is_string( $word ) && 1 === preg_match( '/\A[\w.:][\w.:-]{0,40}\z/', $word ) );
		return array() === $words ? null : 'wp ' . implode( ' ', array_slice( $words, 0, 3 ) );
	}
}
