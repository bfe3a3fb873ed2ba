--TEST--
A record longer than a record may be is refused with a clear error
--INI--
onhand.journal_dir={TMP}/onhand-too_large
--FILE--
<?php
require __DIR__ . "/helper.inc";
fresh_journal();
var_dump(onhand_append([stock(), item(['sku' => str_repeat('x', 2 << 20)])]));
echo onhand_last_error(), "\n";
var_dump(segments());
var_dump(onhand_append([item(['sku' => str_repeat('x', 1000 << 10)])]), onhand_last_error(), count(written()));
?>
--EXPECTF--
int(0)
a record of %d bytes is longer than the 1048576 a record may have
array(0) {
}
int(1)
NULL
int(1)
