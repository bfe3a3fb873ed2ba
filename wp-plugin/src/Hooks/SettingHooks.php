<?php

namespace Onhand\Hooks;

use Onhand\Alerts\Settings as Alerts;
use Onhand\Cause\Actors;
use Onhand\Journal\Journal;
use Onhand\Locations\Locations;
use Onhand\Locations\RoutingRules;
use Onhand\Stock\Reader;

/** Who changed which setting, before and after: those that the shop keeps and on which stock depends. */
final class SettingHooks {
	private const OPTIONS = array(
		Alerts::OPTION                        => 'alerts',
		Locations::OPTION                     => 'locations',
		RoutingRules::OPTION                  => 'routing',
		'woocommerce_manage_stock'            => 'woocommerce_manage_stock',
		'woocommerce_hold_stock_minutes'      => 'woocommerce_hold_stock_minutes',
		'woocommerce_notify_no_stock_amount'  => 'woocommerce_notify_no_stock_amount',
		'woocommerce_notify_low_stock_amount' => 'woocommerce_notify_low_stock_amount',
	);
	/** What no log may hold. */
	private const SECRET = array( 'secret', 'hook' );

	private function __construct( private readonly Journal $journal, private readonly Reader $reader, private readonly Actors $actors, private readonly string $req ) {}

	public static function register( Journal $journal, Reader $reader, Actors $actors, string $req ): void {
		$self = new self( $journal, $reader, $actors, $req );
		foreach ( self::OPTIONS as $option => $setting ) {
			add_action( "add_option_$option", static fn( $name, $value ) => $self->changed( $setting, null, $value ), 10, 2 );
			add_action( "update_option_$option", static fn( $before, $after ) => $self->changed( $setting, $before, $after ), 10, 2 );
			add_action(
				'delete_option',
				static function ( $name ) use ( $self, $option, $setting ): void {
					if ( $name === $option ) {
						$self->changed( $setting, get_option( $option ), null );
					}
				}
			);
		}
	}

	private function changed( string $setting, mixed $before, mixed $after ): void {
		list( $before, $after ) = array( self::worded( $before ), self::worded( $after ) );
		if ( $before === $after ) {
			return;
		}
		$this->journal->append(
			array(
				array(
					't'       => 'setting',
					'at'      => $this->reader->now(),
					'setting' => $setting,
					'actor'   => $this->actors->current(),
					'before'  => $before,
					'after'   => $after,
					'req'     => $this->req,
				),
			)
		);
	}

	private static function worded( mixed $value ): ?string {
		if ( null === $value || false === $value ) {
			return null;
		}
		if ( is_array( $value ) ) {
			$value = array_diff_key( $value, array_flip( self::SECRET ) );
		}
		return (string) wp_json_encode( $value, JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE );
	}
}
