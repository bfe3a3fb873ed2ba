--TEST--
Quantities are written in their canonical form
--INI--
onhand.journal_dir={TMP}/onhand-decimals
--FILE--
<?php
require __DIR__ . "/helper.inc";
fresh_journal();
$given = ['7', '7.000000', '-2.50', '-0', '0.000001', '007', '9223372036854.775807', '-0.1'];
onhand_append(array_map(fn ($qty) => stock(['qty' => $qty]), $given));
echo implode(' ', array_column(written(), 'qty')), "\n";
onhand_append([stock(['qty' => null, 'held' => [['1.50', 3], ['2', 9]]])]);
echo strstr(payloads()[8], '"qty":null', false) !== false ? 'null ' : '', json_encode(written()[8]['held']), "\n";
?>
--EXPECT--
7 7 -2.5 0 0.000001 7 9223372036854.775807 -0.1
null [["1.5",3],["2",9]]
