<?php

declare( strict_types=1 );

namespace Onhand\Tests\WordPress;

/** A guest buys one product. */
trait Buys {
	private function buy( Product $product, int $quantity, string $payment = 'cod' ): int {
		return Storefront::guest( $this->shop )->add( $product->id, $quantity )->buy( $payment );
	}

	/** An order's first line. */
	private function line( int $order ): int {
		return (int) $this->shop->run( 'return array_key_first( wc_get_order( $id )->get_items() );', array( 'id' => $order ) );
	}
}
