#!/usr/bin/env bash
# WAPE of totals and days on rolling origins of a public history: DATASET [options of accuracy_main.c]
set -euo pipefail
build="$1"
data="$2"
shift 2
sets="online-retail-ii rossmann m5-foods3 m5-hobbies2 koubei vegetables"
dataset="${1:-}"
[ $# -eq 0 ] || shift
case "$dataset" in
    online-retail-ii) options=(2010-09-05 2011-03-06 2011-05-01 2011-06-05 2011-07-03 --min-days 150) ;;
    rossmann) options=(2014-09-07 2014-11-09 --horizon 28,48 --promo-as promotion) ;;
    m5-foods3 | m5-hobbies2) options=(2015-06-07 2015-10-04 2016-02-07) ;;
    koubei) options=(2016-02-07 2016-05-01 --min-days 60) ;;
    vegetables) options=(2022-01-09 2022-04-03 2022-08-07 2022-10-09 --horizon 7,28 --min-days 100) ;;
    all)
        for one in $sets; do "$0" "$build" "$data" "$one" "$@"; done
        exit 0
        ;;
    *)
        echo "usage: ./run bench accuracy DATASET, one of: all $sets" >&2
        exit 2
        ;;
esac
[ -d "$data/$dataset" ] || { echo "skipped: $data/$dataset is not there"; exit 0; }
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
echo "$dataset: $(/usr/bin/python3 "$(dirname "$0")/convert_history.py" "$dataset" "$data/$dataset" "$work/history.csv")"
"$build/tests/accuracy" "$work/history.csv" "${options[@]}" "$@"
