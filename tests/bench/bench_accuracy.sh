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
    online-retail-ii) # the long horizon needs its days: one origin less
        options=(2010-09-05 2010-10-03 2010-11-28 2011-01-30 2011-02-27 2011-03-27 2011-04-24 2011-05-22 2011-06-19
            2011-07-03 2011-08-03 --min-days 150) ;;
    rossmann)
        options=(2014-03-02 2014-05-04 2014-06-29 2014-08-10 2014-09-07 2014-10-05 2014-11-09 --horizon 28,48
            --promo-as promotion) ;;
    m5-foods3 | m5-hobbies2) # twelve windows in a row, the last one ends at the cut-off
        options=(2015-05-24 2015-06-21 2015-07-19 2015-08-16 2015-09-13 2015-10-11 2015-11-08 2015-12-06 2016-01-03
            2016-01-31 2016-02-28 2016-03-27 --min-days 0) ;;
    koubei)
        options=(2016-01-10 2016-02-07 2016-03-06 2016-04-03 2016-05-01 2016-05-29 2016-06-26 --min-days 60) ;;
    vegetables)
        options=(2021-10-10 2022-01-09 2022-03-06 2022-04-03 2022-05-29 2022-07-10 2022-08-07 2022-09-11 2022-10-09
            2022-11-13 --horizon 7,28 --min-days 100) ;;
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
converted="$(/usr/bin/python3 "$(dirname "$0")/convert_history.py" "$dataset" "$data/$dataset" "$work/history.csv")"
echo "$dataset: $converted"
"$build/tests/accuracy" "$work/history.csv" "${options[@]}" "$@"
