#!/usr/bin/python3
"""A warehouse system that orders by suggestions alone, for 60 nights against the real service, with all that goes
wrong: cancelled and partial orders, lines that come late or never name their suggestion, corrections of old sales,
reruns, a service killed in the middle of the night. A simulation of the physical goods checks that no order is placed
twice and none forgotten."""
import csv
import datetime
import io
import os
import random
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import harness  # noqa: E402

AS_OF = datetime.date(2026, 3, 1)
NIGHTS = 60
# item: mean units a day, lead time, pack, supplier
ITEMS = {'bin': (6, 4, 1, 'mill'), 'box': (15, 9, 12, 'mill'), 'jar': (3, 14, 6, 'forge'), 'lid': (9, 2, 5, 'forge')}


def date_of(day):
    return (AS_OF + datetime.timedelta(day)).isoformat()


def day_of(text):
    return (datetime.date.fromisoformat(text) - AS_OF).days


class Goods:
    """What is on the shelves and with suppliers; the service hears of it by imports alone."""

    def __init__(self, t):
        self.t, self.random = t, random.Random(11)
        self.folder = t.directory()
        self.service = t.service(data_dir=self.folder)
        self.shelf = {item: 20 * mean for item, (mean, *_) in ITEMS.items()}
        self.orders = {}  # order id -> what is still open of it, and with whom
        self.placed = {}  # suggestion -> order id
        self.sold = {}
        self.wanted = self.lost = 0
        self.cancelled = self.partial = self.killed = self.corrected = 0
        rows = [[date_of(day), item, self.demand(item)] for day in range(-100, 1) for item in ITEMS]
        self.send('sales', ['date', 'item_id', 'units'], rows)
        self.send('supply', ['item_id', 'supplier_id', 'lead_time_days', 'review_period_days', 'pack_size_units',
                             'unit_cost'],
                  [[item, supplier, lead, 2, pack, 5] for item, (_, lead, pack, supplier) in ITEMS.items()])
        self.count(0)

    def demand(self, item):
        return max(0, round(self.random.gauss(ITEMS[item][0], ITEMS[item][0] ** 0.5)))

    def send(self, kind, header, rows, *options):
        text = io.StringIO()
        csv.writer(text).writerows([header, *rows])
        result = self.service.run('import', kind, *options, '-', input_text=text.getvalue())
        self.t.equal(result.returncode, 0, f'import {kind}: {result.stderr}')

    def ask(self, *arguments):
        result = self.service.run('--format', 'csv', *arguments, environment={'USER': 'night'})
        self.t.equal(result.returncode, 0, f'{arguments}: {result.stderr}')
        return list(csv.DictReader(io.StringIO(result.stdout)))

    def kill(self):
        self.service.process.kill()
        self.service.process.wait()
        self.service = self.t.service(data_dir=self.folder)
        self.killed += 1

    def count(self, day):
        self.send('stock', ['date', 'item_id', 'on_hand_units'],
                  [[date_of(day), item, units] for item, units in self.shelf.items()])

    def tell_orders(self):
        """The snapshot of open order lines; those that the supplier has not confirmed yet are not in it."""
        self.send('inbound', ['order_id', 'item_id', 'units', 'eta_date', 'suggestion_id'],
                  [[order_id, order['item'], order['units'], date_of(order['eta']), order['suggestion']]
                   for order_id, order in sorted(self.orders.items()) if order['told']], '--snapshot')

    def place(self, day, lines):
        """Orders each exported line, once."""
        for line in lines:
            suggestion = line['suggestion_id']
            self.t.true(suggestion not in self.placed, f'{suggestion} was ordered before')
            self.placed[suggestion] = f'PO-{len(self.placed) + 1}'
            self.orders[self.placed[suggestion]] = {
                'item': line['item_id'], 'units': int(line['order_units']), 'eta': day_of(line['arrival_date']),
                'suggestion': suggestion, 'told': False, 'since': day}

    def confirm(self, day):
        """Most orders become lines on the next day, some take three; one in nine is cancelled."""
        for order in self.orders.values():
            if order['told'] or day - order['since'] < order.get('wait', 1):
                continue
            if self.random.random() < 0.3 and 'wait' not in order:
                order['wait'] = 3
                continue
            order['told'] = True
            if self.random.random() < 0.11:
                order['units'] = 0
                self.cancelled += 1

    def receive(self, day):
        """What is due comes in, one in five only in part with the rest three days later."""
        for order in self.orders.values():
            if order['eta'] > day or not order['units']:
                continue
            part = order['units']
            if part > 1 and self.random.random() < 0.2 and not order.get('is_rest'):
                part //= 2
                order['is_rest'] = True
                order['eta'] = day + 3
                self.partial += 1
            self.shelf[order['item']] += part
            order['units'] -= part
            order['told'] = True

    def sell(self, day):
        rows = []
        for item in ITEMS:
            wanted = self.demand(item)
            sold = min(wanted, self.shelf[item])
            self.shelf[item] -= sold
            self.wanted, self.lost = self.wanted + wanted, self.lost + wanted - sold
            self.sold[day, item] = sold
            rows.append([date_of(day), item, sold, round(sold / wanted, 3) if wanted else 1])
        self.send('sales', ['date', 'item_id', 'units', 'available_ratio'], rows, '--complete-through', date_of(day))

    def correct(self, day):
        """Old sales come in late: they change demand, not what is on the shelves."""
        self.send('sales', ['date', 'item_id', 'units'],
                  [[date_of(day - 5), item, self.sold[day - 5, item] + 2] for item in ITEMS])
        self.corrected += 1

    def on_its_way(self, item):
        return sum(order['units'] for order in self.orders.values() if order['item'] == item)


