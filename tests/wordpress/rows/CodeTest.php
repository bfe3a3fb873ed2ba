<?php

declare( strict_types=1 );

namespace Onhand\Tests\WordPress;

/** Rows 19, 20 and 41 to 43: code, options, foreign writers. */
final class CodeTest extends RowTestCase {
	public function test_row_19_update_product_stock(): void {
		$mug = $this->simple( 10 );
		$this->ready();
		$this->shop->run( 'wc_update_product_stock( $id, 4, "decrease" );', array( 'id' => $mug->id ) );
		$this->shop->run( 'wc_update_product_stock( $id, 9, "increase" );', array( 'id' => $mug->id ) );
		$this->shop->run( 'wc_update_product_stock( $id, 5, "set" );', array( 'id' => $mug->id ) );
		$this->assert_stock( $mug->id, '5', array( Move::delta( '-4', 'code', 'guest' ), Move::delta( '9', 'code', 'guest' ), Move::set( '5', 'code', 'guest' ) ) );
	}

	public function test_row_19_several_changes_in_one_request(): void {
		$mug = $this->simple( 10 );
		$this->ready();
		$this->shop->run( 'wc_update_product_stock( $id, 1, "decrease" ); wc_update_product_stock( $id, 2, "decrease" );', array( 'id' => $mug->id ) );
		$this->assert_stock( $mug->id, '7', array( Move::delta( '-1', 'code', 'guest' ), Move::delta( '-2', 'code', 'guest' ) ) );
	}

	public function test_row_19_legacy_methods(): void {
		$mug = $this->simple( 10 );
		$this->ready();
		$this->shop->run( 'wc_get_product( $id )->reduce_stock( 3 );', array( 'id' => $mug->id ) );
		$this->assert_stock( $mug->id, '7', array( Move::delta( '-3', 'code', 'guest' ) ) );
	}

	public function test_row_19_below_zero(): void {
		$mug = $this->simple( 1 );
		$this->ready();
		$this->shop->run( 'wc_update_product_stock( $id, 3, "decrease" );', array( 'id' => $mug->id ) );
		$this->assert_stock( $mug->id, '-2', array( Move::delta( '-3', 'code', 'guest' ) ), array( 'status' => 'outofstock' ), 0 );
	}

	public function test_row_20_stock_status(): void {
		$mug = $this->simple( null );
		$this->ready();
		$this->shop->run( 'wc_update_product_stock_status( $id, "outofstock" );', array( 'id' => $mug->id ) );
		$this->assert_stock( $mug->id, null, array( Move::status( 'code', 'guest' ) ), array( 'status' => 'outofstock', 'managed' => false ), 0 );
	}

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
		$this->assert_stock( $mug->id, '10', array( array( 'cause' => 'option' ), array( 'cause' => 'option' ) ), array( 'managed' => true ) );
	}

	public function test_row_42_foreign_meta_write(): void {
		$mug = $this->simple( 10 );
		$this->ready();
		$this->shop->run( 'update_post_meta( $id, "_stock", 6 );', array( 'id' => $mug->id ) );
		$this->assert_stock( $mug->id, '6', array( Move::set( '6', 'meta_write', 'guest' ) ) );
	}

	public function test_row_43_raw_sql_and_resync(): void {
		$mug = $this->simple( 10 );
		$this->ready();
		$this->shop->db()->query( "UPDATE wp_postmeta SET meta_value='3' WHERE post_id={$mug->id} AND meta_key='_stock'" );
		self::assertNull( $this->statements()->stock( $mug->id ), 'nothing can have noticed' );
		$this->shop->wp( 'onhand', 'resync', "--product={$mug->id}", '--yes' );
		$said = $this->await_statements( static fn( Statements $said ): bool => null !== $said->stock( $mug->id ) );
		self::assertSame( '3', $said->stock( $mug->id )['qty'] ?? null, $said->describe() );
		self::assertNotNull( $said->stock( $mug->id )['snap'], 'a resync states inside a snapshot' );
		$this->assert_mirrored( $mug->id, '3', 3 );
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
