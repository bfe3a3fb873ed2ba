# shellcheck shell=bash
# Where WordPress, WooCommerce and WP-CLI come from. Each function prints a path, or says loudly why
# there is none and returns $SKIPPED.

# The Debian packages whose files the wordpress package links into.
WORDPRESS_PARTS=(
    wordpress wordpress-theme-twentytwentyfive libphp-phpmailer php-getid3
    libjs-cropper libjs-jquery-ui libjs-lodash libjs-underscore libjs-jquery libjs-backbone
)

# The archive this machine already uses for Debian itself.
debian_mirror() {
    # shellcheck disable=SC2016  # apt expands these
    apt-get indextargets --no-release-info --format '$(REPO_URI) $(RELEASE)' 'Created-By: Packages' |
        awk '$2 !~ /-(security|updates|backports)$/ && $1 ~ /\/debian\/?$/ { print $1; exit }'
}

# private_apt STATE COMMAND...: apt on a source list and a state of its own; the system's stay untouched.
private_apt() {
    local state="$1"
    shift
    "$1" -q -o Dir::State="$state/state" -o Dir::Cache="$state/cache" -o Dir::State::status="$state/status" \
        -o Dir::Etc::sourcelist="$state/sid.list" -o Dir::Etc::sourceparts=/dev/null \
        -o Dir::Etc::preferences=/dev/null -o Dir::Etc::preferencesparts=/dev/null \
        -o APT::Architecture="$(dpkg --print-architecture)" -o APT::Sandbox::User=root \
        -o Acquire::Languages=none "${@:2}"
}

# unpack_wordpress WORK: fetches and unpacks the packages side by side under WORK/root.
unpack_wordpress() {
    local work="$1" mirror
    local keyring=/usr/share/keyrings/debian-archive-keyring.gpg
    mirror="$(debian_mirror)"
    [ -n "$mirror" ] || { fail "no Debian mirror is configured on this machine"; return 1; }
    mkdir -p "$work/apt/state/lists/partial" "$work/apt/cache/archives/partial" "$work/root" "$work/debs"
    : >"$work/apt/status"
    printf 'deb [signed-by=%s] %s sid main\n' "$keyring" "$mirror" >"$work/apt/sid.list"
    quietly "reading the package list of Debian sid" private_apt "$work/apt" apt-get update || return 1
    (cd "$work/debs" && quietly "downloading WordPress" private_apt "$work/apt" apt-get download "${WORDPRESS_PARTS[@]}") || return 1
    local deb
    for deb in "$work"/debs/*.deb; do dpkg -x "$deb" "$work/root" || return 1; done
    relink "$work/root"
}

# Absolute links of the packages become links inside the unpacked tree.
relink() {
    local root="$1" link to
    while IFS= read -r -d '' link; do
        to="$(readlink "$link")"
        case "$to" in
        "$root"/*) ;;
        /etc/*) ;; # the machine's own certificates
        /*) ln -sfn "$root$to" "$link" ;;
        esac
    done < <(find "$root" -type l -print0)
}

# wordpress_dir: a plain WordPress tree of copied files.
wordpress_dir() {
    local found
    if [ -n "${WORDPRESS_DIR:-}" ]; then
        [ -f "$WORDPRESS_DIR/wp-includes/version.php" ] || { fail "WORDPRESS_DIR has no WordPress in it"; return 1; }
        printf '%s\n' "$WORDPRESS_DIR"
        return 0
    fi
    found="$(find "$CACHE" -maxdepth 1 -type d -name 'wordpress-[0-9]*' 2>/dev/null | sort -V | tail -n 1)"
    if [ -z "$found" ]; then
        say "onhand: fetching WordPress from Debian sid (once)"
        build_wordpress || { say "onhand: SKIPPED: WordPress could not be fetched"; return "$SKIPPED"; }
        found="$(find "$CACHE" -maxdepth 1 -type d -name 'wordpress-[0-9]*' | sort -V | tail -n 1)"
    fi
    printf '%s\n' "$found"
}

build_wordpress() {
    local work version dangling status=0
    mkdir -p "$CACHE"
    work="$(mktemp -d "$CACHE/.wordpress.XXXXXX")"
    unpack_wordpress "$work" || status=1
    if [ "$status" -eq 0 ]; then
        # The configuration and the content folder are the shop's own, not the package's.
        rm -f "$work/root/usr/share/wordpress/"{wp-config.php,.htaccess}
        if [ -d "$work/root/var/lib/wordpress/wp-content" ]; then
            cp -a "$work/root/var/lib/wordpress/wp-content/." "$work/root/usr/share/wordpress/wp-content/" 2>/dev/null || true
        fi
        dangling="$(find "$work/root/usr/share/wordpress" -xtype l)"
        if [ -n "$dangling" ]; then
            say "onhand: these links of the wordpress package lead nowhere:" "$dangling"
            find "$work/root/usr/share/wordpress" -xtype l -delete
        fi
        version="$(php -r 'include $argv[1]; echo $wp_version;' "$work/root/usr/share/wordpress/wp-includes/version.php")"
        cp -rL "$work/root/usr/share/wordpress" "$work/tree" && chmod -R u+rwX,go+rX "$work/tree" &&
            rm -rf "$CACHE/wordpress-$version" && mv "$work/tree" "$CACHE/wordpress-$version" || status=1
    fi
    rm -rf "$work"
    return "$status"
}

# fetch URL FILE: one download, whole or not at all.
fetch() {
    mkdir -p "$(dirname "$2")"
    curl -fsSL --retry 2 --connect-timeout 15 --max-time 300 -o "$2.part" "$1" && mv "$2.part" "$2"
}

woocommerce_dir() {
    local dir
    for dir in "${WOOCOMMERCE_DIR:-}" "$CACHE/woocommerce"; do
        if [ -n "$dir" ] && [ -f "$dir/woocommerce.php" ]; then
            printf '%s\n' "$dir"
            return 0
        fi
    done
    if [ -n "${WOOCOMMERCE_DIR:-}" ]; then say "onhand: WOOCOMMERCE_DIR has no woocommerce.php in it"; fi
    say "onhand: downloading WooCommerce (once)"
    if fetch "https://downloads.wordpress.org/plugin/woocommerce.zip" "$CACHE/woocommerce.zip" &&
        php -r '$z = new ZipArchive; exit($z->open($argv[1]) === true && $z->extractTo($argv[2]) ? 0 : 1);' "$CACHE/woocommerce.zip" "$CACHE"; then
        rm -f "$CACHE/woocommerce.zip"
        printf '%s\n' "$CACHE/woocommerce"
        return 0
    fi
    say "onhand: SKIPPED: WooCommerce is neither in WOOCOMMERCE_DIR nor in $CACHE/woocommerce, and it could not be downloaded"
    return "$SKIPPED"
}

# WP-CLI insists on the name wp-cli.phar.
wp_cli_phar() {
    local phar
    for phar in "${WP_CLI_PHAR:-}" "$CACHE/wp-cli.phar"; do
        if [ -n "$phar" ] && [ -f "$phar" ]; then
            printf '%s\n' "$phar"
            return 0
        fi
    done
    say "onhand: downloading WP-CLI (once)"
    if fetch "https://raw.githubusercontent.com/wp-cli/builds/gh-pages/phar/wp-cli.phar" "$CACHE/wp-cli.phar"; then
        printf '%s\n' "$CACHE/wp-cli.phar"
        return 0
    fi
    say "onhand: SKIPPED: WP-CLI is neither in WP_CLI_PHAR nor in $CACHE/wp-cli.phar, and it could not be downloaded"
    return "$SKIPPED"
}
