"""The simulated shop (tests/sample) with what the service says about it and what is true of it.

    shop = sample_truth.Shop(build_dir, seed)      # simulates, imports, asks everything once, stops the service
    shop.forecast_error(first_day, last_day)       # ... compares the answers with the truth

A series is (item_id, warehouse_id). Days count from the as-of day: 1 is the day after it. Everything the service was
told lies in the shop's input files; the truth (tests/sample/README.md) is read here only.
"""
import collections
import csv
import datetime
import os
import tempfile

import harness

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


def simulate(build_dir, folder, seed, *options):
    """Writes the input files and the truth of one shop into `folder`."""
    program = os.path.join(build_dir, 'tests', 'sample_shop')
    result = harness.run([program, '--output', folder, '--seed', seed, *options], seconds=120)
    if result.returncode != 0:
        raise AssertionError(result.stderr)


def ask(service, *command):
    """Rows of the answer in CSV."""
    result = service.run('--quiet', '--format', 'csv', *command, seconds=120)
    if result.returncode != 0:
        raise AssertionError(f'{command}: {result.stderr}')
    return list(csv.DictReader(result.stdout.splitlines()))


def import_files(service, folder):
    for kind in KINDS:
        ask(service, 'import', kind, os.path.join(folder, f'{kind}.csv'))


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

    def readiness_table(self):
        """{(state, ran short if nothing is ordered): lines} of the Double 12 check."""
        table = collections.Counter()
        for row in self.readiness:
            short = self._lost(series_of(row), 0, 0, FIRST_DAY, LAST_DAY) > 0
            table[row['state'] or 'UNKNOWN', short] += 1
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
