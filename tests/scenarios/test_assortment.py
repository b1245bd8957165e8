#!/usr/bin/python3
"""Which items sell, rise, decline or die; what the active-item rate will be and what would raise it."""
import collections
import csv
import datetime
import os
import random
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import harness  # noqa: E402
import sample_truth  # noqa: E402

AS_OF = sample_truth.AS_OF
CHANGED_DAYS = 28


def plan(service, *options):
    told = harness.ask_json(service, 'assortment', *options)
    return told['summary'], {row['item_id']: row for row in told.get('rows', [])}


def change_sales(folder, rises, declines, seed):
    """Two and a half times the demand of some items in the last four weeks, three tenths of that of others."""
    chance = random.Random(seed)
    name = os.path.join(folder, 'sales.csv')
    rows = sample_truth.rows_of(name)
    first = (AS_OF - datetime.timedelta(CHANGED_DAYS - 1)).isoformat()
    for row in rows:
        if row['date'] < first or row['item_id'] not in rises | declines:
            continue
        cancelled = int(row['cancelled_units'] or 0)
        units = int(row['units']) - cancelled
        if row['item_id'] in rises:
            units = int(2.5 * units) + (chance.random() < 2.5 * units % 1)
        else:
            units = sum(chance.random() < 0.3 for _ in range(units))
        row['units'] = units + cancelled
    with open(name, 'w', newline='', encoding='utf-8') as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)


def choose_items(folder, truth, seed):
    """Eight items to rise and eight to decline: regular, grown up, of 0.7 to 30 units a day."""
    launched = {row['item_id']: row['launch_date'] for row in sample_truth.rows_of(os.path.join(folder, 'items.csv'))}
    able = sorted(item for item, row in truth.items() if row['state'] == 'regular' and
                  0.7 <= float(row['mature_units_per_day']) <= 30 and launched[item] < '2026-05-01')
    random.Random(seed).shuffle(able)
    return set(able[:8]), set(able[8:16])


def test_stages_agree_with_the_truth_of_the_sample_shop(t):
    counts = collections.Counter()
    for seed in ('111', '112'):
        with tempfile.TemporaryDirectory() as folder:
            files = os.path.join(folder, 'shop')
            sample_truth.simulate(t.build_dir, files, seed)
            truth = {row['item_id']: row for row in sample_truth.rows_of(os.path.join(files, 'truth', 'items.csv'))}
            rises, declines = choose_items(files, truth, seed)
            change_sales(files, rises, declines, seed)
            service = t.service()
            sample_truth.import_files(service, files)
            summary, lines = plan(service, '--all-items')
            raised = sorted(row['scope_id']
                            for row in sample_truth.ask(service, 'review', '--include-open', '--decisions', '1000')
                            if row['scope'] == 'item' and 'RISING_STAR' in row['reason'])
            service.stop()
        t.equal(raised, sorted(item for item, row in lines.items() if row['stage'] == 'rising'),
                'the review tells of the same stars, once')
        t.true(summary['rising_by_chance_count'] <= 0.5, 'half a false star at most')
        for item, row in lines.items():
            known = truth.get(item, {'state': 'gift'})['state']
            state = 'rises' if item in rises else 'declines' if item in declines else known
            counts[state, row['stage']] += 1
            if row['stage'] == 'rising':
                t.equal(row['proposed_action'], 'push', item)
        counts['rises', 'all'] += len(rises)
        counts['declines', 'all'] += len(declines)
    rising = sum(count for (_, stage), count in counts.items() if stage == 'rising')
    declining = sum(count for (_, stage), count in counts.items() if stage == 'declining')
    print(f'# rising: {counts["rises", "rising"]} of {counts["rises", "all"]} found, {rising} called so; declining: '
          f'{counts["declines", "declining"]} of {counts["declines", "all"]} found, {declining} called so')
    t.true(counts['rises', 'rising'] >= 0.75 * counts['rises', 'all'], 'recall of stars')
    t.true(counts['rises', 'rising'] >= 0.75 * rising, 'precision of stars')
    t.true(counts['declines', 'declining'] >= 0.65 * counts['declines', 'all'], 'recall of declining items')
    t.true(counts['declines', 'declining'] >= 0.75 * declining, 'precision of declining items')
    for state, stage in (('dead', 'dead'), ('new', 'new'), ('retired', 'ended'), ('unlaunched', 'not_launched')):
        wrong = {key: count for key, count in counts.items() if key[0] == state and key[1] not in (stage, 'all')}
        t.equal(wrong, {}, state)


class Shop:
    """One sample shop, asked once for several tests."""
    kept = None

    def __init__(self, t):
        self.files = os.path.join(t.directory(), 'shop')
        sample_truth.simulate(t.build_dir, self.files, '114')
        service = t.service()
        sample_truth.import_files(service, self.files)
        self.summary, _ = plan(service)
        _, self.lines = plan(service, '--all-items')
        self.wide_summary, self.wide_lines = plan(service, '--all-items', '--target-active-item-ratio', '0.97')
        self.easy_summary, _ = plan(service, '--target-active-item-ratio', '0.5')
        self.category_ratios = active_ratio(service, '--by', 'category')
        self.category_summaries = {category: plan(service, '--category', category)[0]
                                   for category in self.category_ratios if category}
        self.chengdu_ratio = active_ratio(service, '--by', 'warehouse')['chengdu']
        self.chengdu_summary, _ = plan(service, '--warehouse', 'chengdu')
        self.clearance = sample_truth.ask(service, 'clearance')
        future = sample_truth.rows_of(os.path.join(self.files, 'truth', 'future_demand.csv'))
        self.sold = collections.Counter()
        for row in future:
            if 1 <= sample_truth.day_of(row['date']) <= 30:
                self.sold[row['item_id']] += int(row['demand_units'])

    @classmethod
    def of(cls, t):
        cls.kept = cls.kept or cls(t)
        return cls.kept


