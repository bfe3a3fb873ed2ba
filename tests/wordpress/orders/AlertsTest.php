<?php

declare( strict_types=1 );

namespace Onhand\Tests\WordPress;

/** What happens is mailed: once, together, and not at night. */
final class AlertsTest extends RowTestCase {
	private const MAILED = '$mails = array();
		add_filter( "pre_wp_mail", static function ( $nothing, $mail ) use ( &$mails ) { $mails[] = $mail; return true; }, 10, 2 );
		\Onhand\Alerts\Postman::mail();
		return $mails;';

	protected function tearDown(): void {
		if ( Channels::running() ) {
			$this->set( array( 'emails' => array() ) );
		}
		$this->shop->run( 'delete_option( "onhand_alerts" ); as_unschedule_all_actions( "onhand_alerts_mail" ); $GLOBALS["wpdb"]->query( "DELETE FROM " . \Onhand\Orders\Tables::alerts() );' );
		parent::tearDown();
	}

	public function test_what_is_sold_out_is_mailed_once(): void {
		$agent = Channels::running()?->agent ?? self::markTestSkipped( 'no agent is running' );
		$mug   = $this->simple( 2 );
		$cup   = $this->simple( 3 );
		$this->ready();
		$shown = $this->set( array( 'emails' => array( 'owner@example.com' ), 'types' => array( 'stock.sold_out' ) ) );
		self::assertSame( 200, $shown->status, $shown->body );
		self::assertStringNotContainsString( 'whsec_', $shown->body );
		$this->shop->run( 'foreach ( $ids as $id ) { wc_update_product_stock( $id, 0, "set" ); }', array( 'ids' => array( $mug->id, $cup->id ) ) );
		$agent->settle();
		$this->await( fn(): bool => 2 === $this->waiting() );
		self::assertTrue( $this->shop->run( 'return as_has_scheduled_action( "onhand_alerts_mail" );' ) );
		$mails = $this->shop->run( self::MAILED );
		self::assertCount( 1, $mails, 'what happened together is told together' );
		self::assertSame( array( 'owner@example.com' ), $mails[0]['to'] );
		self::assertStringContainsString( '2 sold out', $mails[0]['subject'] );
		self::assertStringContainsString( "{$mug->sku} is sold out", $mails[0]['message'] );
		self::assertStringContainsString( '#/story/' . rawurlencode( $cup->sku ), $mails[0]['message'] );
		self::assertSame( array(), $this->shop->run( self::MAILED ), 'and once' );
	}

	public function test_what_woocommerce_calls_low_is_mailed(): void {
		$agent = Channels::running()?->agent ?? self::markTestSkipped( 'no agent is running' );
		$mug   = $this->simple( 10 );
		$cup   = $this->simple( 10, array( 'low_stock_amount' => 6 ) );
		$shirt = $this->variable( array( 'S' => 10, 'M' => 10 ) );
		$this->shop->run( 'update_post_meta( $shirt, "_manage_stock", "yes" ); update_post_meta( $shirt, "_low_stock_amount", "4" ); update_post_meta( $own, "_low_stock_amount", "8" );', array( 'shirt' => $shirt->id, 'own' => $shirt->of( 'M' )->id ) );
		$this->ready();
		$this->set( array( 'emails' => array( 'owner@example.com' ), 'types' => array( 'stock.low' ) ) );
		$sell = fn( Product $product, int $left ) => $this->shop->run( 'wc_update_product_stock( $id, $left, "set" );', array( 'id' => $product->id, 'left' => $left ) );
		// One more than low is not low; the shop's own amount is 2 where nobody has changed it.
		foreach ( array( array( $mug, 2, '2' ), array( $cup, 6, '6' ), array( $shirt->of( 'S' ), 4, '4' ), array( $shirt->of( 'M' ), 8, '8' ) ) as list( $product, $low, $said ) ) {
			$sell( $product, $low + 1 );
			$agent->settle();
			self::assertSame( $said, $this->statements()->stock( $product->id )['low'] );
		}
		self::assertSame( 0, $this->waiting() );
		foreach ( array( array( $mug, 2 ), array( $cup, 6 ), array( $shirt->of( 'S' ), 4 ), array( $shirt->of( 'M' ), 8 ) ) as list( $product, $low ) ) {
			$sell( $product, $low );
		}
		$agent->settle();
		$this->await( fn(): bool => 4 === $this->waiting() );
		$mails = $this->shop->run( self::MAILED );
		self::assertStringContainsString( $shirt->of( 'S' )->sku, $mails[0]['message'] );
	}

