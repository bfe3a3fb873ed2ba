# shellcheck shell=bash
# Debian packages, installed only when missing; the package lists are refreshed at most once a run.

PHP_VERSION="${ONHAND_PHP_VERSION:-8.2}"
APT_REFRESHED=

php_packages() {
    local part
    for part in cli mysql curl mbstring xml intl zip gd; do
        printf 'php%s-%s\n' "$PHP_VERSION" "$part"
    done
}

# What each kind of work needs.
packages_for() {
    case "$1" in
    rust) printf '%s\n' build-essential pkg-config ;;
    extension) printf '%s\n' "php$PHP_VERSION-cli" "php$PHP_VERSION-dev" libclang-dev build-essential ;;
    package) printf '%s\n' zip ;;
    socket) printf '%s\n' socat ;;
    python) printf '%s\n' python3-venv ;;
    node) printf '%s\n' nodejs npm ;;
    browser) printf '%s\n' chromium fonts-dejavu-core ;;
    phpunit) php_packages && printf '%s\n' phpunit ;;
    shop) php_packages && printf '%s\n' "php$PHP_VERSION-fpm" mariadb-server nginx-light jq rsync curl ;;
    *) fail "no list of packages is known for '$1'" ;;
    esac
}

package_installed() {
    # Any nginx will do; the light one is only asked for where there is none.
    if [ "$1" = nginx-light ] && [ -x /usr/sbin/nginx ]; then return 0; fi
    [ "$(dpkg-query -W -f='${db:Status-Abbrev}' "$1" 2>/dev/null | cut -c1-2)" = ii ]
}

refresh_lists() {
    [ -z "$APT_REFRESHED" ] || return 0
    quietly "apt-get update" apt-get update -q || return 1
    APT_REFRESHED=yes
}

# need KIND...: makes sure that the packages of these kinds of work are there.
need() {
    local kind package missing=()
    for kind in "$@"; do
        while read -r package; do
            package_installed "$package" || missing+=("$package")
        done < <(packages_for "$kind")
    done
    [ "${#missing[@]}" -gt 0 ] || return 0
    if [ "$(id -u)" -ne 0 ]; then
        fail "these Debian packages are missing and only root can install them: ${missing[*]}"
        return 1
    fi
    say "onhand: installing ${missing[*]}"
    refresh_lists || return 1
    # No service of the system is started or stopped by an installation.
    local policy=/usr/sbin/policy-rc.d made=
    if [ ! -e "$policy" ]; then
        printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod +x "$policy" && made=yes
    fi
    local status=0
    DEBIAN_FRONTEND=noninteractive quietly "apt-get install" \
        apt-get install -y -q --no-install-recommends "${missing[@]}" || status=$?
    [ -z "$made" ] || rm -f "$policy"
    return "$status"
}

need_nextest() {
    have cargo || { fail "cargo is missing: install Rust with rustup or your distribution"; return 1; }
    cargo nextest --version >/dev/null 2>&1 && return 0
    say "onhand: installing cargo-nextest (once)"
    quietly "cargo install cargo-nextest" cargo install cargo-nextest --locked
}

need_deny() {
    cargo deny --version >/dev/null 2>&1 && return 0
    say "onhand: installing cargo-deny (once)"
    quietly "cargo install cargo-deny" cargo install cargo-deny --locked
}
