#!/usr/bin/python3
"""The numbers of reorder, clearance, promo check, plan and compare, assortment, review and kpi never contradict each
other: one simulated shop, ten days before Double 12, asked everything about the same day."""
import collections
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import harness  # noqa: E402
import sample_truth  # noqa: E402
from sample_truth import ask, rows_of, series_of  # noqa: E402

AS_OF = '2026-11-28'
SEED = 12
_shops = []


class Shop:
    def __init__(self, t):
        self.folder = os.path.join(t.directory(), 'shop')
        sample_truth.simulate(t.build_dir, self.folder, SEED, '--item-count', '90', '--days', '600', '--end-date',
                              AS_OF)
        service = t.service()
        sample_truth.import_files(service, self.folder)
        ask(service, 'import', 'targets', t.file('targets.csv', 'period_start,period_end,metric,value\n'
                                                 '2026-11-01,2026-11-30,gmv,900000\n'
                                                  '2026-11-01,2026-11-30,units,20000\n'))
        self.reorder = {series_of(row): row for row in ask(service, 'reorder', '--all-items')}
        self.clearance = {series_of(row): row for row in ask(service, 'clearance')}
        self.readiness = {series_of(row): row for row in ask(service, 'promo', 'check', 'double12-2026')}
        review = ask(service, 'review', '--decisions', '1000', '--include-open')
        self.decisions = {(row['scope_id'], row['warehouse_id']): row for row in review if row['scope'] == 'item'}
        self.review = {(row['scope'], row['scope_id'], row['metric']): row for row in review if row['scope'] != 'item'}
        self.kpi = {row['metric']: row for row in ask(service, 'kpi')}
        self.day = {row['metric']: row for row in ask(service, 'kpi', '--from', AS_OF, '--to', AS_OF)}
        self.month = {row['metric']: row for row in ask(service, 'kpi', '--from', '2026-11-01', '--to', AS_OF)}
        self.by_category = {(row['scope_id'], row['metric']): row for row in ask(service, 'kpi', '--by', 'category')
                            if row['scope'] == 'category'}
        self.items = {row['item_id']: row for row in rows_of(os.path.join(self.folder, 'items.csv'))}
        self.cost = {series: float(row['unit_cost'] or 0) for series, row in self.reorder.items()}
        self.own_promotions = {row['item_id'] for row in rows_of(os.path.join(self.folder, 'promotions.csv'))
                               if row['item_id'] and row['status'] == 'approved' and row['end_date'] > AS_OF}

        self.plan = ask(service, 'promo', 'plan', 'double12-2026')
        self.roll_ups = {(row['scope'], row['scope_id']): row
                         for row in document(service, 'promo', 'check', 'double12-2026')['roll_ups']}
        self.compared = {(row['scope'], row['scope_id'], row['metric']): row
                         for row in ask(service, 'promo', 'compare', 'double11-2025', 'double11-2026')}
        self.assortment = {row['item_id']: row for row in ask(service, 'assortment', '--all-items')}
        self.lives = document(service, 'assortment')['summary']
        self.path = document(service, 'clearance', 'path', '--since', AS_OF)
        self.clearing = document(service, 'clearance')['summary']
        self._ask_within_a_campaign(service)

        self.true_fill_rate = self._fill_rate('2026-10-30')

    def _ask_within_a_campaign(self, service):
        """Double 11 while it ran, from its start to the evening of the peak."""
        at = ['--as-of', '2026-11-11']
        self.running = document(service, 'promo', 'check', 'double11-2026', *at)['roll_ups'][0]
        self.so_far = {row['metric']: row
                       for row in ask(service, 'promo', 'compare', 'double11-2025', 'double11-2026', *at)
                       if row['scope'] == 'total'}
        self.days_so_far = {row['metric']: row for row in ask(service, 'kpi', '--from', '2026-10-31',
                                                              '--to', '2026-11-11', *at)}

    def _fill_rate(self, first_date):
        """Units served / wanted from first_date on, of the items that report when they are out of stock."""
        reporting = {row['item_id'] for row in rows_of(os.path.join(self.folder, 'truth', 'items.csv'))
                     if row['reports_availability'] == '1'}
        sold = sum(int(row['units']) - int(row['cancelled_units'] or 0)
                   for row in rows_of(os.path.join(self.folder, 'sales.csv'))
                   if first_date <= row['date'] <= AS_OF and row['item_id'] in reporting)
        lost = sum(int(row['lost_units']) for row in rows_of(os.path.join(self.folder, 'truth', 'stockouts.csv'))
                   if first_date <= row['date'] <= AS_OF and row['item_id'] in reporting)
        return sold / (sold + lost)

    def figure(self, metric):
        return float(self.review['total', '', metric]['value'])


