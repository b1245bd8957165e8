#!/usr/bin/env bash
# order decisions a second, streamed from a warm snapshot of ITEMS x 2 warehouses; [ITEM_COUNT=100000 [THREAD_COUNT]]
set -euo pipefail
build="$1"
shift 2
exec "$build/tests/plan_speed" "${1:-100000}" "${2:-$(nproc)}"
