--TEST--
At the cap nothing is written, and the file gap says so
--INI--
onhand.journal_dir={TMP}/onhand-cap
onhand.segment_bytes=1000
onhand.max_bytes=3000
--FILE--
<?php
require __DIR__ . "/helper.inc";
$dir = fresh_journal();
for ($written = 0; onhand_append([stock()]) === 1; $written++) {
}
echo preg_replace('/in .* is full/', 'in DIR is full', onhand_last_error()), "\n";
var_dump(count(segments()), count(payloads()) === $written, onhand_health()['gap']);
$gap = file_get_contents("$dir/gap");
$since = json_decode($gap, true)['since'];
var_dump(preg_match('/^\{"since":\d{16}\}\n$/D', $gap), abs($since / 1e6 - microtime(true)) < 60);
var_dump(onhand_append([stock()]), file_get_contents("$dir/gap") === $gap);
unlink(segments()[0]);
unlink("$dir/gap");
var_dump(onhand_append([stock()]), onhand_last_error(), onhand_health()['gap']);
?>
--EXPECT--
the journal in DIR is full (3000 bytes): records are dropped until the agent has read it. Start the agent, then run `wp onhand resync`
int(3)
bool(true)
bool(true)
int(1)
bool(true)
int(0)
bool(true)
int(1)
NULL
bool(false)
