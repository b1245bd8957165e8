#!/usr/bin/env python3
"""Buys for Double 12 what `promo plan` says, by its dates, in simulated shops of seeds 1..N, and counts what the
campaign serves. usage: plan_campaign.py BUILD_DIR [SEEDS=20] [WEEKS_BEFORE=3|8] [FIRST_SEED=1] [weekly]

Lead times, demand and returns are those of the sample (tests/sample): an order takes its lead time with the supplier's
spread, one in fourteen 8 to 20 days more. Policies: nothing is ordered; the plan on its order dates; the plan on its
last order dates; F90 of every line, whatever is in stock, on its latest order day. With `weekly` also: the plan asked
for again every week, with what was sold and received until then, its orders of the week placed.
"""
import collections
import datetime
import os
import random
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import harness  # noqa: E402
import sample_truth  # noqa: E402
from sample_truth import ask, rows_of, series_of  # noqa: E402

START, END = datetime.date(2026, 12, 8), datetime.date(2026, 12, 14)
PROMOTION = 'double12-2026'
AFTER_DAYS = 20
POLICIES = ['nothing', 'plan', 'plan, last day', 'F90 of all']
WEEKLY = 'plan each week'
LONG_DELAY_RATIO, LONG_DELAY_DAYS = 0.07, (8, 20)
RETURN_DAYS, DAMAGED_RATIO = (4, 14), 0.15


def date_of(text):
    return datetime.date.fromisoformat(text)


class Shelf:
    """One series day by day. Every draw is fixed by the seed and the day that it happens on."""

    def __init__(self, shop, series):
        self.shop, self.series, self.terms = shop, series, shop.terms_of(series)
        self.units, self.arrivals = shop.stock[series], collections.Counter(shop.arrivals[series])
        self.back = random.Random(f'{shop.seed} {series} back')
        self.returned = collections.Counter()
        self.wanted = self.served = 0
        self.open_orders = []  # (id, arrival day, ETA day, units)
        for day, units in sorted(shop.sold[series].items()):
            self._come_back(day, units)

    def _come_back(self, day, units):
        for _ in range(units):
            if self.back.random() < self.shop.return_ratio[self.series[0]]:
                self.returned[day + self.back.randint(*RETURN_DAYS)] += self.back.random() >= DAMAGED_RATIO

    def order(self, day, units):
        draw = random.Random(f'{self.shop.seed} {self.series} {day}')
        lead = int(self.terms['lead_time_days'])
        days = lead + round(draw.gauss(0, float(self.terms['lead_time_sd_days'] or 0)))
        if draw.random() < LONG_DELAY_RATIO:
            days += draw.randint(*LONG_DELAY_DAYS)
        arrival = day + max(days, 2)
        self.arrivals[arrival] += units
        self.open_orders.append((f'plan-{day}', arrival, day + lead, units))

    def pass_day(self, day):
        """Units wanted and sold; what lies there until then is on the shelf."""
        self.units += self.arrivals[day] + self.returned[day]
        wanted = self.shop.demand[self.series].get(day, 0)
        sold = min(wanted, max(self.units, 0))
        self.units -= sold
        self._come_back(day, sold)
        if day >= self.shop.first:
            self.wanted += wanted
            self.served += sold
        return wanted, sold


