#!/usr/bin/env bash
# Builds the extension and runs php-ext/tests/*.phpt (or the files given) with PHP's own run-tests.php.
# The last line is "N passed, M failed, K skipped".
set -uo pipefail

# shellcheck source=scripts/lib/common.sh
. "$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/common.sh"

php="$(command -v "${ONHAND_PHP:-php8.2}")" || { fail "PHP is not installed"; exit 1; }
name="${php##*/}"
php_config="${php%/*}/php-config${name#php}"

# The script comes with the headers; distributions disagree about where.
find_runner() {
    local api candidate
    api="$("$php_config" --phpapi)" || return 1
    for candidate in "/usr/lib/php/$api/build" /usr/lib/php/build "$("$php_config" --prefix)/lib/php/build"; do
        [ ! -f "$candidate/run-tests.php" ] || { printf '%s\n' "$candidate/run-tests.php"; return 0; }
    done
    fail "run-tests.php was not found; it comes with the PHP development files"
}

runner="$(find_runner)" || exit 1
extension="$("$ROOT/scripts/build-ext" | tail -n 1)" || exit 1

# run-tests.php writes its results beside the tests: they get a directory of their own, and so do their journals.
work="$(mktemp -d)" || exit 1
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/php-ext" "$work/tests/fixtures" "$work/tmp"
cp -r "$ROOT/php-ext/tests" "$ROOT/php-ext/onhand.stub.php" "$work/php-ext/"
cp -r "$ROOT/tests/fixtures/journal" "$work/tests/fixtures/"
# Opened to everyone, because one test appends as a user who may not write.
chmod 755 "$work" && chmod 1777 "$work/tmp"

names=("$@")
[ "$#" -gt 0 ] || names=("$work"/php-ext/tests/*.phpt)
tests=()
for name in "${names[@]}"; do tests+=("$work/php-ext/tests/${name##*/}"); done

log="$work/log" results="$work/results"
touch "$results"
# -n: no php.ini, so that only what a test asks for is loaded. -W: one line a test, its outcome first.
TMPDIR="$work/tmp" NO_INTERACTION=1 REPORT_EXIT_STATUS=1 TEST_PHP_EXECUTABLE="$php" \
    "$php" -n "$runner" -n -q --no-color "-j$(nproc)" -W "$results" -d "extension=$extension" --show-diff \
    "${tests[@]}" >"$log" 2>&1
status=$?

passed="$(grep -c '^PASSED' "$results")"
skipped="$(grep -c '^SKIPPED' "$results")"
failed=$((${#tests[@]} - passed - skipped))
[ "$skipped" -eq 0 ] || grep -a '^SKIP ' "$log"
if [ "$failed" -ne 0 ] || [ "$status" -ne 0 ]; then cat "$log"; fi
printf '%s passed, %s failed, %s skipped\n' "$passed" "$failed" "$skipped"
[ "$failed" -eq 0 ] && [ "$status" -eq 0 ]