def document(service, *command):
    """The answer in JSON."""
    result = service.run('--quiet', '--format', 'json', *command, seconds=120)
    if result.returncode != 0:
        raise AssertionError(f'{command}: {result.stderr}')
    return json.loads(result.stdout)


def shop_of(t):
    t.needs('tests/sample_shop')
    if not _shops:
        _shops.append(Shop(t))
    return _shops[0]


def reasons_of(row):
    return row['reason'].split(';')


def test_review_orders_what_reorder_orders(t):
    shop = shop_of(t)
    ordered = {series: row for series, row in shop.reorder.items() if int(row['order_units']) > 0}
    t.true(len(ordered) > 20, 'the shop orders')
    for series, row in ordered.items():
        decision = shop.decisions.get(series)
        t.true(decision is not None, f'{series} is ordered and reviewed')
        if decision['proposed_action'] == 'reorder':
            t.equal(float(decision['units']), float(row['order_units']) + float(row['transfer_units'] or 0),
                    f'units of {series}')
            t.equal(reasons_of(decision)[0], reasons_of(row)[0], f'reason of {series}')
        else:
            t.true(reasons_of(row)[0] in reasons_of(decision), f'{row["reason"]} in {decision["reason"]} of {series}')
    for series, decision in shop.decisions.items():
        if decision['proposed_action'] == 'reorder':
            t.true(series in ordered, f'{series} is to be ordered and reorder orders it')


def test_review_clears_what_clearance_flags(t):
    shop = shop_of(t)
    acting = {series: row for series, row in shop.clearance.items() if row['action'] in ('discount', 'write_off')}
    t.true(acting, 'something is to be cleared')
    for series, row in acting.items():
        if series[0] in shop.own_promotions:
            continue
        decision = shop.decisions.get(series)
        t.true(decision is not None and reasons_of(row)[0] in reasons_of(decision), f'{series} is flagged and reviewed')
    for series, decision in shop.decisions.items():
        if decision['proposed_action'] == 'clearance':
            excess = float(shop.reorder[series]['excess_units'] or 0)
            t.true(series in acting or excess >= 1, f'{series} is to be cleared: flagged, or in excess')


def test_nothing_is_bought_and_cleared_at_once(t):
    shop = shop_of(t)
    both = [series for series, row in shop.clearance.items()
            if row['action'] in ('discount', 'write_off') and int(shop.reorder[series]['order_units']) > 0]
    t.equal(both, [], 'series that are flagged and ordered')


def test_review_shows_every_red_line_of_the_promotion_ahead(t):
    shop = shop_of(t)
    red = {series: row for series, row in shop.readiness.items() if row['state'] == 'RED'}
    t.true(red, 'some lines are red')
    for series, row in red.items():
        decision = shop.decisions.get(series)
        t.true(decision is not None and reasons_of(row)[0] in reasons_of(decision), f'{series} is red and reviewed')
        if decision['proposed_action'] == 'prepare_promotion':
            t.near(float(decision['units']), float(row['gap_q50_units']), 0.01, f'gap of {series}')
    for series, decision in shop.decisions.items():
        if decision['proposed_action'] == 'prepare_promotion':
            t.true(series in red, f'{series} is to be prepared and red')


def test_stock_is_the_same_everywhere(t):
    shop = shop_of(t)
    for series, row in shop.clearance.items():
        t.equal(row['on_hand_units'], shop.reorder[series]['on_hand_units'], f'stock of {series}')
    on_hand = sum(max(int(row['on_hand_units'] or 0), 0) for row in shop.reorder.values())
    t.near(float(shop.kpi['stock_units']['value']), on_hand, 0.5, 'stock of the shop')
    value = sum(max(int(row['on_hand_units'] or 0), 0) * shop.cost[series] for series, row in shop.reorder.items())
    t.near(float(shop.kpi['stock_value']['value']), value, 0.5, 'stock at cost')
    bands = [row for metric, row in shop.kpi.items() if metric.startswith('stock_age_')]
    t.near(sum(float(row['value']) for row in bands if row['metric'].endswith('_units')), on_hand, 0.5, 'units by age')


