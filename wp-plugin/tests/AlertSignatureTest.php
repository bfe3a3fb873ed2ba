<?php

declare( strict_types=1 );

namespace Onhand\Tests;

use Onhand\Alerts\Signature;
use PHPUnit\Framework\TestCase;

/** The example of the Standard Webhooks specification, and everything that is a little off. */
final class AlertSignatureTest extends TestCase {
	private const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
	private const ID     = 'msg_p5jXN8AQM9LWM0D4loKWxJek';
	private const AT     = 1614265330;
	private const BODY   = '{"test": 2432232314}';
	private const RIGHT  = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=';

	private static function is_right( string $signature = self::RIGHT, string $body = self::BODY, int $now = self::AT, string $id = self::ID, string $secret = self::SECRET, string $at = '1614265330' ): bool {
		return Signature::is_right( $secret, $id, $at, $signature, $body, $now );
	}

	public function test_the_specifications_example(): void {
		self::assertTrue( self::is_right() );
		self::assertTrue( self::is_right( 'v1,AAAA v2,BBBB ' . self::RIGHT ), 'one of several' );
		self::assertTrue( self::is_right( now: self::AT + 299 ) );
	}

	public function test_every_flipped_bit_is_noticed(): void {
		for ( $bit = 0; $bit < 8 * strlen( self::BODY ); $bit++ ) {
			$body                    = self::BODY;
			$body[ intdiv( $bit, 8 ) ] = chr( ord( $body[ intdiv( $bit, 8 ) ] ) ^ ( 1 << $bit % 8 ) );
			self::assertFalse( self::is_right( body: $body ) );
		}
	}

	public function test_what_is_old_or_of_somebody_else_is_refused(): void {
		self::assertFalse( self::is_right( now: self::AT + 301 ) );
		self::assertFalse( self::is_right( now: self::AT - 301 ) );
		self::assertFalse( self::is_right( id: 'msg_other' ) );
		self::assertFalse( self::is_right( at: '1614265331' ) );
		self::assertFalse( self::is_right( at: '' ) );
		self::assertFalse( self::is_right( signature: '' ) );
		self::assertFalse( self::is_right( secret: 'whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' ) );
		self::assertFalse( self::is_right( secret: '' ), 'no secret is no key' );
	}
}
