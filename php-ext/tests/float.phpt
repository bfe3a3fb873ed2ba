--TEST--
A float is refused: quantities are decimal strings
--INI--
onhand.journal_dir={TMP}/onhand-float
--FILE--
<?php
require __DIR__ . "/helper.inc";
fresh_journal();
foreach ([['qty' => 5.5], ['pool' => 7.0], ['held' => [[1.5, 1]]]] as $change) {
    echo attempt([stock($change)]), "\n";
}
echo attempt([item(['price' => NAN])]), "\n";
var_dump(segments());
?>
--EXPECT--
record 0: key "qty": only null, bool, int, string and array are allowed (quantities are strings)
record 0: key "pool": only null, bool, int, string and array are allowed (quantities are strings)
record 0: key "held.0.0": only null, bool, int, string and array are allowed (quantities are strings)
record 0: key "price": only null, bool, int, string and array are allowed (quantities are strings)
array(0) {
}
