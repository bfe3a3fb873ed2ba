# shellcheck shell=bash
# A private shop in one directory: its own database, PHP-FPM, nginx, WordPress, WooCommerce and this
# repository's plugin. Needs common.sh, packages.sh and wordpress.sh to be sourced first.

if [ "$(id -u)" -eq 0 ]; then SHOP_USER=www-data; else SHOP_USER="$(id -un)"; fi
SHOP_GROUP="$(id -gn "$SHOP_USER")"

# shellcheck source=scripts/lib/shop-config.sh
. "$ROOT/scripts/lib/shop-config.sh"
# shellcheck source=scripts/lib/shop-process.sh
. "$ROOT/scripts/lib/shop-process.sh"
# shellcheck source=scripts/lib/shop-template.sh
. "$ROOT/scripts/lib/shop-template.sh"

# shop_place NAME: a directory for a shop which the shop's user can reach.
shop_place() {
    mkdir -p "$TARGET"
    if as_shop test -x "$TARGET"; then printf '%s\n' "$TARGET/$1"; else printf '/var/tmp/onhand-%s\n' "$1"; fi
}

# shop_wp DIR ARGS...: WP-CLI in that shop, as the shop's user, with the shop's extension.
shop_wp() {
    local dir="$1"
    shift
    as_shop env HOME="$dir/tmp" PHP_INI_SCAN_DIR=":$dir/etc/php" WP_CLI_CACHE_DIR="$dir/tmp" WP_CLI_DISABLE_AUTO_CHECK_UPDATE=1 \
        "php$PHP_VERSION" -d error_reporting=E_ERROR "$dir/bin/wp-cli.phar" --path="$dir/www" "$@"
}

make_folders() {
    local dir="$1"
    mkdir -p "$dir"/{etc/php,log,run,tmp,bin,journal} || return 1
    # Web server, command line and agent all write here, whoever they run as.
    chown "$SHOP_USER:$SHOP_GROUP" "$dir"/{log,run,tmp,journal} && chmod 2770 "$dir"/{log,run,tmp,journal}
    if ! as_shop test -w "$dir/run"; then
        fail "$dir cannot be reached by the user $SHOP_USER: choose a directory outside of a closed home directory"
        return 1
    fi
    if [ "${#dir}" -gt 85 ]; then
        fail "$dir is too long a path for Unix sockets: choose a shorter one"
        return 1
    fi
}

# Hard links where the cache is on the same disk, copies elsewhere.
link_tree() { cp -al "$1" "$2" 2>/dev/null || { rm -rf "$2" && cp -a "$1" "$2"; }; }

lay_out_tree() {
    local dir="$1" wordpress="$2" woocommerce="$3" phar="$4"
    if [ ! -f "$dir/www/wp-load.php" ]; then
        rm -rf "$dir/www"
        link_tree "$wordpress" "$dir/www" || return 1
        rm -rf "$dir/www/wp-content/plugins/akismet"
        link_tree "$woocommerce" "$dir/www/wp-content/plugins/woocommerce" || return 1
        mkdir -p "$dir/www/wp-content/uploads"
        chown "$SHOP_USER:$SHOP_GROUP" "$dir/www/wp-content" "$dir/www/wp-content/uploads" "$dir/www/wp-content/plugins"
    fi
    cp "$phar" "$dir/bin/wp-cli.phar" && cp "$ROOT/scripts/lib/shop-setup.php" "$dir/bin/" && chmod -R a+rX "$dir/bin"
}

# The plugin of this repository, as it is now: linked where the shop's user can read it, copied elsewhere.
place_plugin() {
    local to="$1/www/wp-content/plugins/onhand"
    rm -rf "$to"
    [ -f "$ROOT/wp-plugin/onhand.php" ] || return 0
    if as_shop test -r "$ROOT/wp-plugin/onhand.php"; then ln -s "$ROOT/wp-plugin" "$to"; else cp -a "$ROOT/wp-plugin" "$to"; fi
}

# The built extension, or nothing. ONHAND_EXTENSION names one, or is "none".
extension_path() {
    local path
    case "${ONHAND_EXTENSION:-}" in
    none) return 0 ;;
    ?*) printf '%s\n' "$ONHAND_EXTENSION"; return 0 ;;
    esac
    for path in "$TARGET/release/libonhand.so" "$TARGET/debug/libonhand.so"; do
        if [ -f "$path" ] && as_shop "php$PHP_VERSION" -n -d "extension=$path" -r 'exit(extension_loaded("onhand") ? 0 : 1);' >/dev/null 2>&1; then
            printf '%s\n' "$path"
            return 0
        fi
    done
}

# shop_up DIR ORDERS: hpos or posts. Returns $SKIPPED when WordPress or WooCommerce cannot be had.
shop_up() {
    local dir="$1" orders="${2:-hpos}" wordpress woocommerce phar template port
    need shop || return 1
    wordpress="$(wordpress_dir)" || return $?
    woocommerce="$(woocommerce_dir)" || return $?
    phar="$(wp_cli_phar)" || return $?
    template="$(template_dir "$wordpress" "$woocommerce" "$phar")" || return 1
    shop_stop "$dir"
    make_folders "$dir" && lay_out_tree "$dir" "$wordpress" "$woocommerce" "$phar" || return 1
    [ -d "$dir/db" ] || cp -a "$template/db" "$template/secrets.env" "$dir/" || return 1
    port="$(shop_value "$dir" PORT)"
    [ -n "$port" ] || port="$(free_port)"
    write_configs "$dir" "$port" && place_plugin "$dir" || return 1
    start_db "$dir" && start_web "$dir" "$port" || return 1
    configure_shop "$dir" "$orders" && write_env "$dir" "$port" "$orders"
}

write_configs() {
    write_mariadb_config "$1"
    write_php_config "$1" "$(extension_path)"
    write_fpm_config "$1"
    write_nginx_config "$1" "$2"
    write_wp_config "$1" "$2"
}

configure_shop() {
    local dir="$1" hpos=yes
    [ "$2" = posts ] && hpos=no
    quietly "choosing where orders live" shop_wp "$dir" option update woocommerce_custom_orders_table_enabled "$hpos" || return 1
    [ -f "$dir/www/wp-content/plugins/onhand/onhand.php" ] && [ "${ONHAND_ACTIVATE:-yes}" = yes ] || return 0
    quietly "activating the plugin" shop_wp "$dir" plugin activate onhand
}

# DIR/shop.env: what a test or a person needs to talk to this shop.
write_env() {
    local dir="$1"
    {
        cat "$dir/secrets.env"
        printf 'PORT=%s\nURL=http://127.0.0.1:%s\nORDERS=%s\n' "$2" "$2" "$3"
        printf 'SOCKET=%s\nJOURNAL=%s\nAGENT_SOCKET=%s\nEXTENSION=%s\n' \
            "$dir/run/db.sock" "$dir/journal" "$dir/run/agent.sock" "$(sed -n 's/^extension=//p' "$dir/etc/php/95-onhand.ini" 2>/dev/null)"
    } >"$dir/shop.env"
}

# shop_value DIR NAME: one value of shop.env, or nothing.
shop_value() { [ ! -f "$1/shop.env" ] || sed -n "s/^$2=//p" "$1/shop.env" | tail -n 1; }

shop_stop() {
    [ -d "$1/run" ] || return 0
    stop_web "$1"
    stop_db "$1"
}

# shop_remove DIR: stops it and forgets everything in it.
shop_remove() {
    shop_stop "$1"
    [ ! -d "$1/run" ] || rm -rf "$1"
}
