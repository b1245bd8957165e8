#!/usr/bin/env bash
# seconds of the campaign's commands on a simulated shop of ITEMS x 730 days, one thread beside all; [ITEM_COUNT=2000 [THREAD_COUNT]]
set -euo pipefail
build="$1"
shift 2
exec /usr/bin/python3 "$(dirname "${BASH_SOURCE[0]}")/campaign_speed.py" "$build" "${1:-2000}" "${2:-$(nproc)}"
