<?php

declare( strict_types=1 );

namespace Onhand\Tests;

use Onhand\Journal\Line;
use PHPUnit\Framework\TestCase;

/** The plain PHP writer produces the same bytes as the Rust one. */
final class GoldenTest extends TestCase {
	public static function golden(): array {
		$file  = dirname( __DIR__, 2 ) . '/tests/fixtures/journal/golden.json';
		$cases = array();
		foreach ( json_decode( (string) file_get_contents( $file ), true, 64, JSON_THROW_ON_ERROR ) as $case ) {
			$cases[ $case['name'] ] = array( $case['record'], base64_decode( $case['line'], true ) );
		}
		return $cases;
	}

	/** @dataProvider golden */
	public function test_line( array $record, string $line ): void {
		self::assertSame( $line, Line::encode( $record ) );
	}

	public function test_order_of_keys_does_not_matter(): void {
		foreach ( self::golden() as list( $record, $line ) ) {
			self::assertSame( $line, Line::encode( array_reverse( $record, true ) ) );
		}
	}

	public function test_missing_id_is_made(): void {
		$record = array( 't' => 'snapshot_begin', 'at' => 1, 'snap' => 's', 'scope' => 'all', 'req' => 'r' );
		self::assertNotSame( Line::encode( $record ), Line::encode( $record ) );
		self::assertMatchesRegularExpression( '/"v":1,"t":"snapshot_begin","id":"[0-9a-f]{16}"/', Line::encode( $record ) );
	}

	public function test_floats_are_refused(): void {
		$this->expectException( \InvalidArgumentException::class );
		$this->expectExceptionMessage( '"at" is a float' );
		Line::encode( array( 't' => 'snapshot_begin', 'at' => 1.5, 'snap' => 's', 'scope' => 'all', 'req' => 'r' ) );
	}

	public function test_too_long_a_record_is_refused(): void {
		$this->expectException( \InvalidArgumentException::class );
		$this->expectExceptionMessage( 'longer than the 1048576' );
		Line::encode( array( 't' => 'webhook', 'at' => 1, 'channel' => 'ebay', 'headers' => array(), 'body' => str_repeat( 'x', Line::MAX_PAYLOAD ) ) );
	}
}