def active_ratio(service, *options):
    rows = sample_truth.ask(service, 'kpi', *options)
    return {row['scope_id']: (int(float(row['numerator'])), int(float(row['denominator']))) for row in rows
            if row['metric'] == 'active_item_ratio'}


def counts_of(summary):
    return summary['active_item_count'], summary['listed_item_count']


def test_the_rate_of_now_is_that_of_kpi(t):
    shop = Shop.of(t)
    t.equal(counts_of(shop.summary), shop.category_ratios[''], 'total')
    for category, summary in shop.category_summaries.items():
        t.equal(counts_of(summary), shop.category_ratios[category], category)
    t.equal(counts_of(shop.chengdu_summary), shop.chengdu_ratio, 'chengdu')


def test_the_rate_ahead_is_what_then_sells(t):
    shop = Shop.of(t)
    lines, sold = shop.lines, shop.sold
    expected = sum(row['in_stock_sell_probability'] for row in lines.values())
    wanted = sum(sold[item] > 0 for item in lines)
    print(f'# of {len(lines)} items {expected:.1f} were expected to be wanted in 30 days, {wanted} were')
    t.near(expected, wanted, 0.03 * len(lines), 'items wanted')


def test_two_levers_are_told_apart(t):
    shop = Shop.of(t)
    summary, lines = shop.wide_summary, shop.wide_lines
    ahead = summary['expected_active_item_ratio'] * summary['ahead_item_count']
    chosen = sorted((row for row in lines.values() if row.get('nudge_rank')), key=lambda row: row['nudge_rank'])
    t.equal([row['nudge_rank'] for row in chosen], list(range(1, summary['nudge_count'] + 1)), 'ranks')
    gain = sum(row['nudged_sell_probability'] - row['sell_probability'] for row in chosen)
    t.near(summary['nudged_active_item_ratio'], (ahead + gain) / summary['ahead_item_count'], 1e-4, 'selling more')
    t.near(summary['nudge_value'], sum(row['nudge_value'] for row in chosen), 0.05, 'their money')
    off = [row for row in lines.values() if row['can_delist']]
    t.equal(len(off), summary['delist_candidate_count'], 'candidates')
    t.equal(summary['delist_count'], len(off), 'the target takes all of them')
    left = ahead - sum(row['sell_probability'] for row in off)
    t.near(summary['delisted_active_item_ratio'], left / (summary['ahead_item_count'] - len(off)), 1e-4, 'listing less')
    t.true(all(row['nudge'] == 'none' for row in off), 'no nudge for what should go')
    t.true(all(row['stage'] not in ('new', 'rising', 'not_launched') for row in off), 'nor is the new taken off')
    easy = shop.easy_summary
    t.equal((easy['nudge_count'], easy['delist_count']), (0, 0), 'nothing to do where the target is met')


def test_roles_limit_discounts(t):
    shop = Shop.of(t)
    lines = shop.lines
    kept = {item for item, row in lines.items() if row['role'] in ('image', 'traffic') and row['stage'] != 'dead'}
    deep = [row for row in shop.clearance
            if row['item_id'] in kept and float(row['discount_ratio']) > 0.3 + 1e-9 and
            not row['reason'].startswith('DEAD_STOCK')]
    t.equal([row['item_id'] for row in deep], [], 'image and traffic items deeper than 30 %')


def test_roles_are_proposed_where_none_is_given_and_a_young_shop_is_told_so(t):
    service = t.service()
    sales = ['date,item_id,units']
    for number in range(20):
        date = (AS_OF - datetime.timedelta(number)).isoformat()
        sales += [f'{date},FAST,30', f'{date},GOOD,10', f'{date},SLOW,{number % 9 == 0:d}', f'{date},GIVEN,2']
    files = {'items': ['item_id,role,unit_cost,list_price', 'FAST,,80,100', 'GOOD,,40,100', 'SLOW,,100,300',
                       'GIVEN,image,50,90'],
             'sales': sales,
             'stock': ['date,item_id,on_hand_units'] + [f'{AS_OF.isoformat()},{item},500'
                                                        for item in ('FAST', 'GOOD', 'SLOW', 'GIVEN')]}
    for kind, rows in files.items():
        t.equal(service.run('--quiet', 'import', kind, t.file(f'{kind}.csv', '\n'.join(rows) + '\n')).returncode, 0,
                kind)
    result = service.run('--format', 'csv', 'assortment', '--all-items')
    t.contains(result.stderr, 'four weeks back', 'warning')
    lines = {row['item_id']: row for row in csv.DictReader(result.stdout.splitlines())}
    t.equal({item: row['proposed_role'] for item, row in lines.items()},
            {'FAST': 'traffic', 'GOOD': 'profit', 'SLOW': 'image', 'GIVEN': ''}, 'roles')
    t.equal({row['growth_ratio'] for row in lines.values()}, {''}, 'nothing tested')
    t.contains(service.run('--lang', 'zh', 'assortment', '--all-items').stdout, '动销率', 'zh')
    t.equal(service.run('assortment', '--category', 'moon').returncode, 1, 'unknown category')


if __name__ == '__main__':
    harness.main(globals())
