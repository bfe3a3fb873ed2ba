<?php

namespace Onhand\Journal;

/**
 * The journal in plain PHP, for servers where the extension cannot be loaded. The same files, the same rules:
 * one append of the whole batch under a shared lock on the newest segment, never a wait.
 */
final class PhpJournal implements Journal {
	private const ATTEMPTS = 8;

	/** @var ?resource */
	private $segment    = null;
	private int $number = 0;
	private int $pid    = 0;
	private ?string $error = null;

	public function __construct(
		private readonly string $dir,
		private readonly int $segment_bytes = 8388608,
		private readonly int $max_bytes = 268435456,
	) {}

	public function append( array $records ): int {
		$lines = implode( '', array_map( array( Line::class, 'encode' ), $records ) );
		if ( '' === $lines ) {
			return 0;
		}
		try {
			$this->write( $lines );
			$this->ring();
			$this->error = null;
			return count( $records );
		} catch ( \RuntimeException $failure ) {
			$this->error = $failure->getMessage();
			return 0;
		}
	}

	public function last_error(): ?string {
		return $this->error;
	}

	public function health(): array {
		try {
			$numbers = $this->numbers();
		} catch ( \RuntimeException $failure ) {
			$this->error = $failure->getMessage();
			$numbers     = array();
		}
		$bytes = 0;
		foreach ( $numbers as $number ) {
			$bytes += (int) self::quiet( fn() => filesize( $this->path( $number ) ) );
		}
		return array(
			'writer'          => 'php',
			'journal_dir'     => $this->dir,
			'writable'        => is_writable( $this->dir ), // phpcs:ignore WordPress.WP.AlternativeFunctions.file_system_operations_is_writable -- asks only.
			'segment'         => array() === $numbers ? null : max( $numbers ),
			'segments'        => count( $numbers ),
			'bytes'           => $bytes,
			'gap'             => is_file( "{$this->dir}/gap" ),
			'agent_listening' => $this->ring(),
			'last_error'      => $this->error,
		);
	}

	private function write( string $lines ): void {
		// A forked child shares the parent's file, and with it the lock: it needs one of its own.
		if ( getmypid() !== $this->pid ) {
			$this->pid     = (int) getmypid();
			$this->segment = null;
		}
		for ( $attempt = 0; $attempt < self::ATTEMPTS; $attempt++ ) {
			if ( null === $this->segment && ! $this->open() ) {
				continue;
			}
			// The agent deletes a segment under an exclusive lock: if it holds one, look again.
			if ( ! flock( $this->segment, LOCK_SH | LOCK_NB ) ) {
				$this->segment = null;
				continue;
			}
			$stat = fstat( $this->segment );
			if ( 0 === $stat['nlink'] ) {
				$this->segment = null;
				continue;
			}
			// Another writer may have gone on to the next one earlier, with a smaller limit of its own.
			clearstatcache();
			if ( $stat['size'] >= $this->segment_bytes || file_exists( $this->path( $this->number + 1 ) ) ) {
				flock( $this->segment, LOCK_UN );
				$this->segment = null;
				$this->rotate();
				continue;
			}
			$written = self::quiet( fn() => fwrite( $this->segment, $lines ) );
			flock( $this->segment, LOCK_UN );
			if ( strlen( $lines ) !== $written ) {
				throw $this->failure( 'the disk took ' . (int) $written . ' of ' . strlen( $lines ) . ' bytes' );
			}
			return;
		}
		throw new \RuntimeException( "the journal in {$this->dir} changed too fast to be opened" );
	}

	private function open(): bool {
		$numbers = $this->numbers();
		if ( array() === $numbers ) {
			return $this->create( 1 );
		}
		$this->number = max( $numbers );
		$this->adopt( self::quiet( fn() => fopen( $this->path( $this->number ), 'abe' ) ) );
		// PHP cannot append without creating: if the agent deleted the segment just before, this one is a ghost.
		if ( null !== $this->segment && 0 === fstat( $this->segment )['size'] && max( $this->numbers() ) > $this->number ) {
			$this->take_back();
			return false;
		}
		if ( null === $this->segment && is_file( $this->path( $this->number ) ) ) {
			throw $this->failure( 'the newest segment cannot be opened' );
		}
		return null !== $this->segment;
	}

