#!/usr/bin/env bash
# ./run bench [NAME]: benchmarks. Each reads ../shared/data where it is there, else says so and skips.
# usage: run.sh BUILD_DIR [NAME ...]
set -euo pipefail
here="$(dirname "${BASH_SOURCE[0]}")"
build="$1"
shift
if [ $# -eq 0 ]; then
    echo "benchmarks:" >&2
    for script in "$here"/bench_*.sh; do
        name="$(basename "$script" .sh)"
        printf '  %-14s %s\n' "${name#bench_}" "$(sed -n '2s/^# //p' "$script")" >&2
    done
    exit 2
fi
name="$1"
shift
script="$here/bench_$name.sh"
[ -f "$script" ] || { echo "no benchmark '$name'; ./run bench lists them" >&2; exit 2; }
exec "$script" "$build" "${PEAKSTOCK_BENCH_DATA:-../shared/data}" "$@"
