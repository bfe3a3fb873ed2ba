<?php

declare( strict_types=1 );

namespace Onhand\Tests\WordPress;

/** A product the test made: its id and SKU, and those of its variations by name. */
final class Product {
	/** @param array<string,Product> $variations */
	public function __construct( public readonly int $id, public readonly string $sku, public readonly array $variations = array() ) {}

	public function of( string $name ): self {
		return $this->variations[ $name ];
	}
}
