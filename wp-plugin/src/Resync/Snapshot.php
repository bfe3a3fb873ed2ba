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
	public string $id;
	public int $items = 0;
	public int $pools = 0;
	private string $req;

	public function __construct( private readonly Journal $journal, private readonly Reader $reader, private readonly string $scope ) {
		$this->id  = bin2hex( random_bytes( 8 ) );
		$this->req = bin2hex( random_bytes( 8 ) );
	}

	/** @param array{id:string,req:string,items:int,pools:int} $progress of a snapshot that another process began */
	public static function resume( Journal $journal, Reader $reader, string $scope, array $progress ): self {
		$snapshot = new self( $journal, $reader, $scope );
		foreach ( $progress as $what => $value ) {
			$snapshot->$what = $value;
		}
		return $snapshot;
	}

	/** @return array{id:string,req:string,items:int,pools:int} */
	public function progress(): array {
		return array(
			'id'    => $this->id,
			'req'   => $this->req,
			'items' => $this->items,
			'pools' => $this->pools,
		);
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
		foreach ( $ids as $id ) {
			if ( ! isset( $facts->posts[ $id ] ) ) {
				continue;
			}
			$records[] = $statements->item( $id );
			++$this->items;
			// A pool that variations share is their parent's, which has its own turn.
			if ( $facts->pool( $id ) === $id ) {
				$records[] = $statements->pool( $id, array() );
				++$this->pools;
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
