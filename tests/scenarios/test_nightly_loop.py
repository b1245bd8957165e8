#!/usr/bin/python3
"""A warehouse system beside the service, night after night through Double 12: it sends what was sold, what arrived and
what is on the shelves, asks what to order, and places exactly that."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import harness  # noqa: E402
import sample_truth  # noqa: E402
from sample_truth import FIRST_DAY, LAST_DAY, ask, date_of, series_of  # noqa: E402

NIGHTS = 24
SEED = 3
_runs = []


class Warehouse:
    """Shelves and open orders as the shop has them; the service only hears of them by imports."""

    def __init__(self, folder, service):
        self.folder, self.service = folder, service
        self.demand = sample_truth.demand_by_day(folder)
        self.shelf = sample_truth.sellable_units(folder)
        self.open = {}
        for row in sample_truth.rows_of(os.path.join(folder, 'inbound.csv')):
            key = (row['order_id'], row['line'], row['item_id'], row['warehouse_id'])
            self.open[key] = [int(row['units']), row['eta_date'], float(row['confirmed_ratio'] or 1)]
        self.arrivals = {}
        for row in sample_truth.rows_of(os.path.join(folder, 'truth', 'inbound_arrivals.csv')):
            key = (row['order_id'], row['line'], row['item_id'], row['warehouse_id'])
            self.arrivals[key] = max(1, sample_truth.day_of(row['arrival_date']))
        self.wanted = self.lost = 0

    def send(self, kind, header, rows, *options):
        return sample_truth.send(self.service, self.folder, kind, header, rows, *options)

    def position_of(self, series):
        return self.shelf[series] + sum(units * ratio for key, (units, _, ratio) in self.open.items()
                                        if key[2:] == series)

    def place(self, day, lines):
        """Orders what is suggested; the supplier confirms the arrival that was suggested."""
        rows = []
        for line in lines:
            key = (f'PO-{date_of(day)}', line['suggestion_id'], *series_of(line))
            self.open[key] = [int(line['order_units']), line['arrival_date'], 1.0]
            self.arrivals[key] = sample_truth.day_of(line['arrival_date'])
            rows.append([*key, int(line['order_units']), line['arrival_date']])
        self.send('inbound', ['order_id', 'line', 'item_id', 'warehouse_id', 'units', 'eta_date'], rows)

    def live(self, day):
        """One day: receive, sell, count, and tell the service."""
        arrived = [key for key in self.open if self.arrivals.get(key) == day]
        for key in arrived:
            self.shelf[key[2:]] += self.open.pop(key)[0]
        sales = []
        for series, days in self.demand.items():
            wanted, shelf = days.get(day, 0), max(self.shelf[series], 0)
            sold = min(wanted, shelf)
            self.shelf[series] -= sold
            self.wanted += wanted if FIRST_DAY <= day <= LAST_DAY else 0
            self.lost += wanted - sold if FIRST_DAY <= day <= LAST_DAY else 0
            if wanted:
                sales.append([date_of(day), *series, sold, round(sold / wanted, 3)])
        self.send('inbound', ['order_id', 'line', 'item_id', 'warehouse_id', 'units', 'eta_date'],
                  [[*key, 0, date_of(day)] for key in arrived])
        self.send('stock', ['date', 'item_id', 'warehouse_id', 'on_hand_units'],
                  [[date_of(day), *series, units] for series, units in self.shelf.items()])
        self.send('sales', ['date', 'item_id', 'warehouse_id', 'units', 'available_ratio'], sales,
                  '--complete-through', date_of(day))


def nights_of(t):
    """Runs the loop once; a record per night: what was suggested, what differed, what was suggested once more."""
    t.needs('tests/sample_shop')
    if _runs:
        return _runs[0]
    folder = os.path.join(t.directory(), 'shop')
    sample_truth.simulate(t.build_dir, folder, SEED, '--item-count', '60', '--days', '500')
    service = t.service()
    sample_truth.import_files(service, folder)
    warehouse = Warehouse(folder, service)
    nights = []
    for day in range(NIGHTS):
        lines = ask(service, 'reorder', '--all-items')
        known = [line for line in lines if line['position_units'] and series_of(line) in warehouse.shelf]
        differing = [series_of(line) for line in known
                     if abs(float(line['position_units']) - warehouse.position_of(series_of(line))) > 1e-6]
        suggested = [line for line in lines if int(line['order_units']) > 0]
        warehouse.place(day, suggested)
        nights.append({'day': day, 'suggested': suggested, 'known': len(known), 'differing': differing,
                       'again': ask(service, 'reorder')})
        warehouse.live(day + 1)
    _runs.append((nights, warehouse))
    return _runs[0]


def test_every_answer_has_seen_the_last_import(t):
    nights, _ = nights_of(t)
    for night in nights:
        for line in night['suggested']:
            t.true(line['arrival_date'] > date_of(night['day']), f'{line["arrival_date"]} after night {night["day"]}')
            t.contains(line['suggestion_id'], date_of(night['day']).replace('-', ''), 'as-of day of the suggestion')


def test_positions_are_those_of_the_warehouse(t):
    nights, _ = nights_of(t)
    for night in nights:
        t.true(night['known'] > 80, 'lines with a known position')
        t.equal(night['differing'], [], f'positions that differ in night {night["day"]}')


def test_an_order_once_placed_is_not_suggested_again(t):
    nights, _ = nights_of(t)
    t.true(sum(len(night['suggested']) for night in nights) > 100, 'the loop orders')
    for night in nights:
        t.equal([series_of(line) for line in night['again'] if int(line['order_units']) > 0], [],
                f'lines suggested twice in night {night["day"]}')


def test_the_loop_serves_double_12(t):
    _, warehouse = nights_of(t)
    fill = 1 - warehouse.lost / warehouse.wanted
    t.true(fill >= 0.95, f'{fill:.3f} of the units wanted in the Double 12 window served')


if __name__ == '__main__':
    harness.main(globals())
