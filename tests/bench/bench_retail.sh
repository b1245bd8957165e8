#!/usr/bin/env bash
# the main job on Online Retail II: seconds of import, fit, forecast --all, service start, and resident memory
set -euo pipefail
build="$1"
data="$2/online-retail-ii"
[ -d "$data" ] || { echo "skipped: $data is not there"; exit 0; }
work="$(mktemp -d)"
pid=""
stop() {
    [ -z "$pid" ] || { kill -TERM "$pid" && wait "$pid"; } 2>/dev/null || true
    pid=""
}
trap 'stop; rm -rf "$work"' EXIT
now() { date +%s.%N; }
took() { awk -v label="$1" -v from="$2" -v to="$(now)" 'BEGIN { printf "%-34s %7.3f s\n", label, to - from }'; }
start() {
    "$build/peakstockd" --data "$work/store" --listen 127.0.0.1:0 2>"$work/log" &
    pid=$!
    until address="$(sed -n 's/.*event=ready listen=\([^ ]*\).*/\1/p' "$work/log" | head -n 1)" && [ -n "$address" ]; do
        kill -0 "$pid"
        sleep 0.01
    done
}
ask() { "$build/peakstock" --server "$address" --quiet "$@"; }
from="$(now)"; start; took "start on an empty store" "$from"
from="$(now)"; ask import online-retail "$data"/*.csv.xz; took "import of both files" "$from"
from="$(now)"; ask fit >/dev/null; took "fit, as far as not done yet" "$from"
grep -o 'event=fit .*' "$work/log" | tail -n 1
from="$(now)"
ask --format csv --output "$work/forecast.csv" forecast --all --horizon 56
took "forecast --all --horizon 56" "$from"
wc -l <"$work/forecast.csv" | sed 's/$/ lines of forecast/'
awk '/VmRSS|VmHWM/ { printf "%-34s %7.1f MiB\n", $1, $2 / 1024 }' "/proc/$pid/status"
stop
from="$(now)"; start; took "start on the full store" "$from"
from="$(now)"; ask forecast --item 85123A >/dev/null; took "first forecast after the start" "$from"
awk '/VmRSS|VmHWM/ { printf "%-34s %7.1f MiB\n", $1, $2 / 1024 }' "/proc/$pid/status"
