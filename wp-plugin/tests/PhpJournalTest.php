<?php

declare( strict_types=1 );

namespace Onhand\Tests;

use Onhand\Journal\PhpJournal;
use PHPUnit\Framework\TestCase;

/** Segments, rotation, the cap, and failures that are return values. */
final class PhpJournalTest extends TestCase {
	private string $dir;

	protected function setUp(): void {
		$this->dir = sys_get_temp_dir() . '/onhand-journal-' . bin2hex( random_bytes( 6 ) );
		mkdir( $this->dir );
	}

	protected function tearDown(): void {
		array_map( 'unlink', glob( "{$this->dir}/*" ) ?: array() );
		rmdir( $this->dir );
	}

	private static function record(): array {
		return array( 't' => 'snapshot_begin', 'at' => 1, 'snap' => 's', 'scope' => 'all', 'req' => 'r' );
	}

	/** @return list<string> */
	private function segments(): array {
		return array_map( 'basename', glob( "{$this->dir}/*.ohj" ) ?: array() );
	}

	public function test_appends_to_the_newest_segment(): void {
		$journal = new PhpJournal( $this->dir );
		self::assertSame( 2, $journal->append( array( self::record(), self::record() ) ) );
		self::assertSame( 1, ( new PhpJournal( $this->dir ) )->append( array( self::record() ) ) );
		self::assertSame( array( '00000000000000000001.v1.ohj' ), $this->segments() );
		self::assertSame( 3, substr_count( (string) file_get_contents( "{$this->dir}/00000000000000000001.v1.ohj" ), "\x1E" ) );
		self::assertNull( $journal->last_error() );
	}

	public function test_a_full_segment_is_followed_by_the_next(): void {
		$journal = new PhpJournal( $this->dir, 200 );
		for ( $n = 0; $n < 5; $n++ ) {
			self::assertSame( 1, $journal->append( array( self::record() ) ) );
		}
		self::assertGreaterThan( 1, count( $this->segments() ) );
	}

	public function test_a_writer_with_a_larger_limit_follows_to_the_next_segment(): void {
		$large = new PhpJournal( $this->dir );
		$large->append( array( self::record() ) );
		$small = new PhpJournal( $this->dir, 10 );
		$small->append( array( self::record() ) );
		self::assertCount( 2, $this->segments() );
		$before = filesize( "{$this->dir}/00000000000000000001.v1.ohj" );
		$large->append( array( self::record() ) );
		clearstatcache();
		self::assertSame( $before, filesize( "{$this->dir}/00000000000000000001.v1.ohj" ) );
	}

	public function test_at_the_cap_records_are_dropped_and_it_is_said(): void {
		$journal = new PhpJournal( $this->dir, 100, 200 );
		$results = array();
		for ( $n = 0; $n < 6; $n++ ) {
			$results[] = $journal->append( array( self::record() ) );
		}
		self::assertSame( 0, end( $results ) );
		self::assertFileExists( "{$this->dir}/gap" );
		self::assertStringContainsString( 'wp onhand resync', (string) $journal->last_error() );
		self::assertTrue( $journal->health()['gap'] );
	}

	public function test_a_directory_that_is_not_there_is_an_error_not_an_exception(): void {
		$journal = new PhpJournal( "{$this->dir}/nowhere" );
		self::assertSame( 0, $journal->append( array( self::record() ) ) );
		self::assertStringContainsString( 'Check that the directory exists', (string) $journal->last_error() );
		self::assertFalse( $journal->health()['writable'] );
	}

	public function test_the_bell_is_rung(): void {
		$bell = stream_socket_server( "udg://{$this->dir}/doorbell.sock", $code, $text, STREAM_SERVER_BIND );
		( new PhpJournal( $this->dir ) )->append( array( self::record() ) );
		self::assertNotSame( '', stream_socket_recvfrom( $bell, 16 ) );
		fclose( $bell );
	}

	public function test_a_forked_child_writes_too(): void {
		$journal = new PhpJournal( $this->dir );
		$journal->append( array( self::record() ) );
		$child = pcntl_fork();
		if ( 0 === $child ) {
			$journal->append( array( self::record() ) );
			posix_kill( (int) getmypid(), SIGKILL );
		}
		pcntl_waitpid( $child, $status );
		self::assertSame( 1, $journal->append( array( self::record() ) ) );
		self::assertSame( 3, substr_count( (string) file_get_contents( "{$this->dir}/00000000000000000001.v1.ohj" ), "\x1E" ) );
	}
}
