# shellcheck shell=bash
# Starting, awaiting and stopping the processes of one private shop.

# as_shop COMMAND...: runs it as the shop's own user.
as_shop() {
    if [ "$(id -un)" = "$SHOP_USER" ]; then "$@"; else setpriv --reuid="$SHOP_USER" --regid="$SHOP_GROUP" --init-groups "$@"; fi
}

# exec_as_shop COMMAND...: in place of the calling (sub)shell, so that its pid is the command's.
exec_as_shop() {
    if [ "$(id -un)" = "$SHOP_USER" ]; then exec "$@"; else exec setpriv --reuid="$SHOP_USER" --regid="$SHOP_GROUP" --init-groups "$@"; fi
}

free_port() {
    php -n -r '$s = stream_socket_server("tcp://127.0.0.1:0"); echo substr(strrchr(stream_socket_get_name($s, false), ":"), 1);'
}

# await LABEL SECONDS COMMAND...: until the command succeeds.
await() {
    local label="$1" until=$((SECONDS + $2))
    shift 2
    until "$@" >/dev/null 2>&1; do
        if [ "$SECONDS" -ge "$until" ]; then
            fail "$label did not become ready"
            return 1
        fi
        sleep 0.05
    done
}

# alive PIDFILE NAME: is the process of this pid file still the program we started?
alive() {
    local pid
    pid="$(cat "$1" 2>/dev/null)" || return 1
    [ -n "$pid" ] && [ "$(cut -c1-${#2} "/proc/$pid/comm" 2>/dev/null)" = "$2" ]
}

# stop PIDFILE NAME [SIGNAL]: asks it to stop and waits until it has.
stop() {
    local pid
    alive "$1" "$2" || { rm -f "$1"; return 0; }
    pid="$(cat "$1")"
    kill -s "${3:-TERM}" "$pid" 2>/dev/null || true
    await "the end of $2" 30 not_running "$pid" || kill -s KILL "$pid" 2>/dev/null || true
    rm -f "$1"
}

not_running() { ! kill -0 "$1" 2>/dev/null; }

start_db() {
    local dir="$1"
    alive "$dir/run/db.pid" mariadbd && return 0
    setsid mariadbd --defaults-file="$dir/etc/mariadb.cnf" --user="$SHOP_USER" >>"$dir/log/db.log" 2>&1 </dev/null &
    await "the database ($dir/log/db.log)" 60 mariadb-admin --no-defaults --socket="$dir/run/db.sock" -uroot ping
}

stop_db() { stop "$1/run/db.pid" mariadbd; }

start_web() {
    local dir="$1" port="$2"
    if ! alive "$dir/run/fpm.pid" php-fpm; then
        PHP_INI_SCAN_DIR=":$dir/etc/php" quietly "starting PHP-FPM" \
            "php-fpm$PHP_VERSION" -y "$dir/etc/fpm.conf" || return 1
    fi
    if ! alive "$dir/run/nginx.pid" nginx; then
        quietly "starting nginx" /usr/sbin/nginx -e "$dir/log/nginx.log" -p "$dir" -c "$dir/etc/nginx.conf" || return 1
    fi
    await "the shop at port $port" 60 curl -fs -o /dev/null "http://127.0.0.1:$port/wp-includes/images/blank.gif"
}

stop_web() {
    stop "$1/run/nginx.pid" nginx
    stop "$1/run/fpm.pid" php-fpm QUIT
}
