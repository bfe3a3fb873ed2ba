<?php

declare( strict_types=1 );

namespace Onhand\Tests\WordPress;

/** What a product is filed under, for rules by category and tag. */
final class TermsTest extends RowTestCase {
	public function test_categories_with_what_they_lie_in_and_tags(): void {
		$mug = $this->simple( 10 );
		$this->ready();
		$terms = $this->shop->run(
			'$clothes = wp_insert_term( "Clothes $id", "product_cat" )["term_id"];
			$shirts = wp_insert_term( "Shirts $id", "product_cat", array( "parent" => $clothes ) )["term_id"];
			wp_set_object_terms( $id, array( $shirts ), "product_cat" );
			wp_set_object_terms( $id, "Summer $id", "product_tag" );
			return array( $clothes, $shirts, get_term_by( "slug", "summer-$id", "product_tag" )->term_id );',
			array( 'id' => $mug->id )
		);
		$clothes = array( 'category', "clothes-{$mug->id}" );
		$shirts  = array( 'category', "shirts-{$mug->id}" );
		$this->assert_item( $mug->id, array( 'terms' => array( $shirts, $clothes, array( 'tag', "summer-{$mug->id}" ) ) ) );

		$this->ready();
		$this->shop->run( 'wp_update_term( $tag, "product_tag", array( "slug" => "hot-$id" ) );', array( 'id' => $mug->id, 'tag' => $terms[2] ) );
		$this->assert_item( $mug->id, array( 'terms' => array( $shirts, $clothes, array( 'tag', "hot-{$mug->id}" ) ) ) );

		$this->ready();
		$this->shop->run( 'wp_update_term( $shirts, "product_cat", array( "parent" => 0 ) );', array( 'shirts' => $terms[1] ) );
		$this->assert_item( $mug->id, array( 'terms' => array( $shirts, array( 'tag', "hot-{$mug->id}" ) ) ) );

		$this->ready();
		$this->shop->run( 'wp_delete_term( $tag, "product_tag" );', array( 'tag' => $terms[2] ) );
		$this->assert_item( $mug->id, array( 'terms' => array( $shirts ) ) );
	}

	public function test_a_variation_is_filed_where_its_product_is(): void {
		$shirt = $this->variable( array( 'S' => 4 ) );
		$this->ready();
		$this->shop->run( 'wp_set_object_terms( $id, "Tag $id", "product_tag" );', array( 'id' => $shirt->id ) );
		$said = $this->assert_item( $shirt->of( 'S' )->id, array( 'kind' => 'variation' ) );
		self::assertContains( array( 'tag', "tag-{$shirt->id}" ), $said['terms'] );
	}

	public function test_a_change_of_stock_says_nothing_of_it(): void {
		$mug = $this->simple( 10 );
		$this->ready();
		$this->shop->run( 'wc_update_product_stock( $id, 0 );', array( 'id' => $mug->id ) );
		$this->assert_stock( $mug->id, '0', array( Move::set( '0', 'code', 'guest' ) ), array( 'status' => 'outofstock' ), 0 );
		self::assertNull( $this->statements()->item( $mug->id ), 'visibility is a term too, and none of ours' );
	}
}
