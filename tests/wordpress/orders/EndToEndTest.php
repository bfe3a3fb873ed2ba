<?php

declare( strict_types=1 );

namespace Onhand\Tests\WordPress;

/** A channel sells; the real agent brings it into the real shop, and every other channel shows less. */
final class EndToEndTest extends RowTestCase {
	private const SECRET = 'sim-webhook-secret';

	private static int $count = 0;
	private Http $door;
	private string $channel;

	protected function setUp(): void {
		parent::setUp();
		if ( null === Channels::running() ) {
			self::markTestSkipped( 'no agent is running' );
		}
		$said          = json_decode( file_get_contents( "{$this->shop->dir}/log/sim.out" ), true );
		$this->door    = new Http( $said['outlets'][0]['door'] );
		$this->channel = 'outlet-' . getmypid() . '-' . ++self::$count;
		$this->shop->wp( 'onhand', 'connect' );
		$this->agent()->post(
			'/v1/channels',
			array(
				'name'    => $this->channel,
				'kind'    => 'woocommerce',
				'config'  => array( 'endpoint' => $said['outlets'][0]['url'], 'consumer_key' => 'ck_simulated' ),
				'secrets' => array( 'consumer_secret' => 'cs_simulated', 'webhook_secret' => self::SECRET ),
			)
		);
		$this->agent()->post( "/v1/channels/{$this->channel}/orders", array( 'mode' => 'order' ) );
	}

	protected function tearDown(): void {
		if ( isset( $this->channel ) ) {
			$this->agent()->post( "/v1/channels/{$this->channel}/orders", array( 'mode' => null ) );
			$this->agent()->post( "/v1/channels/{$this->channel}/pause" );
		}
	}

	public function test_a_sale_is_an_order_here_and_gone_everywhere(): void {
		$mug   = $this->listed( 10 );
		$order = $this->sell( $mug->sku, 3 );
		$this->deliver( $order );
		$this->home( $order, 'webhook' );
		$this->assert_stock( $mug->id, '7', array( Move::delta( '-3', 'channel_order', 'channel', "{$this->channel}:$order" ) ) );
		self::assertSame( 7, $this->door->send( 'GET', "/shown/{$mug->sku}" )->json()['quantity'] );
		$this->door->send( 'POST', "/cancel/$order" );
		$this->ask();
		$this->assert_stock( $mug->id, '10', array( Move::delta( '-3', 'channel_order', 'channel' ), Move::delta( '3', 'channel_restock', 'channel', "{$this->channel}:$order" ) ) );
	}

	public function test_fifty_deliveries_and_an_agent_that_is_killed_make_one_order(): void {
		$mug   = $this->listed( 10 );
		$order = $this->sell( $mug->sku, 1 );
		for ( $time = 0; $time < 50; $time++ ) {
			$this->deliver( $order );
			if ( 0 === $time % 15 ) {
				Channels::running()->service( 'agent', 'kill' );
			}
			if ( 7 === $time % 15 ) {
				Channels::running()->service( 'agent', 'start' );
			}
		}
		Channels::running()->service( 'agent', 'start' );
		$this->ask();
		$this->assert_stock( $mug->id, '9', array( Move::delta( '-1', 'channel_order', 'channel' ) ) );
		self::assertCount( 1, $this->shop->run( 'return wc_get_orders( array( "limit" => -1, "return" => "ids", "meta_key" => "_onhand_order", "meta_value" => $order ) );', array( 'order' => $order ) ) );
	}

	public function test_what_was_completed_here_is_told_there(): void {
		$mug   = $this->listed( 10 );
		$order = $this->sell( $mug->sku, 1 );
		$this->ask();
		$shop_order = $this->home( $order, 'poll' )['shop_order'];
		$this->shop->run( '$o = wc_get_order( $id ); $o->update_meta_data( "_wc_shipment_tracking_items", array( array( "tracking_provider" => "dhl", "tracking_number" => "0034" ) ) ); $o->set_status( "completed" ); $o->save();', array( 'id' => $shop_order ) );
		$this->agent()->settle();
		$this->ask();
		$seen = $this->door->send( 'GET', "/order/$order" )->json();
		self::assertSame( 'shipped', $seen['stage'] );
		self::assertStringContainsString( '0034', $seen['shipments'][0][1] );
	}

