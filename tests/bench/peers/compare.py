#!/usr/bin/env python3
"""Our model, driven through the service, beside plain forecasts and whatever peers are installed.

usage: compare.py BUILD_DIR DATA_FOLDER DATASET [--sample N] [--origin D ...] [--method NAME ...] [--no-categories]
                  [--whole-promotions]
"""
import argparse
import csv
import os
import random
import resource
import subprocess
import sys
import tempfile
import time

import plain
from history import History, day_number, day_text
from score import Window
from service import Shop

HERE = os.path.dirname(os.path.abspath(__file__))
VENV = os.environ.get('PEAKSTOCK_PEERS', os.path.expanduser('~/.cache/peakstock-peers'))
PYTHON = os.path.join(VENV, 'bin', 'python')
OURS = 'peakstock'
# Dataset -> origins, horizons, selling days that an item needs before the origin.
TASKS = {
    'online-retail-ii': (['2010-09-05', '2011-05-08', '2011-07-06'], [28, 56], 200),
    'rossmann': (['2014-08-09', '2014-09-26', '2014-11-13'], [48], 200),
    'm5-foods3': (['2016-02-28', '2016-03-27'], [28], 1),
    'm5-hobbies2': (['2016-02-28', '2016-03-27'], [28], 1),
    'koubei': (['2016-02-07', '2016-05-01', '2016-07-03'], [28], 60),
    'vegetables': (['2022-04-03', '2022-08-07', '2022-10-09', '2022-12-03'], [7, 28], 100)}


def with_r(method):
    return method, 'Rscript', 'forecast.R', 'library(forecast)', 'apt-get install r-base-core r-cran-forecast'


def with_python(package, method=''):
    return (method, PYTHON, f'with_{package}.py', f'import {package}',
            f'python3 -m venv {VENV} && {VENV}/bin/pip install prophet statsforecast lightgbm scikit-learn')


# Peer -> method of its adapter, program, adapter, how to see whether it is there, how to get it.
PEERS = {'R ets': with_r('ets'), 'R stlf': with_r('stlf'), 'R tslm': with_r('tslm'), 'Prophet': with_python('prophet'),
         'statsforecast AutoETS': with_python('statsforecast', 'AutoETS'),
         'statsforecast MSTL': with_python('statsforecast', 'MSTL'), 'LightGBM': with_python('lightgbm')}
GLOBAL = {'LightGBM'}  # learns from all items at once
ONE_THREAD = {name: '1' for name in ('OMP_NUM_THREADS', 'OPENBLAS_NUM_THREADS', 'NUMBA_NUM_THREADS')}


def is_installed(peer):
    _, program, _, check, remedy = PEERS[peer]
    try:
        done = subprocess.run([program, '-e' if program == 'Rscript' else '-c', check], capture_output=True,
                              check=False)
        found = done.returncode == 0
    except OSError:
        found = False
    if not found:
        print(f'skipped: {peer} is not installed ({remedy})', flush=True)
    return found


def read_forecast(path):
    forecast = {}
    with open(path, newline='', encoding='utf-8') as file:
        for row in csv.DictReader(file):
            key = ('total', int(row['date'][5:])) if row['date'].startswith('total') else day_number(row['date'])
            quantiles = {int(name[1:]) / 100: float(row[name]) for name in row if name[0] == 'q' and row[name]}
            forecast.setdefault(row['item'], {})[key] = float(row['mean']), quantiles
    return forecast


def run_peer(peer, history, items, origin, horizons):
    """Returns (forecast of the items, processor seconds per series); None if the adapter fails."""
    method, program, script, _, _ = PEERS[peer]
    with tempfile.TemporaryDirectory(prefix='peakstock-peers-') as folder:
        history.write(folder, items, origin, max(horizons))
        answer = os.path.join(folder, 'forecast.csv')
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run(
            ['nice', program, os.path.join(HERE, script), method, folder, day_text(origin),
             ','.join(map(str, horizons)), answer],
            capture_output=True, text=True, errors='replace', env={**os.environ, **ONE_THREAD}, check=False)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        if done.returncode != 0:
            print(f'{peer} failed at {day_text(origin)}: {done.stderr[-500:]}', flush=True)
            return None
        seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return read_forecast(answer), seconds / len(items)


def run_plain(name, history, items, origin, horizons):
    begun = time.process_time()
    forecast = {item: plain.METHODS[name](history.past(item, origin), origin, horizons) for item in items}
    return forecast, (time.process_time() - begun) / len(items)


