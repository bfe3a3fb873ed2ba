<?php

declare( strict_types=1 );

namespace Onhand\Tests\WordPress;

/** What WordPress reads anyway is not read again; what may not be how it is, is. */
final class GlanceTest extends RowTestCase {
	/** Runs it and tells which queries the statement took, and what it says. */
	private function told( Product $product, string $code ): array {
		$this->ready();
		$asked = $this->shop->run(
			'$asked = array();
			$product = wc_get_product( $id );
			' . $code . '
			add_filter( "query", static function ( $sql ) use ( &$asked ) { $asked[] = $sql; return $sql; } );
			Onhand\Plugin::get()->recorder->flush();
			return $asked;',
			array( 'id' => $product->id )
		);
		$said = $this->statements()->records;
		$said = array_values( array_filter( $said, static fn( array $record ): bool => 'stock' === $record['t'] && $record['pool'] === $product->id ) );
		return array( $asked, $said );
	}

	public function test_a_plain_write_takes_no_query_of_ours(): void {
		$mug = $this->simple( 10 );
		list( $asked, $said ) = $this->told( $mug, 'wc_update_product_stock( $product, 3, "decrease" );' );
		self::assertSame( array(), $asked );
		self::assertCount( 1, $said );
		self::assertSame( array( '7', true, 'instock' ), array( $said[0]['qty'], $said[0]['managed'], $said[0]['status'] ) );
		self::assertEqualsWithDelta( time() * 1e6, $said[0]['at'], 60e6 );
		self::assertEquals( 7, $this->shop->stored_stock( $mug->id ) );
	}

	public function test_what_was_seen_before_the_last_write_is_not_taken(): void {
		$mug = $this->simple( 10 );
		list( , $said ) = $this->told( $mug, 'wc_update_product_stock( $product, 3, "decrease" ); get_post_meta( $id, "_stock" ); update_post_meta( $id, "_stock", "42" );' );
		self::assertSame( '42', end( $said )['qty'] );
	}

	public function test_what_is_undone_is_not_taken(): void {
		$mug = $this->simple( 10 );
		list( $asked, $said ) = $this->told(
			$mug,
			'global $wpdb; $wpdb->query( "START TRANSACTION" ); wc_update_product_stock( $product, 3, "decrease" ); $wpdb->query( "ROLLBACK" ); clean_post_cache( $id );'
		);
		self::assertCount( 1, $asked, 'it is read once more' );
		self::assertSame( '10', end( $said )['qty'] );
	}

	public function test_what_was_seen_long_ago_is_read_again(): void {
		$mug = $this->simple( 10 );
		list( $asked, $said ) = $this->told(
			$mug,
			'global $wpdb; Onhand\Plugin::get()->recorder->hold( true ); wc_update_product_stock( $product, 3, "decrease" ); usleep( 150000 );
			$wpdb->update( $wpdb->postmeta, array( "meta_value" => "5" ), array( "post_id" => $id, "meta_key" => "_stock" ) ); Onhand\Plugin::get()->recorder->hold( false );'
		);
		self::assertCount( 1, $asked );
		self::assertSame( '5', end( $said )['qty'] );
	}

	public function test_wordpress_finds_what_it_would_have_read_itself(): void {
		$mug   = $this->simple( 10 );
		$found = $this->shop->run(
			'wc_update_product_stock( wc_get_product( $id ), 1, "decrease" );
			$ours = get_post_meta( $id );
			wp_cache_delete( $id, "post_meta" );
			return array( $ours, get_post_meta( $id ) );',
			array( 'id' => $mug->id )
		);
		self::assertSame( $found[1], $found[0] );
	}
}
