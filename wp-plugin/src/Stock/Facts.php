<?php

namespace Onhand\Stock;

/** What one reading of the database found. */
final class Facts {
	/** @var array<int,array{type:string,parent:int,status:string,locked:bool,name:string,meta:array<string,array{0:?string,1:int}>,at:int}> */
	public array $posts = array();
	/** @var array<int,string> product types */
	public array $kinds = array();
	/** @var array<int,list<array{0:string,1:string}>> categories and tags of products */
	public array $terms = array();
	/** @var array<int,array<int,string>> by pool and expiry in microseconds, soonest first */
	private array $holds = array();
	/** @var ?array<int,array<string,float>> what is at other locations than the main one, by pool; null: there are none */
	private ?array $shelves = null;
	/** What is held was looked at. */
	private bool $looked = false;
	/** @var array<int,true> posts on which something may be held */
	private array $reserved = array();

	public function __construct( private readonly bool $shop_manages ) {}

	/**
	 * @param list<object>      $rows
	 * @param array<int,object> $posts Where the rows do not say what kind of post it is.
	 */
	public function add( array $rows, array $posts = array() ): void {
		foreach ( $rows as $row ) {
			$id = (int) $row->id;
			if ( (int) ( $row->reserved ?? 0 ) ) {
				$this->reserved[ $id ] = true;
			}
			$post                = $posts[ $id ] ?? null;
			$this->posts[ $id ] ??= array(
				'type'   => $post->post_type ?? $row->type,
				'parent' => (int) ( $post->post_parent ?? $row->parent ),
				'status' => $post->post_status ?? $row->status,
				'locked' => (bool) (int) ( $row->locked ?? 0 ),
				'name'   => $row->name ?? '',
				'meta'   => array(),
				'at'     => self::microseconds( $row->at ),
			);
			if ( null !== $row->k && ! isset( $this->posts[ $id ]['meta'][ $row->k ] ) ) {
				$this->posts[ $id ]['meta'][ $row->k ] = array( $row->val, (int) ( $row->len ?? 0 ) );
			}
		}
	}

	/** The database's "2026-11-26 09:16:11.000123" (UTC) in microseconds since 1970. */
	public static function microseconds( string $utc ): int {
		return (int) strtotime( substr( $utc, 0, 19 ) . 'Z' ) * 1000000 + (int) substr( $utc, 20 );
	}

	/** A product is filed under a term; said twice, it is filed once. */
	public function file( int $id, string $what, string $slug ): void {
		if ( ! in_array( array( $what, $slug ), $this->terms[ $id ] ?? array(), true ) ) {
			$this->terms[ $id ][] = array( $what, $slug );
		}
	}

	/** @return list<int> posts on which something may be held */
	public function reserved(): array {
		return array_keys( $this->reserved );
	}

	/** @param list<object> $rows What is held, soonest to expire first. */
	public function hold( array $rows ): void {
		$this->looked = true;
		foreach ( $rows as $row ) {
			$until                                  = (int) $row->until * 1000000;
			$this->holds[ (int) $row->id ][ $until ] = Decimal::sum( $this->holds[ (int) $row->id ][ $until ] ?? '0', (string) Decimal::text( $row->qty ) );
		}
	}

	/** @return ?list<array{0:string,1:int}> quantity and expiry (microseconds) of what unpaid checkouts hold, soonest first; null if that was not looked at */
	public function held( int $pool ): ?array {
		if ( ! $this->looked ) {
			return null;
		}
		$holds = $this->holds[ $pool ] ?? array();
		return array_map( static fn( int $until, string $quantity ): array => array( $quantity, $until ), array_keys( $holds ), $holds );
	}

	/** @param array<int,array<string,float>> $rows by pool and location */
	public function shelve( array $rows ): void {
		$this->shelves = $rows;
	}

	/** @return ?array<string,float> by location; null: the shop has one place */
	public function shelves( int $pool ): ?array {
		return null === $this->shelves ? null : $this->shelves[ $pool ] ?? array();
	}

	/** @return list<int> */
	public function ids(): array {
		return array_keys( $this->posts );
	}

	/**
	 * @param bool $all Of all variations, or only of those whose stock may be counted on the parent.
	 * @return list<int> the parents of the variations among them
	 */
	public function parents( bool $all ): array {
		$parents = array();
		foreach ( $this->posts as $id => $post ) {
			if ( 'product_variation' === $post['type'] && $post['parent'] > 0 && ( $all || 'yes' !== $this->meta( $id, '_manage_stock' ) ) ) {
				$parents[ $post['parent'] ] = true;
			}
		}
		return array_keys( $parents );
	}

	public function add_parents( self $parents ): void {
		$this->posts += $parents->posts;
		$this->holds += $parents->holds;
	}

	public function meta( int $id, string $key ): ?string {
		return $this->posts[ $id ]['meta'][ $key ][0] ?? null;
	}

	/** The post on which the quantity is managed: the variation, or its parent when only that one counts. */
	public function pool( int $id ): int {
		$post = $this->posts[ $id ] ?? null;
		if ( null !== $post && 'product_variation' === $post['type'] && 'yes' !== $this->meta( $id, '_manage_stock' ) && 'yes' === $this->meta( $post['parent'], '_manage_stock' ) ) {
			return $post['parent'];
		}
		return $id;
	}

	public function managed( int $id ): bool {
		return $this->shop_manages && 'yes' === $this->meta( $id, '_manage_stock' );
	}

	public function kind( int $id ): string {
		if ( 'product_variation' === $this->posts[ $id ]['type'] ) {
			return 'variation';
		}
		$type = $this->kinds[ $id ] ?? 'simple';
		return match ( true ) {
			str_starts_with( $type, 'variable' ) => 'variable',
			in_array( $type, array( 'simple', 'subscription' ), true ) => 'simple',
			default => 'other',
		};
	}
}
