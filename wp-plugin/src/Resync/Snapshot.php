<?php

namespace Onhand\Resync;

use Onhand\Journal\Journal;
use Onhand\Stock\Facts;
use Onhand\Stock\Reader;
use Onhand\Stock\Statements;

/**
 * A restatement of the store or a part of it. When the whole of a store-wide one has arrived, the agent forgets
 * what was not named in it.
 */
final class Snapshot {
	public readonly string $id;
	public int $items = 0;
	public int $pools = 0;
	private readonly string $req;
	/** @var array<int,true> Parents' pools are met with each of their variations, and stated once. */
	private array $stated = array();

	public function __construct( private readonly Journal $journal, private readonly Reader $reader, private readonly string $scope ) {
		$this->id  = bin2hex( random_bytes( 8 ) );
		$this->req = bin2hex( random_bytes( 8 ) );
	}

	public function begin(): void {
		$this->append(
			array(
				array(
					't'     => 'snapshot_begin',
					'at'    => $this->reader->now(),
					'snap'  => $this->id,
					'scope' => $this->scope,
					'req'   => $this->req,
				),
			)
		);
	}

	/** @param list<int> $ids */
	public function page( array $ids ): Facts {
		$facts      = $this->reader->read( $ids );
		$statements = new Statements( $facts, $this->req, $this->id );
		$records    = array();
		$pools      = array();
		foreach ( $ids as $id ) {
			if ( ! isset( $facts->posts[ $id ] ) ) {
				continue;
			}
			$records[] = $statements->item( $id );
			++$this->items;
			$pools[ $facts->pool( $id ) ] = true;
		}
		foreach ( array_keys( $pools ) as $pool ) {
			if ( isset( $facts->posts[ $pool ] ) && ! isset( $this->stated[ $pool ] ) ) {
				$records[] = $statements->pool( $pool, array() );
				++$this->pools;
				// Only a product's pool can turn up again, with a later variation of it.
				if ( 'product' === $facts->posts[ $pool ]['type'] ) {
					$this->stated[ $pool ] = true;
				}
			}
		}
		$this->append( $records );
		return $facts;
	}

	public function end(): void {
		$this->append(
			array(
				array(
					't'     => 'snapshot_end',
					'at'    => $this->reader->now(),
					'snap'  => $this->id,
					'scope' => $this->scope,
					'items' => $this->items,
					'pools' => $this->pools,
					'req'   => $this->req,
				),
			)
		);
	}

	private function append( array $records ): void {
		if ( array() !== $records && 0 === $this->journal->append( $records ) ) {
			throw new \RuntimeException( (string) $this->journal->last_error() );
		}
	}
}
