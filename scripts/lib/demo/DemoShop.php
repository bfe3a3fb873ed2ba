<?php

declare( strict_types=1 );

namespace Onhand\Demo;

/** What the demo needs of a shop: a product with twelve variations, and ways in which their stock changes. */
interface DemoShop {
	/** Makes the product. @return array<string,string> titles by SKU */
	public function open(): array;

	/** The stock as the shop itself has it now. @return array<string,int> by SKU */
	public function stock(): array;

	/** States everything there is. */
	public function resync(): void;

	/** The steps of the demo: what happens, in words, and the doing of it. @return iterable<string,callable> */
	public function steps(): iterable;
}