class Replay:
    """One shop: what the service says, and the truth to replay it on. Days count from the as-of day."""

    def __init__(self, build_dir, seed, as_of, is_weekly):
        self.seed, self.as_of = seed, as_of
        self.first, self.last = (START - as_of).days, (END - as_of).days
        options = ['--end-date', as_of.isoformat(), '--days-after', str(self.last + AFTER_DAYS)]
        with tempfile.TemporaryDirectory(prefix='peakstock-plan-') as folder:
            files = os.path.join(folder, 'shop')
            sample_truth.simulate(build_dir, files, seed, *options)
            self._read_truth(files)
            with harness.Service(build_dir, os.path.join(folder, 'store')) as service:
                sample_truth.import_files(service, files)
                self.plan = ask(service, 'promo', 'plan', PROMOTION)
                self.check = ask(service, 'promo', 'check', PROMOTION)
                self.scope = {series_of(row): self._day(row['order_by_date']) for row in self.check
                              if series_of(row) in self.known and row['order_by_date'] and
                              row['item_id'] in self.return_ratio}  # not the gift: nobody asks for it by itself
                self.weekly = self._closed_loop(service, folder, files) if is_weekly else None
                service.stop()

    def _closed_loop(self, service, folder, files):
        """Shelves of who asks for the plan every week, tells what was sold, and orders that week's lines."""
        shelves = {series: Shelf(self, series) for series in self.scope}
        inbound, plan = rows_of(os.path.join(files, 'inbound.csv')), self.plan
        really = {(row['order_id'], row['line']): self._day(row['arrival_date'])
                  for row in rows_of(os.path.join(files, 'truth', 'inbound_arrivals.csv'))}
        for first in range(1, self.last + 1, 7):
            for row in plan:
                if (series_of(row) in shelves and int(row['order_units']) > 0
                        and self._day(row['order_date']) < first + 7):
                    shelves[series_of(row)].order(self._day(row['order_date']), int(row['order_units']))
            sales = []
            until = min(first + 6, self.last)
            for day in range(first, until + 1):
                for series, shelf in shelves.items():
                    wanted, sold = shelf.pass_day(day)
                    if sold or wanted or shelf.returned[day]:
                        ratio = '' if sold == wanted else f'{sold / wanted:.2f}'
                        sales.append([self._date(day), *series, 'taobao', sold, shelf.returned[day], ratio])
            if until == self.last:
                break
            stock = [[self._date(until), *series, max(shelf.units, 0)] for series, shelf in shelves.items()]
            lines = [[row['order_id'], row['line'], row['item_id'], row['warehouse_id'], row['units'], row['eta_date'],
                      row['stage']] for row in inbound
                     if really.get((row['order_id'], row['line']), self.last + 99) > until]
            lines += [[order, '1', *series, units, self._date(eta), 'ordered'] for series, shelf in shelves.items()
                      for order, arrival, eta, units in shelf.open_orders if arrival > until]
            sample_truth.send(service, folder, 'stock', ['date', 'item_id', 'warehouse_id', 'on_hand_units'], stock)
            sample_truth.send(service, folder, 'inbound', ['order_id', 'line', 'item_id', 'warehouse_id', 'units',
                                                           'eta_date', 'stage'], lines, '--snapshot')
            sample_truth.send(service, folder, 'sales', ['date', 'item_id', 'warehouse_id', 'channel', 'units',
                                                         'returned_units', 'available_ratio'], sales)
            plan = ask(service, 'promo', 'plan', PROMOTION)
        return shelves

    def _date(self, day):
        return (self.as_of + datetime.timedelta(day)).isoformat()

    def _day(self, text):
        return (date_of(text) - self.as_of).days

    def _read_truth(self, files):
        self.demand, self.expected = collections.defaultdict(dict), collections.defaultdict(dict)
        self.arrivals, self.sold = collections.defaultdict(collections.Counter), collections.defaultdict(dict)
        self.stock, self.terms, self.known = collections.Counter(), {}, set()
        for row in rows_of(os.path.join(files, 'truth', 'future_demand.csv')):
            self.demand[series_of(row)][self._day(row['date'])] = int(row['demand_units'])
        for row in rows_of(os.path.join(files, 'truth', 'expected_demand.csv')):
            if row['date'] > self.as_of.isoformat():
                self.expected[series_of(row)][self._day(row['date'])] = float(row['mean_units'])
        for row in rows_of(os.path.join(files, 'truth', 'inbound_arrivals.csv')):
            self.arrivals[series_of(row)][max(self._day(row['arrival_date']), 1)] += int(row['units'])
        for row in rows_of(os.path.join(files, 'stock.csv')):
            self.known.add(series_of(row))
            if row['date'] == self.as_of.isoformat():
                self.stock[series_of(row)] += (int(row['on_hand_units']) - int(row['reserved_units'] or 0) -
                                               int(row['unsellable_units'] or 0))
        recent = (self.as_of - datetime.timedelta(days=RETURN_DAYS[1])).isoformat()
        for row in rows_of(os.path.join(files, 'sales.csv')):
            if row['date'] > recent:
                days, day = self.sold[series_of(row)], self._day(row['date'])
                days[day] = days.get(day, 0) + int(row['units'] or 0) - int(row['cancelled_units'] or 0)
        self.return_ratio = {row['item_id']: float(row['return_ratio'])
                             for row in rows_of(os.path.join(files, 'truth', 'items.csv'))}
        for row in rows_of(os.path.join(files, 'supply.csv')):
            self.terms[row['item_id'], row['warehouse_id']] = row

    def terms_of(self, series):
        return self.terms.get(series) or self.terms.get((series[0], ''))

    def orders(self, policy):
        """{series: [(order day, units)]}"""
        orders = collections.defaultdict(list)
        if policy.startswith('plan'):
            column = 'order_date' if policy == 'plan' else 'last_order_date'
            for row in self.plan:
                if int(row['order_units']) > 0:
                    orders[series_of(row)].append((self._day(row[column]), int(row['order_units'])))
        elif policy == 'F90 of all':
            for row in self.check:
                if row['order_by_date'] and int(row['q90_units']) > 0:
                    orders[series_of(row)].append((max(self._day(row['order_by_date']), 1), int(row['q90_units'])))
        return orders

    def _open_loop(self, policy):
        """{series: shelf after the window}, every order known from the first day."""
        shelves = {}
        for series, orders in [(series, self.orders(policy)[series]) for series in self.scope]:
            shelf = shelves[series] = Shelf(self, series)
            for day, units in orders:
                shelf.order(day, units)
            for day in range(1, self.last + 1):
                shelf.pass_day(day)
        return shelves

    def figures(self, policy, shelves=None):
        """{scope: [wanted, served, units left, money left, expected demand a day after]}; scope in time, late, all"""
        sums = {scope: [0.0] * 5 for scope in ('in time', 'all')}
        for series, shelf in (shelves or self._open_loop(policy)).items():
            wanted, served, left = shelf.wanted, shelf.served, shelf.units
            after = [self.expected[series].get(day, 0) for day in range(self.last + 1, self.last + AFTER_DAYS + 1)]
            cost = float(self.terms_of(series)['unit_cost'] or 0)
            for scope in ['all'] + (['in time'] if self.scope[series] >= 1 else []):
                for index, value in enumerate((wanted, served, left, left * cost, sum(after) / len(after) * cost)):
                    sums[scope][index] += value
        return sums


