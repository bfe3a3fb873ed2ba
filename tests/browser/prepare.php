<?php
/** Run once by `wp eval-file`: what the shop of the browser's tests sells. */

// Their pictures would come from the internet.
update_option( 'show_avatars', '0' );
$shirt = new WC_Product_Variable();
$size  = new WC_Product_Attribute();
$size->set_name( 'Size' );
$size->set_options( array( 'S', 'M', 'L', 'XL' ) );
$size->set_variation( true );
$shirt->set_props( array( 'name' => 'Linen shirt', 'status' => 'publish', 'attributes' => array( $size ) ) );
$shirt->save();
foreach ( array( 'S' => 4, 'M' => 9, 'L' => 12, 'XL' => 2 ) as $name => $stock ) {
	$variation = new WC_Product_Variation();
	$variation->set_props( array( 'parent_id' => $shirt->get_id(), 'sku' => "SHIRT-$name", 'regular_price' => '29', 'manage_stock' => true, 'stock_quantity' => $stock, 'status' => 'publish', 'attributes' => array( 'size' => $name ) ) );
	$variation->save();
}
for ( $number = 1; $number <= 44; $number++ ) {
	$mug = new WC_Product_Simple();
	$mug->set_props( array( 'name' => "Mug $number", 'sku' => sprintf( 'MUG-%02d', $number ), 'regular_price' => '9', 'manage_stock' => true, 'stock_quantity' => 10 + $number, 'status' => 'publish' ) );
	$mug->save();
}
