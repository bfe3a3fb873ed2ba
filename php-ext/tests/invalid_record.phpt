--TEST--
A record that breaks the shape throws, names its index and key, and nothing of its batch is written
--INI--
onhand.journal_dir={TMP}/onhand-invalid_record
--FILE--
<?php
require __DIR__ . "/helper.inc";
fresh_journal();
$without = stock();
unset($without['pool']);
$move = ['op' => 'delta', 'qty' => '1', 'cause' => 'rest', 'ref' => null, 'line' => null];
foreach ([$without, stock(['status' => 'gone']), stock(['t' => 'stok']), ['pool' => 1], 'text',
    stock(['moves' => [$move + ['actor' => ['kind' => 1, 'id' => null, 'name' => null]]]])] as $wrong) {
    echo attempt([stock(), stock(), $wrong]), "\n";
}
var_dump(segments(), onhand_health()['appended']);
?>
--EXPECTF--
record 2: missing field `pool`
record 2: key "status": unknown variant `gone`, expected one of `instock`, `outofstock`, `onbackorder`
record 2: key "t": "stok" is not a record type
record 2: key "t" is missing or not a string
record 2: it is not an array
record 2: key "moves.0.actor.kind": invalid type: integer `1`, expected a string
array(0) {
}
int(0)
