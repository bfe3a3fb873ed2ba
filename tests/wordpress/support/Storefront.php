<?php

declare( strict_types=1 );

namespace Onhand\Tests\WordPress;

/** A shopper with a basket, over the Store API. */
final class Storefront {
	private const ADDRESS = array(
		'first_name' => 'Greta', 'last_name' => 'Guest', 'address_1' => '1 Main Street', 'city' => 'Los Angeles',
		'state' => 'CA', 'postcode' => '90001', 'country' => 'US', 'email' => 'greta@example.com', 'phone' => '5550100',
	);
	private string $token = '';

	/** @param list<string> $headers sent with every call */
	private function __construct( private readonly Http $http, private array $headers = array() ) {}

	/** A guest, known by a token alone. */
	public static function guest( Shop $shop ): self {
		return new self( new Http( $shop->url() ) );
	}

	/** A customer who is logged in, known by cookies and two nonces. */
	public static function of( Browser $customer ): self {
		$self = new self( $customer->http, array( 'X-WP-Nonce: ' . $customer->rest_nonce() ) );
		$self->headers[] = 'Nonce: ' . $self->call( 'GET', '/cart' )->ok()->headers['nonce'];
		return $self;
	}

	public function call( string $method, string $path, mixed $body = null ): Answer {
		$headers     = '' === $this->token || array() !== $this->headers ? $this->headers : array( "Cart-Token: {$this->token}" );
		$answer      = $this->http->json( $method, "/wp-json/wc/store/v1$path", $body, $headers );
		$this->token = $answer->headers['cart-token'] ?? $this->token;
		return $answer;
	}

	public function add( int $product, int $quantity = 1, array $variation = array() ): self {
		if ( '' === $this->token ) {
			$this->call( 'GET', '/cart' )->ok();
		}
		$this->call( 'POST', '/cart/add-item', array( 'id' => $product, 'quantity' => $quantity, 'variation' => $variation ) )->ok();
		return $this;
	}

	/** Places the order and returns its id. */
	public function buy( string $payment = 'cod' ): int {
		return (int) $this->checkout( $payment )->ok()->json()['order_id'];
	}

	/** Tries to. */
	public function checkout( string $payment = 'cod' ): Answer {
		return $this->call(
			'POST',
			'/checkout',
			array( 'billing_address' => self::ADDRESS, 'shipping_address' => array_diff_key( self::ADDRESS, array( 'email' => 1 ) ), 'payment_method' => $payment )
		);
	}
}
