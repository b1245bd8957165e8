#!/usr/bin/python3
"""After a campaign: what it did, beside another one, and what it teaches the next."""
import collections
import datetime
import json
import os
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import harness  # noqa: E402
import sample_truth  # noqa: E402
from campaign_truth import CampaignTruth  # noqa: E402
from sample_truth import ask  # noqa: E402

SEEDS = (121, 122)  # shops of 120 items
PAIRS = [('double11-2025', 'double11-2026'), ('double12-2024', 'double12-2025'), ('618-2025', '618-2026')]
PAST_AND_AHEAD = ('double12-2025', 'double12-2026')
_shops = {}


class Answers:
    """One simulated shop with its truth and everything that is asked of it."""

    def __init__(self, t, seed):
        with tempfile.TemporaryDirectory(prefix='peakstock-compare-') as folder:
            files = os.path.join(folder, 'shop')
            sample_truth.simulate(t.build_dir, files, seed, '--item-count', '120')
            self.truth = CampaignTruth(files)
            lifts = sample_truth.rows_of(os.path.join(files, 'truth', 'items.csv'))
            self.best = max(lifts, key=lambda row: float(row['mature_units_per_day']) *
                            (row['state'] == 'regular'))['item_id']
            data = os.path.join(folder, 'data')
            with harness.Service(t.build_dir, data) as service:
                sample_truth.import_files(service, files)
                self.pairs = {pair: figures(ask(service, 'promo', 'compare', *pair)) for pair in PAIRS}
                if seed != SEEDS[0]:
                    service.stop()
                    return
                self.pairs[PAST_AND_AHEAD] = figures(ask(service, 'promo', 'compare', *PAST_AND_AHEAD))
                self.default = ask(service, 'promo', 'compare', PAST_AND_AHEAD[1])
                self.explicit = ask(service, 'promo', 'compare', *PAST_AND_AHEAD)
                self.lines = ask(service, 'promo', 'compare', *PAIRS[0], '--lines')
                self.running = figures(ask(service, 'promo', 'compare', *PAIRS[0], '--as-of', '2026-11-08'))
                self.kpi = figures(ask(service, 'kpi', '--from', '2025-10-31', '--to', '2025-11-13'))
                self.readiness = ask(service, 'promo', 'check', PAST_AND_AHEAD[1])
                self.evidence = self.explain(service)
                self.table = service.run('promo', 'compare', *PAST_AND_AHEAD).stdout
                self.chinese = service.run('--lang', 'zh', 'promo', 'compare', *PAST_AND_AHEAD).stdout
                service.stop()
            with harness.Service(t.build_dir, data) as service:
                self.evidence_again = self.explain(service)

    def explain(self, service):
        rows = ask(service, 'explain', 'forecast', '--item', self.best, '--warehouse', 'hangzhou', '--date',
                   '2026-12-12')
        return [row for row in rows if row['factor'].startswith('evidence_')]


def figures(rows):
    return {(row['scope'], row['scope_id'], row['metric']): row for row in rows}


def answers(t, seed=SEEDS[0]):
    t.needs('tests/sample_shop')
    if seed not in _shops:
        _shops[seed] = Answers(t, seed)
    return _shops[seed]


def deviations(shop, scope, metric):
    """(estimate - truth) / standard error of ended campaigns."""
    found = []
    for pair in PAIRS:
        for side, promotion_id in zip('ab', pair):
            truth = shop.truth.lifts(promotion_id)
            for (kind, scope_id, name), row in shop.pairs[pair].items():
                if (kind, name) != (scope, metric) or not row[f'{side}_value'] or row[f'{side}_basis'] != 'result':
                    continue
                key = (scope, row[f'{side}_date'] if scope == 'day' else scope_id)
                if metric == 'dip_ratio':
                    key = (f'{scope}_after', scope_id)
                demand, ordinary = truth[key]
                true = demand / ordinary if metric == 'lift_ratio' else 1 - demand / ordinary
                found.append((float(row[f'{side}_value']) - true) / float(row[f'{side}_se']))
    return found


def within_two(values):
    return sum(abs(value) <= 2 for value in values) / len(values)


def test_lifts_lie_within_two_standard_errors_of_the_truth(t):
    for scope, least in (('total', 0.8), ('category', 0.9), ('day', 0.85)):
        values = [value for seed in SEEDS for value in deviations(answers(t, seed), scope, 'lift_ratio')]
        t.true(within_two(values) >= least, f'{scope}: {within_two(values):.2f} of {len(values)} within two errors')


