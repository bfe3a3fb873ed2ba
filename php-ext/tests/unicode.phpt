--TEST--
Emoji, U+2028, slashes and NUL: what is escaped and what is not
--INI--
onhand.journal_dir={TMP}/onhand-unicode
--FILE--
<?php
require __DIR__ . "/helper.inc";
fresh_journal();
$name = "Mug ☕ 👩‍👩‍👧 \u{2028}\u{2029} a/b \"q\" \\ é";
onhand_append([item(['name' => $name]), item(['name' => "\x00\x01\x08\x09\x0a\x0b\x0c\x0d\x1e\x1f\x7f"])]);
$flags = JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_LINE_TERMINATORS;
foreach (written() as $n => $record) {
    var_dump(payloads()[$n] === json_encode($record, $flags));
}
var_dump(written()[0]['name'] === $name, substr_count(journal(), "\x1e"), substr_count(journal(), "\n"));
echo addcslashes(substr(strstr(strstr(payloads()[1], '"name"'), '"attrs"', true), 0, -1), "\x7f"), "\n";
?>
--EXPECT--
bool(true)
bool(true)
bool(true)
int(2)
int(2)
"name":"\u0000\u0001\b\t\n\u000b\f\r\u001e\u001f\177"
