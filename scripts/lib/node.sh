# shellcheck shell=bash
# Node for the admin screens and the browser's tests. Debian 12 has one that is too old for them: then the registry's is taken.

NODE_LEAST=20.19.0

node_is_new_enough() {
    have node && have npm &&
        [ "$(printf '%s\n' "$NODE_LEAST" "$(node --version | tr -d v)" | sort -V | head -n 1)" = "$NODE_LEAST" ]
}

need_node() {
    # What npm says of itself and of money is not the reader's business.
    export npm_config_update_notifier=false npm_config_fund=false npm_config_audit=false npm_config_loglevel=error
    node_is_new_enough && return 0
    export PATH="$TARGET/node/node_modules/node/bin:$PATH"
    node_is_new_enough && return 0
    have npm || need node || return 1
    say "onhand: installing Node (once)"
    mkdir -p "$TARGET/node"
    quietly "npm install node" npm install --prefix "$TARGET/node" node@22 || return 1
    hash -r
    node_is_new_enough
}

# node_modules FOLDER: what its package-lock.json names, unless it is there already.
node_modules() {
    local stamp="$1/node_modules/.onhand-lock"
    cmp -s "$1/package-lock.json" "$stamp" && return 0
    say "onhand: installing the packages of ${1##*/}"
    (cd "$1" && quietly "npm ci" npm ci) && cp "$1/package-lock.json" "$stamp"
}
