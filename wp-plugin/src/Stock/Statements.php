<?php

namespace Onhand\Stock;

use Onhand\Cause\Cause;
use Onhand\Kits\Parts;
use Onhand\Locations\Shelves;

/** Turns what was read, and what moved, into the journal's records. */
final class Statements {
	private const SKU_LENGTH  = 255;
	private const NAME_LENGTH = 300;

	/** @param ?string $snap The snapshot these statements belong to, when the whole store is restated. */
	public function __construct( private readonly Facts $facts, private readonly string $req, private readonly ?string $snap = null ) {}

	/**
	 * @param array<int,true> $stock Posts whose stock is stated.
	 * @param array<int,true> $items Posts whose catalogue entry is stated.
	 * @param list<array>     $moves What moved.
	 * @return list<array<string,mixed>>
	 */
	public function of( array $stock, array $items, array $moves ): array {
		$records = array();
		$pools   = array();
		foreach ( array_keys( $items ) as $id ) {
			if ( isset( $this->facts->posts[ $id ] ) && 'auto-draft' !== $this->facts->posts[ $id ]['status'] ) {
				$records[] = $this->item( $id );
				// A variation that has joined its parent's pool: the mirror may not know that one yet.
				if ( $this->facts->pool( $id ) !== $id ) {
					$pools[ $this->facts->pool( $id ) ] = true;
				}
			}
		}
		// What is written on a variation whose stock is counted on the parent is read by nobody: no pool, no statement.
		foreach ( array_keys( $stock ) as $id ) {
			if ( $this->facts->pool( $id ) === $id ) {
				$pools[ $id ] = true;
			}
		}
		foreach ( array_keys( $pools ) as $pool ) {
			if ( isset( $this->facts->posts[ $pool ] ) && 'auto-draft' !== $this->facts->posts[ $pool ]['status'] ) {
				$records[] = $this->pool( $pool, self::moves_of( $pool, $moves ) );
			}
		}
		return $records;
	}

	/** @param list<array<string,mixed>> $moves */
	public function pool( int $pool, array $moves ): array {
		$managed    = $this->facts->managed( $pool );
		$status     = $this->facts->meta( $pool, '_stock_status' );
		$backorders = $this->facts->meta( $pool, '_backorders' );
		return array(
			't'          => 'stock',
			'at'         => $this->facts->posts[ $pool ]['at'],
			'pool'       => $pool,
			'qty'        => $managed ? Decimal::text( $this->facts->meta( $pool, '_stock' ) ) : null,
			'managed'    => $managed,
			'status'     => in_array( $status, array( 'instock', 'outofstock', 'onbackorder' ), true ) ? $status : 'instock',
			'backorders' => in_array( $backorders, array( 'no', 'notify', 'yes' ), true ) ? $backorders : 'no',
			'held'       => $this->facts->held( $pool ),
			'places'     => $managed ? $this->places( $pool ) : null,
			'low'        => $managed ? $this->low( $pool ) : null,
			'req'        => $this->req,
			'snap'       => $this->snap,
			'moves'      => $moves,
		);
	}

	public function item( int $id ): array {
		$post     = $this->facts->posts[ $id ];
		$problems = array();
		$sku      = $this->code( $id, '_sku', 'sku', $problems );
		$gtin     = $this->code( $id, '_global_unique_id', 'gtin', $problems );
		$stock    = $this->facts->meta( $id, '_stock' );
		if ( null !== $stock && '' !== $stock && null === Decimal::text( $stock ) ) {
			$problems[] = 'stock_not_a_number';
		} elseif ( $this->facts->managed( $id ) && null === Decimal::text( $stock ) ) {
			$problems[] = 'stock_empty';
		}
		$kind = $this->facts->kind( $id );
		return array(
			't'           => 'item',
			'at'          => $post['at'],
			'item'        => $id,
			'parent'      => $post['parent'] > 0 && 'variation' === $kind ? $post['parent'] : null,
			'pool'        => $this->facts->pool( $id ),
			'kind'        => $kind,
			'sku'         => $sku,
			'gtin'        => $gtin,
			'name'        => mb_substr( $post['name'], 0, self::NAME_LENGTH ),
			'attrs'       => 'variation' === $kind ? $this->attributes( $post['meta'] ) : array(),
			'terms'       => $this->facts->terms[ 'variation' === $kind ? $post['parent'] : $id ] ?? array(),
			'parts'       => self::parts( $this->facts->meta( $id, Parts::META ) ),
			'price'       => Decimal::text( $this->facts->meta( $id, '_price' ) ),
			'post_status' => $post['status'],
			'sellable'    => $this->sellable( $id, $kind ),
			'deleted'     => false,
			'problems'    => $problems,
			'req'         => $this->req,
			'snap'        => $this->snap,
		);
	}

