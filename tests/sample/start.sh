# Sourced by demo.sh and up.sh: makes the simulated shop, starts the service on it, imports everything.
# Sets: build, work (temporary folder), address, pid; function `ask` runs the client.
set -euo pipefail
build="$1"
shift
work="$(mktemp -d "${TMPDIR:-/tmp}/peakstock-demo.XXXXXX")"
pid=""

finish() {
    [ -z "$pid" ] || { kill -TERM "$pid" 2>/dev/null && wait "$pid" 2>/dev/null; } || true
    rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT TERM

ask() {
    "$build/peakstock" --server "$address" "$@"
}

start_service() {
    "$build/peakstockd" --data "$work/store" --listen "${1:-127.0.0.1:0}" 2>"$work/service.log" &
    pid=$!
    address=""
    for _ in $(seq 1 200); do
        address="$(sed -n 's/.*event=ready listen=\([^ ]*\).*/\1/p' "$work/service.log" | head -n 1)"
        [ -z "$address" ] || return 0
        kill -0 "$pid" 2>/dev/null || { cat "$work/service.log" >&2; exit 1; }
        sleep 0.05
    done
    echo "the service did not get ready; its log:" >&2
    cat "$work/service.log" >&2
    exit 1
}

# A number of the last import's summary.
summary() {
    sed -n "s/.*\"$1\": *\([0-9.]*\).*/\1/p" "$work/summary.json" | head -n 1
}

import_shop() {
    "$build/tests/sample_shop" --output "$work/shop" >/dev/null
    local kind counts=""
    for kind in items suppliers warehouses components targets sales supply stock inbound promotions prices covariates \
        deposits; do
        if [ -f "$work/shop/$kind.csv" ]; then
            ask --quiet --format json import "$kind" "$work/shop/$kind.csv" >"$work/summary.json"
            counts+="${counts:+, }$kind $(summary row_count)"
        fi
    done
    printf '%s rows\n' "$counts" | fold -s -w 120
}
