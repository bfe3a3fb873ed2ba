--TEST--
A directory that does not exist is a 0 and an error that says what to do
--INI--
onhand.journal_dir={PWD}/missing/journal
--FILE--
<?php
require __DIR__ . "/helper.inc";
var_dump(onhand_append([stock()]));
echo onhand_last_error(), "\n";
$health = onhand_health();
var_dump($health['writable'], $health['failed'], $health['segment'], $health['last_error'] === onhand_last_error());
mkdir(ini_get('onhand.journal_dir'), 0770, true);
var_dump(onhand_append([stock()]), onhand_last_error(), count(payloads()));
array_map('unlink', segments());
rmdir(ini_get('onhand.journal_dir'));
rmdir(__DIR__ . '/missing');
?>
--EXPECTF--
int(0)
cannot append to the journal in %s/missing/journal: No such file or directory (os error 2). Check that the directory exists and that the web server's user may write there
bool(false)
int(1)
NULL
bool(true)
int(1)
NULL
int(1)
