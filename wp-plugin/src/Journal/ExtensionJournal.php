<?php

namespace Onhand\Journal;

/** The Rust extension: about ten microseconds an append. */
final class ExtensionJournal implements Journal {
	public function append( array $records ): int {
		return onhand_append( $records );
	}

	public function last_error(): ?string {
		return onhand_last_error();
	}

	public function health(): array {
		return array( 'writer' => 'extension' ) + onhand_health();
	}
}
