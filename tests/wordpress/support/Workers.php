<?php

declare( strict_types=1 );

namespace Onhand\Tests\WordPress;

/** Many WP-CLI processes at once. */
final class Workers {
	/** @var list<resource> */
	private array $running = array();

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

	/** Waits for all of them; the number that did not end well. */
	public function wait(): int {
		$failed = 0;
		foreach ( $this->running as $process ) {
			while ( ( $status = proc_get_status( $process ) )['running'] ) {
				usleep( 20_000 );
			}
			$failed += 0 === $status['exitcode'] ? 0 : 1;
			proc_close( $process );
		}
		$this->running = array();
		return $failed;
	}
}
