#!/usr/bin/env bash
# order policies replayed on the simulated shop: cost of ours beside plain rules, SEED_COUNT seeds (5), half a year each
set -euo pipefail
build="$1"
shift 2
exec /usr/bin/python3 "$(dirname "${BASH_SOURCE[0]}")/simulate.py" "$build" "${@:-5}"
