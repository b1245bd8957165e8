#!/usr/bin/env bash
# ./run demo: the whole job once, on the simulated shop. usage: demo.sh BUILD_DIR
. "$(dirname "${BASH_SOURCE[0]}")/start.sh"
export COLUMNS="${COLUMNS:-150}"

say() {
    printf '\n== %s\n' "$1"
    [ -z "${2:-}" ] || printf '   $ peakstock %s\n' "$2"
}
# The first lines of an answer, how many were left out, the sentences behind their [1], [2], ..., and the first lines
# of its last block (what follows the last blank line). usage: brief HEAD_LINES [LAST_BLOCK_LINES]
brief() {
    awk -v head="$1" -v last="${2:-99}" '
        /^\[[0-9]+\] / { sentence[++sentences] = $0; next }
        { line[++count] = $0; if ($0 == "" && count > head) block = count }
        END {
            end = block ? block - 1 : count
            for (i = 1; i <= end && i <= head; i++) {
                print line[i]
                if (match(line[i], /\[[0-9]+\] *$/)) used[substr(line[i], RSTART + 1) + 0] = 1
            }
            if (end > head) printf "   ... and %d more lines\n", end - head
            for (i = 1; i <= sentences; i++) if (i in used) print sentence[i]
            for (i = block; block && i <= count && i <= block + last; i++) print line[i]
            if (block && count > block + last) print "   ..."
        }'
}

# The table under the line that begins with TITLE, its first lines. usage: table TITLE LINES
table() {
    awk -v title="$1" -v lines="$2" 'index($0, title) == 1 { on = 1 } on && $0 == "" { exit } on && n++ < lines'
}

start_service
say "1. A simulated Taobao home-storage shop: 30 months of sales up to 2026-11-22" "import KIND FILE"
import_shop
say "2. What the service made of it: one shape per category, a level of its own per item" "status"
ask --quiet fit >/dev/null
ask --quiet status | grep -E '^(health|as of|series|items|warehouses|sales rows|first sales)  '
say "3. Will stock carry Double 12 (双12), and do we reach the target? What is most at risk first" \
    "promo check double12-2026"
ask --quiet promo check double12-2026 >"$work/readiness.txt"
brief 11 0 <"$work/readiness.txt" | sed '/^ *\.\.\.$/d'
for title in "What does it bring" "Can the warehouses" "When is the money" "Do we reach"; do
    echo
    table "$title" 5 <"$work/readiness.txt" | cut -c1-140
done
echo
table "total GMV lacks" 5 <"$work/readiness.txt"
item="$(awk '$1 == "RED" && /hangzhou/ { print $2; exit }' "$work/readiness.txt")"
say "4. What to buy for it, by supplier and week" "promo plan double12-2026"
ask --quiet promo plan double12-2026 2>/dev/null >"$work/plan.txt"
sed -n 4,9p "$work/plan.txt"
echo "   ..."
table "week of" 8 <"$work/plan.txt"
say "5. How Double 11 (双11) went, and what it teaches" "promo compare double11-2025 double11-2026"
ask --quiet promo compare double11-2025 double11-2026 |
    sed -nE '2,5p; /^(metric|sold |lost sales|lift |slump|stocking acc|forecast error|GMV|profit)/p'
say "6. Demand of one item at risk, day by day through Double 12" \
    "forecast --item $item --warehouse hangzhou --horizon 28"
ask --quiet forecast --item "$item" --warehouse hangzhou --horizon 28 | sed -n '2p;19,25p'
say "7. What to order, by when" "reorder"
ask --quiet reorder 2>/dev/null | brief 7 0 | sed "/^ *\.\.\.$/d"
say "8. How one of these orders comes about, each term with its row" \
    "explain reorder --item $item --warehouse hangzhou"
ask --quiet explain reorder --item "$item" --warehouse hangzhou |
    grep -E -e '^(BOX|[A-Z]+-[0-9]).*:|^part|position   |promised|order goes out|  arrives|until it arrives' \
        -e 'must last|P50 of|P90 of|expected back|service level +service level|need at|^order  |^[A-Z_]+:'
say "9. What to clear, at which discount; and whether 92 % of what was slow a month ago will be gone" \
    "clearance; clearance path --since 2026-10-22"
ask --quiet clearance 2>/dev/null | brief 5 0 | sed "/^ *\.\.\.$/d"
ask --quiet clearance path --since 2026-10-22 2>/dev/null | sed -n 2,5p
say "10. Which items rise, fall, or can go" "assortment"
ask --quiet assortment | sed -n "2,5p;6,9p"
say "11. The day in review, and what needs a decision" "review"
ask --quiet review | brief 18 0 | sed "/^ *\.\.\.$/d"
say "12. Key figures of the last 30 days" "kpi --by warehouse"
ask --quiet kpi --by warehouse | brief 14
printf '\nEverything above came from %s over gRPC; the shop is simulated (tests/sample/README.md).\n' "peakstockd"