HEADER = ['method', 'WAPE of totals', 'of mean28', 'bias', 'WAPE of days', 'item RMSSE', 'RMSSE of sum', 'pinball',
          'by money',
          'totals P10 / P50 / P90', 'days by PIT', 's a series']


class Table:
    """Figures of one set of items at one horizon, averaged over the origins."""

    def __init__(self, title):
        self.title, self.scores, self.items = title, {}, []

    def add(self, method, figures, seconds):
        self.scores.setdefault(method, []).append({**figures, 'seconds': seconds})

    def mean(self, method, name, index=None):
        values = [score[name] if index is None else score[name][index] for score in self.scores[method]]
        return None if None in values else sum(values) / len(values)

    def row(self, method):
        def text(name, form='.3f'):
            value = self.mean(method, name)
            return '' if value is None else format(value, form)

        def shares(name):
            values = [self.mean(method, name, index) for index in range(3)]
            return '' if None in values else ' / '.join(f'{value:.0f}' for value in values)
        reference = self.scores.get('mean of 28 days', ())
        relative = [one['window_wape'] / other['window_wape'] for one, other in zip(self.scores[method], reference)]
        return [method, text('window_wape'), f'{sum(relative) / len(relative):.3f}' if relative else '',
                text('bias', '+.3f'), *map(text, ('wape', 'rmsse', 'total_rmsse', 'pinball', 'weighted_pinball')),
                shares('window_coverage'), shares('coverage'), text('seconds', '.4f')]

    def print(self):
        print(f'\n{self.title}; {min(self.items)} to {max(self.items)} items\n')
        print('| ' + ' | '.join(HEADER) + ' |\n' + '|---' * len(HEADER) + '|')
        for method in self.scores:
            print('| ' + ' | '.join(self.row(method)) + ' |')
        sys.stdout.flush()


def compare(history, shop, peers, options):
    origins, horizons, min_days = TASKS[history.dataset]
    origins = options.origin or origins
    tables = {(scope, horizon): Table(f'{history.dataset}, {scope}, horizon {horizon}, {len(origins)} origins')
              for scope in ('all items', 'sample') for horizon in horizons}
    for origin in map(day_number, origins):
        items = history.items_sold_on(origin, min_days)
        sample = sorted(random.Random(origin).sample(items, min(options.sample or 100, len(items))))
        answers = {OURS: shop.forecast(origin, horizons)} if shop else {}
        for name in plain.METHODS:
            answers[name] = run_plain(name, history, items, origin, horizons)
        for peer in peers:
            answers[peer] = run_peer(peer, history, items if peer in GLOBAL else sample, origin, horizons)
        for (scope, horizon), table in tables.items():
            scored = items if scope == 'all items' else sample
            table.items.append(len(scored))
            window = Window(history, scored, origin, horizon)
            for method, answer in answers.items():
                if answer and all(item in answer[0] for item in scored):
                    table.add(method, window.score(answer[0]), answer[1])
    for (scope, _), table in tables.items():
        if scope == 'all items' or peers or options.sample:
            table.print()


def main():
    parser = argparse.ArgumentParser(prog='./run bench peers')
    parser.add_argument('build_dir')
    parser.add_argument('data')
    parser.add_argument('dataset', choices=TASKS)
    parser.add_argument('--sample', type=int, help='items that peers with one model an item are asked for (100)')
    parser.add_argument('--origin', action='append', help='instead of the origins of the task')
    parser.add_argument('--method', action='append', choices=[OURS, 'plain', *PEERS],
                        help='only these and the plain ones')
    parser.add_argument('--no-categories', action='store_true', help='tell the service no categories')
    parser.add_argument('--whole-promotions', action='store_true', help='promotion rows run on through closed days')
    options = parser.parse_args()
    folder = os.path.join(options.data, options.dataset)
    if not os.path.isdir(folder):
        print(f'skipped: {folder} is not there')
        return
    history = History(options.dataset, folder)
    if options.no_categories:
        history.categories = {}
    history.promotions_run_on = options.whole_promotions
    peers = [peer for peer in PEERS if peer in (options.method or PEERS) and is_installed(peer)]
    shop = Shop(options.build_dir, history) if OURS in (options.method or [OURS]) else None
    try:
        compare(history, shop, peers, options)
    finally:
        if shop:
            shop.close()


if __name__ == '__main__':
    main()
