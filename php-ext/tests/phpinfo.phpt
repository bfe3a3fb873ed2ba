--TEST--
phpinfo() has a section with the journal's state and every setting
--INI--
onhand.journal_dir={TMP}/onhand-phpinfo
onhand.segment_bytes=4096
--FILE--
<?php
require __DIR__ . "/helper.inc";
$dir = fresh_journal();
onhand_append([stock()]);
ob_start();
phpinfo(INFO_MODULES);
preg_match('/^onhand\n(.*?)\n\n\w+\n\n/ms', ob_get_clean() . "\n\nend\n\n", $section);
$lines = str_replace($dir, 'DIR', $section[1] ?? '');
foreach (array('Onhand => enabled', 'Journal => DIR', 'Journal writable => yes', 'Agent listening => no', 'Last error => none',
	'onhand.enabled => 1', 'onhand.journal_dir => DIR', 'onhand.segment_bytes => 4096', 'onhand.max_bytes => 268435456') as $line) {
	echo $line, str_contains("$lines\n", "$line\n") ? '' : ' IS MISSING', "\n";
}
?>
--EXPECT--
Onhand => enabled
Journal => DIR
Journal writable => yes
Agent listening => no
Last error => none
onhand.enabled => 1
onhand.journal_dir => DIR
onhand.segment_bytes => 4096
onhand.max_bytes => 268435456