def main():
    is_weekly = sys.argv[-1] == 'weekly'
    if is_weekly:
        sys.argv.pop()
        POLICIES.append(WEEKLY)
    if not 2 <= len(sys.argv) <= 5:
        sys.exit(__doc__)
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 20
    weeks = int(sys.argv[3]) if len(sys.argv) > 3 else 3
    first = int(sys.argv[4]) if len(sys.argv) > 4 else 1
    as_of = {3: datetime.date(2026, 11, 22), 8: datetime.date(2026, 10, 17)}[weeks]
    total = collections.defaultdict(lambda: [0.0] * 5)
    print(f'Double 12 planned at the end of {as_of}; fill = units served / wanted {START}..{END}')
    print(f'{"seed":>5} ' + ' '.join(f'{policy:>16}' for policy in POLICIES) + '   all lines / in time to order')
    for seed in range(first, first + count):
        shop, cells = Replay(os.path.abspath(sys.argv[1]), seed, as_of, is_weekly), []
        for policy in POLICIES:
            figures = shop.figures(policy, shop.weekly if policy == WEEKLY else None)
            for scope, sums in figures.items():
                total[policy, scope] = [a + b for a, b in zip(total[policy, scope], sums)]
            cells.append(' '.join(f'{figures[scope][1] / max(figures[scope][0], 1):>7.3f}'
                                  for scope in ('all', 'in time')))
        print(f'{seed:>5} ' + ' '.join(f'{cell:>16}' for cell in cells), flush=True)
    print(f'\n{"policy":<16}{"lines":<10}{"fill":>7}{"left, units":>13}{"left, money":>13}{"days of supply":>16}')
    for policy in POLICIES:
        for scope in ('in time', 'all'):
            wanted, served, units, money, daily = total[policy, scope]
            print(f'{policy:<16}{scope:<10}{served / max(wanted, 1):>7.3f}{units / count:>13,.0f}'
                  f'{money / count:>13,.0f}{money / max(daily, 1e-9):>16.1f}')


if __name__ == '__main__':
    main()