	/**
	 * Posts that are gone for good: the catalogue entry says so, and the ledger learns who did it.
	 *
	 * @param array<int,array{parent:int,type:string,cause:Cause}> $deleted
	 * @return list<array<string,mixed>>
	 */
	public static function of_deleted( array $deleted, int $at, string $req ): array {
		$records = array();
		foreach ( $deleted as $id => $post ) {
			$variation = 'product_variation' === $post['type'];
			$records[] = array(
				't'           => 'item',
				'at'          => $at,
				'item'        => $id,
				'parent'      => $variation && $post['parent'] > 0 ? $post['parent'] : null,
				'pool'        => $id,
				'kind'        => $variation ? 'variation' : 'other',
				'sku'         => null,
				'gtin'        => null,
				'name'        => '',
				'attrs'       => array(),
				'terms'       => array(),
				'parts'       => array(),
				'price'       => null,
				'post_status' => 'deleted',
				'sellable'    => false,
				'deleted'     => true,
				'problems'    => array(),
				'req'         => $req,
				'snap'        => null,
			);
			$records[] = array(
				't'          => 'stock',
				'at'         => $at,
				'pool'       => $id,
				'qty'        => null,
				'managed'    => false,
				'status'     => 'outofstock',
				'backorders' => 'no',
				'held'       => array(),
				'req'        => $req,
				'snap'       => null,
				'moves'      => array( self::move( 'status', null, $post['cause'] ) ),
			);
		}
		return $records;
	}

	/**
	 * The movements of one pool. A change of status is worth a row of its own only where no quantity moved:
	 * otherwise it follows from the quantity.
	 */
	private static function moves_of( int $pool, array $moves ): array {
		$quantities = array();
		$status     = array();
		foreach ( $moves as $move ) {
			if ( $move['post'] !== $pool ) {
				continue;
			}
			$worded = self::move( $move['op'], $move['qty'], $move['cause'] );
			if ( 'status' === $move['op'] ) {
				$status = array( $worded );
			} else {
				$quantities[] = $worded;
			}
		}
		return array() !== $quantities ? $quantities : $status;
	}

	private static function move( string $op, ?string $quantity, Cause $cause ): array {
		return array(
			'op'    => $op,
			'qty'   => $quantity,
			'cause' => $cause->cause,
			'ref'   => $cause->ref,
			'line'  => $cause->line,
			'actor' => $cause->actor,
			'place' => $cause->place,
		);
	}

	private function code( int $id, string $key, string $name, array &$problems ): ?string {
		list( $value, $length ) = $this->facts->posts[ $id ]['meta'][ $key ] ?? array( null, 0 );
		if ( null === $value || '' === $value ) {
			return null;
		}
		if ( $length > self::SKU_LENGTH ) {
			$problems[] = "{$name}_too_long:$length";
			return null;
		}
		return $value;
	}

	/** @return ?list<array{0:string,1:string}> where the quantity is; null: the shop has one place */
	private function places( int $pool ): ?array {
		$rows = $this->facts->shelves( $pool );
		if ( null === $rows ) {
			return null;
		}
		$spread = Shelves::spread( (float) $this->facts->meta( $pool, '_stock' ), $rows );
		return array_map( static fn( $id, float $units ): array => array( (string) $id, (string) Decimal::text( $units ) ), array_keys( $spread ), $spread );
	}

	/** With so many or fewer left WooCommerce calls it low: by the variation's own amount, its product's, or the shop's. */
	private function low( int $pool ): ?string {
		$key   = '_low_stock_amount';
		$post  = $this->facts->posts[ $pool ];
		$above = null;
		if ( 'product_variation' === $post['type'] && $post['parent'] > 0 ) {
			// WordPress has it where the variation was loaded; it says when somebody is told, not what is sold.
			$above = isset( $this->facts->posts[ $post['parent'] ] ) ? $this->facts->meta( $post['parent'], $key ) : (string) get_post_meta( $post['parent'], $key, true );
		}
		return Decimal::text( $this->facts->meta( $pool, $key ) ) ?? Decimal::text( $above ) ?? LowStock::of_shop();
	}

	/** @return list<array{0:int,1:int}> what a kit is made of */
	private static function parts( ?string $stored ): array {
		$parts = null === $stored ? array() : Parts::read( $stored );
		return array_map( null, array_keys( $parts ), array_values( $parts ) );
	}

	/** @return list<array{0:string,1:string}> */
	private function attributes( array $meta ): array {
		$attributes = array();
		foreach ( $meta as $key => list( $value ) ) {
			if ( str_starts_with( $key, 'attribute_' ) ) {
				$attributes[] = array( substr( $key, strlen( 'attribute_' ) ), (string) $value );
			}
		}
		return $attributes;
	}

	private function sellable( int $id, string $kind ): bool {
		$post = $this->facts->posts[ $id ];
		if ( 'publish' !== $post['status'] || $post['locked'] || ! in_array( $kind, array( 'simple', 'variation' ), true ) ) {
			return false;
		}
		if ( 'simple' === $kind ) {
			return true;
		}
		$parent = $this->facts->posts[ $post['parent'] ] ?? null;
		return null !== $parent && 'publish' === $parent['status'] && ! $parent['locked'];
	}
}
