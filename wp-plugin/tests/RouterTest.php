<?php

declare( strict_types=1 );

namespace Onhand\Tests;

use Onhand\Locations\Location;
use Onhand\Locations\Router;
use Onhand\Locations\RoutingRule;
use PHPUnit\Framework\TestCase;

/** From where an order is sent. */
final class RouterTest extends TestCase {
	private const THERE = array(
		1 => array( 'main' => 5.0, 'shop' => 2.0, 'van' => 9.0 ),
		2 => array( 'main' => 0.0, 'shop' => 4.0, 'van' => 1.0 ),
	);

	/** @param array<int,float> $units by pool */
	private static function plan( array $units, array $rule = array(), array $there = self::THERE ): array {
		$lines = array();
		foreach ( $units as $pool => $wanted ) {
			$lines[ "l$pool" ] = array( 'pool' => $pool, 'units' => (float) $wanted );
		}
		$router = new Router( RoutingRule::read( $rule + array( 'name' => 'r' ) ), array( 'main' => new Location( 'main', 'Main', true, 5 ), 'shop' => new Location( 'shop', 'Shop', true, 3 ), 'van' => new Location( 'van', 'Van', true, 4 ) ) );
		return $router->plan( $lines, $there );
	}

	public function test_the_first_that_has_everything(): void {
		$plan = self::plan( array( 1 => 2 ) );
		self::assertSame( array( 'l1' => array( 'main' => 2.0 ) ), $plan['lines'] );
		self::assertSame( array( 'Main has everything and comes first (rule "r").' ), $plan['why'] );
		self::assertSame( array( 'l1' => array( 'van' => 2.0 ) ), self::plan( array( 1 => 2 ), array( 'locations' => array( 'van', 'main' ) ) )['lines'] );
		$plan = self::plan( array( 1 => 2, 2 => 4 ) );
		self::assertSame( array( 'l1' => array( 'shop' => 2.0 ), 'l2' => array( 'shop' => 4.0 ) ), $plan['lines'] );
		self::assertSame( 0.0, $plan['short'] );
	}

	public function test_the_cheapest_or_the_fullest_where_the_rule_says_so(): void {
		self::assertSame( array( 'l1' => array( 'shop' => 2.0 ) ), self::plan( array( 1 => 2 ), array( 'pick' => 'cost' ) )['lines'] );
		$plan = self::plan( array( 1 => 2 ), array( 'pick' => 'most' ) );
		self::assertSame( array( 'l1' => array( 'van' => 2.0 ) ), $plan['lines'] );
		self::assertStringContainsString( 'the most of it', $plan['why'][0] );
	}

	public function test_several_parcels_where_none_has_everything(): void {
		$plan = self::plan( array( 1 => 10, 2 => 5 ) );
		self::assertSame( array( 'van' => 9.0, 'shop' => 1.0 ), $plan['lines']['l1'] );
		self::assertSame( array( 'van' => 1.0, 'shop' => 4.0 ), $plan['lines']['l2'] );
		self::assertSame( 0.0, $plan['short'] );
	}

	public function test_one_parcel_where_it_is_not_to_be_split(): void {
		$plan = self::plan( array( 1 => 10, 2 => 1 ), array( 'split' => false ) );
		self::assertSame( array( 'l1' => array( 'van' => 10.0 ), 'l2' => array( 'van' => 1.0 ) ), $plan['lines'] );
		self::assertSame( 1.0, $plan['short'] );
	}

	public function test_what_is_nowhere_the_main_location_owes(): void {
		$plan = self::plan( array( 2 => 7 ) );
		self::assertSame( array( 'shop' => 4.0, 'van' => 1.0, 'main' => 2.0 ), $plan['lines']['l2'] );
		self::assertSame( 2.0, $plan['short'] );
		self::assertSame( array( 'main' => 3.0 ), self::plan( array( 9 => 3 ) )['lines']['l9'] );
		self::assertSame( array( 'main' => 3.0 ), self::plan( array( 9 => 3 ), array( 'split' => false ) )['lines']['l9'] );
	}

	/** Whatever is wanted, there and ruled: every unit is planned once, and none from where it is not unless it is said to be short. */
	public function test_every_unit_once_and_none_that_is_not_there(): void {
		mt_srand( 7 );
		for ( $case = 0; $case < 3000; $case++ ) {
			$any   = static fn( int $least, int $most ): float => (float) mt_rand( $least, $most );
			$there = array();
			$units = array();
			foreach ( array( 1, 2, 3 ) as $pool ) {
				$there[ $pool ] = array( 'main' => $any( -3, 9 ), 'shop' => $any( 0, 9 ), 'van' => $any( 0, 9 ) );
				if ( mt_rand( 0, 3 ) > 0 ) {
					$units[ $pool ] = $any( 1, 14 );
				}
			}
			if ( array() === $units ) {
				continue;
			}
			$rule = array( 'pick' => RoutingRule::PICKS[ mt_rand( 0, 2 ) ], 'split' => 1 === mt_rand( 0, 1 ), 'locations' => mt_rand( 0, 1 ) ? array() : array( 'van', 'shop' ) );
			$plan = self::plan( $units, $rule, $there );
			$over = 0.0;
			foreach ( $units as $pool => $wanted ) {
				self::assertEqualsWithDelta( $wanted, array_sum( $plan['lines'][ "l$pool" ] ), 1e-9 );
				foreach ( $plan['lines'][ "l$pool" ] as $place => $taken ) {
					$over += max( 0.0, $taken - max( 0.0, $there[ $pool ][ $place ] ) );
				}
			}
			self::assertLessThanOrEqual( $plan['short'] + 1e-9, $over, json_encode( array( $units, $there, $rule, $plan ) ) );
			self::assertNotSame( array(), $plan['why'] );
		}
	}

	public function test_rules_hold_for_what_they_name(): void {
		$rule  = RoutingRule::read( array( 'name' => 'r', 'channels' => array( 'ebay' ), 'countries' => array( 'de' ), 'postcodes' => array( '10*' ) ) );
		$holds = static fn( string $channel, string $country, string $postcode ): bool => $rule->holds_for( $channel, $country, $postcode, static fn( string $code, array $patterns ): bool => str_starts_with( $code, rtrim( $patterns[0], '*' ) ) );
		self::assertTrue( $holds( 'ebay', 'DE', '10115' ) );
		self::assertFalse( $holds( 'shop', 'DE', '10115' ) );
		self::assertFalse( $holds( 'ebay', 'AT', '1010' ) );
		self::assertFalse( $holds( 'ebay', 'DE', '20095' ) );
	}

	/** @return list<array{mixed,string}> */
	public static function nonsense(): array {
		return array(
			array( array( 'channels' => array( 'ebay' ) ), 'needs a name' ),
			array( array( 'name' => 'r', 'channel' => 'ebay' ), 'there is no channel; there are name, channels' ),
			array( array( 'name' => 'r', 'countries' => 'DE' ), 'countries is a list of words' ),
			array( array( 'name' => 'r', 'pick' => 'nearest' ), 'pick is one of priority, cost, most' ),
			array( array( 'name' => 'r', 'split' => 'no' ), 'split is true or false' ),
		);
	}

	/** @dataProvider nonsense */
	public function test_what_makes_no_sense_is_named( mixed $raw, string $words ): void {
		$this->expectExceptionMessage( $words );
		RoutingRule::read( $raw );
	}
}