def test_slumps_lie_within_two_standard_errors_of_the_truth(t):
    values = [value for seed in SEEDS for value in deviations(answers(t, seed), 'category', 'dip_ratio')]
    t.true(within_two(values) >= 0.85, f'{within_two(values):.2f} of {len(values)} within two errors')


def test_standard_errors_are_no_larger_than_needed(t):
    for row in answers(t).pairs[PAIRS[0]].values():
        if (row['scope'], row['metric']) == ('total', 'lift_ratio'):
            t.true(float(row['a_se']) < 0.1 * float(row['a_value']), 'error of the lift of a whole campaign')


def test_categories_and_days_add_up_to_the_total(t):
    shop = answers(t)
    for metric in ('sold_units', 'demand_units', 'baseline_units'):
        parts = collections.Counter()
        for (scope, scope_id, name), row in shop.pairs[PAIRS[0]].items():
            if name == metric and not scope_id.startswith(('presale', 'after')):
                parts[scope] += float(row['a_value'] or 0)
        t.near(parts['category'], parts['total'], 1e-6 * parts['total'], f'{metric} of categories')
        t.near(parts['day'], parts['total'], 0.001 * parts['total'], f'{metric} of days')


def test_lines_add_up_to_the_total(t):
    rows = [row for row in answers(t).lines if row['metric'] == 'sold_units']
    total = next(float(row['b_value']) for row in rows if row['scope'] == 'total')
    t.near(sum(float(row['b_value'] or 0) for row in rows if row['scope'] == 'line'), total, 0.5, 'sold of lines')


def test_days_are_aligned_by_day_of_phase_though_calendars_differ(t):
    shop = answers(t)
    pair = shop.pairs[PAIRS[1]]
    t.equal((pair['day', 'peak_1', 'sold_units']['a_date'], pair['day', 'peak_1', 'sold_units']['b_date']),
            ('2024-12-12', '2025-12-12'), 'dates of the peak')
    row = shop.pairs[PAIRS[0]]['day', 'warmup_11', 'lift_ratio']
    t.equal((row['a_date'], row['b_date']), ('2025-11-10', '2026-11-10'), 'last day of the warm-up')
    t.true(('day', 'after_14', 'sold_units') in pair, 'the fortnight after it is there')


def test_a_campaign_ahead_stands_as_a_forecast_and_agrees_with_its_readiness(t):
    shop = answers(t)
    pair = shop.pairs[PAST_AND_AHEAD]
    for metric in ('demand_units', 'lift_ratio', 'gap_ratio'):
        t.equal(pair['total', '', metric]['b_basis'], 'forecast', f'basis of {metric}')
    for metric in ('sold_units', 'stocking_accuracy', 'gmv', 'dip_ratio'):
        t.equal(pair['total', '', metric]['b_value'], '', f'{metric} is not there yet')
    known = [row for row in shop.readiness if row['gap_q50_units']]
    gap = sum(float(row['gap_q50_units']) for row in known) / sum(float(row['q50_units']) for row in known)
    t.near(float(pair['total', '', 'gap_ratio']['b_value']), gap, 0.001, 'gap rate')


def test_a_running_campaign_is_told_so_far_and_to_its_end(t):
    running = answers(t).running
    sold, demand = running['total', '', 'sold_units'], running['total', '', 'demand_units']
    t.equal((sold['b_basis'], demand['b_basis']), ('so_far', 'forecast'), 'bases')
    t.true(float(sold['b_value']) < 0.8 * float(demand['b_value']), 'the peak is still to come')
    t.equal(sold['difference'], '', 'no difference between a part and a whole')
    t.equal(running['day', 'warmup_1', 'lift_ratio']['b_basis'], 'result', 'a day that is over')
    t.equal(running['day', 'peak_1', 'lift_ratio']['b_basis'], 'forecast', 'a day ahead')


def test_the_previous_campaign_of_the_kind_is_the_default(t):
    shop = answers(t)
    t.equal(shop.default, shop.explicit, 'answer without A')


def test_the_forecast_of_that_time_is_judged(t):
    pair = answers(t).pairs[PAIRS[1]]
    t.true(float(pair['total', '', 'forecast_error_ratio']['b_value']) < 0.35, 'error of Double 12 2025')
    t.true(0.75 <= float(pair['total', '', 'coverage_q90']['b_value']) <= 1, 'share within P90')