	public function test_what_the_shop_calls_low_is_said_as_soon_as_it_is_another_number(): void {
		Channels::running() ?? self::markTestSkipped( 'no agent is running' );
		$mug = $this->simple( 10 );
		$this->ready();
		$low = function ( string $code ) use ( $mug ): ?string {
			$this->shop->run( $code . ' wc_update_product_stock( $id, 1, "decrease" );', array( 'id' => $mug->id ) );
			return $this->statements()->stock( $mug->id )['low'] ?? null;
		};
		try {
			self::assertSame( '7', $low( 'update_option( "woocommerce_notify_low_stock_amount", "7" );' ) );
			self::assertTrue( $this->shop->run( 'return \Onhand\Resync\Upkeep::is_restating();' ), 'the rest of the store is stated anew' );
			self::assertNull( $low( 'delete_option( "woocommerce_notify_low_stock_amount" );' ) );
		} finally {
			$this->shop->run( 'update_option( "woocommerce_notify_low_stock_amount", "2" ); \Onhand\Resync\Upkeep::unschedule();' );
		}
		self::assertSame( '2', $low( '' ) );
	}

	public function test_a_mail_that_fails_is_tried_again(): void {
		$this->shop->run( '\Onhand\Alerts\Queue::add( "msg_1", "channel.paused", wp_json_encode( array( "data" => array( "channel" => "ebay", "why" => "the token was refused" ) ) ) ); update_option( "onhand_alerts", array( "emails" => array( "owner@example.com" ) ) );' );
		self::assertFalse( $this->shop->run( 'return \Onhand\Alerts\Queue::add( "msg_1", "channel.paused", "{}" );' ), 'told twice, kept once' );
		$failed = $this->shop->run( 'add_filter( "pre_wp_mail", "__return_false" ); try { \Onhand\Alerts\Postman::mail(); return ""; } catch ( \RuntimeException $failure ) { return $failure->getMessage(); }' );
		self::assertStringContainsString( 'could not be mailed', $failed );
		$mails = $this->shop->run( self::MAILED );
		self::assertStringContainsString( 'ebay is paused and is told nothing: the token was refused', $mails[0]['message'] );
	}

	public function test_nobody_is_mailed_in_quiet_hours(): void {
		$due = fn( array $settings, string $now ): string => $this->shop->run(
			'update_option( "onhand_alerts", $settings );
			return \Onhand\Alerts\Postman::due( \Onhand\Alerts\Settings::load(), new DateTimeImmutable( $now, wp_timezone() ) )->format( "Y-m-d H:i:s" );',
			array( 'settings' => $settings, 'now' => $now )
		);
		$night = array( 'when' => 'at_once', 'quiet_from' => '22:00', 'quiet_to' => '07:00' );
		self::assertSame( '2026-11-27 21:30:30', $due( $night, '2026-11-27 21:30:00' ) );
		self::assertSame( '2026-11-28 07:00:00', $due( $night, '2026-11-27 21:59:45' ) );
		self::assertSame( '2026-11-28 07:00:00', $due( $night, '2026-11-27 23:00:00' ) );
		self::assertSame( '2026-11-27 07:00:00', $due( $night, '2026-11-27 03:00:00' ) );
		self::assertSame( '2026-11-27 16:00:00', $due( array( 'when' => 'hourly', 'quiet_from' => '12:00', 'quiet_to' => '13:30' ), '2026-11-27 15:10:00' ) );
		self::assertSame( '2026-11-27 13:30:00', $due( array( 'when' => 'hourly', 'quiet_from' => '12:00', 'quiet_to' => '13:30' ), '2026-11-27 12:10:00' ) );
		self::assertSame( '2026-11-28 08:00:00', $due( array( 'when' => 'daily' ), '2026-11-27 08:00:00' ) );
		self::assertSame( '2026-11-27 08:00:00', $due( array( 'when' => 'daily' ), '2026-11-27 07:59:00' ) );
	}

	public function test_nonsense_and_strangers_are_refused(): void {
		$said = $this->set( array( 'emails' => array( 'nobody' ) ) );
		self::assertSame( 400, $said->status );
		self::assertStringContainsString( 'nobody is no e-mail address', $said->body );
		self::assertSame( 400, $this->set( array( 'quiet_from' => '25:00' ) )->status );
		self::assertStringContainsString( 'a beginning and an end', $this->set( array( 'quiet_from' => '22:00', 'quiet_to' => '' ) )->body );
		$stranger = new Http( $this->shop->url() );
		self::assertSame( 401, $stranger->json( 'POST', '/wp-json/onhand/v1/alerts', array( 'type' => 'channel.paused' ) )->status );
		self::assertSame( 401, $stranger->send( 'GET', '/wp-json/onhand/v1/alerts/settings' )->status );
	}

	private function set( array $settings ): Answer {
		$login = base64_encode( 'admin:' . $this->shop->env( 'APPLICATION_PASSWORD' ) );
		return ( new Http( $this->shop->url() ) )->json( 'POST', '/wp-json/onhand/v1/alerts/settings', $settings, array( "Authorization: Basic $login" ) );
	}

	private function waiting(): int {
		return count( $this->shop->run( 'return \Onhand\Alerts\Queue::waiting();' ) );
	}

	private function await( callable $happened ): void {
		$until = microtime( true ) + 15;
		while ( ! $happened() && microtime( true ) < $until ) {
			usleep( 50_000 );
		}
		self::assertTrue( $happened() );
	}
}
