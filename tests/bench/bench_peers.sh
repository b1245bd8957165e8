#!/usr/bin/env bash
# the service beside plain forecasts, R, Prophet, statsforecast and LightGBM: DATASET [options of compare.py]
set -euo pipefail
build="$1"
data="$2"
shift 2
sets="online-retail-ii rossmann m5-foods3 m5-hobbies2 koubei vegetables"
dataset="${1:-}"
[ $# -eq 0 ] || shift
case " $sets all " in
    *" $dataset "*) ;;
    *) dataset="" ;;
esac
if [ -z "$dataset" ]; then
    echo "usage: ./run bench peers DATASET, one of: all $sets [options; --help after a DATASET lists them]" >&2
    exit 2
fi
[ "$dataset" = all ] || sets="$dataset"
for one in $sets; do
    PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 "$(dirname "${BASH_SOURCE[0]}")/peers/compare.py" \
        "$build" "$data" "$one" "$@"
done
