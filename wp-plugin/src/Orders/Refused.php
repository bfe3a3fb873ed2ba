<?php

namespace Onhand\Orders;

/** An order that cannot become one of the shop's as it is; a person has to do something. */
final class Refused extends \RuntimeException {
	public function __construct( public readonly string $reason, string $message ) {
		parent::__construct( $message );
	}
}
