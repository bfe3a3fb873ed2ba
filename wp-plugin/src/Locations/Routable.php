<?php

namespace Onhand\Locations;

use Onhand\Orders\Busy;
use Onhand\Stock\Recorder;

/** What is sent from somewhere, and the note of it: an order of the shop, or a channel's that is a movement of the stock alone. */
interface Routable {
	/** How it is named as the cause of a movement. */
	public function reference(): string;

	/** @return array<string,array<int,array<string,float>>> units by line, pool and location */
	public function routed(): array;

	/** @return list<string> why they are sent from there */
	public function why(): array;

	/**
	 * @param array<string,array<int,array<string,float>>> $routed As routed() has them.
	 * @param list<string>                                 $why    Empty: for the reasons that are known.
	 */
	public function note( array $routed, array $why ): void;

	/**
	 * Runs this while nobody else decides of it.
	 *
	 * @throws Busy When it is to be tried again; then nothing was done.
	 */
	public function alone( Recorder $recorder, callable $change ): void;
}