def check_positions(t, goods, lines, day):
    """What the plan counts is what there is: shelves, open orders, and what was approved and not ordered yet."""
    waiting = {}
    for state in ('approved', 'overridden'):
        for row in goods.ask('suggestion', 'list', '--state', state):
            waiting[row['item_id']] = waiting.get(row['item_id'], 0) + int(row['order_units'])
    for line in lines:
        item = line['item_id']
        wanted = goods.shelf[item] + goods.on_its_way(item) + waiting.get(item, 0)
        t.equal(float(line['position_units']), float(wanted), f'position of {item} in night {day}')


def decide(t, goods, day, lines):
    """Approves or overrides what is suggested, exports every other night, sometimes asks twice."""
    todo = [line for line in lines if line['state'] == 'suggested']
    if not todo:
        return []
    if day % 8 == 3:
        odd = todo.pop()
        goods.ask('suggestion', 'override', odd['suggestion_id'], str(int(odd['order_units']) + 7), '--reason',
                  'pallet')
    if todo:
        goods.ask('suggestion', 'approve', *[line['suggestion_id'] for line in todo])
    if day % 2:
        return []
    request = f'night-{day}'
    exported = goods.ask('suggestion', 'export', '--request-id', request)
    if day % 10 == 0:
        goods.kill()
        t.equal(goods.ask('suggestion', 'export', '--request-id', request), exported, 'the export, fetched again')
    t.equal(goods.ask('suggestion', 'export'), [], 'a second export of the night')
    return exported


def run_nights(t):
    goods = Goods(t)
    for day in range(NIGHTS):
        lines = goods.ask('reorder', '--all-items')
        check_positions(t, goods, lines, day)
        if day % 7 == 2:
            goods.kill()
        if day % 7 == 2 or day % 7 == 3:
            t.equal(goods.ask('reorder', '--all-items'), lines, f'a rerun in night {day}')
        if day % 5 == 4 and day > 5:
            goods.correct(day)
            lines = goods.ask('reorder', '--all-items')
        goods.place(day, decide(t, goods, day, lines))
        if day % 6 == 1:
            t.equal([line for line in goods.ask('reorder') if line['state'] == 'suggested'], [],
                    f'suggestions after all were decided in night {day}')
        goods.receive(day + 1)
        goods.confirm(day + 1)
        goods.tell_orders()
        goods.sell(day + 1)
        goods.count(day + 1)
    return goods


def check_trails(t, goods):
    """Every order has ended as it should, and says how."""
    kept = {row['suggestion_id']: row for row in goods.ask('suggestion', 'list')}
    for suggestion, order_id in goods.placed.items():
        wanted = 'closed' if goods.orders[order_id]['told'] else 'exported'
        t.equal(kept[suggestion]['state'], wanted, f'state of {suggestion}')
    states = [row['to_state'] for row in goods.ask('suggestion', 'trail', next(iter(goods.placed)))]
    t.equal((states[0], states[-2:]), ('suggested', ['exported', 'closed']))


def test_no_order_is_placed_twice_and_none_forgotten(t):
    goods = run_nights(t)
    fill = 1 - goods.lost / goods.wanted
    print(f'# {len(goods.placed)} orders, {goods.cancelled} cancelled, {goods.partial} in part, '
          f'{goods.corrected} corrections, {goods.killed} kills, fill {fill:.3f}, shelves {goods.shelf}')
    t.true(len(goods.placed) > 40, f'{len(goods.placed)} orders')
    t.true(min(goods.cancelled, goods.partial, goods.corrected, goods.killed) >= 3, 'all of it happened')
    check_trails(t, goods)
    t.true(fill > 0.93, f'fill {fill:.3f}: a forgotten order is a shortage')
    for item, (mean, lead, *_) in ITEMS.items():
        days = (goods.shelf[item] + goods.on_its_way(item)) / mean
        t.true(days < 2.5 * (lead + 6) + 10, f'{item} has {days:.0f} days: an order placed twice is an excess')


if __name__ == '__main__':
    harness.main(globals())
