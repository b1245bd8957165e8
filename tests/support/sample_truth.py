"""The simulated shop (tests/sample) with what the service says about it and what is true of it.

    shop = sample_truth.Shop(build_dir, seed)      # simulates, imports, asks everything once, stops the service
    shop.forecast_error(first_day, last_day)       # ... compares the answers with the truth

A series is (item_id, warehouse_id). Days count from the as-of day: 1 is the day after it. Everything the service was
told lies in the shop's input files; the truth (tests/sample/README.md) is read here only.
"""
import collections
import csv
import datetime
import math
import os
import random
import tempfile

import harness
from harness import ask

KINDS = ['items', 'suppliers', 'warehouses', 'components', 'targets',
         'sales', 'supply', 'stock', 'inbound', 'promotions', 'prices', 'covariates', 'deposits']
AS_OF = datetime.date(2026, 11, 22)
TRUTH_DAYS = 42
# The Double 12 window, warm-up to encore.
FIRST_DAY, LAST_DAY = (datetime.date(2026, 12, 8) - AS_OF).days, (datetime.date(2026, 12, 14) - AS_OF).days


def rows_of(path):
    with open(path, newline='', encoding='utf-8') as file:
        return list(csv.DictReader(file))


def series_of(row):
    return row['item_id'], row['warehouse_id']


def day_of(date_text):
    return (datetime.date.fromisoformat(date_text) - AS_OF).days


def date_of(day):
    return (AS_OF + datetime.timedelta(day)).isoformat()


def simulate(build_dir, folder, seed, *options):
    """Writes the input files and the truth of one shop into `folder`."""
    program = os.path.join(build_dir, 'tests', 'sample_shop')
    result = harness.run([program, '--output', folder, '--seed', seed, *options], seconds=120)
    if result.returncode != 0:
        raise AssertionError(result.stderr)


def import_files(service, folder):
    for kind in KINDS:
        ask(service, 'import', kind, os.path.join(folder, f'{kind}.csv'))


def send(service, folder, kind, header, rows, *options):
    """Imports rows by a file in the folder; the summary of the import."""
    path = os.path.join(folder, f'sent_{kind}.csv')
    with open(path, 'w', newline='', encoding='utf-8') as file:
        csv.writer(file).writerows([header, *rows])
    return ask(service, 'import', kind, *options, path)[0]


def import_future(service, folder, kind):
    """What the shop will report of the days after the as-of day, as if nothing ran out: sales or deposits."""
    ask(service, 'import', kind, os.path.join(folder, 'truth', f'future_{kind}.csv'))


def sellable_units(folder):
    """Stock on the shelves at the end of the as-of day, by series."""
    units = collections.Counter()
    for row in rows_of(os.path.join(folder, 'stock.csv')):
        if day_of(row['date']) == 0:
            units[series_of(row)] += (int(row['on_hand_units']) - int(row['reserved_units'] or 0) -
                                      int(row['unsellable_units'] or 0))
    return units


def demand_by_day(folder):
    """{series: {day: units wanted}} of the days after the as-of day."""
    demand = collections.defaultdict(dict)
    for row in rows_of(os.path.join(folder, 'truth', 'future_demand.csv')):
        demand[series_of(row)][day_of(row['date'])] = int(row['demand_units'])
    return demand


# What comes back (tests/sample/README.md): so many days after the sale, this part of it unharmed.
RETURN_DAYS = range(4, 15)
UNHARMED_RATIO = 0.85
CEILING_DRAWS = 100


def sold_lately(folder):
    """{series: {day: units sold}} of the days whose returns are still to come."""
    first = (AS_OF - datetime.timedelta(days=RETURN_DAYS[-1])).isoformat()
    sold = collections.defaultdict(collections.Counter)
    with open(os.path.join(folder, 'sales.csv'), newline='', encoding='utf-8') as file:
        header = next(file)
        for row in csv.DictReader([header] + [line for line in file if line[:10] >= first]):
            sold[series_of(row)][day_of(row['date'])] += int(row['units']) - int(row['cancelled_units'] or 0)
    return sold


def poisson(rng, mean):
    """Knuth's product of uniforms; the normal distribution where it would take long."""
    if mean > 30:
        return max(0, round(rng.gauss(mean, mean ** 0.5)))
    count, product, limit = 0, rng.random(), math.exp(-mean)
    while product > limit:
        count += 1
        product *= rng.random()
    return count


