<?php

declare( strict_types=1 );

namespace Onhand\Tests\WordPress;

use PHPUnit\Framework\TestCase;

/**
 * Arrange with simple() and variable(), call ready(), walk the path, then say with assert_stock() what the
 * journal must tell. With an agent and marketplaces running the same call looks there, too.
 */
abstract class RowTestCase extends TestCase {
	private const PATIENCE_SECONDS = 3.0;

	protected Shop $shop;
	protected Maker $make;
	private array $mark;
	/** @var array<int,list<string>> the SKUs that share each pool */
	private array $skus = array();
	/** @var array<int,int> the newest ledger row of each pool at ready() */
	private array $rows = array();
	/** What a product that the path itself makes is listed with, before anybody was told of it. */
	protected const LISTED_BEFORE = 77;
	private static ?Browser $admin = null;

	protected function setUp(): void {
		$this->shop = Shop::get();
		$this->make = new Maker( $this->shop );
		$this->mark = $this->journal()->mark();
	}

	protected function journal(): Journal {
		return new Journal( $this->shop->env( 'JOURNAL' ) );
	}

	protected function admin(): Browser {
		return self::$admin ??= Browser::login( $this->shop, 'admin', $this->shop->env( 'ADMIN_PASSWORD' ) );
	}

	protected function screens(): AdminScreens {
		return new AdminScreens( $this->admin(), $this->shop );
	}

	protected function rest(): Rest {
		return new Rest( $this->shop );
	}

	protected function simple( ?int $stock, array $props = array() ): Product {
		$product = $this->make->simple( $stock, $props );
		$this->lists( $product->id, $product->sku );
		return $product;
	}

	/** @param array<string,?int> $sizes */
	protected function variable( array $sizes, ?int $parent_stock = null ): Product {
		$product = $this->make->variable( $sizes, $parent_stock );
		foreach ( $sizes as $size => $stock ) {
			$variation = $product->of( $size );
			$this->lists( null === $stock && null !== $parent_stock ? $product->id : $variation->id, $variation->sku );
		}
		$this->rows += array_fill_keys( array( $product->id, ...array_values( array_map( static fn( Product $one ): int => $one->id, $product->variations ) ) ), 0 );
		return $product;
	}

	/** Remembers which SKUs sell from which pool, so that the marketplaces can be asked. */
	protected function lists( int $pool, string $sku ): void {
		$this->skus[ $pool ][] = $sku;
		$this->rows           += array( $pool => 0 );
	}

	/** A product that the path itself made: both marketplaces list it from now on. */
	protected function lists_made( int $pool, string $sku ): void {
		$this->lists( $pool, $sku );
		Channels::running()?->list_skus( array( $sku ), self::LISTED_BEFORE );
	}

	/** The end of the arrangement: both marketplaces list the products, and journal and ledger count from here. */
	protected function ready(): void {
		Channels::running()?->list_skus( array_merge( array(), ...array_values( $this->skus ) ) );
		$this->rows = Channels::running()?->ledger_marks( array_keys( $this->rows ) ) ?? $this->rows;
		$this->mark = $this->journal()->mark();
	}

	protected function statements(): Statements {
		return new Statements( $this->journal()->since( $this->mark ) );
	}

	/** Reads the journal until it says what is expected, or patience ends; gives what it says then. */
	protected function await_statements( callable $enough ): Statements {
		$until = microtime( true ) + self::PATIENCE_SECONDS;
		do {
			$said = $this->statements();
			if ( $enough( $said ) ) {
				return $said;
			}
			usleep( 20_000 );
		} while ( microtime( true ) < $until );
		return $said;
	}

	/**
	 * The pool's newest statement and its movements since ready().
	 *
	 * @param ?string     $quantity as in the journal; null for unmanaged
	 * @param list<array> $moves    expected movements in order, each the keys that matter; 'by' is kind or kind:id
	 * @param array       $also     further keys of the statement, for instance status, managed, held
	 * @param ?int        $listed   what the marketplaces must show; the quantity (never below 0) unless given
	 */
	protected function assert_stock( int $pool, ?string $quantity, array $moves, array $also = array(), ?int $listed = null ): Statements {
		$this->assert_stored( $pool, $quantity, $also['managed'] ?? null !== $quantity );
		$also += array( 'qty' => $quantity );
		$said  = $this->await_statements(
			static function ( Statements $said ) use ( $pool, $also, $moves ): bool {
				$stock = $said->stock( $pool );
				return null !== $stock && array_intersect_key( $stock, $also ) == $also && count( $said->moves( $pool ) ) >= count( $moves );
			}
		);
		$account   = $said->describe();
		$statement = $said->stock( $pool );
		self::assertNotNull( $statement, "pool $pool was never stated; $account" );
		foreach ( $also as $key => $value ) {
			self::assertSame( $value, $statement[ $key ], "$key of pool $pool; $account" );
		}
		$this->assert_moves( $moves, $said->moves( $pool ), $account );
		if ( null !== $quantity ) {
			$held   = (int) ( $statement['held'] ?? 0 );
			$listed = $listed ?? max( 0, (int) floor( (float) $quantity ) - $held );
		}
		$this->assert_ledger( $pool, $moves );
		Channels::running()?->assert_mirrored( $quantity, $this->skus[ $pool ] ?? array(), $listed );
		return $said;
	}

