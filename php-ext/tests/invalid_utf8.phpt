--TEST--
Bytes that are no UTF-8 are replaced, never an error
--INI--
onhand.journal_dir={TMP}/onhand-invalid_utf8
--FILE--
<?php
require __DIR__ . "/helper.inc";
fresh_journal();
foreach (["caf\xe9", "a\xff\xfeb", "cut \xf0\x9f\x98", "\xc0\xaf", "\xed\xa0\x80"] as $name) {
    var_dump(attempt([item(['name' => $name])]));
}
onhand_append([item(['attrs' => [["S\xefze", "L\xff"]], 'sku' => "\x80"])]);
foreach (written() as $record) {
    echo $record['name'], ' ', $record['sku'], ' ', json_encode($record['attrs'], JSON_UNESCAPED_UNICODE), "\n";
}
?>
--EXPECT--
string(1) "1"
string(1) "1"
string(1) "1"
string(1) "1"
string(1) "1"
caf� MUG []
a��b MUG []
cut � MUG []
�� MUG []
��� MUG []
Mug � [["S�ze","L�"]]
