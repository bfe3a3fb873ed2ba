# shellcheck shell=bash
# Shared by every script: where things are, and how to say something.

ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
TARGET="${CARGO_TARGET_DIR:-$ROOT/target}"
CACHE="${ONHAND_CACHE_DIR:-$HOME/.cache/onhand}"
# The exit status that means "could not run here, and here is why", as opposed to "failed".
# shellcheck disable=SC2034  # read by the scripts that source this file
readonly SKIPPED=77
export ROOT TARGET CACHE
# Nobody builds a second time there, and what is kept for that is gigabytes.
[ -z "${CI:-}" ] || export CARGO_INCREMENTAL=0

say() { printf '%s\n' "$*" >&2; }
fail() {
    say "onhand: $*"
    return 1
}
have() { command -v "$1" >/dev/null 2>&1; }

# quietly LABEL COMMAND...: silence unless it fails, then everything it said.
quietly() {
    local label="$1" log status=0
    shift
    log="$(mktemp)"
    "$@" >"$log" 2>&1 || status=$?
    if [ "$status" -ne 0 ]; then
        say "onhand: $label failed (exit $status):"
        cat "$log" >&2
    fi
    rm -f "$log"
    return "$status"
}

now_ms() { date +%s%3N; }
