<?php

declare( strict_types=1 );

namespace Onhand\Demo;

/** Stands in where WooCommerce cannot be had: the same changes, stated through the real extension. */
final class SimulatedShop implements DemoShop {
	private const PARENT = 100;
	/** @var array<string,int> by SKU */
	private array $stock = array();
	private string $request = '0000000000000000';

	public function open(): array {
		$this->stock = array_fill_keys( array_keys( Catalogue::variations() ), Catalogue::STOCK );
		return Catalogue::titles();
	}

	public function stock(): array {
		return $this->stock;
	}

	public function resync(): void {
		$snap    = bin2hex( random_bytes( 8 ) );
		$skus    = array_keys( $this->stock );
		$records = array( $this->record( 'snapshot_begin', array( 'snap' => $snap, 'scope' => 'all' ) ) );
		foreach ( $skus as $sku ) {
			$records[] = $this->item( $sku, $snap );
			$records[] = $this->statement( $sku, array(), $snap );
		}
		$records[] = $this->record( 'snapshot_end', array( 'snap' => $snap, 'scope' => 'all', 'items' => count( $skus ), 'pools' => count( $skus ) ) );
		$this->append( $records );
	}

	public function steps(): iterable {
		yield 'A guest buys 2 blue M and 1 red L' => fn() => $this->change( array( 'TEE-BLUE-M' => -2, 'TEE-RED-L' => -1 ), 'delta', 'order_reduced', 'guest', '1041' );
		yield 'A shop manager sets black S to 5' => fn() => $this->change( array( 'TEE-BLACK-S' => 5 ), 'set', 'variation_edit', 'user', null );
		yield 'One blue M comes back: refund with restocking' => fn() => $this->change( array( 'TEE-BLUE-M' => 1 ), 'delta', 'refund_restocked', 'user', '1041' );
		yield 'A warehouse system sets all twelve in one REST batch' => function (): void {
			$skus = array_keys( $this->stock );
			$this->change( array_combine( $skus, range( 30, 29 + count( $skus ) ) ), 'set', 'rest', 'api', '/wc/v3/products/100/variations/batch' );
		};
		yield 'A CSV file with four rows is imported, one of them sold out' => fn() => $this->change( array( 'TEE-RED-S' => 0, 'TEE-RED-M' => 12, 'TEE-RED-L' => 13, 'TEE-RED-XL' => 14 ), 'set', 'import', 'user', 'stock.csv' );
		yield 'Three rows change behind everybody\'s back, then everything is stated again' => function (): void {
			$this->stock = array( 'TEE-BLACK-M' => 7, 'TEE-BLACK-L' => 8, 'TEE-BLACK-XL' => 9 ) + $this->stock;
			$this->resync();
		};
	}

	/** @param array<string,int> $changes by SKU */
	private function change( array $changes, string $op, string $cause, string $kind, ?string $ref ): void {
		$this->request = bin2hex( random_bytes( 8 ) );
		$records       = array();
		foreach ( $changes as $sku => $quantity ) {
			$this->stock[ $sku ] = 'delta' === $op ? $this->stock[ $sku ] + $quantity : $quantity;
			$actor               = array( 'kind' => $kind, 'id' => 'user' === $kind ? 1 : null, 'name' => 'user' === $kind ? 'admin' : null );
			$move                = array( 'op' => $op, 'qty' => (string) $quantity, 'cause' => $cause, 'ref' => $ref, 'line' => null, 'actor' => $actor );
			$records[]           = $this->statement( $sku, array( $move ), null );
		}
		$this->append( $records );
	}

	private function id( string $sku ): int {
		return self::PARENT + 1 + (int) array_search( $sku, array_keys( Catalogue::variations() ), true );
	}

	private function statement( string $sku, array $moves, ?string $snap ): array {
		return $this->record(
			'stock',
			array(
				'pool'       => $this->id( $sku ),
				'qty'        => (string) $this->stock[ $sku ],
				'managed'    => true,
				'status'     => $this->stock[ $sku ] > 0 ? 'instock' : 'outofstock',
				'backorders' => 'no',
				'held'       => array(),
				'snap'       => $snap,
				'moves'      => $moves,
			)
		);
	}

	private function item( string $sku, ?string $snap ): array {
		list( $colour, $size ) = Catalogue::variations()[ $sku ];
		return $this->record(
			'item',
			array(
				'item'        => $this->id( $sku ),
				'parent'      => self::PARENT,
				'pool'        => $this->id( $sku ),
				'kind'        => 'variation',
				'sku'         => $sku,
				'gtin'        => null,
				'name'        => Catalogue::titles()[ $sku ],
				'attrs'       => array( array( 'Colour', $colour ), array( 'Size', $size ) ),
				'price'       => '19',
				'post_status' => 'publish',
				'sellable'    => true,
				'deleted'     => false,
				'problems'    => array(),
				'snap'        => $snap,
			)
		);
	}

	private function record( string $type, array $fields ): array {
		return array( 't' => $type, 'at' => (int) ( microtime( true ) * 1_000_000 ), 'req' => $this->request ) + $fields;
	}

	private function append( array $records ): void {
		if ( 0 === onhand_append( $records ) ) {
			throw new \RuntimeException( 'the extension could not append: ' . onhand_last_error() );
		}
	}
}
