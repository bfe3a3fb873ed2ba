<?php

declare( strict_types=1 );

namespace Onhand\Tests\WordPress;

/** What the agent does with a channel's order: says it to the shop, signed. */
final class Courier {
	private const ROUTE      = '/onhand/v1/orders';
	private const ALLOTMENTS = '/onhand/v1/allotments';

	private static ?string $secret = null;
	private Http $http;

	public function __construct( private readonly Shop $shop ) {
		$this->http = new Http( $shop->url() );
		self::$secret ??= $shop->run( 'return \Onhand\Rest\Signature::secret();' );
	}

	/** An order of one line; $over replaces what it says. */
	public static function order( int $item, int $quantity = 1, array $over = array() ): array {
		static $count = 0;
		$number       = getmypid() . '-' . ++$count;
		$address      = array( 'first_name' => 'Ada', 'last_name' => 'Lovelace', 'company' => '', 'address_1' => '12 St James\'s Square', 'address_2' => '', 'city' => 'London', 'state' => '', 'postcode' => 'SW1Y 4JH', 'country' => 'GB', 'phone' => '020' );
		return $over + array(
			'channel'     => 'ebay',
			'marketplace' => 'ebay',
			'order'       => "e-$number",
			'number'      => "12-$number",
			'revision'    => 1,
			'mode'        => 'order',
			'stage'       => 'open',
			'placed'      => time() - 60,
			'currency'    => 'USD',
			'lines'       => array( self::line( $item, $quantity ) ),
			'shipping'    => array( array( 'title' => 'Standard', 'total' => '4.90', 'tax' => '0.93' ) ),
			'fees'        => array(),
			'billing'     => $address,
			'delivery'    => $address,
			'email'       => "buyer-$number@example.com",
			'note'        => '',
			'known_buyer' => 'guest',
			'accept'      => array(),
		);
	}

	public static function line( int $item, int $quantity, ?int $taken = null, string $line = '1', int $back = 0 ): array {
		return array( 'line' => $line, 'item' => $item, 'title' => 'A mug', 'quantity' => $quantity, 'taken' => $taken ?? $quantity, 'back' => $back, 'total' => sprintf( '%.2f', 10 * $quantity ), 'tax' => sprintf( '%.2f', 1.9 * $quantity ) );
	}

	/** The same order, as it is later. */
	public static function later( array $order, array $over ): array {
		return array( 'revision' => $order['revision'] + 1 ) + $over + $order;
	}

	public function bring( array $order ): Answer {
		$body = json_encode( $order );
		return $this->send( $body, $this->sign( $body ) );
	}

	public function send( string $body, string $signature, string $route = self::ROUTE ): Answer {
		return $this->http->send( 'PUT', "/wp-json$route", $body, $this->headers( $body, $signature ) );
	}

	/** Has units kept for a channel. */
	public function keep( int $item, int $from, int $to, string $channel = 'ebay' ): Answer {
		return $this->allot( array( array( 'channel' => $channel, 'item' => $item, 'from' => $from, 'to' => $to ) ) );
	}

	public function allot( array $entries ): Answer {
		$body = json_encode( array( 'entries' => $entries ) );
		return $this->send( $body, $this->sign( $body, route: self::ALLOTMENTS ), self::ALLOTMENTS );
	}

	public function sign( string $body, ?int $at = null, ?string $nonce = null, string $route = self::ROUTE ): string {
		$at    ??= time();
		$nonce ??= bin2hex( random_bytes( 16 ) );
		$text    = "v1\n$at\n$nonce\nPUT\n$route\n" . hash( 'sha256', $body );
		return "t=$at,n=$nonce,v1=" . hash_hmac( 'sha256', $text, self::$secret );
	}

	private function headers( string $body, string $signature ): array {
		return array( 'Content-Type: application/json', "Onhand-Signature: $signature", 'Idempotency-Key: ' . hash( 'sha256', $body ) );
	}

	/** The same statement many times, some at once. @return list<int> statuses */
	public function storm( array $order, int $times, int $at_once ): array {
		$body     = json_encode( $order );
		$statuses = array();
		foreach ( array_chunk( range( 1, $times ), $at_once ) as $some ) {
			$multi   = curl_multi_init();
			$handles = array();
			foreach ( $some as $ignored ) {
				$handle = curl_init( $this->shop->url() . '/wp-json' . self::ROUTE );
				curl_setopt_array( $handle, array( CURLOPT_CUSTOMREQUEST => 'PUT', CURLOPT_POSTFIELDS => $body, CURLOPT_RETURNTRANSFER => true, CURLOPT_HTTPHEADER => $this->headers( $body, $this->sign( $body ) ) ) );
				curl_multi_add_handle( $multi, $handle );
				$handles[] = $handle;
			}
			do {
				curl_multi_exec( $multi, $running );
				curl_multi_select( $multi );
			} while ( $running > 0 );
			foreach ( $handles as $handle ) {
				$statuses[] = curl_getinfo( $handle, CURLINFO_RESPONSE_CODE );
			}
		}
		return $statuses;
	}
}
