--TEST--
An append rings the doorbell, nobody waits for it, and a full one does no harm
--EXTENSIONS--
sockets
--INI--
onhand.journal_dir={TMP}/onhand-doorbell
--FILE--
<?php
require __DIR__ . "/helper.inc";
$dir = fresh_journal();
var_dump(onhand_append([stock()]), onhand_health()['agent_listening']);
$bell = socket_create(AF_UNIX, SOCK_DGRAM, 0);
socket_bind($bell, "$dir/doorbell.sock");
var_dump(onhand_append([stock(), stock()]), socket_recvfrom($bell, $bytes, 10, MSG_DONTWAIT, $from), $bytes);
var_dump(@socket_recvfrom($bell, $bytes, 10, MSG_DONTWAIT, $from));
for ($n = 0; $n < 1000; $n++) {
    onhand_append([stock()]);
}
var_dump(onhand_health()['agent_listening'], onhand_last_error());
socket_close($bell);
var_dump(onhand_append([stock()]), onhand_health()['agent_listening'], onhand_last_error(), count(payloads()));
?>
--EXPECT--
int(1)
bool(false)
int(2)
int(1)
string(1) "!"
bool(false)
bool(true)
NULL
int(1)
bool(false)
NULL
int(1004)
