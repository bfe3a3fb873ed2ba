--TEST--
onhand.enabled=0 writes nothing and says why
--INI--
onhand.journal_dir={TMP}/onhand-disabled
onhand.enabled=0
--FILE--
<?php
require __DIR__ . "/helper.inc";
fresh_journal();
var_dump(onhand_append([stock()]), onhand_last_error(), segments());
echo attempt([[]]), "\n";
foreach (['Off', 'no', 'false', '1', 'On'] as $value) {
    echo $value, ' ', other_php('echo onhand_append([stock()]);', ['onhand.enabled' => $value]), "\n";
}
?>
--EXPECT--
int(0)
string(67) "onhand.enabled is off in php.ini: nothing is written to the journal"
array(0) {
}
record 0: key "t" is missing or not a string
Off 0
no 0
false 0
1 1
On 1
