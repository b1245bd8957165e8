"""Our model from outside: peakstockd on a free port, the contract's files imported, `forecast --all --as-of` asked.

Whatever a shop does not configure is not configured here either.
"""
import contextlib
import csv
import os
import shutil
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..', 'support'))
import harness  # noqa: E402
from history import day_number, day_text, write_rows  # noqa: E402

LEVELS = ','.join(f'{index / 20:g}' for index in range(1, 20))
WAIT_SECONDS = 600


def stretches(days):
    """Ascending days as (first, last) of each run without a gap."""
    runs = []
    for day in days:
        if runs and day == runs[-1][1] + 1:
            runs[-1][1] = day
        else:
            runs.append([day, day])
    return runs


def sales_rows(history):
    for item, days in history.units.items():
        for index, units in enumerate(days):
            if units:
                day = history.first_day + index
                price = history.price(item, day)
                yield day_text(day), item, units, f'{units * price:.2f}' if price else ''


def covariate_rows(history):
    for name, days in sorted(history.shared.items()):
        yield from ((day_text(day), name, 1, '') for day in sorted(days))
    for item in history.units:
        own = {**history.own.get(item, {}), 'closed': history.closed.get(item, ())}
        for name, days in sorted(own.items()):
            yield from ((day_text(day), name, 1, item) for day in sorted(days))


def promotion_rows(history):
    for item in history.units if history.promotion_days else ():
        left_out = set() if history.promotions_run_on else history.closed[item]
        for first, last in stretches(sorted(set(history.promotion_days) - left_out)):
            yield f'{item}-{day_text(first)}', day_text(first), day_text(last), item


def price_rows(history):
    return ((day_text(day), item, price) for item, rows in history.prices.items() for day, price in rows)


FILES = {
    'items': (('item_id', 'category'), lambda history: history.categories.items()),
    'sales': (('date', 'item_id', 'units', 'paid_amount'), sales_rows),
    'covariates': (('date', 'name', 'value', 'item_id'), covariate_rows),
    'promotions': (('promotion_id', 'start_date', 'end_date', 'item_id'), promotion_rows),
    'prices': (('date', 'item_id', 'price'), price_rows)}


class Shop:
    """A running service that has been told a history; `forecast` answers in the form of score.py."""

    def __init__(self, build_dir, history):
        self.stack = contextlib.ExitStack()
        folder = tempfile.mkdtemp(prefix='peakstock-peers-')
        self.stack.callback(shutil.rmtree, folder, ignore_errors=True)
        self.service = self.stack.enter_context(harness.Service(os.path.abspath(build_dir),
                                                                os.path.join(folder, 'store')))
        self.series_count = len(history.units)
        if history.dataset == 'online-retail-ii':
            names = sorted(name for name in os.listdir(history.folder) if name.endswith('.csv.xz'))
            self.ask('import', 'online-retail', *(os.path.join(history.folder, name) for name in names))
        else:
            self.import_files(folder, history)
        self.ask('fit')

    def import_files(self, folder, history):
        for kind, (header, rows_of) in FILES.items():
            path = write_rows(os.path.join(folder, f'{kind}.csv'), header, rows_of(history))
            self.ask('import', kind, path)

    def ask(self, *arguments):
        done = self.service.run('--quiet', '--format', 'csv', '--timeout', str(WAIT_SECONDS), *arguments,
                                seconds=WAIT_SECONDS)
        if done.returncode != 0:
            raise RuntimeError(f'{arguments[:2]}: {done.stderr}')
        return done.stdout

    def cpu_seconds(self):
        with open(f'/proc/{self.service.process.pid}/stat', encoding='ascii') as file:
            fields = file.read().rsplit(')', 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf('SC_CLK_TCK')

    def forecast(self, origin, horizons):
        """Returns (forecast of every item, processor seconds per series)."""
        begun, answer = self.cpu_seconds(), {}
        for horizon in [0, *horizons]:  # days of the longest one first, then each one's totals
            rows = self.ask('forecast', '--all', '--as-of', day_text(origin), '--quantiles', LEVELS,
                            '--horizon', str(horizon or max(horizons)), *(['--total'] if horizon else []))
            for row in csv.DictReader(rows.splitlines()):
                key = ('total', horizon) if horizon else day_number(row['date'])
                quantiles = {int(name[1:-6]) / 100: float(value)
                             for name, value in row.items() if name[0] == 'q'}
                answer.setdefault(row['item_id'], {})[key] = float(row['mean_units']), quantiles
        return answer, (self.cpu_seconds() - begun) / self.series_count

    def close(self):
        self.stack.close()
