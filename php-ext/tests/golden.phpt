--TEST--
Every record of the golden file gives its line, also with its keys shuffled
--INI--
onhand.journal_dir={TMP}/onhand-golden
--FILE--
<?php
require __DIR__ . '/helper.inc';

/** The same array with the keys of every map in another order. */
function shuffled(mixed $value): mixed
{
    if (!is_array($value)) {
        return $value;
    }
    $value = array_map(shuffled(...), $value);
    return array_is_list($value) ? $value : array_reverse($value, true);
}

$file = __DIR__ . '/../../tests/fixtures/journal/golden.json';
$golden = json_decode(file_get_contents($file), true, 64, JSON_THROW_ON_ERROR);
foreach ($golden as ['name' => $name, 'record' => $record, 'line' => $line]) {
    fresh_journal();
    foreach ([$record, shuffled($record)] as $given) {
        onhand_append([$given]);
    }
    if (journal() !== str_repeat(base64_decode($line), 2)) {
        echo "$name differs:\n", base64_decode($line), journal(), "\n";
    }
}
var_dump(count($golden) >= 15);
?>
--EXPECT--
bool(true)
