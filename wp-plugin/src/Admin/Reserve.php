<?php

namespace Onhand\Admin;

use Onhand\Agent\Client;
use Onhand\Agent\Refused;
use Onhand\Agent\Unreachable;

/**
 * What a merchant says of one SKU beside its stock: how many units are kept back from all channels, and on which channels it is
 * not sold at all. Both are rules that the agent keeps; a channel on which it is not sold shows none of it.
 */
final class Reserve {
	/** @var ?array<string,self> the whole book, read once a request */
	private static ?array $book = null;

	/** @param list<string> $excluded */
	public function __construct( public ?int $buffer = null, public array $excluded = array() ) {}

	/** @throws Unreachable|Refused */
	public static function of( string $sku ): self {
		return self::book()[ $sku ] ?? new self();
	}

	/** @return list<string> @throws Unreachable|Refused */
	public static function channels(): array {
		return array_column( Client::local()->get( '/v1/channels' )['items'], 'name' );
	}

	/**
	 * Makes it so. What is so already is left alone.
	 *
	 * @param ?list<string> $excluded Null: as it is.
	 * @throws Unreachable|Refused|\InvalidArgumentException
	 */
	public static function set( string $sku, ?int $buffer, ?array $excluded ): void {
		$now = self::of( $sku );
		if ( $buffer !== $now->buffer ) {
			Client::local()->post( '/v1/rules', array( 'sku' => $sku ) + ( null === $buffer ? array( 'unset' => array( 'buffer' ) ) : array( 'set' => array( 'buffer' => $buffer ) ) ) );
		}
		if ( null !== $excluded ) {
			$unknown = array_diff( $excluded, self::channels() );
			if ( array() !== $unknown ) {
				/* translators: 1: what was written, 2: channels that there are */
				throw new \InvalidArgumentException( sprintf( __( 'There is no channel "%1$s"; there are: %2$s.', 'onhand' ), reset( $unknown ), implode( ', ', self::channels() ) ) );
			}
			foreach ( array_diff( $excluded, $now->excluded ) as $channel ) {
				Client::local()->post( '/v1/rules', compact( 'channel', 'sku' ) + array( 'set' => array( 'max_listed' => 0 ) ) );
			}
			foreach ( array_diff( $now->excluded, $excluded ) as $channel ) {
				Client::local()->post( '/v1/rules', compact( 'channel', 'sku' ) + array( 'unset' => array( 'max_listed' ) ) );
			}
		}
		self::$book = null;
	}

	/**
	 * Whole units, as a person writes them; nothing where nothing stands there.
	 *
	 * @throws \InvalidArgumentException In words for a person.
	 */
	public static function units( string $text ): ?int {
		$text = trim( $text );
		if ( '' === $text ) {
			return null;
		}
		if ( 1 !== preg_match( '/\A\d{1,9}\z/', $text ) ) {
			/* translators: %s: what was written */
			throw new \InvalidArgumentException( sprintf( __( '"%s" is no number of units to keep back from channels.', 'onhand' ), $text ) );
		}
		return (int) $text;
	}

	/** @return list<string> */
	public static function names( string $text ): array {
		return array_values( array_unique( array_filter( array_map( 'trim', explode( ',', $text ) ) ) ) );
	}

	/** @return array<string,self> */
	private static function book(): array {
		if ( null === self::$book ) {
			$book = array();
			foreach ( Client::local()->get( '/v1/rules/book' )['items'] as $row ) {
				$sku = (string) ( $row['sku'] ?? '' );
				if ( '' === $sku ) {
					continue;
				}
				$book[ $sku ] ??= new self();
				if ( null === ( $row['channel'] ?? null ) ) {
					$book[ $sku ]->buffer = $row['rules']['buffer'] ?? null;
				} elseif ( 0 === ( $row['rules']['max_listed'] ?? null ) ) {
					$book[ $sku ]->excluded[] = $row['channel'];
				}
			}
			self::$book = $book;
		}
		return self::$book;
	}
}
