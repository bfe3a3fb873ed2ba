--TEST--
Parent and children append at the same time; every frame is whole and every id unique
--EXTENSIONS--
pcntl
--INI--
onhand.journal_dir={TMP}/onhand-fork
onhand.segment_bytes=20000
--FILE--
<?php
require __DIR__ . "/helper.inc";
fresh_journal();
$record = array_diff_key(stock(), ['id' => 1]);
onhand_append([$record]); // Opens the segment and the doorbell before the fork.
$children = [];
for ($child = 1; $child <= 4; $child++) {
    $pid = pcntl_fork();
    $who = $pid === 0 ? $child : 0;
    if ($pid === 0) {
        break;
    }
    $children[] = $pid;
}
for ($n = 0; $n < 500; $n++) {
    onhand_append([['pool' => $who] + $record, ['pool' => $who] + $record]);
}
if ($who > 0) {
    exit(onhand_health()['appended'] === 1001 ? 0 : 1);
}
foreach ($children as $pid) {
    pcntl_waitpid($pid, $status);
    var_dump(pcntl_wexitstatus($status));
}
$pools = array_count_values(array_column(written(), 'pool'));
ksort($pools);
var_dump($pools, count(array_unique(array_column(written(), 'id'))));
?>
--EXPECT--
int(0)
int(0)
int(0)
int(0)
array(6) {
  [0]=>
  int(1000)
  [1]=>
  int(1000)
  [2]=>
  int(1000)
  [3]=>
  int(1000)
  [4]=>
  int(1000)
  [7]=>
  int(1)
}
int(5001)