def test_figures_fit_together(t):
    for pair in answers(t).pairs.values():
        value = {metric: float(row['a_value']) for (scope, _, metric), row in pair.items()
                 if scope == 'total' and row['a_value']}
        t.near(value['stocking_accuracy'], 1 - value['stocked_excess_ratio'] - value['stocked_short_ratio'], 1e-6,
               'stocking accuracy')
        t.near(value['demand_units'], value['sold_units'] + value['lost_units'], 1e-3, 'demand')
        t.near(value['lift_ratio'], value['demand_units'] / value['baseline_units'], 1e-6, 'lift')
        t.true(value['profit_amount'] < value['gmv'], 'profit')


def test_gmv_is_that_of_the_key_figures(t):
    shop = answers(t)
    gmv = float(shop.pairs[PAIRS[0]]['total', '', 'gmv']['a_value'])
    t.near(gmv, float(shop.kpi['total', '', 'gmv']['value']), 0.001 * gmv, 'GMV of Double 11 2025')


def test_explain_shows_what_past_campaigns_did_and_keeps_it_over_a_restart(t):
    shop = answers(t)
    kinds = [row['factor'] for row in shop.evidence]
    t.equal(kinds[0], 'evidence_used', 'first line')
    campaigns = {row['name'] for row in shop.evidence if row['factor'] == 'evidence_category'}
    t.true({'double12-2024', 'double12-2025', 'double11-2026'} <= campaigns, f'{campaigns} are named')
    for row in shop.evidence:
        if row['factor'] == 'evidence_category':
            t.true(float(row['multiplier']) > 1 and float(row['multiplier_se']) > 0, 'a lift with its error')
    t.equal(shop.evidence_again, shop.evidence, 'evidence after a restart')


def test_the_used_lift_lies_among_those_seen(t):
    shop = answers(t)
    used = float(shop.evidence[0]['multiplier'])
    seen = [float(row['multiplier']) for row in shop.evidence if row['name'].startswith('double12-202') and
            row['factor'] != 'evidence_used']
    t.true(min(seen) / 1.5 <= used <= 1.5 * max(seen), f'{used} among {seen}')


def test_tables_speak_both_languages(t):
    shop = answers(t)
    for words in ('lift', 'slump after it', 'stocking accuracy', 'warm-up 1', '* forecast'):
        t.contains(shop.table, words)
    for words in ('提升倍数', '备货准确率', '售罄率', '预热 1', '* 预测值', '未开始'):
        t.contains(shop.chinese, words)


# --- a small shop by hand

FIRST = datetime.date(2023, 9, 1)
LAST = datetime.date(2024, 4, 20)
DEALS = {'NEW-YEAR': (datetime.date(2024, 1, 10), datetime.date(2024, 1, 12)),
         'LEAP': (datetime.date(2024, 2, 28), datetime.date(2024, 3, 1))}


def units_on(item, day):
    """Ten a day, thirty in a deal; LATE begins on the leap day, OUT is out of stock through the second deal, NONE sells
    nothing in it, SHORT is sold out on the first day of both."""
    in_leap = DEALS['LEAP'][0] <= day <= DEALS['LEAP'][1]
    if item == 'LATE' and day < datetime.date(2024, 2, 29):
        return None
    if in_leap and item in ('OUT', 'NONE'):
        return 0
    if item == 'SHORT' and any(first < day <= last for first, last in DEALS.values()):
        return 0
    return 30 if any(first <= day <= last for first, last in DEALS.values()) else 10 + (day.day % 2)


ITEMS = {'USUAL': 'cups', 'OTHER': 'cups', 'LATE': 'cups', 'OUT': 'cups', 'NONE': 'cups', 'SHORT': 'boxes',
         'MUCH': 'lids'}