	public function test_a_strict_channel_has_its_own_units_and_the_shop_leaves_them_alone(): void {
		$mug = $this->listed( 9 );
		$this->agent()->post( '/v1/rules', array( 'channel' => $this->channel, 'sku' => $mug->sku, 'set' => array( 'strict' => true ) ) );
		$this->await_shown( $mug, 4 );
		$refused = Storefront::guest( $this->shop )->call( 'POST', '/cart/add-item', array( 'id' => $mug->id, 'quantity' => 6 ) );
		self::assertGreaterThanOrEqual( 400, $refused->status, 'the sixth is the channel\'s' );
		Storefront::guest( $this->shop )->add( $mug->id, 5 )->buy();
		$order = $this->sell( $mug->sku, 4 );
		$this->ask();
		$this->home( $order, 'poll' );
		$this->assert_stock( $mug->id, '0', array( Move::delta( '-5', 'order_reduced', 'guest' ), Move::delta( '-4', 'channel_order', 'channel' ) ) );
		$words = $this->agent()->get( "/v1/explain?sku={$mug->sku}" );
		$own   = array_values( array_filter( $words['listings'], fn( array $one ): bool => $this->channel === $one['channel'] ) )[0];
		self::assertSame( 4, $own['strict']['sold'], json_encode( $own ) );
		self::assertStringContainsString( 'the price of strict so far: 4 sold', implode( "\n", $own['steps'] ) );
	}

	private function await_shown( Product $product, int $units ): void {
		$end = microtime( true ) + 20;
		do {
			$this->agent()->settle();
			$shown = $this->door->send( 'GET', "/shown/{$product->sku}" )->json()['quantity'];
		} while ( $units !== $shown && microtime( true ) < $end );
		self::assertSame( $units, $shown );
	}

	/** A product that all channels list. */
	private function listed( int $stock ): Product {
		$mug = $this->simple( $stock );
		$this->door->json( 'POST', '/stock', array( 'sku' => $mug->sku, 'quantity' => $stock ) )->ok();
		$this->ready();
		$this->agent()->post( '/v1/listings/auto-match', array( 'channel' => $this->channel ) );
		$this->agent()->settle();
		return $mug;
	}

	private function sell( string $sku, int $units ): string {
		return $this->door->json( 'POST', '/sell', array( 'lines' => array( array( $sku, $units ) ), 'currency' => 'USD' ) )->ok()->json()['order'];
	}

	private function deliver( string $order ): void {
		$url    = $this->shop->run( 'return \Onhand\Rest\WebhooksRoute::url( $channel );', array( 'channel' => $this->channel ) );
		$answer = $this->door->json( 'POST', '/webhook', array( 'order' => $order, 'url' => $url, 'secret' => self::SECRET ) )->ok()->json();
		self::assertSame( 200, $answer['status'] );
	}

	/** The order, once the shop has it. */
	private function home( string $order, string $via ): array {
		$settled = $this->agent()->settle();
		self::assertTrue( $settled['settled'], json_encode( $settled ) );
		// The outlet is the same for all of these tests, and tells by the second: what another one did last may be among it.
		$found = $this->agent()->get( "/v1/orders?channel={$this->channel}" )['items'];
		$found = array_values( array_filter( $found, static fn( array $one ): bool => $one['order'] === $order ) );
		self::assertCount( 1, $found );
		self::assertSame( array( $order, 'home', $via ), array( $found[0]['order'], $found[0]['state'], $found[0]['via'] ), json_encode( $found[0] ) );
		return $found[0];
	}

	/** The agent asks the channel, and what follows from it is done. */
	private function ask(): void {
		$this->agent()->post( "/v1/channels/{$this->channel}/orders/ask" );
		$this->agent()->settle();
	}

	private function agent(): Agent {
		return Channels::running()->agent;
	}
}
