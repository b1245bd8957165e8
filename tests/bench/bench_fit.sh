#!/usr/bin/env bash
# series per second and core of the whole fit with 28-day quantiles, beside its floor; [SERIES_COUNT ...]
set -euo pipefail
build="$1"
shift 2
mode=()
if [ "${1:-}" = --advance ]; then
    mode=(--advance)
    shift
fi
if [ $# -eq 0 ]; then
    set -- 1000 10000
    # 100,000 series take about 8 GiB.
    [ "$(awk '/MemAvailable/ { print int($2 / 1048576) }' /proc/meminfo)" -lt 12 ] || set -- "$@" 100000
fi
exec "$build/tests/fit_speed" ${mode[@]+"${mode[@]}"} "$@"
