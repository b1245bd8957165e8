#!/usr/bin/env bash
# one more day added to a fit, beside the full fit of the same day in the same run; [SERIES_COUNT ...]
set -euo pipefail
exec "$(dirname "${BASH_SOURCE[0]}")/bench_fit.sh" "$1" "$2" --advance "${@:3}"
