--TEST--
One stock record gives exactly one frame
--INI--
onhand.journal_dir={TMP}/onhand-frame
--FILE--
<?php
require __DIR__ . "/helper.inc";
fresh_journal();
var_dump(onhand_append([stock()]), count(segments()), basename(segments()[0]));
$payload = '{"v":1,"t":"stock","id":"00112233445566ff","at":1764000000000000,"pool":7,"qty":"5","managed":true,'
    . '"status":"instock","backorders":"no","held":[],"req":"a1b2c3d4e5f60718","snap":null,"moves":[]}';
var_dump(journal() === "\x1eO1 000000c2 " . hash('crc32b', $payload) . " $payload\n");
var_dump(journal() === frame($payload), onhand_last_error(), onhand_append([]));
?>
--EXPECT--
int(1)
int(1)
string(27) "00000000000000000001.v1.ohj"
bool(true)
bool(true)
NULL
int(0)
