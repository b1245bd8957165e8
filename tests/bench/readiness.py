#!/usr/bin/env python3
"""Answers about simulated shops of seeds 1..N against their truth. usage: readiness.py BUILD_DIR [SEEDS=5 |
FIRST-LAST]"""
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
    tables = {'as the shop is': shop.readiness_table(), 'nothing comes back': shop.readiness_table(False),
              'as the shop is, short = 5 % of the units': shop.readiness_table(True, 0.05),
              'nothing comes back, short = 5 % of the units': shop.readiness_table(False, 0.05),
              'as the shop is, lines by P50 x margin': shop.readiness_table(by_margin=True),
              'nothing comes back, lines by P50 x margin': shop.readiness_table(False, by_margin=True),
              'true means and arrivals known, nothing comes back': shop.ceiling_table()}
    short = sum(count for (state, is_short), count in tables['as the shop is'].items()
                if is_short and state != 'UNKNOWN')
    flagged = {sample_truth.series_of(row) for row in shop.clearance}
    return [shop.forecast_error(1, 28), shop.forecast_error(1, 42), shop.forecast_error(FIRST_DAY, LAST_DAY),
            shop.unavoidable_error(FIRST_DAY, LAST_DAY), shop.bias(FIRST_DAY, LAST_DAY),
            coverage['q10_units'], coverage['q50_units'], coverage['q90_units'],
            promotion['q50_units'], promotion['q90_units'], short, round(shop.promised_shortages()),
            shop.fill_until_next_arrival(with_orders=False), shop.fill_until_next_arrival(with_orders=True),
            len(flagged), len(shop.dead), len(shop.dead - flagged)], tables


def print_table(name, table):
    short = sum(count for (state, is_short), count in table.items() if is_short and state != 'UNKNOWN')
    red, green = (table[state, True] + table[state, False] for state in ('RED', 'GREEN'))
    print(f'\n{name}: RED precision {table["RED", True] / red:.3f}, recall {table["RED", True] / short:.3f}, '
          f'GREEN wrong {table["GREEN", True] / green:.4f}')
    print(f'{"":<10}{"short":>12}{"enough":>12}')
    for state in STATES:
        print(f'{state:<10}{table[state, True]:>12,.0f}{table[state, False]:>12,.0f}')


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    first, last = 1, 5
    if len(sys.argv) == 3:
        first, last = ([int(one) for one in sys.argv[2].split('-')] + [0])[:2]
        first, last = (first, last) if last else (1, first)
    totals = collections.defaultdict(collections.Counter)
    lost = collections.Counter()
    print(' '.join(f'{name:>10}' for name in COLUMNS))
    for seed in range(first, last + 1):
        shop = sample_truth.Shop(os.path.abspath(sys.argv[1]), seed)
        values, tables = figures_of(shop)
        for name, table in tables.items():
            totals[name].update(table)
        lost.update(shop.lost_units_by_state())
        print(f'{seed:>10} ' + ' '.join(
            f'{value:>10.3f}' if isinstance(value, float) else f'{value:>10}' for value in values), flush=True)
    print('\nlines of all seeds if nothing is ordered before Double 12')
    for name, table in totals.items():
        print_table(name, table)
    print('\nshare of the units lost, by state: ' + ', '.join(
        f'{state} {lost[state] / sum(lost.values()):.3f}' for state in STATES))


if __name__ == '__main__':
    main()
