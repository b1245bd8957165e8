#!/usr/bin/env python3
"""Answers about simulated shops of seeds 1..N against their truth. usage: readiness.py BUILD_DIR [SEEDS=5]"""
import collections
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import sample_truth  # noqa: E402
from sample_truth import FIRST_DAY, LAST_DAY  # noqa: E402

STATES = ['RED', 'AMBER', 'GREEN', 'BLUE', 'UNKNOWN']
COLUMNS = ['seed', '28 d', '42 d', 'D12', 'D12 best', 'bias', 'P10', 'P50', 'P90', 'promo P50', 'promo P90',
           'short', 'expected', 'fill none', 'fill order', 'flagged', 'dead', 'missed']


def figures_of(shop):
    coverage = shop.coverage(shop.totals[28], 1, 28)
    promotion = shop.coverage(shop.readiness, FIRST_DAY, LAST_DAY)
    table = shop.readiness_table()
    short = sum(count for (state, is_short), count in table.items() if is_short and state != 'UNKNOWN')
    flagged = {sample_truth.series_of(row) for row in shop.clearance}
    return [shop.forecast_error(1, 28), shop.forecast_error(1, 42), shop.forecast_error(FIRST_DAY, LAST_DAY),
            shop.unavoidable_error(FIRST_DAY, LAST_DAY), shop.bias(FIRST_DAY, LAST_DAY),
            coverage['q10_units'], coverage['q50_units'], coverage['q90_units'],
            promotion['q50_units'], promotion['q90_units'], short, round(shop.promised_shortages()),
            shop.fill_until_next_arrival(with_orders=False), shop.fill_until_next_arrival(with_orders=True),
            len(flagged), len(shop.dead), len(shop.dead - flagged)], table


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    seeds = int(sys.argv[2]) if len(sys.argv) == 3 else 5
    total = collections.Counter()
    print(' '.join(f'{name:>10}' for name in COLUMNS))
    for seed in range(1, seeds + 1):
        values, table = figures_of(sample_truth.Shop(os.path.abspath(sys.argv[1]), seed))
        total.update(table)
        print(f'{seed:>10} ' + ' '.join(
            f'{value:>10.3f}' if isinstance(value, float) else f'{value:>10}' for value in values), flush=True)
    print('\nlines of all seeds if nothing is ordered before Double 12:')
    print(f'{"":<10}{"short":>8}{"enough":>8}')
    for state in STATES:
        print(f'{state:<10}{total[state, True]:>8}{total[state, False]:>8}')


if __name__ == '__main__':
    main()
