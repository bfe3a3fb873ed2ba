--TEST--
A directory that this user may not write is a 0 and an error
--EXTENSIONS--
posix
--INI--
onhand.journal_dir={TMP}/onhand-read_only
--FILE--
<?php
require __DIR__ . "/helper.inc";
$dir = fresh_journal();
// Root may write everywhere: become somebody else, as a web server does.
chmod($dir, 0555);
if (posix_getuid() === 0) {
    chown($dir, 65534);
    posix_setuid(65534);
}
var_dump(onhand_append([stock()]), onhand_health()['writable']);
echo onhand_last_error(), "\n";
chmod($dir, 0770);
var_dump(onhand_append([stock()]), onhand_last_error());
?>
--EXPECTF--
int(0)
bool(false)
cannot append to the journal in %s: Permission denied (os error 13). Check that the directory exists and that the web server's user may write there
int(1)
NULL
