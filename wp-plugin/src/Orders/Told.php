<?php

namespace Onhand\Orders;

/** What the agent says of a channel's order: how it is now, whatever was said before. */
final class Told {
	public readonly string $channel;
	public readonly string $marketplace;
	public readonly string $order;
	public readonly string $number;
	public readonly int $revision;
	public readonly string $mode;
	public readonly string $stage;
	public readonly int $placed;
	public readonly string $currency;
	/** @var list<array{line:string,item:int,title:string,quantity:int,taken:int,back:int,of:string,total:string,tax:string}> */
	public readonly array $lines;
	/** @var list<array{title:string,total:string,tax:string}> */
	public readonly array $shipping;
	/** @var list<array{title:string,total:string,tax:string}> */
	public readonly array $fees;
	/** @var array<string,string> */
	public readonly array $billing;
	/** @var array<string,string> */
	public readonly array $delivery;
	public readonly string $email;
	public readonly string $note;
	public readonly string $known_buyer;
	/** @var list<string> */
	public readonly array $accept;

	/** @throws \InvalidArgumentException Naming what is missing or wrong. */
	public function __construct( array $body ) {
		foreach ( array( 'channel', 'marketplace', 'order', 'number', 'mode', 'stage', 'currency', 'email', 'note', 'known_buyer' ) as $key ) {
			$this->$key = is_string( $body[ $key ] ?? null ) ? $body[ $key ] : throw new \InvalidArgumentException( "$key: must be text" );
		}
		foreach ( array( 'revision', 'placed' ) as $key ) {
			$this->$key = is_int( $body[ $key ] ?? null ) ? $body[ $key ] : throw new \InvalidArgumentException( "$key: must be a whole number" );
		}
		foreach ( array( 'shipping', 'fees', 'billing', 'delivery', 'accept' ) as $key ) {
			$this->$key = is_array( $body[ $key ] ?? null ) ? $body[ $key ] : throw new \InvalidArgumentException( "$key: must be there" );
		}
		if ( '' === $this->channel || '' === $this->order ) {
			throw new \InvalidArgumentException( 'channel and order: must not be empty' );
		}
		if ( ! in_array( $this->stage, array( 'unpaid', 'open', 'shipped', 'cancelled' ), true ) ) {
			throw new \InvalidArgumentException( 'stage: must be unpaid, open, shipped or cancelled' );
		}
		$lines = array();
		foreach ( is_array( $body['lines'] ?? null ) ? $body['lines'] : array() as $index => $line ) {
			foreach ( array( 'item', 'quantity', 'taken' ) as $key ) {
				if ( ! is_int( $line[ $key ] ?? null ) || $line[ $key ] < 0 ) {
					throw new \InvalidArgumentException( "lines[$index].$key: must be a whole number, not below zero" );
				}
			}
			// An agent from before refunds says nothing of it.
			$line['back'] = is_int( $line['back'] ?? null ) && $line['back'] > 0 ? $line['back'] : 0;

			// Of a kit's line: one of its parts, which is a movement of the stock and nothing else.
			$line['of'] = is_string( $line['of'] ?? null ) ? $line['of'] : '';

			$lines[] = array_map( static fn( $value ) => is_int( $value ) ? $value : (string) $value, $line );
		}
		$this->lines = $lines;
	}

	/** How the order is named as the cause of a movement. */
	public function reference(): string {
		return "$this->channel:$this->order";
	}

	/** @return array{channel:string,country:string,postcode:string} what routing rules look at; some channels tell one address only */
	public function destination(): array {
		return array(
			'channel'  => $this->channel,
			'country'  => (string) ( $this->delivery['country'] ?? '' ) ?: (string) ( $this->billing['country'] ?? '' ),
			'postcode' => (string) ( $this->delivery['postcode'] ?? '' ) ?: (string) ( $this->billing['postcode'] ?? '' ),
		);
	}

	/** The marketplace's name, for people. */
	public function source(): string {
		$names = array(
			'ebay'         => 'eBay',
			'woocommerce'  => 'WooCommerce',
			'bigcommerce'  => 'BigCommerce',
			'tiktok'       => 'TikTok Shop',
			'bol'          => 'bol.com',
			'mercadolibre' => 'Mercado Libre',
		);
		return $names[ $this->marketplace ] ?? ucfirst( $this->marketplace );
	}
}
