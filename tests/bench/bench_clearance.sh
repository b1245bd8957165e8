#!/usr/bin/env bash
# clearance of simulated shops: cleared share, recovery and bands against the truth; speed of the ladder
set -euo pipefail
build="$1"
shift 2
"$build/tests/markdown_speed"
exec /usr/bin/python3 "$(dirname "${BASH_SOURCE[0]}")/clearance.py" "$build" "${@:-5}"