	/** WooCommerce itself did what the row says: the committed quantity, past every cache. */
	private function assert_stored( int $pool, ?string $quantity, bool $managed ): void {
		$stored = $this->shop->stored_stock( $pool );
		if ( null === $quantity ) {
			self::assertSame( $managed, $this->shop->run( 'return wc_get_product( $id )->managing_stock();', array( 'id' => $pool ) ), "pool $pool is managed" );
			self::assertTrue( ! $managed || '' === (string) $stored, "pool $pool has a quantity: $stored" );
		} else {
			self::assertEquals( (float) $quantity, (float) $stored, "the stored stock of pool $pool" );
		}
	}

	/** With marketplaces running: what each must show for this product in the end. */
	protected function assert_listed( Product $product, int $quantity ): void {
		Channels::running()?->assert_listed( $product->sku, $quantity );
	}

	/** With an agent running: the mirror's quantity of the pool, and what the marketplaces show. */
	protected function assert_mirrored( int $pool, ?string $quantity, ?int $listed ): void {
		Channels::running()?->assert_mirrored( $quantity, $this->skus[ $pool ] ?? array(), $listed );
	}

	/** With an agent running: what the mirror knows of the product. */
	protected function assert_seen( string $sku, array $expected ): void {
		Channels::running()?->assert_seen( $sku, $expected );
	}

	/** Gone for good, and the ledger says who did it. */
	protected function assert_deleted( Product $product, string $by ): void {
		$this->assert_item( $product->id, array( 'deleted' => true, 'sellable' => false ) );
		$said = $this->await_statements( static fn( Statements $said ): bool => array() !== $said->moves( $product->id ) );
		$move = Move::status( 'deleted', $by, (string) $product->id );
		$this->assert_moves( array( $move ), $said->moves( $product->id ), $said->describe() );
		$this->assert_ledger( $product->id, array( $move ) );
		Channels::running()?->assert_seen( $product->sku, null );
		$this->assert_listed( $product, 0 );
	}

	/** With an agent running: the pool's ledger since ready() has these rows and no others. */
	protected function assert_ledger( int $pool, array $moves ): void {
		Channels::running()?->assert_ledger( $pool, $moves, $this->rows[ $pool ] ?? 0 );
	}

	/** With an agent running: the one row since ready() says that nothing explains this difference. */
	protected function assert_unexplained( int $pool, string $difference, string $note ): void {
		$this->assert_ledger( $pool, array( array( 'op' => 'unexplained', 'delta' => $difference, 'cause' => 'unexplained', 'by' => 'system' ) ) );
		$row = Channels::running()?->agent->ledger( $pool, 1 )[0] ?? null;
		self::assertStringContainsString( $note, $row['note'] ?? $note );
	}

	/** No movement at all, whatever was stated (quantities may be stated again, causes may not be made up). */
	protected function assert_no_moves( int $pool ): Statements {
		$said = $this->statements();
		self::assertSame( array(), $said->moves( $pool ), "movements of pool $pool; " . $said->describe() );
		$this->assert_ledger( $pool, array() );
		return $said;
	}

	/** The newest catalogue statement of an item. */
	protected function assert_item( int $item, array $expected ): array {
		$said = $this->await_statements(
			static function ( Statements $said ) use ( $item, $expected ): bool {
				$found = $said->item( $item );
				return null !== $found && array_intersect_key( $found, $expected ) == $expected;
			}
		);
		$found = $said->item( $item );
		self::assertNotNull( $found, "item $item was never stated; " . $said->describe() );
		foreach ( $expected as $key => $value ) {
			self::assertSame( $value, $found[ $key ], "$key of item $item; " . $said->describe() );
		}
		return $found;
	}

	private function assert_moves( array $expected, array $found, string $account ): void {
		$seen = array_map( array( Move::class, 'flatten' ), $found );
		self::assertCount( count( $expected ), $seen, "movements: $account" );
		foreach ( $expected as $index => $move ) {
			foreach ( $move as $key => $value ) {
				self::assertSame( $value, 'by' === $key ? Move::by( $seen[ $index ], $value ) : $seen[ $index ][ $key ], "$key of movement $index; $account" );
			}
		}
	}
}
