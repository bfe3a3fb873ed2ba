--TEST--
A disk that takes no more is a 0 and an error; what is there stays readable
--INI--
onhand.journal_dir={TMP}/onhand-full_disk
--FILE--
<?php
require __DIR__ . "/helper.inc";
$dir = fresh_journal();
// A file size limit fails like a full disk: first a short write, then an error.
echo other_php('
    $done = 0;
    do { $n = onhand_append([stock()]); $done += $n; } while ($n && $done < 1000);
    echo $done, " ", $n, "\n", onhand_last_error(), "\n";',
    [], 'trap "" XFSZ; ulimit -f 2; ');
$whole = substr_count(journal(), "}\n");
var_dump($whole > 3, strlen(journal()) <= 2048);
var_dump(onhand_append([stock()]), substr(journal(), -strlen(frame(''))) !== '', substr_count(journal(), "}\n") - $whole);
?>
--EXPECTF--
%d 0
cannot append to the journal in %s: File too large (os error 27). Check that the directory exists and that the web server's user may write there
bool(true)
bool(true)
int(1)
bool(true)
int(1)
