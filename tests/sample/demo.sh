#!/usr/bin/env bash
# ./run demo: the whole job once, on the simulated shop. usage: demo.sh BUILD_DIR
. "$(dirname "${BASH_SOURCE[0]}")/start.sh"

say() {
    printf '\n== %s\n' "$1"
    [ -z "${2:-}" ] || printf '   $ peakstock %s\n' "$2"
}
# The first lines of a long table, then how many were left out.
top() {
    awk -v most="$1" '{ if (NR <= most) print; else left++ } END { if (left) printf "   ... and %d more lines\n", left }'
}

start_service
say "1. A simulated Taobao home-storage shop, 30 months of sales up to 2026-11-22" "import KIND FILE"
import_shop
say "2. Fit: shared shape per category, own level per item" "fit"
ask --quiet fit
say "3. What the service knows" "status"
ask status
item="$(ask --quiet --format csv promo check double12-2026 2>/dev/null | awk -F, 'NR > 1 && $3 == "RED" && $4 > best { best = $4; id = $1 } END { print id }')"
say "4. Demand of one item through Double 12" "forecast --item $item --horizon 28"
ask --quiet forecast --item "$item" --horizon 28
say "5. Will stock carry Double 12 (双12)?" "promo check double12-2026"
ask --quiet promo check double12-2026 | top 60
say "6. What to order, from whom, by when" "reorder"
ask --quiet reorder >"$work/reorder.txt"
top 25 <"$work/reorder.txt"
tail -n 4 "$work/reorder.txt"
say "7. What to clear" "clearance"
ask --quiet clearance >"$work/clearance.txt"
top 25 <"$work/clearance.txt"
tail -n 4 "$work/clearance.txt"
say "8. The day in review, and what needs a decision" "review"
ask --quiet review | top 40
say "9. Key figures of the last 30 days" "kpi"
ask --quiet kpi
printf '\nEverything above came from %s over gRPC; the shop is simulated (tests/sample/README.md).\n' "peakstockd"
