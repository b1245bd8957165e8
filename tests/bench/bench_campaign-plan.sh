#!/usr/bin/env bash
# a campaign bought by `promo plan` in simulated shops: fill of Double 12 and what is left, against doing nothing and F90 of all
set -euo pipefail
build="$1"
shift 2
exec /usr/bin/python3 "$(dirname "${BASH_SOURCE[0]}")/plan_campaign.py" "$build" "$@"
