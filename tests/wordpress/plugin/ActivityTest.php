<?php

declare( strict_types=1 );

namespace Onhand\Tests\WordPress;

/** Who changed which setting, before and after, whichever way it was made. */
final class ActivityTest extends RowTestCase {
	/** @return list<array<string,mixed>> */
	private function changes( string $setting ): array {
		$agent = Channels::running()?->agent ?? self::markTestSkipped( 'no agent is running' );
		$agent->settle();
		return $agent->get( "/v1/changes?limit=20&setting=$setting" )['items'];
	}

	public function test_what_the_shop_keeps(): void {
		$this->ready();
		$before = count( $this->changes( 'woocommerce_hold_stock_minutes' ) );
		$was    = $this->shop->run( 'return get_option( "woocommerce_hold_stock_minutes" );' );
		$this->shop->run( 'wp_set_current_user( 1 ); update_option( "woocommerce_hold_stock_minutes", "77" ); update_option( "woocommerce_hold_stock_minutes", "77" );' );
		$told = $this->changes( 'woocommerce_hold_stock_minutes' );
		self::assertCount( $before + 1, $told );
		$row = $told[0];
		self::assertSame( array( $was, '77' ), array( (string) $row['before'], (string) $row['after'] ) );
		$this->shop->run( 'update_option( "woocommerce_hold_stock_minutes", $was );', array( 'was' => $was ) );
	}

	public function test_secrets_stay_out_of_it(): void {
		$this->ready();
		$this->shop->run( 'update_option( "onhand_alerts", array( "emails" => array( "a@example.com" ), "secret" => "whsec_hidden", "hook" => 3 ) ); delete_option( "onhand_alerts" );' );
		self::assertNull( $this->changes( 'alerts' )[0]['after'] );
		$told = json_encode( $this->changes( 'alerts' ) );
		self::assertStringContainsString( 'a@example.com', $told );
		self::assertStringNotContainsString( 'whsec_hidden', $told );
	}

	public function test_what_is_done_through_the_shop_is_done_by_its_user(): void {
		$agent = Channels::running()?->agent ?? self::markTestSkipped( 'no agent is running' );
		$mug   = $this->simple( 10 );
		$this->ready();
		$login = base64_encode( 'admin:' . $this->shop->env( 'APPLICATION_PASSWORD' ) );
		$api   = new Http( $this->shop->url() );
		$send  = fn( string $path, array $body ) => $api->json( 'POST', "/wp-json/onhand/v1$path", $body, array( "Authorization: Basic $login" ) )->ok();
		$send( '/rules', array( 'sku' => $mug->sku, 'set' => array( 'buffer' => 2 ) ) );
		$newest = $this->changes( 'rules' )[0];
		self::assertSame( array( 'api', "all channels: sku {$mug->sku}", 2 ), array( $newest['actor']['kind'], $newest['subject'], $newest['after']['buffer'] ) );
		self::assertStringContainsString( 'admin', $newest['actor']['name'] );
		$send( "/changes/{$newest['id']}/undo", array() );
		self::assertNull( $agent->get( '/v1/rules?sku=' . rawurlencode( $mug->sku ) )['buffer'] );
		$send( '/channels/ebay/resync', array() );
		$deed = $this->changes( 'done' )[0];
		self::assertSame( 'channels/ebay/resync', $deed['subject'] );
	}

	public function test_everything_the_agent_can_do_is_there_on_the_command_line_of_wordpress(): void {
		Channels::running() ?? self::markTestSkipped( 'no agent is running' );
		$mug = $this->simple( 10 );
		$this->ready();
		self::assertStringContainsString( 'ebay', $this->shop->wp( 'onhand', 'channel', 'list', '--format=csv' ) );
		$this->shop->wp( 'onhand', 'rules', 'set', '--sku', $mug->sku, '--buffer=2' );
		$row = $this->changes( 'rules' )[0];
		self::assertSame( array( 'cli', 2 ), array( $row['actor']['kind'], $row['after']['buffer'] ) );
		$this->shop->wp( 'onhand', 'rules', 'set', "--sku={$mug->sku}", '--unset', 'buffer' );
		try {
			$this->shop->wp( 'onhand', 'explain', '--sku', 'NOWHERE' );
			self::fail( 'an unknown SKU is an error' );
		} catch ( \RuntimeException $failure ) {
			self::assertStringContainsString( 'NOWHERE', $failure->getMessage() );
		}
	}
}
