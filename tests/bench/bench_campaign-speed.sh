#!/usr/bin/env bash
# seconds of the campaign's commands on two years of a simulated shop, on one thread and on all: [ITEMS=2000 [THREADS]]
set -euo pipefail
build="$1"
shift 2
exec /usr/bin/python3 "$(dirname "${BASH_SOURCE[0]}")/campaign_speed.py" "$build" "${1:-2000}" "${2:-$(nproc)}"
