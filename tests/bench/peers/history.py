"""A public sales history as every method gets it: dense days per item, what is known ahead, and the files of one
origin.

    history = History('rossmann', '../shared/data/rossmann')
    history.write(folder, items, origin, horizon)     # the input of a peer (README.md beside this file)
"""
import bisect
import collections
import csv
import datetime
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..'))
import convert_history  # noqa: E402


def day_number(text):
    return datetime.date.fromisoformat(text).toordinal()


def day_text(day):
    return datetime.date.fromordinal(day).isoformat()


def write_rows(path, header, rows):
    with open(path, 'w', newline='', encoding='utf-8') as file:
        writer = csv.writer(file, lineterminator='\n')
        writer.writerow(header)
        writer.writerows(rows)
    return path


class History:
    """`units[item][day - first_day]` are units sold; days are ordinals, `closed[item]`, `own[item][name]` sets of
    them."""

    def __init__(self, dataset, folder):
        self.dataset, self.folder = dataset, folder
        sold, beside = convert_history.SETS[dataset](folder)
        ordinal = {text: day_number(text) for text in {text for _, text in sold}}
        self.first_day, self.last_day = min(ordinal.values()), max(ordinal.values())
        self.units = {item: [0] * (self.last_day - self.first_day + 1) for item in sorted({item for item, _ in sold})}
        for (item, text), value in sold.items():
            self.units[item][ordinal[text] - self.first_day] = value
        self.categories = {row[0]: row[1] for row in beside.get('items', ())}
        self.closed = collections.defaultdict(set)
        for item, text in beside.get('closed', ()):
            self.closed[item].add(day_number(text))
        self.promotion_days = sorted(day_number(text) for text, in beside.get('promo', ()))
        self.promotions_run_on = False
        self.shared, self.own = {}, collections.defaultdict(dict)
        for item, text, name, _ in beside.get('covariates', ()):
            table = self.own[item] if item else self.shared
            table.setdefault(re.sub(r'\W+', '_', name).lower(), set()).add(day_number(text))
        self.prices = collections.defaultdict(list)
        for item, text, price in sorted(beside.get('prices', ())):
            self.prices[item].append((day_number(text), float(price)))

    def past(self, item, origin):
        """Units from the first sale to the origin."""
        days = self.units[item][:origin - self.first_day + 1]
        first = next((index for index, value in enumerate(days) if value), len(days))
        return days[first:]

    def future(self, item, origin, horizon):
        from_index = origin + 1 - self.first_day
        return self.units[item][from_index:from_index + horizon]

    def price(self, item, day):
        """Price in force on a day, None before the first one."""
        index = bisect.bisect(self.prices[item], (day, float('inf'))) if item in self.prices else 0
        return self.prices[item][index - 1][1] if index else None

    def items_sold_on(self, origin, min_days):
        """Items with at least `min_days` selling days up to the origin."""
        stop = origin - self.first_day + 1
        return [item for item, days in self.units.items() if sum(value > 0 for value in days[:stop]) >= min_days]

    def own_columns(self, item):
        """What is known ahead of one item: name -> set of days on which it is 1."""
        columns = dict(self.own.get(item, ()))
        if self.promotion_days:
            columns['promotion'] = set(self.promotion_days) - self.closed[item]
        if self.closed:
            columns['closed'] = self.closed[item]
        return columns

    def write(self, folder, items, origin, horizon):
        """sales.csv up to the origin; shared.csv, own.csv, price.csv up to the horizon, if the set has such."""
        days = range(self.first_day, origin + horizon + 1)
        write_rows(os.path.join(folder, 'sales.csv'), ['item', 'date', 'units'],
                   ((item, day_text(origin + 1 - len(past) + index), value)
                    for item in items for past in [self.past(item, origin)] for index, value in enumerate(past)))
        if self.shared:
            names = sorted(self.shared)
            write_rows(os.path.join(folder, 'shared.csv'), ['date', *names],
                       ((day_text(day), *(int(day in self.shared[name]) for name in names)) for day in days))
        own = {item: self.own_columns(item) for item in items}
        names = sorted({name for columns in own.values() for name in columns})
        if names:
            write_rows(os.path.join(folder, 'own.csv'), ['item', 'date', *names],
                       ((item, day_text(day), *(int(day in own[item].get(name, ())) for name in names))
                        for item in items for day in days))
        if self.prices:
            write_rows(os.path.join(folder, 'price.csv'), ['item', 'date', 'price'],
                       ((item, day_text(day), self.price(item, day)) for item in items for day in days
                        if self.price(item, day) is not None))
