<?php

declare( strict_types=1 );

namespace Onhand\Tests\WordPress;

use PHPUnit\Framework\Assert;

/** The second layer, there when the runner has started an agent and the simulated marketplaces. */
final class Channels {
	/** For a listed quantity that is asserted later, when a hold has run out. */
	public const AFTER_EXPIRY = -1;
	private const PATIENCE_MS = 10_000;

	private static self|false|null $one = null;

	public static function running(): ?self {
		if ( null === self::$one ) {
			$sim       = getenv( 'ONHAND_SIM' );
			self::$one = $sim ? new self( new Agent( Shop::get()->env( 'AGENT_SOCKET' ) ), new Marketplaces( $sim ) ) : false;
		}
		return self::$one ?: null;
	}

	/** @var array<string,true> */
	private array $listed = array();

	private function __construct( public readonly Agent $agent, public readonly Marketplaces $marketplaces ) {}

	/** Both marketplaces list these SKUs, at first with this quantity, and the agent knows which listing is which. */
	public function list_skus( array $skus, int $quantity = 0 ): void {
		$skus = array_values( array_diff( $skus, array_keys( $this->listed ) ) );
		if ( array() === $skus ) {
			return;
		}
		$this->listed += array_fill_keys( $skus, true );
		$this->marketplaces->seed( array_combine( $skus, $skus ), $quantity );
		$this->agent->settle();
		foreach ( Marketplaces::NAMES as $channel ) {
			$this->agent->post( '/v1/listings/auto-match', array( 'channel' => $channel ) );
		}
		$this->agent->settle();
	}

	/** Kills, stops or starts what stands beside the shop: agent or marketplaces. */
	public function service( string $name, string $action ): void {
		$command = implode( ' ', array_map( 'escapeshellarg', array( dirname( __DIR__ ) . '/service', Shop::get()->dir, $name, $action ) ) );
		// Nothing that is started may hold on to this process's output.
		exec( "$command >/dev/null 2>&1 </dev/null", $lines, $status );
		Assert::assertSame( 0, $status, "$name $action" );
	}

	/** Both marketplaces end with this quantity. */
	public function assert_listed( string $sku, int $quantity ): void {
		$missing = $this->marketplaces->wait( array( $sku => $quantity ), self::PATIENCE_MS );
		Assert::assertSame( array(), $missing, "what the marketplaces show of $sku (marketplace, SKU, wanted, shown)" );
	}

	/** The newest ledger row of each pool, now that all is told. @return array<int,int> */
	public function ledger_marks( array $pools ): array {
		$this->assert_settles();
		return array_combine( $pools, array_map( array( $this->agent, 'newest_row' ), $pools ) );
	}

	private function assert_settles( int $timeout_ms = 15_000 ): void {
		$settled = $this->agent->settle( $timeout_ms );
		Assert::assertTrue( $settled['settled'], 'the agent does not settle: ' . json_encode( $settled ) );
	}

	/** What the mirror knows of this SKU; null: nothing that is sold any more. */
	public function assert_seen( string $sku, ?array $expected ): void {
		$this->assert_settles();
		$seen = $this->agent->variation( $sku );
		Assert::assertEquals( $expected, null === $seen || null === $expected ? $seen : array_intersect_key( $seen, $expected ), "what the mirror says of $sku" );
	}

	/** The mirror's quantity of each of these SKUs, and what both marketplaces show of them in the end. */
	public function assert_mirrored( ?string $quantity, array $skus, ?int $listed ): void {
		$this->assert_settles();
		foreach ( $skus as $sku ) {
			$seen = $this->agent->variation( $sku );
			Assert::assertNotNull( $seen, "the mirror has no variation $sku" );
			Assert::assertSame( $quantity, null === $seen['quantity'] ? null : (string) $seen['quantity'], "the mirror's quantity of $sku" );
		}
		foreach ( $skus as $sku ) {
			if ( null !== $listed && self::AFTER_EXPIRY !== $listed ) {
				$this->assert_listed( $sku, $listed );
			}
		}
	}

	/** After a storm: mirror, ledger's balance and both marketplaces equal the shop's own number. */
	public function assert_ends( int $pool, string $sku, string $quantity, bool $all_explained ): void {
		$this->assert_settles( 120_000 );
		Assert::assertSame( $quantity, (string) $this->agent->variation( $sku )['quantity'], "the mirror's quantity of $sku" );
		$ledger = $this->agent->get( "/v1/ledger?pool=$pool&limit=100000" );
		Assert::assertSame( $quantity, (string) $ledger['balance'], "the ledger's balance of $sku" );
		if ( $all_explained ) {
			$unexplained = array_filter( $ledger['rows'], static fn( array $row ): bool => 'unexplained' === $row['cause'] );
			Assert::assertSame( array(), array_values( $unexplained ), "rows of $sku" );
		}
		$this->assert_listed( $sku, max( 0, (int) $quantity ) );
	}

	/** What nothing explains lies between sets: each such row names rows of the pool that are sets, and the newest among them. */
	public function assert_unexplained_names_sets( int $pool ): void {
		$sets = array();
		foreach ( $this->agent->ledger( $pool, 100_000 ) as $row ) {
			if ( 'set' === $row['op'] ) {
				$sets[] = $row['id'];
			} elseif ( 'unexplained' === $row['op'] ) {
				preg_match_all( '/#(\d+)/', $row['note'], $found );
				$named = array_map( 'intval', $found[1] );
				Assert::assertNotSame( array(), $named, "row {$row['id']} of pool $pool names no set: {$row['note']}" );
				Assert::assertSame( array(), array_diff( $named, $sets ), "row {$row['id']} of pool $pool: {$row['note']}" );
				Assert::assertSame( end( $sets ), end( $named ), "row {$row['id']} of pool $pool: {$row['note']}" );
			}
		}
	}

	/**
	 * The ledger's rows of a pool after row $since are these and no others.
	 *
	 * @param list<array> $moves as for RowTestCase::assert_stock()
	 */
	public function assert_ledger( int $pool, array $moves, int $since ): void {
		$this->assert_settles();
		$rows    = $this->agent->ledger_since( $pool, $since );
		$account = "the ledger of pool $pool: " . json_encode( $rows );
		Assert::assertCount( count( $moves ), $rows, $account );
		foreach ( $moves as $index => $move ) {
			$row = Move::flatten( $rows[ $index ] );
			if ( isset( $move['place'] ) ) {
				// What is moved from place to place is no change of the whole.
				Assert::assertSame( $move['place'] . ': ' . ( $move['qty'] > 0 ? '+' : '' ) . $move['qty'], $row['note'], $account );
				unset( $move['place'], $move['qty'] );
			}
			foreach ( $move as $key => $value ) {
				$found = match ( $key ) {
					'by' => Move::by( $row, $value ),
					'qty' => 'delta' === $row['op'] ? self::text( $row['delta'] ) : self::text( $row['set_to'] ),
					default => $row[ $key ],
				};
				Assert::assertSame( $value, $found, "$key of row $index of $account" );
			}
		}
	}

	private static function text( mixed $number ): ?string {
		return null === $number ? null : (string) $number;
	}
}
