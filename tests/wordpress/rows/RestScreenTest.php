<?php

declare( strict_types=1 );

namespace Onhand\Tests\WordPress;

/** Row 15: screens and apps that write over REST. */
final class RestScreenTest extends RowTestCase {
	public function test_row_15_stock_panel(): void {
		$mug  = $this->simple( 10 );
		$path = "/wc-analytics/products/{$mug->id}";
		$this->ready();
		$this->admin()->rest( 'PUT', $path, array( 'stock_quantity' => 8 ) );
		$this->assert_stock( $mug->id, '8', array( Move::set( '8', 'rest', Move::ADMIN, $path ) ) );
	}

	public function test_row_15_stock_panel_variation(): void {
		$shirt = $this->variable( array( 'S' => 4 ) );
		$id    = $shirt->of( 'S' )->id;
		$path  = "/wc-analytics/products/{$shirt->id}/variations/$id";
		$this->ready();
		$this->admin()->rest( 'PUT', $path, array( 'stock_quantity' => 2 ) );
		$this->assert_stock( $id, '2', array( Move::set( '2', 'rest', Move::ADMIN, $path ) ) );
	}

	/** It saves with the cookies and the nonce of the person who looks at it. */
	public function test_row_15_block_product_editor(): void {
		$mug  = $this->simple( 10 );
		$path = "/wc/v3/products/{$mug->id}";
		$this->ready();
		$this->admin()->rest( 'PUT', $path, array( 'manage_stock' => true, 'stock_quantity' => 7, 'backorders' => 'no' ) );
		$this->assert_stock( $mug->id, '7', array( Move::set( '7', 'rest', Move::ADMIN, $path ) ) );
	}

	public function test_row_15_mobile_app(): void {
		$mug  = $this->simple( 10 );
		$path = "/wc/v3/products/{$mug->id}";
		$word = $this->shop->run( 'return WP_Application_Passwords::create_new_application_password( 1, array( "name" => "Phone $id" ) )[0];', array( 'id' => $mug->id ) );
		$this->ready();
		( new Rest( $this->shop, "admin:$word" ) )->send( 'PUT', $path, array( 'stock_quantity' => 6 ) );
		$said = $this->assert_stock( $mug->id, '6', array( Move::set( '6', 'rest', 'api:1', $path ) ) );
		self::assertSame( "admin: Phone {$mug->id}", $said->moves( $mug->id )[0]['actor']['name'] );
	}
}
