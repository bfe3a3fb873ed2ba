--TEST--
The extension is loaded and shows itself in phpinfo()
--INI--
onhand.journal_dir={TMP}/onhand-loaded
--FILE--
<?php
require __DIR__ . "/helper.inc";
fresh_journal();
var_dump(extension_loaded('onhand'), phpversion('onhand') === onhand_health()['version']);
ob_start();
phpinfo(INFO_MODULES);
$section = explode("\n\n\n", explode("\nonhand\n", ob_get_clean())[1])[0];
foreach (['Onhand => enabled', 'Version => ', 'Journal => ', 'Journal writable => yes', 'Agent listening => no',
    'Last error => none'] as $row) {
    echo str_contains($section, $row) ? '' : "missing: $row\n";
}
?>
--EXPECT--
bool(true)
bool(true)
