<?php

namespace Onhand\Stock;

/** What one reading of the database found. */
final class Facts {
	/** @var array<int,array{type:string,parent:int,status:string,locked:bool,name:string,meta:array<string,array{0:?string,1:int}>,at:int}> */
	public array $posts = array();
	/** @var array<int,list<array{0:string,1:int}>> quantity and expiry (microseconds), by pool */
	public array $held = array();
	/** @var array<int,string> product types */
	public array $kinds = array();
	/** From the same reading: a queue worker's own copy of the option may be old. */
	private bool $shop_manages = false;

	/** @param list<object> $rows */
	public function __construct( public int $at, array $rows ) {
		foreach ( $rows as $row ) {
			$id       = (int) $row->id;
			$this->at = (int) $row->at;
			if ( 'o' === $row->what ) {
				$this->shop_manages = 'yes' === $row->val;
				continue;
			}
			if ( 'h' === $row->what ) {
				$this->held[ $id ][] = array( (string) Decimal::text( $row->val ), (int) $row->k );
				continue;
			}
			$this->posts[ $id ] ??= array(
				'type'   => $row->type,
				'parent' => (int) $row->parent,
				'status' => $row->status,
				'locked' => (bool) (int) $row->locked,
				'name'   => $row->name,
				'meta'   => array(),
				'at'     => $this->at,
			);
			if ( null !== $row->k && ! isset( $this->posts[ $id ]['meta'][ $row->k ] ) ) {
				$this->posts[ $id ]['meta'][ $row->k ] = array( $row->val, (int) $row->len );
			}
		}
		foreach ( $this->held as &$held ) {
			usort( $held, static fn( array $one, array $other ): int => $one[1] <=> $other[1] );
		}
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
		$this->held  += $parents->held;
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
