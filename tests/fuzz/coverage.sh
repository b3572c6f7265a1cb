#!/bin/sh
# How much of pipeline/wire the kept corpus runs through, line by line; fails below 95 %.
#
# usage: coverage.sh [LEAST_PERCENT]       prints every file's figure and the lines that are missed
set -eu
least=${1:-95}
fuzz=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$fuzz/../.." && pwd)
build=${BUILD:-$root/build-coverage}
for program in clang++ llvm-profdata llvm-cov meson ninja; do
    command -v "$program" > /dev/null || { echo "coverage: $program is missing: apt install clang llvm meson ninja-build" >&2; exit 2; }
done

export LLVM_PROFILE_FILE=/dev/null  # of programs that meson runs
if [ ! -f "$build/build.ninja" ]; then
    CXX=${CXX:-clang++} meson setup "$build" "$root" -Dbuildtype=debug \
        -Dcpp_args='-fprofile-instr-generate -fcoverage-mapping' \
        -Dcpp_link_args=-fprofile-instr-generate > "$build.log" 2>&1 || { cat "$build.log" >&2; exit 2; }
    rm -f "$build.log"
fi

for target in $(cd "$fuzz/corpus" && ls); do
    program=$build/tests/fuzz/replay_$target
    profile=$build/$target.profile
    ninja -C "$build" "tests/fuzz/replay_$target" > "$build/ninja.log" || { cat "$build/ninja.log" >&2; exit 2; }
    LLVM_PROFILE_FILE=$profile.raw "$program" "$fuzz/corpus/$target" > /dev/null
    llvm-profdata merge -sparse "$profile.raw" -o "$profile"
    llvm-cov export -format=lcov "$program" -instr-profile="$profile" > "$build/$target.lcov"
done

awk -v least="$least" '
    /^SF:/ { file = substr($0, 4); wanted = sub(".*/pipeline/wire/", "wire/", file) }
    /^DA:/ && wanted {
        split(substr($0, 4), at, ",")
        line = file " " at[1]
        if (!(line in run)) { lines[file]++; all++; run[line] = 0 }
        if (at[2] > 0 && !run[line]) { run[line] = 1; hits[file]++; hit++ }
    }
    END {
        for (line in run) if (!run[line]) { split(line, at, " "); missed[at[1]] = missed[at[1]] " " at[2] }
        for (file in lines)
            printf "%6.1f %%  %s%s\n", 100 * hits[file] / lines[file], file,
                missed[file] ? "  not run:" missed[file] : "" | "sort -k3"
        close("sort -k3")
        if (all == 0) { print "coverage: no line was measured"; exit 1 }
        printf "%6.1f %%  of %d lines of pipeline/wire\n", 100 * hit / all, all
        if (100 * hit / all < least) { printf "coverage: below %s %%\n", least; exit 1 }
    }' "$build"/*.lcov
