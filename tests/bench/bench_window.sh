#!/usr/bin/env bash
# a campaign's window before and during it: error and coverage with deposits and after its first days; a real Double 11
set -euo pipefail
exec /usr/bin/python3 "$(dirname "${BASH_SOURCE[0]}")/campaign_window.py" "$@"
