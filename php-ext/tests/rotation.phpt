--TEST--
A new segment begins at onhand.segment_bytes, and no batch spans two
--INI--
onhand.journal_dir={TMP}/onhand-rotation
onhand.segment_bytes=1000
--FILE--
<?php
require __DIR__ . "/helper.inc";
fresh_journal();
for ($i = 0; $i < 5; $i++) {
    onhand_append([stock(), stock(), stock()]);
}
var_dump(array_map('basename', segments()));
var_dump(array_map(fn ($file) => substr_count(file_get_contents($file), "\x1e"), segments()));
var_dump(onhand_health()['segment'], onhand_health()['segments'], onhand_health()['bytes'] === strlen(journal()));
?>
--EXPECT--
array(3) {
  [0]=>
  string(27) "00000000000000000001.v1.ohj"
  [1]=>
  string(27) "00000000000000000002.v1.ohj"
  [2]=>
  string(27) "00000000000000000003.v1.ohj"
}
array(3) {
  [0]=>
  int(6)
  [1]=>
  int(6)
  [2]=>
  int(3)
}
int(3)
int(3)
bool(true)
