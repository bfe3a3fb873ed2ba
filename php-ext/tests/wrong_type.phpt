--TEST--
A value of the wrong type is refused; the argument itself must be an array
--INI--
onhand.journal_dir={TMP}/onhand-wrong_type
--FILE--
<?php
require __DIR__ . "/helper.inc";
fresh_journal();
foreach ([['pool' => '7'], ['managed' => 1], ['qty' => 5], ['qty' => '5.1234567'], ['qty' => '+5'], ['held' => 'none'],
    ['held' => [['1']]], ['at' => null], ['req' => new stdClass()]] as $change) {
    echo attempt([stock($change)]), "\n";
}
try {
    onhand_append('text');
} catch (TypeError $error) {
    echo get_class($error), "\n";
}
var_dump(segments());
?>
--EXPECT--
record 0: key "pool": invalid type: string "7", expected i64
record 0: key "managed": invalid type: integer `1`, expected a boolean
record 0: key "qty": invalid type: integer `5`, expected a string
record 0: key "qty": "5.1234567" is not a decimal number with at most 6 places
record 0: key "qty": "+5" is not a decimal number with at most 6 places
record 0: key "held": invalid type: string "none", expected a sequence
record 0: key "held.0": invalid length 1, expected a tuple of size 2
record 0: key "at": invalid type: unit value, expected i64
record 0: key "req": only null, bool, int, string and array are allowed (quantities are strings)
TypeError
array(0) {
}