def test_dead_stock_is_what_clearance_calls_dead(t):
    shop = shop_of(t)
    dead = sum(int(row['on_hand_units']) * shop.cost[series] for series, row in shop.clearance.items()
               if 'DEAD_STOCK' in reasons_of(row))
    t.true(dead > 0, 'some stock is dead')
    t.near(float(shop.kpi['dead_stock_value']['value']), dead, 0.5, 'dead stock at cost')
    t.true(float(shop.kpi['slow_stock_value']['value']) >= dead, 'slow stock holds the dead')


def test_the_day_and_the_month_are_those_of_kpi(t):
    shop = shop_of(t)
    t.equal(shop.figure('units'), float(shop.day['units']['value']), 'units of the day')
    t.near(shop.figure('gmv'), float(shop.day['gmv']['value']), 0.01, 'GMV of the day')
    t.equal(shop.figure('month_units'), float(shop.month['units']['value']), 'units of the month')
    t.near(shop.figure('month_gmv'), float(shop.month['gmv']['value']), 0.01, 'GMV of the month')
    t.near(shop.figure('return_ratio'), float(shop.kpi['return_ratio']['value']), 1e-9, 'return ratio')
    for metric, mine in (('units', 'month_due_units_target'), ('gmv', 'month_due_gmv_target')):
        t.near(float(shop.month[metric]['target']), shop.figure(mine), 0.01, f'target of {metric}, month to date')
        t.near(float(shop.day[metric]['target']), shop.figure(metric + '_target'), 0.01, f'target of {metric}, the day')


def test_categories_add_up_to_the_total(t):
    shop = shop_of(t)
    for metric in ('sold_units', 'gmv', 'month_units', 'month_gmv', 'forecast_units'):
        parts = sum(float(row['value'] or 0) for (scope, _, name), row in shop.review.items()
                    if scope == 'category' and name == metric)
        t.near(parts, shop.figure(metric), 1e-6 * abs(parts) + 0.01, f'{metric} of the categories')
    for metric in ('units', 'gmv', 'stock_units', 'stock_value', 'dead_stock_value', 'storage_cost', 'net_gmv'):
        parts = sum(float(row['value'] or 0) for (_, name), row in shop.by_category.items() if name == metric)
        t.near(parts, float(shop.kpi[metric]['value']), 1e-6 * abs(parts) + 0.01, f'{metric} of the categories')


def test_the_landing_begins_with_what_is_sold(t):
    shop = shop_of(t)
    q10, q50, q90 = (shop.figure(f'landing_q{p}_units') for p in (10, 50, 90))
    t.true(shop.figure('month_units') <= q10 <= q50 <= q90, 'units of the landing are ordered')
    q10, q50, q90 = (shop.figure(f'landing_q{p}_gmv') for p in (10, 50, 90))
    t.true(shop.figure('month_gmv') <= q10 <= q50 <= q90, 'amounts of the landing are ordered')
    t.near(shop.figure('landing_gmv_attainment_ratio'), q50 / 900000, 1e-9, 'landing against the target')
    t.near(shop.figure('time_progress_ratio'), 28 / 30, 1e-9, 'time progress')
    t.true(0.85 < shop.figure('gmv_progress_ratio') < 1, 'the expected sales of 28 of 30 days')


def test_the_fill_rate_is_that_of_the_truth(t):
    shop = shop_of(t)
    t.near(float(shop.kpi['fill_rate']['value']), shop.true_fill_rate, 0.02, 'fill rate')


def test_stocking_is_told_once(t):
    """kpi and compare, in total and by category: one definition, one computation."""
    shop = shop_of(t)
    pairs = (('stocking_accuracy', 'stocking_accuracy'), ('stocking_within_ratio', 'stocked_right_ratio'),
             ('gap_ratio', 'gap_ratio'))
    compared = 0
    for mine, theirs in pairs:
        row = shop.compared['total', '', theirs]
        t.equal((shop.kpi[mine]['from_date'], shop.kpi[mine]['to_date']), ('2026-10-31', '2026-11-13'),
                'days of Double 11')
        t.near(float(shop.kpi[mine]['value']), float(row['b_value']), 1e-9, mine)
        if mine != 'gap_ratio':
            t.near(float(shop.kpi[mine]['year_before_value']), float(row['a_value']), 1e-9,
                   f'{mine} of the year before')
        for (category, metric), figure in shop.by_category.items():
            other = shop.compared.get(('category', category, theirs))
            if metric == mine and figure['value'] and other is not None:
                t.near(float(figure['value']), float(other['b_value']), 1e-9, f'{mine} of {category}')
                compared += 1
    t.true(compared > 5, 'categories are compared')


