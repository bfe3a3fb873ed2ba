<?php

declare( strict_types=1 );

namespace Onhand\Tests\WordPress;

/** Many WP-CLI processes at once. */
final class Workers {
	/** @var list<resource> */
	private array $running = array();
	/** @var array<int,int> PHP tells an exit code once */
	private array $exits = array();

	public function __construct( private readonly Shop $shop ) {}

	public function start( string ...$arguments ): void {
		$command = array( dirname( __DIR__, 3 ) . '/scripts/wp-env', 'wp', $this->shop->dir, ...$arguments );
		$log     = array( 'file', $this->shop->dir . '/log/workers.log', 'a' );
		$process = proc_open( $command, array( array( 'file', '/dev/null', 'r' ), $log, $log ), $pipes );
		if ( false === $process ) {
			throw new \RuntimeException( 'a worker could not be started' );
		}
		$this->running[] = $process;
	}

	/** Kills, without warning, the PHP process of one of them. False when it was over already. */
	public function kill( int $index ): bool {
		if ( ! $this->is_running( $index ) ) {
			return false;
		}
		$pid = proc_get_status( $this->running[ $index ] )['pid'];
		foreach ( array( ...self::descendants( $pid ), $pid ) as $victim ) {
			if ( str_starts_with( (string) @file_get_contents( "/proc/$victim/comm" ), 'php' ) ) {
				return posix_kill( $victim, SIGKILL );
			}
		}
		return false;
	}

	/** @return list<int> */
	private static function descendants( int $pid ): array {
		$all = array();
		foreach ( explode( ' ', trim( (string) @file_get_contents( "/proc/$pid/task/$pid/children" ) ) ) as $child ) {
			if ( '' !== $child ) {
				array_push( $all, (int) $child, ...self::descendants( (int) $child ) );
			}
		}
		return $all;
	}

	public function are_running(): bool {
		return array() !== array_filter( array_keys( $this->running ), array( $this, 'is_running' ) );
	}

	private function is_running( int $index ): bool {
		if ( isset( $this->exits[ $index ] ) ) {
			return false;
		}
		$status = proc_get_status( $this->running[ $index ] );
		if ( ! $status['running'] ) {
			$this->exits[ $index ] = $status['exitcode'];
		}
		return $status['running'];
	}

	/** Waits for all of them; the number that did not end well. */
	public function wait(): int {
		foreach ( $this->running as $index => $process ) {
			while ( $this->is_running( $index ) ) {
				usleep( 20_000 );
			}
			proc_close( $process );
		}
		$failed        = count( array_filter( $this->exits, static fn( int $exit ): bool => 0 !== $exit ) );
		$this->running = array();
		$this->exits   = array();
		return $failed;
	}
}
