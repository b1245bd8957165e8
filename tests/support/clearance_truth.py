"""Clearance plans of the simulated shop replayed under the truth: the demand that the true elasticity, the true mean
and the true dispersion would give along a ladder. Nothing the service was told but its own answer is used for it.

    lines, summary = clearance_truth.plan(build_dir, seed)    # asks a fresh service
    clearance_truth.Replay(lines, random_seed)                # draws one future

On a promotion day the lower of the promotion's and the ladder's price holds, as the plan assumes.
"""
import collections
import csv
import datetime
import json
import math
import os
import random
import tempfile

import harness
import sample_truth
from sample_truth import AS_OF, rows_of, series_of

DAYS = 90
SELLING_COST_COLUMN = 'selling_cost_ratio'


class Line:
    """One line of the answer with its truth."""

    def __init__(self, row, truth):
        self.row = row
        self.item, self.series = row['item_id'], series_of(row)
        self.stock = int(row['on_hand_units'])
        self.is_cohort = row['list'] == 'cohort'
        self.is_written_off = row['action'] == 'write_off'
        self.last_day = (datetime.date.fromisoformat(row['last_date']) - AS_OF).days
        self.ladder = []
        for part in filter(None, row['ladder'].split(';')):
            date, discount = part.split(':')
            self.ladder.append(((datetime.date.fromisoformat(date) - AS_OF).days, float(discount)))
        self.elasticity = truth['elasticity'][self.item]
        self.dispersion = truth['dispersion'][self.item]
        self.net_price = truth['price'][self.item] * (1 - truth['selling_cost'][self.item])
        self.means = [truth['mean'][self.series].get(day, 0.0) for day in range(1, DAYS + 1)]
        self.promoted = [truth['promoted'](self.item, day) for day in range(1, DAYS + 1)]

    def number(self, column):
        return float(self.row[column] or 0)

    def discount_on(self, day):
        return max([discount for start, discount in self.ladder if start <= day], default=0.0)

    def sell(self, source, discount_of):
        """(units sold, cash) of one future along discount_of(day)."""
        left, cash = self.stock, 0.0
        for day in range(1, min(self.last_day, DAYS) + 1):
            usual = 1 - self.promoted[day - 1]
            price = min(usual, 1 - discount_of(day))
            mean = self.means[day - 1] * (price / usual) ** self.elasticity
            if mean <= 0:
                continue
            level = source.gammavariate(self.dispersion, mean / self.dispersion)
            sold = min(left, poisson(source, level))
            left -= sold
            cash += sold * self.net_price * price
        return self.stock - left, cash


def poisson(source, mean):
    if mean > 50:
        return max(0, round(source.gauss(mean, math.sqrt(mean))))
    limit, product, count = math.exp(-mean), source.random(), 0
    while product > limit:
        product *= source.random()
        count += 1
    return count


def promoted_of(rows, categories):
    """(item, day) -> what promotions take off: of one promotion the narrowest row, of several the deepest."""
    by_day = collections.defaultdict(list)
    for row in rows:
        if row['status'] != 'approved' or row['phase'] == 'presale':
            continue
        first = (datetime.date.fromisoformat(row['start_date']) - AS_OF).days
        last = (datetime.date.fromisoformat(row['end_date']) - AS_OF).days
        for day in range(max(first, 1), min(last, DAYS) + 1):
            by_day[day].append(row)

    def promoted(item, day):
        best = {}
        for row in by_day.get(day, ()):
            if row['item_id'] not in ('', item) or row['category'] not in ('', categories[item]):
                continue
            narrow = 2 * bool(row['item_id']) + bool(row['category'])
            known = best.get(row['promotion_id'])
            if known is None or narrow > known[0]:
                best[row['promotion_id']] = narrow, float(row['discount_ratio'] or 0)
        return max([discount for _, discount in best.values()], default=0.0)
    return promoted


def truth_of(files):
    items = {row['item_id']: row for row in rows_of(os.path.join(files, 'items.csv'))}
    truth = {'elasticity': {}, 'dispersion': {}, 'mean': collections.defaultdict(dict),
             'price': {item: float(row['list_price'] or 0) for item, row in items.items()},
             'selling_cost': {item: float(row[SELLING_COST_COLUMN] or 0) for item, row in items.items()}}
    for row in rows_of(os.path.join(files, 'prices.csv')):
        if row['date'] <= AS_OF.isoformat():
            truth['price'][row['item_id']] = float(row['price'])
    for row in rows_of(os.path.join(files, 'truth', 'items.csv')):
        truth['elasticity'][row['item_id']] = float(row['price_elasticity'])
        truth['dispersion'][row['item_id']] = float(row['dispersion'])
    with open(os.path.join(files, 'truth', 'expected_demand.csv'), newline='', encoding='utf-8') as file:
        for row in csv.DictReader(file):
            if row['date'] > AS_OF.isoformat():
                day = (datetime.date.fromisoformat(row['date']) - AS_OF).days
                truth['mean'][series_of(row)][day] = float(row['mean_units'])
    truth['promoted'] = promoted_of(rows_of(os.path.join(files, 'promotions.csv')),
                                    {item: row['category'] for item, row in items.items()})
    return truth


def plan(build_dir, seed, *options):
    """The lines of a fresh shop's clearance, and its summary."""
    with tempfile.TemporaryDirectory(prefix='peakstock-clearance-') as folder:
        files = os.path.join(folder, 'shop')
        sample_truth.simulate(build_dir, files, seed, '--days-after', str(DAYS))
        truth = truth_of(files)
        with harness.Service(build_dir, os.path.join(folder, 'store')) as service:
            sample_truth.import_files(service, files)
            rows = sample_truth.ask(service, 'clearance', *options)
            answer = json.loads(service.run('--format', 'json', '--quiet', 'clearance', *options, seconds=120).stdout)
            service.stop()
    return [Line(row, truth) for row in rows], answer


class Replay:
    """One future of every cohort line that is not written off, along its ladder; the others bring what was planned."""

    def __init__(self, lines, random_seed):
        self.results = []
        self.cleared = self.units = self.recovered = 0.0
        for line in lines:
            if not line.is_cohort:
                continue
            self.units += line.stock
            if line.is_written_off:
                self.cleared += line.stock
                self.recovered += line.number('expected_recovered')
                continue
            source = random.Random(f'{random_seed} {line.series}')
            sold, cash = line.sell(source, line.discount_on)
            self.cleared += sold
            self.recovered += cash
            self.results.append((line, sold, cash))

    def inside(self, low, high, position):
        """(lines inside the band, below it, lines) of units (position 1) or cash (position 2)."""
        below = inside = 0
        for result in self.results:
            line, value = result[0], result[position]
            below += value < line.number(low) - 1e-6
            inside += line.number(low) - 1e-6 <= value <= line.number(high) + 1e-6
        return inside, below, len(self.results)
