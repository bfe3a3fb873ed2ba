--TEST--
The settings belong to the machine: ini_set() is refused
--INI--
onhand.journal_dir={TMP}/onhand-ini_system
--FILE--
<?php
require __DIR__ . "/helper.inc";
fresh_journal();
foreach (ini_get_all('onhand') as $name => $setting) {
    var_dump($name, ini_set($name, '0'), $setting['access'] === INI_SYSTEM);
}
var_dump(ini_get('onhand.segment_bytes'), ini_get('onhand.max_bytes'), onhand_append([stock()]));
echo other_php('echo ini_get("onhand.journal_dir"), " ", onhand_append([stock()]);', ['onhand.journal_dir' => '']), "\n";
?>
--EXPECT--
string(14) "onhand.enabled"
bool(false)
bool(true)
string(18) "onhand.journal_dir"
bool(false)
bool(true)
string(16) "onhand.max_bytes"
bool(false)
bool(true)
string(20) "onhand.segment_bytes"
bool(false)
bool(true)
string(7) "8388608"
string(9) "268435456"
int(1)
 0
