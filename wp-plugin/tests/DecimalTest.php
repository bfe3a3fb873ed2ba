<?php

declare( strict_types=1 );

namespace Onhand\Tests;

use Onhand\Stock\Decimal;
use PHPUnit\Framework\TestCase;

/** Whatever stands in `_stock`, the journal gets a canonical decimal or nothing. */
final class DecimalTest extends TestCase {
	public static function values(): array {
		return array(
			array( '7', '7' ),
			array( '7.000000', '7' ),
			array( '10', '10' ),
			array( '100.0', '100' ),
			array( '-2', '-2' ),
			array( '-2.50', '-2.5' ),
			array( '0', '0' ),
			array( '-0', '0' ),
			array( '0.0000001', '0' ),
			array( '-0.0000001', '0' ),
			array( '.5', '0.5' ),
			array( '1e3', '1000' ),
			array( ' 12', '12' ),
			array( '007', '7' ),
			array( 3, '3' ),
			array( 2.25, '2.25' ),
			array( '1.2345678', '1.234568' ),
			array( '', null ),
			array( null, null ),
			array( 'many', null ),
			array( '1e30', null ),
			array( 'INF', null ),
		);
	}

	/** @dataProvider values */
	public function test_text( mixed $raw, ?string $text ): void {
		self::assertSame( $text, Decimal::text( $raw ) );
	}
}
