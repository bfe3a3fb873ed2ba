--TEST--
Item, snapshot and webhook records
--INI--
onhand.journal_dir={TMP}/onhand-record_types
--FILE--
<?php
require __DIR__ . "/helper.inc";
fresh_journal();
$snapshot = ['id' => '00112233445566ff', 'at' => 1, 'snap' => 's', 'scope' => 'all', 'req' => 'r'];
var_dump(onhand_append([
    ['t' => 'snapshot_begin'] + $snapshot,
    item(['kind' => 'variation', 'parent' => 3, 'attrs' => [['Size', 'L'], ['Colour', 'red']], 'problems' => ['no_sku']]),
    ['t' => 'snapshot_end', 'items' => 1, 'pools' => 0] + $snapshot,
    webhook(),
]));
echo implode("\n", payloads()), "\n";
?>
--EXPECT--
int(4)
{"v":1,"t":"snapshot_begin","id":"00112233445566ff","at":1,"snap":"s","scope":"all","req":"r"}
{"v":1,"t":"item","id":"00112233445566ff","at":1764000000000000,"item":7,"parent":3,"pool":7,"kind":"variation","sku":"MUG","gtin":null,"name":"Mug","attrs":[["Size","L"],["Colour","red"]],"terms":[],"parts":[],"price":"9.5","post_status":"publish","sellable":true,"deleted":false,"problems":["no_sku"],"req":"a1b2c3d4e5f60718","snap":null}
{"v":1,"t":"snapshot_end","id":"00112233445566ff","at":1,"snap":"s","scope":"all","items":1,"pools":0,"req":"r"}
{"v":1,"t":"webhook","id":"00112233445566ff","at":1764000000000000,"channel":"shop","headers":[["X-Topic","orders/create"]],"body":"e30="}
