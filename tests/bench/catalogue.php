<?php
/** Many variations at once, straight into the database. Argument: how many. */

list( $count ) = $args;
global $wpdb;
$first  = 1 + (int) $wpdb->get_var( "SELECT MAX(ID) FROM {$wpdb->posts}" );
$now    = current_time( 'mysql' );
$term   = get_term_by( 'slug', 'variable', 'product_type' )->term_taxonomy_id;
$posts  = array();
$metas  = array();
$terms  = array();
$insert = static function () use ( &$posts, &$metas, &$terms, $wpdb ): void {
	if ( array() !== $posts ) {
		$wpdb->query( "INSERT INTO {$wpdb->posts} (ID, post_title, post_type, post_status, post_parent, post_name, post_date, post_date_gmt, post_modified, post_modified_gmt, post_content, post_excerpt, to_ping, pinged, post_content_filtered) VALUES " . implode( ',', $posts ) );
		$wpdb->query( "INSERT INTO {$wpdb->postmeta} (post_id, meta_key, meta_value) VALUES " . implode( ',', $metas ) );
	}
	if ( array() !== $terms ) {
		$wpdb->query( "INSERT INTO {$wpdb->term_relationships} (object_id, term_taxonomy_id) VALUES " . implode( ',', $terms ) );
	}
	$posts = array();
	$metas = array();
	$terms = array();
};
$id     = $first;
$parent = 0;
for ( $n = 0; $n < (int) $count; $n++ ) {
	if ( 0 === $n % 12 ) {
		$parent  = $id++;
		$posts[] = "($parent,'Bulk shirt $parent','product','publish',0,'bulk-$parent','$now','$now','$now','$now','','','','','')";
		$metas[] = "($parent,'_manage_stock','no'),($parent,'_stock_status','instock')";
		$terms[] = "($parent,$term)";
	}
	$posts[] = "($id,'Bulk shirt $parent - $n','product_variation','publish',$parent,'bulk-$id','$now','$now','$now','$now','','','','','')";
	foreach ( array( '_sku' => "BULK-$n", '_manage_stock' => 'yes', '_stock' => $n % 50, '_stock_status' => 'instock', '_backorders' => 'no', '_price' => '19', 'attribute_size' => "size $n" ) as $key => $value ) {
		$metas[] = "($id,'$key','$value')";
	}
	++$id;
	if ( 499 === $n % 500 ) {
		$insert();
	}
}
$insert();
