<?php

declare( strict_types=1 );

namespace Onhand\Demo;

use Onhand\Tests\WordPress\AdminScreens;
use Onhand\Tests\WordPress\Agent;
use Onhand\Tests\WordPress\Browser;
use Onhand\Tests\WordPress\Http;
use Onhand\Tests\WordPress\Rest;
use Onhand\Tests\WordPress\Shop;
use Onhand\Tests\WordPress\Storefront;

/** WordPress and WooCommerce themselves, used as shoppers, managers and other systems use them. */
final class WooShop implements DemoShop {
	private int $product = 0;
	/** @var array<string,int> variation ids by SKU */
	private array $ids = array();
	private int $order = 0;
	private AdminScreens $screens;
	private Rest $rest;

	public function __construct( private readonly Shop $shop, private readonly Agent $agent ) {
		$this->rest    = new Rest( $shop );
		$this->screens = new AdminScreens( Browser::login( $shop, 'admin', $shop->env( 'ADMIN_PASSWORD' ) ), $shop );
	}

	public function open(): array {
		$attributes = array(
			array( 'name' => 'Colour', 'variation' => true, 'visible' => true, 'options' => Catalogue::COLOURS ),
			array( 'name' => 'Size', 'variation' => true, 'visible' => true, 'options' => Catalogue::SIZES ),
		);
		$product       = $this->rest->send( 'POST', '/wc/v3/products', array( 'name' => Catalogue::NAME, 'type' => 'variable', 'attributes' => $attributes ) );
		$this->product = (int) $product['id'];
		$create        = array();
		foreach ( Catalogue::variations() as $sku => list( $colour, $size ) ) {
			$chosen   = array( array( 'name' => 'Colour', 'option' => $colour ), array( 'name' => 'Size', 'option' => $size ) );
			$create[] = array( 'sku' => $sku, 'regular_price' => '19.00', 'manage_stock' => true, 'stock_quantity' => Catalogue::STOCK, 'attributes' => $chosen );
		}
		$made = $this->rest->send( 'POST', "/wc/v3/products/{$this->product}/variations/batch", array( 'create' => $create ) );
		foreach ( $made['create'] as $variation ) {
			$this->ids[ $variation['sku'] ] = (int) $variation['id'];
		}
		return Catalogue::titles();
	}

	public function stock(): array {
		$stock = array();
		$rows  = $this->shop->db()->query( "SELECT post_id, meta_value FROM wp_postmeta WHERE meta_key='_stock' AND post_id IN (" . implode( ',', $this->ids ) . ')' );
		$by_id = array_column( $rows->fetch_all(), 1, 0 );
		foreach ( $this->ids as $sku => $id ) {
			$stock[ $sku ] = (int) $by_id[ $id ];
		}
		return $stock;
	}

	public function resync(): void {
		$this->shop->wp( 'onhand', 'resync', '--yes' );
	}

	public function steps(): iterable {
		yield 'A guest buys 2 blue M and 1 red L at the checkout (Store API)' => function (): void {
			$this->order = Storefront::guest( $this->shop )->add( $this->ids['TEE-BLUE-M'], 2 )->add( $this->ids['TEE-RED-L'], 1 )->buy();
		};
		yield 'A shop manager sets black S to 5 on the product screen' => fn() => $this->screens->save_variation_stock( $this->product, $this->ids['TEE-BLACK-S'], '5' );
		yield 'One blue M comes back: refund with restocking on the order screen' => function (): void {
			$lines = $this->rest->send( 'GET', "/wc/v3/orders/{$this->order}" )['line_items'];
			$this->screens->refund( $this->order, (int) $lines[0]['id'], 1, 19.0, true );
		};
		yield 'A warehouse system sets all twelve in one REST batch' => function (): void {
			$update = array();
			foreach ( array_values( $this->ids ) as $index => $id ) {
				$update[] = array( 'id' => $id, 'stock_quantity' => 30 + $index );
			}
			$this->rest->send( 'POST', "/wc/v3/products/{$this->product}/variations/batch", array( 'update' => $update ) );
		};
		yield 'A CSV file with four rows is imported, one of them sold out' => fn() => $this->screens->import_csv( "SKU,Stock\nTEE-RED-S,0\nTEE-RED-M,12\nTEE-RED-L,13\nTEE-RED-XL,14\n" );
		yield 'Raw SQL changes three rows behind everybody\'s back, then `wp onhand resync`' => function (): void {
			foreach ( array( 'TEE-BLACK-M' => 7, 'TEE-BLACK-L' => 8, 'TEE-BLACK-XL' => 9 ) as $sku => $stock ) {
				$this->shop->db()->query( "UPDATE wp_postmeta SET meta_value='$stock' WHERE meta_key='_stock' AND post_id={$this->ids[ $sku ]}" );
			}
			$this->resync();
		};
		$outlet = $this->outlet();
		yield 'Another store sells 2 blue M: its webhook makes the order here' => function () use ( $outlet ): void {
			$order = $outlet->json( 'POST', '/sell', array( 'lines' => array( array( 'TEE-BLUE-M', 2 ) ), 'currency' => 'USD' ) )->ok()->json()['order'];
			$url   = trim( $this->shop->wp( 'onhand', 'webhook', 'outlet' ) );
			$outlet->json( 'POST', '/webhook', array( 'order' => $order, 'url' => $url, 'secret' => 'sim-webhook-secret' ) )->ok();
			$this->agent->settle();
		};
	}

	/** A third channel, which sells: another WooCommerce store, whose orders come home. Gives its side door. */
	private function outlet(): Http {
		$said = json_decode( file_get_contents( "{$this->shop->dir}/log/sim.out" ), true );
		$door = new Http( $said['outlets'][0]['door'] );
		$door->json( 'POST', '/stock', array( 'sku' => 'TEE-BLUE-M', 'quantity' => 0 ) )->ok();
		$this->shop->wp( 'onhand', 'connect' );
		$this->agent->post(
			'/v1/channels',
			array(
				'name'    => 'outlet',
				'kind'    => 'woocommerce',
				'config'  => array( 'endpoint' => $said['outlets'][0]['url'], 'consumer_key' => 'ck_simulated' ),
				'secrets' => array( 'consumer_secret' => 'cs_simulated', 'webhook_secret' => 'sim-webhook-secret' ),
			)
		);
		$this->agent->post( '/v1/channels/outlet/orders', array( 'mode' => 'order' ) );
		$this->agent->post( '/v1/listings/auto-match', array( 'channel' => 'outlet' ) );
		$this->agent->settle();
		return $door;
	}
}
