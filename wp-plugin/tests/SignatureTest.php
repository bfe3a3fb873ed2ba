<?php

namespace Onhand\Tests;

use Onhand\Rest\Signature;
use PHPUnit\Framework\TestCase;

/** The agent's tests have the same line: both sides sign alike. */
final class SignatureTest extends TestCase {
	public function test_it_is_the_agents(): void {
		self::assertSame(
			'a38881eecd619a396fbf4d8e14f73976a4f40b6348af98941a53a2d0596aa6ea',
			Signature::of( '0123456789abcdef', 1700000000, '00ff', 'PUT', '/onhand/v1/orders', '{"a":1}' )
		);
	}
}
