"""What the campaigns of a simulated shop (tests/sample) really did: demand over what the same days would have brought
without the campaign, from the truth files that are never imported.

    truth = CampaignTruth(folder)
    truth.lifts('double12-2025')     # {('total', ''): (demand, ordinary), ('category', c): ..., ('day', date): ...}

Scopes: total and category hold the window (warm-up to encore); total_after and category_after the fortnight after it.
"""
import collections
import csv
import datetime
import os

# Days of the slump that follows, in a straight line (tests/sample/campaign.c).
SLUMP_DAYS = {'double11': 12, 'double12': 8, '618': 10, '99': 4, 'women_day': 4}
DAYS_AFTER = 14
WAITING_DAYS = 3


def rows_of(*path):
    with open(os.path.join(*path), newline='', encoding='utf-8') as file:
        return list(csv.DictReader(file))


def days_between(first, last):
    first, last = datetime.date.fromisoformat(first), datetime.date.fromisoformat(last)
    return [first + datetime.timedelta(days) for days in range((last - first).days + 1)]


class CampaignTruth:
    def __init__(self, folder):
        self.category = {row['item_id']: row['category'] for row in rows_of(folder, 'items.csv')}
        self.promotions = [row for row in rows_of(folder, 'promotions.csv') if row['status'] == 'approved']
        self.item_lifts = {(row['item_id'], row['kind'], row['phase']): float(row['lift_ratio'])
                           for row in rows_of(folder, 'truth', 'item_lifts.csv')}
        self.around = {(row['category'], row['kind'], row['phase']): float(row['lift_ratio'])
                       for row in rows_of(folder, 'truth', 'promotion_lifts.csv')
                       if row['phase'] in ('waiting', 'slump')}
        self.means = collections.defaultdict(list)
        for row in rows_of(folder, 'truth', 'expected_demand.csv'):
            self.means[row['date']].append((row['item_id'], float(row['mean_units'])))

    def days(self, promotion_id):
        """Kind, {date: (phase, is waiting, days after the end)} of a campaign and the fortnight after it."""
        rows = [row for row in self.promotions if row['promotion_id'] == promotion_id]
        days = {day: (row['phase'], False, 0) for row in rows
                for day in days_between(row['start_date'], row['end_date'])}
        peak = min(day for day, (phase, *_) in days.items() if phase == 'peak')
        end = max(days)
        for back in range(1, WAITING_DAYS + 1):
            day = peak - datetime.timedelta(back)
            days[day] = (days.get(day, ('',))[0], True, 0)
        for after in range(DAYS_AFTER):
            days[end + datetime.timedelta(after + 1)] = ('after', False, after)
        return rows[0]['kind'], days

    def lift(self, item, kind, phase, is_waiting, after):
        category = self.category[item]
        if phase == 'after':
            part = max(0, 1 - after / SLUMP_DAYS[kind])
            return 1 - (1 - self.around.get((category, kind, 'slump'), 1)) * part
        waiting = self.around.get((category, kind, 'waiting'), 1) if is_waiting else 1
        return waiting * (self.item_lifts[item, kind, phase] if phase else 1)

    def lifts(self, promotion_id):
        sums = collections.defaultdict(lambda: [0.0, 0.0])
        kind, days = self.days(promotion_id)
        for day, (phase, is_waiting, after) in days.items():
            for item, mean in self.means[day.isoformat()]:
                ordinary = mean / self.lift(item, kind, phase, is_waiting, after)
                keys = [('day', day.isoformat())]
                if phase in ('warmup', 'peak', 'encore'):
                    keys += [('total', ''), ('category', self.category[item])]
                elif phase == 'after':
                    keys += [('total_after', ''), ('category_after', self.category[item])]
                for key in keys:
                    sums[key][0] += mean
                    sums[key][1] += ordinary
        return sums
