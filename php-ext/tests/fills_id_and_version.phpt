--TEST--
A missing id and version are filled in, and ids differ
--INI--
onhand.journal_dir={TMP}/onhand-fills_id_and_version
--FILE--
<?php
require __DIR__ . "/helper.inc";
fresh_journal();
$record = stock();
unset($record['v'], $record['id']);
onhand_append(array_fill(0, 1000, $record));
$ids = array_column(written(), 'id');
var_dump(count(array_unique($ids)), count(preg_grep('/^[0-9a-f]{16}$/D', $ids)));
var_dump(array_unique(array_column(written(), 'v')), $record === array_diff_key(stock(), ['v' => 1, 'id' => 1]));
?>
--EXPECT--
int(1000)
int(1000)
array(1) {
  [0]=>
  int(1)
}
bool(true)
