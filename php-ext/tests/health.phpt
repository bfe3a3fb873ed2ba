--TEST--
The shape of onhand_health()
--INI--
onhand.journal_dir={TMP}/onhand-health
--FILE--
<?php
require __DIR__ . "/helper.inc";
$dir = fresh_journal();
$before = onhand_health();
onhand_append([stock(), stock()]);
onhand_append([item(['sku' => str_repeat('x', 2 << 20)])]);
$after = onhand_health();
foreach ($after as $key => $value) {
    echo $key, ' ', get_debug_type($before[$key]), ' ', get_debug_type($value), "\n";
}
var_dump($after['journal_dir'] === $dir, $after['appended'], $after['failed'], $after['segment'], $after['format']);
var_dump($after['bytes'] === strlen(journal()), $after['last_error'] === onhand_last_error());
?>
--EXPECT--
version string string
format int int
journal_dir string string
writable bool bool
segment null int
segments int int
bytes int int
gap bool bool
agent_listening bool bool
appended int int
failed int int
last_error null string
bool(true)
int(2)
int(1)
int(1)
int(1)
bool(true)
bool(true)
