--TEST--
Keys in any order are written in the canonical one; unknown keys are left out
--INI--
onhand.journal_dir={TMP}/onhand-key_order
--FILE--
<?php
require __DIR__ . "/helper.inc";
fresh_journal();
$move = ['op' => 'delta', 'qty' => '-2', 'cause' => 'order_reduced', 'ref' => '12', 'line' => '3',
    'actor' => ['kind' => 'user', 'id' => 5, 'name' => 'ann']];
$shuffled = array_reverse($move);
$shuffled['actor'] = array_reverse($move['actor']);
onhand_append([stock(['moves' => [$move]])]);
onhand_append([array_reverse(stock(['moves' => [$shuffled]])) + ['colour' => 'red']]);
[$first, $second] = payloads();
var_dump($first === $second);
echo substr($second, strpos($second, '"moves"')), "\n";
?>
--EXPECT--
bool(true)
"moves":[{"op":"delta","qty":"-2","cause":"order_reduced","ref":"12","line":"3","actor":{"kind":"user","id":5,"name":"ann"}}]}
