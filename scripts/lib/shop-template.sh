# shellcheck shell=bash
# The template: a finished, empty shop (database and secrets), made once per set of versions and copied
# for every use.

template_key() {
    local wordpress="$1" woocommerce="$2"
    {
        grep -h '^\$wp_version' "$wordpress/wp-includes/version.php"
        grep -hi '^ \* Version:' "$woocommerce/woocommerce.php"
        cat "$ROOT/scripts/lib/shop-template.sh" "$ROOT/scripts/lib/shop-setup.php"
        mariadbd --version
    } | sha256sum | cut -c1-16
}

# template_dir WORDPRESS WOOCOMMERCE PHAR: prints the template's directory, making it when needed.
template_dir() {
    local key dir
    key="$(template_key "$1" "$2")"
    dir="$CACHE/shop-$key"
    if [ ! -f "$dir/complete" ]; then
        say "onhand: building the shop template (once)"
        build_template "$1" "$2" "$3" "$dir" || return 1
    fi
    printf '%s\n' "$dir"
}

# The template is built as a shop of its own in a place that the shop's user can reach.
build_template() {
    local wordpress="$1" woocommerce="$2" phar="$3" to="$4" work status=0
    work="$(mktemp -d /tmp/onhand-template.XXXXXX)"
    chmod 755 "$work"
    make_template "$wordpress" "$woocommerce" "$phar" "$work" || status=1
    stop_db "$work"
    if [ "$status" -eq 0 ]; then
        mkdir -p "$to.$$" && cp -a "$work/db" "$work/secrets.env" "$to.$$/" && touch "$to.$$/complete" &&
            rm -rf "$to" && mv "$to.$$" "$to" || status=1
    else
        tail -n 30 "$work"/log/*.log >&2 || true
    fi
    rm -rf "$work"
    return "$status"
}

make_template() {
    local wordpress="$1" woocommerce="$2" phar="$3" dir="$4" admin_password
    make_folders "$dir" && lay_out_tree "$dir" "$wordpress" "$woocommerce" "$phar" || return 1
    write_mariadb_config "$dir"
    write_php_config "$dir" ""
    write_wp_config "$dir" 8080
    quietly "mariadb-install-db" mariadb-install-db --defaults-file="$dir/etc/mariadb.cnf" \
        --user="$SHOP_USER" --skip-test-db --auth-root-authentication-method=normal || return 1
    start_db "$dir" || return 1
    mariadb --no-defaults --socket="$dir/run/db.sock" -uroot <<'SQL' || return 1
CREATE DATABASE shop CHARACTER SET utf8mb4;
CREATE USER shop@localhost IDENTIFIED BY 'shop';
GRANT ALL ON shop.* TO shop@localhost;
SQL
    admin_password="$(head -c 9 /dev/urandom | base64 | tr '+/' 'xy')"
    quietly "installing WordPress" shop_wp "$dir" core install --url=http://127.0.0.1:8080 --title="Onhand shop" \
        --admin_user=admin --admin_password="$admin_password" --admin_email=admin@example.com --skip-email || return 1
    quietly "activating WooCommerce" shop_wp "$dir" plugin activate woocommerce || return 1
    quietly "setting the shop up" shop_wp "$dir" eval-file "$dir/bin/shop-setup.php" "$dir/tmp/secrets.env" || return 1
    {
        printf 'ADMIN_USER=admin\nADMIN_PASSWORD=%s\n' "$admin_password"
        cat "$dir/tmp/secrets.env"
    } >"$dir/secrets.env"
}
