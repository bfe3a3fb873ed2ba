<?php

declare( strict_types=1 );

namespace Onhand\Tests\WordPress;

/** A guest at the checkout's older page, which sends a form. */
final class ClassicCheckout {
	private const FIELDS = array(
		'billing_first_name' => 'Greta', 'billing_last_name' => 'Guest', 'billing_country' => 'US', 'billing_address_1' => '1 Main Street', 'billing_city' => 'Los Angeles',
		'billing_state' => 'CA', 'billing_postcode' => '90001', 'billing_phone' => '5550100', 'billing_email' => 'greta@example.com',
	);

	private Browser $guest;
	private string $page;

	public function __construct( Shop $shop ) {
		$this->guest = Browser::guest( $shop );
		$this->page  = $shop->run( 'return get_permalink( wp_insert_post( array( "post_type" => "page", "post_status" => "publish", "post_title" => "Older checkout", "post_content" => "[woocommerce_checkout]" ) ) );' );
	}

	public function add( int $product, int $quantity ): self {
		$this->guest->get( "/?add-to-cart=$product&quantity=$quantity" );
		return $this;
	}

	/** What the shop answers: result is success or failure. */
	public function buy( string $payment ): array {
		$form = Form::from( $this->guest->screen( $this->page )->body, "//form[@name='checkout']" )->set( 'payment_method', $payment );
		foreach ( self::FIELDS as $name => $value ) {
			$form->set( $name, $value );
		}
		return $this->guest->post( '/?wc-ajax=checkout', $form->pairs() )->json();
	}
}
