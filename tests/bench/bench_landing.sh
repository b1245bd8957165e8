#!/usr/bin/env bash
# the simulated shop at several seeds: where the month landed in the band that review told before
set -euo pipefail
build="$1"
shift 2
exec /usr/bin/python3 "$(dirname "${BASH_SOURCE[0]}")/landing.py" "$build" "$@"
