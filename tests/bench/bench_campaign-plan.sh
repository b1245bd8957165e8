#!/usr/bin/env bash
# Double 12 bought by `promo plan` in simulated shops: fill and what is left, beside doing nothing and F90 of all
set -euo pipefail
build="$1"
shift 2
exec /usr/bin/python3 "$(dirname "${BASH_SOURCE[0]}")/plan_campaign.py" "$build" "$@"
