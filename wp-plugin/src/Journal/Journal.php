<?php

namespace Onhand\Journal;

/** Where statements go. Never waits, never throws for anything but a record that breaks the shape. */
interface Journal {
	/**
	 * Appends records in one write; all of them or none.
	 *
	 * @param list<array<string,mixed>> $records As the journal's format describes them; "v" and "id" are filled in.
	 * @return int How many were appended: all, or 0 (see last_error()).
	 */
	public function append( array $records ): int;

	/** Why the last append failed: what, where, what to do. Null when it worked. */
	public function last_error(): ?string;

	/**
	 * The state of the journal.
	 *
	 * @return array{writer:string,journal_dir:string,writable:bool,segment:?int,segments:int,bytes:int,gap:bool,agent_listening:bool,last_error:?string}
	 */
	public function health(): array;
}