def test_a_running_campaign_has_sold_the_same_everywhere(t):
    shop = shop_of(t)
    sold = float(shop.days_so_far['gmv']['value'])
    t.near(shop.running['gmv_sold'], sold, 0.01, 'GMV so far of promo check')
    t.near(float(shop.so_far['gmv']['b_value']), sold, 0.01, 'GMV so far of promo compare')
    t.equal(shop.so_far['gmv']['b_basis'], 'so_far', 'basis')
    demand = (float(shop.days_so_far['units']['value']) - float(shop.days_so_far['cancel_ratio']['numerator']))
    t.near(float(shop.so_far['sold_units']['b_value']), demand, 0.01, 'units so far')


def test_what_rises_in_the_review_rises_in_the_assortment(t):
    shop = shop_of(t)
    rising = sorted(item for item, row in shop.assortment.items() if row['stage'] == 'rising')
    raised = sorted(series[0] for series, row in shop.decisions.items() if 'RISING_STAR' in reasons_of(row))
    t.equal(raised, rising, 'items that rise, each told of once')
    t.equal(shop.lives['rising_count'], len(rising), 'counted')


def test_the_active_item_rate_is_one(t):
    shop = shop_of(t)
    row = shop.kpi['active_item_ratio']
    t.near(shop.lives['active_item_ratio'], float(row['value']), 1e-6, 'rate')
    t.equal((shop.lives['active_item_count'], shop.lives['listed_item_count']),
            (int(row['numerator']), int(row['denominator'])), 'its two counts')


def test_a_cohort_of_today_is_what_clearance_flags(t):
    shop = shop_of(t)
    for path, clearing in (('line_count', 'line_count'), ('flagged_units', 'flagged_units'), ('by_date', 'by_date')):
        t.equal(shop.path['summary'][path], shop.clearing[clearing], path)
    t.near(shop.path['summary']['plan_landing_q50_ratio'], shop.clearing['expected_cleared_ratio'], 1e-6,
           'expected to clear')
    flagged = [row for row in shop.clearance.values() if row['list'] == 'cohort']
    t.equal(sum(int(row['on_hand_units']) for row in flagged), shop.clearing['flagged_units'], 'units of the lines')


def test_promo_check_tells_what_reorder_orders(t):
    shop = shop_of(t)
    told = {series: row for series, row in shop.readiness.items() if row['reorder_units']}
    t.true(len(told) > 20, 'lines with something to do tell of the order')
    for series, row in told.items():
        t.equal(int(row['reorder_units']), int(shop.reorder[series]['order_units']), f'ordered of {series} today')
    lines = list(shop.readiness.values())
    total = shop.roll_ups['total', None]
    t.equal(total['line_count'], len(lines), 'lines')
    t.equal(total['red_count'], sum(row['state'] == 'RED' for row in lines), 'red lines')
    t.near(total['gap_q50_units'], sum(float(row['gap_q50_units'] or 0) for row in lines), 1, 'gaps')


def test_the_plan_begins_with_the_orders_of_today(t):
    """What reorder orders in time for the campaign is in the plan's first orders, which only add to it what no later
    review could order in time."""
    shop = shop_of(t)
    planned, for_campaign, all_planned = collections.Counter(), collections.Counter(), collections.Counter()
    for row in shop.plan:
        all_planned[series_of(row)] += int(row['order_units'])
        if row['order_date'] == '2026-11-29':
            planned[series_of(row)] += int(row['order_units'])
            for_campaign[series_of(row)] += int(row['campaign_units'])
    in_time = {series for series, row in shop.reorder.items()
               if int(row['order_units']) > 0 and row['arrival_date'] <= '2026-12-14'}
    t.true(len(in_time) > 10, 'orders come in time')
    for series in in_time | set(planned):
        ordered = int(shop.reorder[series]['order_units'])
        t.true(planned[series] >= ordered, f'{series}: {planned[series]} planned, {ordered} ordered')
        if for_campaign[series] == 0:
            t.equal(planned[series], ordered, f'{series} without a need of the campaign')
    for series, row in shop.readiness.items():
        t.true(int(row['order_units'] or 0) <= all_planned[series], f'{series}: the gap that check orders is planned')


if __name__ == '__main__':
    harness.main(globals())
