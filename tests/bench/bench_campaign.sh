#!/usr/bin/env bash
# the simulated shop at several seeds: lifts and slumps of past campaigns, and their standard errors, against the truth
set -euo pipefail
build="$1"
shift 2
exec /usr/bin/python3 "$(dirname "${BASH_SOURCE[0]}")/campaign.py" "$build" "${@:-101}"
