<?php

declare( strict_types=1 );

namespace Onhand\Tests\WordPress;

/** Row 41: settings of the whole shop. */
final class OptionTest extends RowTestCase {
	public function test_row_41_managing_stock_switched_off_for_the_shop(): void {
		$mug = $this->simple( 10 );
		$this->ready();
		try {
			$this->save_settings( 'woocommerce_manage_stock', null );
			$this->run_waiting_jobs();
			$this->assert_stock( $mug->id, null, array( Move::status( 'option', Move::ADMIN, 'woocommerce_manage_stock' ) ), array( 'managed' => false ), 10 );
		} finally {
			$this->save_settings( 'woocommerce_manage_stock', '1' );
			$this->run_waiting_jobs();
		}
		$switched = array( 'op' => 'status', 'cause' => 'option', 'by' => Move::ADMIN, 'ref' => 'woocommerce_manage_stock' );
		$this->assert_stock( $mug->id, '10', array( $switched, $switched ), array( 'managed' => true ) );
	}

	/** Statuses are not recomputed until each product is saved. */
	public function test_row_41_out_of_stock_threshold(): void {
		$mug = $this->simple( 10 );
		$this->ready();
		try {
			$this->save_settings( 'woocommerce_notify_no_stock_amount', '12' );
			$this->run_waiting_jobs();
			$this->assert_stock( $mug->id, '10', array(), array( 'status' => 'instock' ) );
			$this->shop->run( 'wc_get_product( $id )->save();', array( 'id' => $mug->id ) );
			$this->assert_stock( $mug->id, '10', array( Move::status( 'code', 'guest' ) ), array( 'status' => 'outofstock' ), 0 );
		} finally {
			$this->save_settings( 'woocommerce_notify_no_stock_amount', '0' );
			$this->run_waiting_jobs();
		}
	}

	/** What is sold out is hidden in the shop: nothing more, nor less, is sold. */
	public function test_row_41_hide_out_of_stock_products(): void {
		$mug = $this->simple( 10 );
		$this->ready();
		try {
			$this->save_settings( 'woocommerce_hide_out_of_stock_items', '1' );
			self::assertSame( 'yes', $this->shop->run( 'return get_option( "woocommerce_hide_out_of_stock_items" );' ) );
			$this->assert_no_moves( $mug->id );
			$this->assert_mirrored( $mug->id, '10', 10 );
		} finally {
			$this->save_settings( 'woocommerce_hide_out_of_stock_items', null );
		}
	}

	private function save_settings( string $name, ?string $value ): void {
		$path = '/wp-admin/admin.php?page=wc-settings&tab=products&section=inventory';
		$form = Form::from( $this->admin()->screen( $path )->body, 'mainform' )->set( $name, $value )->set( 'save', 'Save changes' );
		$this->admin()->post( $path, $form->pairs() );
	}

	/** An option's change may be too much for one request: what it left to the queue is done here. */
	private function run_waiting_jobs(): void {
		$waiting = "SELECT COUNT(*) FROM wp_actionscheduler_actions WHERE hook = 'onhand_option_changed' AND status IN ('pending','in-progress') AND scheduled_date_gmt <= UTC_TIMESTAMP()";
		$until   = microtime( true ) + 30;
		// A visit to the admin screens may have started the queue in a request of its own, which then holds the jobs.
		while ( '0' !== $this->shop->db()->query( $waiting )->fetch_row()[0] && microtime( true ) < $until ) {
			// By hook: as long as a new shop's queue is moving from one table to the other, its groups are not known.
			$this->shop->wp( 'action-scheduler', 'run', '--hooks=onhand_option_changed', '--force' );
		}
	}
}
