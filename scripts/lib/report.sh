# shellcheck shell=bash
# The test report: one line per runner, a total, an exit code.

REPORT="$TARGET/test-report.txt"
REPORT_LINES=()
REPORT_FAULTS="$(mktemp)"
TOTAL_PASSED=0
TOTAL_FAILED=0
TOTAL_SKIPPED=0

# report NAME PASSED FAILED SKIPPED [REASON]
report() {
    local line="$1: $2 passed, $3 failed, $4 skipped"
    [ -z "${5:-}" ] || line+=" ($5)"
    REPORT_LINES+=("$line")
    TOTAL_PASSED=$((TOTAL_PASSED + $2))
    TOTAL_FAILED=$((TOTAL_FAILED + $3))
    TOTAL_SKIPPED=$((TOTAL_SKIPPED + $4))
}

report_skip() { report "$1" 0 0 1 "skipped: $2"; }

# check NAME COMMAND...: a runner that either holds or does not.
check() {
    local name="$1"
    shift
    say "== $name"
    if "$@"; then report "$name" 1 0 0; else report "$name" 0 1 0; fi
}

# number_before WORD FILE: the last "<number> WORD" in a summary, else 0.
number_before() {
    local found
    found="$(grep -oE "[0-9]+ $1" "$2" | tail -n 1 | grep -oE '^[0-9]+' || true)"
    printf '%s' "${found:-0}"
}

# Reads nextest's summary line from a log; a run without one failed to build.
report_nextest() {
    local name="$1" status="$2" log="$3" summary passed failed skipped
    summary="$(mktemp)"
    sed 's/\x1b\[[0-9;]*m//g' "$log" | grep -E 'Summary \[' | tail -n 1 >"$summary" || true
    passed="$(number_before passed "$summary")"
    failed="$(($(number_before failed "$summary") + $(number_before 'timed out' "$summary")))"
    skipped="$(number_before skipped "$summary")"
    if [ "$status" -ne 0 ] && [ "$failed" -eq 0 ]; then
        report "$name" "$passed" 1 0 "did not run to the end, see the output"
    else
        report "$name" "$passed" "$failed" "$skipped" "${4:-}"
    fi
    rm -f "$summary"
    # What failed is said once more at the end: of a long log, the end is what is read.
    sed 's/\x1b\[[0-9;]*m//g' "$log" | grep -E '^ +(FAIL|TIMEOUT|SIG[A-Z]+) \[|panicked at' -A 4 | head -n 60 >>"$REPORT_FAULTS" || true
}

# Reads a JUnit file; a run without one failed to start.
report_junit() {
    local name="$1" status="$2" file="$3" reason="${4:-}" counts
    counts="$(php -r '
        $x = @simplexml_load_file($argv[1]);
        if (!$x) exit(1);
        $all = $bad = $skipped = 0;
        foreach ($x->testsuite as $s) {
            $all += (int) $s["tests"];
            $bad += (int) $s["failures"] + (int) $s["errors"];
            $skipped += (int) $s["skipped"];
        }
        echo $all - $bad - $skipped, " ", $bad, " ", $skipped;' "$file" 2>/dev/null)" || counts=""
    if [ -z "$counts" ] || { [ "$status" -ne 0 ] && [ "$(cut -d' ' -f2 <<<"$counts")" = 0 ]; }; then
        report "$name" 0 1 0 "did not run to the end, see the output"
    else
        # shellcheck disable=SC2086  # three numbers
        report "$name" $counts "$reason"
    fi
    php -r '
        $x = @simplexml_load_file($argv[2]);
        foreach ($x ? $x->xpath("//testcase/failure|//testcase/error") : array() as $fault)
            echo $argv[1], ": ", substr(trim((string) $fault), 0, 2000), "\n\n";' "$name" "$file" >>"$REPORT_FAULTS" || true
}

# Prints what failed and the report, keeps them as a file, and returns non-zero when anything failed.
finish_report() {
    mkdir -p "$TARGET"
    {
        cat "$REPORT_FAULTS"
        [ "${#REPORT_LINES[@]}" -eq 0 ] || printf '%s\n' "${REPORT_LINES[@]}"
        printf '%s passed, %s failed, %s skipped\n' "$TOTAL_PASSED" "$TOTAL_FAILED" "$TOTAL_SKIPPED"
    } | tee "$REPORT"
    rm -f "$REPORT_FAULTS"
    [ "$TOTAL_FAILED" -eq 0 ]
}
