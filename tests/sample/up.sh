#!/usr/bin/env bash
# ./run up: serves the simulated shop until Ctrl-C. usage: up.sh BUILD_DIR [ADDRESS]
. "$(dirname "${BASH_SOURCE[0]}")/start.sh"

start_service "${1:-127.0.0.1:7117}"
import_shop >&2
echo "serving the simulated shop on $address; try: $build/peakstock --server $address reorder"
wait "$pid"
