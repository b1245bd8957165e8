#!/usr/bin/env bash
# one more day added to a fit, beside the full fit of the same day in the same run; [SERIES_COUNT ...]
set -euo pipefail
build="$1"
shift 2
if [ $# -eq 0 ]; then
    set -- 1000 10000
    # 100,000 series take about 8 GiB.
    [ "$(awk '/MemAvailable/ { print int($2 / 1048576) }' /proc/meminfo)" -lt 12 ] || set -- "$@" 100000
fi
exec "$build/tests/fit_speed" --advance "$@"
