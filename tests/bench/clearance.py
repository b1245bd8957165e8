#!/usr/bin/env python3
"""Clearance plans of the simulated shop replayed under the truth. usage: clearance.py BUILD_DIR [SEEDS=5] [FIRST=1]"""
import collections
import math
import os
import random
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import clearance_truth  # noqa: E402

COLUMNS = ['seed', 'lines', 'units', 'planned', 'cleared', 'possible', 'cash', 'P10', 'P90', 'real', 'in', 'units in',
           'below',
           'cash in', 'below', 'value+', 'cash+']
DRAWS = 5


def real_gain(lines, seed):
    """What the ladders bring over leaving the price, in the same futures, of the lines that are not written off."""
    gain = 0.0
    for line in lines:
        if not line.is_cohort or line.is_written_off or not line.ladder:
            continue
        for draw in range(DRAWS):
            with_ladder, without = (line.sell(random.Random(f'{seed} {draw} {line.series}'), discount_of)[1]
                                    for discount_of in (line.discount_on, lambda day: 0.0))
            gain += (with_ladder - without) / DRAWS
    return gain


def possible_units(lines, seed):
    """Units that the deepest discount from the first day on would really clear of the cohort, write-offs included."""
    units = 0
    for line in lines:
        if line.is_cohort and line.is_written_off:
            units += line.stock
        elif line.is_cohort:
            units += line.sell(random.Random(f'{seed} {line.series}'), lambda day: 0.6)[0]
    return units


def main():
    if not 2 <= len(sys.argv) <= 4:
        sys.exit(__doc__)
    build = os.path.abspath(sys.argv[1])
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    first = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    totals, errors = collections.Counter(), collections.defaultdict(list)
    print(' '.join(f'{name:>9}' for name in COLUMNS))
    for seed in range(first, first + count):
        lines, answer = clearance_truth.plan(build, seed)
        summary = answer['summary']
        replay = clearance_truth.Replay(lines, seed)
        units = replay.inside('cleared_p10_units', 'cleared_p90_units', 1)
        cash = replay.inside('recovered_p10', 'recovered_p90', 2)
        low, high = float(summary['recovered_p10']), float(summary['recovered_p90'])
        planned_gain = sum(line.number('value_gain') for line in lines if line.is_cohort and not line.is_written_off)
        totals.update(units_in=units[0], units_below=units[1], cash_in=cash[0], cash_below=cash[1], lines=cash[2],
                      plans=1, plans_in=low <= replay.recovered <= high)
        for line in lines:
            error = line.number('elasticity') - line.elasticity
            errors[line.row['elasticity_source']].append((error, line.number('elasticity_standard_error')))
        values = [seed, cash[2], replay.units, float(summary['expected_cleared_ratio']),
                  replay.cleared / replay.units, possible_units(lines, seed) / replay.units,
                  float(summary['expected_recovered']), low, high, replay.recovered,
                  str(low <= replay.recovered <= high), units[0] / max(units[2], 1), units[1] / max(units[2], 1),
                  cash[0] / max(cash[2], 1), cash[1] / max(cash[2], 1), planned_gain, real_gain(lines, seed)]
        print(' '.join(f'{value:>9.3f}' if isinstance(value, float) and abs(value) < 10 else
                       f'{value:>9.0f}' if isinstance(value, (int, float)) else f'{value:>9}' for value in values),
              flush=True)
    lines = totals['lines']
    print(f'\nbands of 80 %: units {totals["units_in"] / lines:.3f} inside, {totals["units_below"] / lines:.3f} below; '
          f'cash {totals["cash_in"] / lines:.3f} inside, {totals["cash_below"] / lines:.3f} below; '
          f'plans {totals["plans_in"]} of {totals["plans"]} inside')
    for source, pairs in sorted(errors.items()):
        mean = sum(error for error, _ in pairs) / len(pairs)
        root = math.sqrt(sum(error * error for error, _ in pairs) / len(pairs))
        stated = math.sqrt(sum(se * se for _, se in pairs) / len(pairs))
        print(f'elasticity {source}: {len(pairs)} lines, mean error {mean:+.2f}, root mean square {root:.2f}, '
              f'stated {stated:.2f}')


if __name__ == '__main__':
    main()
