<?php

/**
 * What the extension onhand gives to PHP, for editors and static analysis. tests/stub.phpt compares it with the
 * extension.
 *
 * @generate-class-entries
 */

namespace {
    /**
     * Appends records to the journal in one write and rings the agent's doorbell. Never waits.
     *
     * A record is an array with the keys of its type ("t": stock, item, snapshot_begin, snapshot_end or webhook), in
     * any order. "v" and "id" may be left out. Quantities and prices are decimal strings of at most 6 places; times
     * are microseconds since the Unix epoch by the database's clock. Bytes that are no UTF-8 are replaced by U+FFFD.
     *
     * @param list<array<string, mixed>> $records
     * @return int how many were appended: all of them, or 0 when the journal cannot be written (a missing directory,
     *     a full disk, the cap reached, a record of more than 1 MiB, onhand.enabled=0); see onhand_last_error()
     * @throws \Onhand\InvalidRecordException when a record breaks the shape; nothing is written then
     */
    function onhand_append(array $records): int {}

    /**
     * Why the last onhand_append() of this process returned 0: what, where, what to do. Null when it worked.
     */
    function onhand_last_error(): ?string {}

    /**
     * The state of the journal and of this process's writer.
     *
     * - version: of the extension; format: of the records
     * - journal_dir, and writable: may this process append there?
     * - segment: number of the newest one, null when there is none; segments: how many; bytes: of all together
     * - gap: records were dropped because the journal was full, and the agent does not know yet
     * - agent_listening: somebody has bound the doorbell
     * - appended, failed: records, by this process
     * - last_error: as onhand_last_error()
     *
     * @return array{version: string, format: int, journal_dir: string, writable: bool, segment: ?int, segments: int,
     *     bytes: int, gap: bool, agent_listening: bool, appended: int, failed: int, last_error: ?string}
     */
    function onhand_health(): array {}
}

namespace Onhand {
    /**
     * A record does not have the shape it claims: a programmer's error. The message names the record's index in the
     * list and the key. Only the extension makes one.
     */
    class InvalidRecordException extends \Exception
    {
    }
}
