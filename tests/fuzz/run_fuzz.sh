#!/bin/sh
# Looks for inputs that crash a decoder or on which it and the model disagree: every target under ASan and UBSan.
#
# usage: run_fuzz.sh [SECONDS [TARGET…]]      (default: 20 seconds of each)
#
# Begins from the corpus and leaves it as it is: inputs that cover more stay in the build directory (BUILD, default
# build-fuzz) and are begun from next time. A failure ends in exit 1 and leaves its input in crashes/TARGET/, where the
# replay test finds it from then on: keep it, under a name that says what it is.
#   run_fuzz.sh merge        adds to the corpus those of earlier runs that reach code it does not
set -eu
fuzz=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$fuzz/../.." && pwd)
build=${BUILD:-$root/build-fuzz}
for program in clang++ meson ninja; do
    command -v "$program" > /dev/null || { echo "run_fuzz: $program is missing: apt install clang meson ninja-build" >&2; exit 2; }
done

if [ ! -f "$build/build.ninja" ]; then
    CXX=${CXX:-clang++} meson setup "$build" "$root" -Dfuzz=true -Dbuildtype=debugoptimized -Db_lundef=false \
        -Db_sanitize=address,undefined \
        -Dcpp_args='-fsanitize=fuzzer-no-link -fno-sanitize-recover=all' > "$build.log" 2>&1 ||
        { cat "$build.log" >&2; exit 2; }
    rm -f "$build.log"
fi

what=${1:-20}
[ $# -gt 0 ] && shift
targets=${*:-$(cd "$fuzz/corpus" && ls)}
for target in $targets; do
    ninja -C "$build" "tests/fuzz/fuzz_$target" > "$build/ninja.log" || { cat "$build/ninja.log" >&2; exit 2; }
done

failed=0
for target in $targets; do
    program=$build/tests/fuzz/fuzz_$target
    found=$build/corpus/$target
    mkdir -p "$found" "$fuzz/crashes/$target"
    if [ "$what" = merge ]; then
        "$program" -merge=1 -use_counters=0 -max_len=1024 "$fuzz/corpus/$target" "$found" 2>&1 | sed -n 's,.*: \([0-9]* new files.*\),'"$target"': \1,p'
        continue
    fi
    log=$build/$target.log
    if "$program" -max_total_time="$what" -max_len=4096 -timeout=10 -rss_limit_mb=1024 -print_final_stats=1 \
            -artifact_prefix="$fuzz/crashes/$target/" "$found" "$fuzz/corpus/$target" > "$log" 2>&1; then
        echo "$target: $(sed -n 's/^stat::number_of_executed_units: *//p' "$log") inputs in $what s, nothing found"
    else
        grep -E -A12 'disagree|runtime error|ERROR:|Test unit written' "$log" >&2 || tail -n 30 "$log" >&2
        echo "$target: FAILED; the whole log is $log" >&2
        failed=1
    fi
done
exit $failed