class Shop:
    def __init__(self, build_dir, seed, *options):
        with tempfile.TemporaryDirectory(prefix='peakstock-shop-') as folder:
            files = os.path.join(folder, 'shop')
            simulate(build_dir, files, seed, *options)
            self._read_truth(files)
            with harness.Service(build_dir, os.path.join(folder, 'store')) as service:
                import_files(service, files)
                self._read_answers(service)
                service.stop()

    def _read_truth(self, files):
        self.demand = demand_by_day(files)
        self.stock = sellable_units(files)
        self.stock_known = {series_of(row) for row in rows_of(os.path.join(files, 'stock.csv'))}
        self.state = {row['item_id']: row['state'] for row in rows_of(os.path.join(files, 'truth', 'items.csv'))}
        self.dead = {series_of(row) for row in rows_of(os.path.join(files, 'truth', 'dead_items.csv'))
                     if int(row['on_hand_units']) > 0}
        self.arrivals = collections.defaultdict(collections.Counter)
        for row in rows_of(os.path.join(files, 'truth', 'inbound_arrivals.csv')):
            self.arrivals[series_of(row)][max(day_of(row['arrival_date']), 1)] += int(row['units'])
        self.expected = collections.defaultdict(dict)
        for row in rows_of(os.path.join(files, 'truth', 'expected_demand.csv')):
            if row['date'] > AS_OF.isoformat():
                self.expected[series_of(row)][day_of(row['date'])] = float(row['mean_units'])
        self.return_ratio = collections.Counter()  # a gift, which has no row, does not come back
        self.dispersion = collections.defaultdict(lambda: 1e6)
        for row in rows_of(os.path.join(files, 'truth', 'items.csv')):
            self.return_ratio[row['item_id']] = float(row['return_ratio'])
            self.dispersion[row['item_id']] = float(row['dispersion'])
        self.margin = collections.Counter({row['item_id']: float(row['list_price'] or 0) - float(row['unit_cost'] or 0)
                                           for row in rows_of(os.path.join(files, 'items.csv'))})
        self.sold = sold_lately(files)
        self.review_days = {}
        for row in rows_of(os.path.join(files, 'supply.csv')):
            self.review_days[row['item_id']] = int(row['review_period_days'] or 7)

    def _read_answers(self, service):
        self.forecast = collections.defaultdict(dict)
        for row in ask(service, 'forecast', '--all', '--horizon', str(TRUTH_DAYS)):
            self.forecast[series_of(row)][day_of(row['date'])] = float(row['mean_units'])
        self.totals = {days: ask(service, 'forecast', '--all', '--horizon', str(days), '--total') for days in (28, 42)}
        self.readiness = ask(service, 'promo', 'check', 'double12-2026')
        self.reorder = ask(service, 'reorder', '--all-items')
        self.clearance = ask(service, 'clearance')

    def wanted(self, series, first_day, last_day):
        return sum(units for day, units in self.demand[series].items() if first_day <= day <= last_day)

    def _window_error(self, forecast, first_day, last_day):
        error = wanted = 0
        for series in self.forecast:
            units = self.wanted(series, first_day, last_day)
            mean = sum(value for day, value in forecast[series].items() if first_day <= day <= last_day)
            error += abs(units - mean)
            wanted += units
        return error / wanted

    def forecast_error(self, first_day, last_day):
        """sum |wanted - forecast| / sum wanted, of the units of each series in the window."""
        return self._window_error(self.forecast, first_day, last_day)

    def unavoidable_error(self, first_day, last_day):
        """The same of somebody who knows the true mean of every day."""
        return self._window_error(self.expected, first_day, last_day)

    def bias(self, first_day, last_day):
        wanted = sum(self.wanted(series, first_day, last_day) for series in self.forecast)
        mean = sum(value for days in self.forecast.values() for day, value in days.items()
                   if first_day <= day <= last_day)
        return mean / wanted - 1

    def coverage(self, rows, first_day, last_day, mean_least=3.0):
        """{quantile column: share of series that wanted at most so much}; without the slowest, whose totals are 0."""
        rows = [row for row in rows if float(row.get('mean_units', row['q50_units'])) >= mean_least]
        columns = [name for name in ('q10_units', 'q50_units', 'q90_units') if name in rows[0]]
        return {name: sum(self.wanted(series_of(row), first_day, last_day) <= float(row[name]) for row in rows) /
                len(rows) for name in columns}

    def _lost(self, series, order_units, order_day, first_day, last_day):
        """Units wanted and not served on the days of the window, with one order arriving on order_day."""
        shelf, lost = self.stock[series], 0
        for day in range(1, last_day + 1):
            shelf += self.arrivals[series][day] + (order_units if day == order_day else 0)
            wanted = self.demand[series].get(day, 0)
            lost += max(0, wanted - shelf) if day >= first_day else 0
            shelf = max(0, shelf - wanted)
        return lost

    def lost_if_nothing_is_done(self, series, with_returns=True, demand=None):
        """Units wanted and not served in the Double 12 window. What buyers send back is sold again, as in the shop's
        past; which units these are is drawn, the same way every time."""
        rng = random.Random('/'.join(series))
        ratio = self.return_ratio[series[0]] * UNHARMED_RATIO if with_returns else 0
        back = collections.Counter()

        def sell(day, units):
            for _ in range(units if ratio else 0):
                if rng.random() < ratio:
                    back[day + rng.choice(RETURN_DAYS)] += 1

        for day, units in self.sold[series].items():
            sell(day, units)
        demand = self.demand[series] if demand is None else demand
        shelf, lost = self.stock[series], 0
        for day in range(1, LAST_DAY + 1):
            shelf += self.arrivals[series][day] + back[day]
            wanted = demand.get(day, 0)
            served = max(0, min(shelf, wanted))
            lost += wanted - served if day >= FIRST_DAY else 0
            sell(day, served)
            shelf -= served
        return lost

    def readiness_table(self, with_returns=True, least_ratio=0.0, by_margin=False):
        """{(state, ran short if nothing is ordered): lines} of the Double 12 check. Short = a unit lost, and this part
        of what was wanted; by_margin: sums of P50 x list margin instead of lines."""
        table = collections.Counter()
        for row in self.readiness:
            lost = self.lost_if_nothing_is_done(series_of(row), with_returns)
            short = lost > 0 and lost >= least_ratio * self.wanted(series_of(row), FIRST_DAY, LAST_DAY)
            weight = int(row['q50_units']) * max(self.margin[row['item_id']], 0) if by_margin else 1
            table[row['state'] or 'UNKNOWN', short] += weight
        return table

    def lost_units_by_state(self):
        """{state: units lost in the Double 12 window if nothing is ordered}."""
        lost = collections.Counter()
        for row in self.readiness:
            lost[row['state'] or 'UNKNOWN'] += self.lost_if_nothing_is_done(series_of(row))
        return lost

    def ceiling_table(self):
        """The readiness table of somebody who knows every day's true mean, every arrival and the spread of chance, and
        calls a line by the same two bounds: nobody can know more."""
        table = collections.Counter()
        for row in self.readiness:
            if not row['state']:
                continue
            series = series_of(row)
            rng = random.Random('ceiling/' + '/'.join(series))
            shape = self.dispersion[series[0]]
            means = {day: mean for day, mean in self.expected[series].items() if day <= LAST_DAY and mean > 0}
            short = 0
            for _ in range(CEILING_DRAWS if means else 0):
                demand = {day: poisson(rng, rng.gammavariate(shape, mean / shape)) for day, mean in means.items()}
                short += self.lost_if_nothing_is_done(series, False, demand) > 0
            cover = 1 - short / CEILING_DRAWS
            state = 'RED' if cover < 0.70 else 'AMBER' if cover < 0.90 else 'GREEN'
            table[state, self.lost_if_nothing_is_done(series, False) > 0] += 1
        return table

    def promised_shortages(self):
        """Sum of 1 - cover_probability: the lines that should run short if the probabilities are right."""
        return sum(1 - float(row['cover_probability']) for row in self.readiness if row['cover_probability'])

    def fill_until_next_arrival(self, with_orders):
        """Units served / wanted from an order's arrival to the next one's, of the lines with stock and terms."""
        wanted = lost = 0
        for row in self.reorder:
            series = series_of(row)
            if not row['arrival_date'] or series not in self.stock_known:
                continue
            first_day = day_of(row['arrival_date'])
            last_day = min(first_day + self.review_days[row['item_id']] - 1, TRUTH_DAYS)
            wanted += self.wanted(series, first_day, last_day)
            lost += self._lost(series, int(row['order_units']) if with_orders else 0, first_day, first_day, last_day)
        return 1 - lost / wanted
