#!/usr/bin/env bash
# the simulated shop at several seeds: forecast error, coverage, readiness states, orders against the truth
set -euo pipefail
build="$1"
shift 2
exec /usr/bin/python3 "$(dirname "${BASH_SOURCE[0]}")/readiness.py" "$build" "${@:-5}"
