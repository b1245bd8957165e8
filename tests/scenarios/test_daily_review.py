#!/usr/bin/python3
"""Ten mornings in December: somebody reads the review of the simulated shop every day, orders almost nothing, and is
told of everything once, again when it has changed, and no more of what has been decided."""
import datetime
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import harness  # noqa: E402
import sample_truth  # noqa: E402
from sample_truth import AS_OF, ask, date_of  # noqa: E402

SEED = 4
FIRST_MORNING = (datetime.date(2026, 11, 30) - AS_OF).days
MORNINGS = 10
_runs = []


class Shop:
    """Shelves as they are; the service hears of them by imports."""

    def __init__(self, folder, service):
        self.folder, self.service = folder, service
        self.demand = sample_truth.demand_by_day(folder)
        self.shelf = sample_truth.sellable_units(folder)
        self.open = [(day_of, (row['order_id'], row['line'], row['item_id'], row['warehouse_id']), int(row['units']))
                     for row in sample_truth.rows_of(os.path.join(folder, 'truth', 'inbound_arrivals.csv'))
                     for day_of in [max(1, sample_truth.day_of(row['arrival_date']))]]

    def send(self, kind, header, rows, *options):
        return sample_truth.send(self.service, self.folder, kind, header, rows, *options)

    def live(self, day):
        arrived = [line for line in self.open if line[0] == day]
        for _, key, units in arrived:
            self.shelf[key[2:]] += units
        sales = []
        for series, days in self.demand.items():
            wanted, shelf = days.get(day, 0), max(self.shelf[series], 0)
            self.shelf[series] -= min(wanted, shelf)
            if wanted:
                sales.append([date_of(day), *series, min(wanted, shelf), round(min(wanted, shelf) / wanted, 3)])
        self.send('inbound', ['order_id', 'line', 'item_id', 'warehouse_id', 'units', 'eta_date'],
                  [[*key, 0, date_of(day)] for _, key, _ in arrived])
        self.send('stock', ['date', 'item_id', 'warehouse_id', 'on_hand_units'],
                  [[date_of(day), *series, units] for series, units in self.shelf.items()])
        self.send('sales', ['date', 'item_id', 'warehouse_id', 'units', 'available_ratio'], sales, '--complete-through',
                  date_of(day))


def decisions_of(service, *options):
    return [row for row in ask(service, 'review', '--decisions', '1000', '--include-open', *options)
            if row['scope'] == 'item']


def key_of(row):
    return row['scope_id'], row['warehouse_id'], row['proposed_action']


def mornings_of(t):
    """One record a morning: its decisions, and the same asked again."""
    t.needs('tests/sample_shop')
    if _runs:
        return _runs[0]
    folder = os.path.join(t.directory(), 'shop')
    sample_truth.simulate(t.build_dir, folder, SEED, '--item-count', '60', '--days', '500')
    service = t.service()
    sample_truth.import_files(service, folder)
    shop = Shop(folder, service)
    mornings = []
    for day in range(1, FIRST_MORNING + MORNINGS):
        shop.live(day)
        if day < FIRST_MORNING:
            continue
        record = {'day': day, 'decisions': decisions_of(service)}
        if day == FIRST_MORNING + 4:
            decided = next(row for row in record['decisions'] if row['proposed_action'] == 'reorder')
            line = next(line for line in ask(service, 'reorder', '--all-items')
                        if (line['item_id'], line['warehouse_id']) == key_of(decided)[:2])
            ask(service, 'suggestion', 'approve', '--author', 'ann', line['suggestion_id'])
            record.update(decided=decided, line=line, after=decisions_of(service))
        if day == FIRST_MORNING + 6:
            record.update(past=decisions_of(service, '--as-of', date_of(day - 1)), again=decisions_of(service))
        mornings.append(record)
    text = service.run('review', seconds=120).stdout
    _runs.append((mornings, text))
    return _runs[0]


def is_listed(row):
    return row['change'] != 'open'


def test_the_first_morning_everything_is_new(t):
    mornings, _ = mornings_of(t)
    first = mornings[0]['decisions']
    t.true(len(first) > 20, 'there is something to decide')
    t.equal({row['change'] for row in first}, {'new'})
    t.equal({row['since_date'] for row in first}, {date_of(FIRST_MORNING)})


def test_nobody_is_told_twice_without_a_change(t):
    mornings, _ = mornings_of(t)
    shown = {}
    for morning in mornings:
        for row in morning['decisions']:
            key, value = key_of(row), float(row['value'])
            before = shown.get(key)
            if row['change'] == 'open':
                t.true(before is not None, f'{key} was shown before')
                t.true(row['since_date'] < date_of(morning['day']), f'{key} is open since an earlier day')
            elif row['change'] == 'reminder':
                t.true(morning['day'] - before[0] >= 14, f'{key} is reminded of after 14 days')
            elif row['change'] == 'smaller':
                t.true(value < 0.7 * before[1] + 0.01, f'{key} is worth less')
            if is_listed(row):
                shown[key] = (morning['day'], value)
        for row in morning.get('after', []):
            shown.setdefault(key_of(row), (morning['day'], float(row['value'])))
    later = [row for morning in mornings[1:] for row in morning['decisions']]
    listed = [row for row in later if is_listed(row)]
    t.true(len(listed) < 0.4 * len(later), f'{len(listed)} of {len(later)} open decisions are listed again or new')


def test_a_shortage_that_gets_worse_comes_back(t):
    mornings, _ = mornings_of(t)
    worse = 0
    shown = {}
    for morning in mornings:
        for row in morning['decisions']:
            key = key_of(row)
            if row['change'] == 'worse' and row['proposed_action'] == 'reorder':
                worse += 1
                t.true(row['since_date'] < date_of(morning['day']), f'{key} is an old one')
                if key in shown and row['reason'].split(';')[0] == shown[key][1]:
                    t.true(float(row['value']) > 1.5 * shown[key][0] - 0.01, f'{key}: the same reason, worth more')
            if is_listed(row):
                shown[key] = (float(row['value']), row['reason'].split(';')[0])
    t.true(worse >= 3, f'{worse} shortages got worse in ten days without orders')


def test_an_approved_order_disappears(t):
    mornings, _ = mornings_of(t)
    at = next(i for i, morning in enumerate(mornings) if 'decided' in morning)
    decided, line = mornings[at]['decided'], mornings[at]['line']
    t.equal(float(decided['units']), float(line['order_units']), 'units that review and reorder print')
    left = {key_of(row) for row in mornings[at]['after']}
    t.true(key_of(decided) not in left, 'the decided order is gone at once')
    others = {key_of(row) for row in mornings[at]['decisions']} - {key_of(decided)}
    t.true(len(others - left) <= 1, 'all else is still there')
    t.true(key_of(decided) not in {key_of(row) for row in mornings[at + 1]['decisions']}, 'and the next morning')


def test_the_same_morning_says_the_same(t):
    mornings, _ = mornings_of(t)
    record = next(morning for morning in mornings if 'again' in morning)
    t.equal(record['again'], record['decisions'], 'asked again after a review of a day past')
    before = next(morning for morning in mornings if morning['day'] == record['day'] - 1)
    t.equal({row['since_date'] <= date_of(before['day']) for row in record['past']}, {True},
            'a past day knows nothing of later ones')


def test_the_first_lines_say_it_all(t):
    _, text = mornings_of(t)
    lines = text.splitlines()[:10]
    for word in ('Day ', 'Month ', 'Landing ', 'Decide ', 'open from earlier days'):
        t.true(any(word in line for line in lines), f'{word!r} within the first ten lines')


if __name__ == '__main__':
    harness.main(globals())