	private function rotate(): void {
		$numbers = $this->numbers();
		if ( array() !== $numbers && max( $numbers ) > $this->number ) {
			return;
		}
		if ( count( $numbers ) * $this->segment_bytes >= $this->max_bytes ) {
			$gap = self::quiet( fn() => fopen( "{$this->dir}/gap", 'xb' ) );
			if ( false !== $gap ) {
				fwrite( $gap, sprintf( "{\"since\":%d}\n", (int) ( microtime( true ) * 1000000 ) ) );
			}
			throw new \RuntimeException( "the journal in {$this->dir} is full ({$this->max_bytes} bytes): records are dropped until the agent has read it. Start the agent, then run `wp onhand resync`" );
		}
		$this->create( $this->number + 1 );
	}

	private function create( int $number ): bool {
		$mask = umask( 0007 );
		$file = self::quiet( fn() => fopen( $this->path( $number ), 'xb' ) );
		umask( $mask );
		if ( false === $file ) {
			if ( is_file( $this->path( $number ) ) ) {
				return false;
			}
			throw $this->failure( 'a segment cannot be created' );
		}
		fclose( $file );
		$this->number = $number;
		$this->adopt( self::quiet( fn() => fopen( $this->path( $number ), 'abe' ) ) );
		// Its number was used, read and deleted while we looked away: the reader will not come back to it.
		if ( null !== $this->segment && max( $this->numbers() ) > $number ) {
			$this->take_back();
			return false;
		}
		return null !== $this->segment;
	}

	/** Deletes a segment that came too late, unless others have written to it: then it must stay. */
	private function take_back(): void {
		if ( flock( $this->segment, LOCK_EX | LOCK_NB ) && 0 === fstat( $this->segment )['size'] ) {
			self::quiet( fn() => unlink( $this->path( $this->number ) ) );
		}
		$this->segment = null;
	}

	/** @param resource|false $file */
	private function adopt( $file ): void {
		$this->segment = false === $file ? null : $file;
		if ( null !== $this->segment ) {
			// One write call per batch, however long.
			stream_set_write_buffer( $this->segment, 0 );
			stream_set_chunk_size( $this->segment, 1 << 30 );
		}
	}

	/** Wakes the agent. False when nobody listens; the file simply waits then. */
	private function ring(): bool {
		$bell = self::quiet( fn() => stream_socket_client( "udg://{$this->dir}/doorbell.sock", $code, $text, 0, STREAM_CLIENT_CONNECT ) );
		if ( false === $bell ) {
			return false;
		}
		stream_set_blocking( $bell, false );
		$rung = 1 === self::quiet( fn() => fwrite( $bell, "\n" ) );
		fclose( $bell );
		return $rung;
	}

	/** @return list<int> */
	private function numbers(): array {
		$names = self::quiet( fn() => scandir( $this->dir ) );
		if ( false === $names ) {
			throw $this->failure( 'the directory cannot be read' );
		}
		$numbers = array();
		foreach ( $names as $name ) {
			if ( 1 === preg_match( '/\A(\d{20})\.v1\.ohj\z/', $name, $found ) ) {
				$numbers[] = (int) $found[1];
			}
		}
		return $numbers;
	}

	private function path( int $number ): string {
		return sprintf( '%s/%020d.v1.ohj', $this->dir, $number );
	}

	private function failure( string $what ): \RuntimeException {
		return new \RuntimeException( "cannot append to the journal in {$this->dir}: $what. Check that the directory exists and that the web server's user may write there" );
	}

	/** Runs a file operation whose failure is its return value, without a warning in the shop's log. */
	private static function quiet( callable $operation ): mixed {
		set_error_handler( static fn(): bool => true ); // phpcs:ignore WordPress.PHP.DevelopmentFunctions.error_log_set_error_handler -- restored at once.
		try {
			return $operation();
		} finally {
			restore_error_handler();
		}
	}
}