def small_shop(t, *, bucket=1):
    service = t.service()
    lines = ['date,item_id,units,paid_amount,available_ratio']
    days = [FIRST + datetime.timedelta(number) for number in range((LAST - FIRST).days + 1)]
    starts = [day for day in days if bucket == 1 or (day.weekday() == 0 and day + datetime.timedelta(6) <= LAST)]
    for item in ITEMS:
        for start in starts:
            week = [units_on(item, start + datetime.timedelta(number)) for number in range(bucket)]
            if all(units is None for units in week):
                continue
            units = sum(units or 0 for units in week)
            out = bucket == 1 and item in ('OUT', 'SHORT') and units == 0
            lines.append(f'{start},{item},{units},{units * 8}.00,{0 if out else 1}')
    promotions = ['promotion_id,kind,phase,start_date,end_date,item_id,discount_ratio']
    promotions += [f'{name},brand_day,peak,{first},{last},,0.2' for name, (first, last) in DEALS.items()]
    promotions += ['FLASH,livestream,peak,2024-02-29,2024-02-29,OTHER,0.1',
                   'OLD,brand_day,peak,2023-08-01,2023-08-02,,0.1',
                   'LIKE,brand_day,peak,2024-05-01,2024-05-03,,0.2', 'DEEP,brand_day,peak,2024-05-21,2024-05-23,,0.75']
    stock = ['date,item_id,on_hand_units', '2024-02-27,USUAL,100', '2024-03-01,USUAL,10', '2024-02-27,OTHER,300',
             '2024-03-01,OTHER,210']
    for first, last in DEALS.values():
        evening = first - datetime.timedelta(1)
        stock += [f'{evening},SHORT,30', f'{last},SHORT,0', f'{evening},MUCH,990', f'{last},MUCH,900']
    items = ['item_id,category,unit_cost,list_price', *(f'{item},{ITEMS[item]},5.00,10.00' for item in ITEMS)]
    deposits = ['date,promotion_id,item_id,deposit_units,balance_paid_units', '2024-02-26,LEAP,USUAL,20,',
                '2024-02-29,LEAP,USUAL,40,30', '2024-02-29,LEAP,OTHER,10,']
    # A gift that costs five yuan, from twenty on: it goes with 0.4 of the orders of eight.
    gifts = ['parent_item_id,component_item_id,units,kind,promotion_id,min_order_amount',
             'OTHER,NONE,1,gift,LEAP,20.00']
    for kind, rows in (('items', items), ('components', gifts), ('sales', lines), ('promotions', promotions),
                       ('stock', stock),
                       ('deposits', deposits)):
        extra = ['--bucket', 'week'] if kind == 'sales' and bucket == 7 else []
        t.tell(service, kind, rows, *extra)
    return service


def small_figures(t):
    """The two deals of the small shop, asked once, with every line."""
    if 'small' not in _shops:
        service = small_shop(t)
        _shops['small'] = figures(ask(service, 'promo', 'compare', 'NEW-YEAR', 'LEAP', '--lines'))
        _shops['overlap'] = service.run('promo', 'compare', 'NEW-YEAR', 'LEAP').stdout
    return _shops['small']


def line(rows, item, metric, side='b'):
    row = rows.get(('line', f'{item}@main', metric))
    return None if row is None or row[f'{side}_value'] == '' else float(row[f'{side}_value'])


def test_the_small_shop_s_campaigns_are_counted_to_the_unit(t):
    rows = small_figures(t)
    t.equal(line(rows, 'USUAL', 'sold_units'), 90.0, 'three days of thirty, the leap day among them')
    t.near(line(rows, 'USUAL', 'baseline_units'), 31.5, 3.5, 'three ordinary days')
    t.near(line(rows, 'USUAL', 'gmv'), 720.0, 0.01, 'paid')
    t.near(line(rows, 'USUAL', 'discount_amount'), 180.0, 0.01, 'ten less eight yuan a unit')
    t.near(line(rows, 'USUAL', 'profit_amount'), 270.0, 0.01, 'paid less cost')
    t.near(line(rows, 'OTHER', 'profit_amount'), 270 - 90 * 0.4 * 5, 0.01, 'less gifts')
    t.equal(rows['day', 'peak_2', 'sold_units']['b_date'], '2024-02-29', 'leap day')
    # 100 at the start, 90 sold, 10 left: 10 % too much.
    t.near(line(rows, 'USUAL', 'stocking_accuracy'), 1 - 10 / 90, 1e-6, 'stocking accuracy')
    t.near(line(rows, 'OTHER', 'stocking_accuracy'), 1 - 210 / 90, 1e-6, 'of what was overstocked')
    t.near(line(rows, 'USUAL', 'sell_through_ratio'), 0.9, 1e-6, 'sell-through')


def test_deposits_are_told_with_the_part_that_paid(t):
    rows = small_figures(t)
    t.equal(float(rows['total', '', 'deposit_units']['b_value']), 50.0, 'deposits')
    t.equal(float(rows['total', '', 'deposit_conversion_ratio']['b_value']), 0.75, 'of those whose rest is known')


def test_categories_missed_twice_in_one_direction_are_advice_for_the_next_campaign(t):
    service = small_shop(t)
    answer = service.run('--format', 'json', 'promo', 'compare', 'NEW-YEAR', 'LEAP').stdout
    lessons = {lesson['category']: lesson for lesson in json.loads(answer)['lessons']}
    t.equal({category: lesson['reason'] for category, lesson in lessons.items()},
            {'boxes': 'STOCK_MORE_NEXT_TIME', 'lids': 'STOCK_LESS_NEXT_TIME'}, 'lessons')
    # 30 of about 90 in stock; 900 left, 585 of them beyond a month.
    t.near(lessons['boxes']['second_ratio'], 0.6, 0.2, 'part of demand not in stock')
    t.near(lessons['lids']['second_ratio'], (900 - 315) / 90, 1.0, 'left beyond a month, of demand')
    # The campaign ahead takes the lessons of those before it.
    ahead = service.run('promo', 'compare', 'LEAP', 'LIKE').stdout
    t.contains(ahead, 'NEW-YEAR and LEAP')
    t.contains(ahead, 'stock more for the next one')


def test_a_stock_out_through_the_whole_window_is_lost_demand(t):
    rows = small_figures(t)
    t.equal(line(rows, 'OUT', 'sold_units'), 0.0, 'sold')
    t.true(40 <= line(rows, 'OUT', 'lost_units') <= 110, f'{line(rows, "OUT", "lost_units")} units lost of about 90')
    t.equal(line(rows, 'NONE', 'lost_units'), 0.0, 'nothing is lost where it was in stock')
    t.equal(line(rows, 'NONE', 'lift_ratio'), 0.0, 'lift of an item that did not sell')


def test_an_item_launched_in_the_middle_counts_from_its_first_day(t):
    rows = small_figures(t)
    t.equal(line(rows, 'LATE', 'sold_units', 'a'), None, 'not in the first one')
    t.equal(line(rows, 'LATE', 'sold_units'), 60.0, 'two days of thirty')
    t.near(line(rows, 'LATE', 'baseline_units'), 21.0, 4.0, 'two ordinary days')


def test_overlapping_promotions_are_counted(t):
    small_figures(t)
    t.contains(_shops['overlap'], 'on 1 of them another promotion ran too')


def test_a_used_lift_that_no_past_campaign_showed_is_said(t):
    service = small_shop(t)
    for date, is_contradicted in (('2024-05-02', False), ('2024-05-22', True)):
        answer = service.run('explain', 'forecast', '--item', 'USUAL', '--date', date).stdout
        t.contains(answer, 'LEAP')
        t.equal('agrees with no past campaign' in answer, is_contradicted, f'contradiction said on {date}: {answer}')


def test_weekly_series_are_judged_by_whole_weeks_and_have_no_days(t):
    rows = figures(ask(small_shop(t, bucket=7), 'promo', 'compare', 'NEW-YEAR', 'LEAP', '--lines'))
    t.true(line(rows, 'USUAL', 'sold_units') in (132.0, 131.0, 133.0), 'a week with three days of thirty')
    t.near(line(rows, 'USUAL', 'lift_ratio'), 132 / 73, 0.25, 'lift of the week')
    t.true(not any(scope == 'day' and row['b_value'] for (scope, _, _), row in rows.items()), 'no days')


def test_what_cannot_be_compared_is_said_with_its_reason(t):
    service = small_shop(t)
    for command, words in ((('NOPE', 'LEAP'), "no approved promotion 'NOPE'"),
                           (('LEAP', 'LEAP'), 'is the same promotion'),
                           (('OLD', 'LEAP'), 'before the sales history'),
                           (('FLASH',), "no campaign of kind 'livestream' ended before"),
                           (('LEAP', 'NEW-YEAR', '--as-of', '2024-01-05'), '')):
        result = service.run('promo', 'compare', *command)
        t.equal(result.returncode, 0 if words == '' else 1, f'exit of {command}: {result.stderr}')
        t.contains(result.stderr, words)
    t.equal(service.run('promo', 'compare').returncode, 2, 'exit without a promotion')


if __name__ == '__main__':
    harness.main(globals())
