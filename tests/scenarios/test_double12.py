#!/usr/bin/python3
"""Three weeks before Double 12 a planner asks what will sell, whether stock will carry it, what to order and what to
clear. The shop is simulated, so the answers can be held against what really happens next.

The bounds leave slack over what seeds 1 to 5 give (./run bench readiness prints them); none is set for one seed.
"""
import collections
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import harness  # noqa: E402
import sample_truth  # noqa: E402
from sample_truth import FIRST_DAY, LAST_DAY, series_of  # noqa: E402

SEED = 2
READINESS_SEEDS = (SEED, 7, 12)
_shops = {}


def shop_of(t, seed=SEED):
    """The shop is simulated, imported and asked once for all claims."""
    t.needs('tests/sample_shop')
    if seed not in _shops:
        _shops[seed] = sample_truth.Shop(t.build_dir, seed)
    return _shops[seed]


def at_most(t, value, bound, what):
    t.true(value <= bound, f'{what} {value:.3f} at most {bound:.3f}')


def test_four_and_six_weeks_of_demand_are_forecast_within_a_fifth(t):
    shop = shop_of(t)
    for last_day in (28, 42):
        at_most(t, shop.forecast_error(1, last_day), 0.20, f'error of {last_day} days')
        at_most(t, abs(shop.bias(1, last_day)), 0.08, f'bias of {last_day} days')


def test_the_double_12_window_is_forecast_close_to_what_chance_allows(t):
    shop = shop_of(t)
    error = shop.forecast_error(FIRST_DAY, LAST_DAY)
    at_most(t, error, 0.30, 'error of the window')
    at_most(t, error - shop.unavoidable_error(FIRST_DAY, LAST_DAY), 0.09, 'error above the unavoidable')
    at_most(t, abs(shop.bias(FIRST_DAY, LAST_DAY)), 0.13, 'bias of the window')


def test_quantiles_of_totals_cover_what_they_say(t):
    """The shop has rare bulk orders and moves as a whole: one day of asking is one draw of what all items share."""
    shop = shop_of(t)
    for days, rows in shop.totals.items():
        coverage = shop.coverage(rows, 1, days)
        t.near(coverage['q10_units'], 0.10, 0.10, f'share at most P10 of {days} days')
        t.near(coverage['q50_units'], 0.50, 0.12, f'share at most P50 of {days} days')
        t.near(coverage['q90_units'], 0.90, 0.06, f'share at most P90 of {days} days')


def test_promotion_quantiles_cover_what_they_say(t):
    shop = shop_of(t)
    coverage = shop.coverage(shop.readiness, FIRST_DAY, LAST_DAY)
    t.near(coverage['q50_units'], 0.50, 0.14, 'share at most P50 of Double 12')
    t.near(coverage['q90_units'], 0.90, 0.07, 'share at most P90 of Double 12')


def test_red_lines_run_short_if_nothing_is_ordered_and_green_ones_do_not(t):
    """A RED line promises P(short) > 0.3, so a part of them has enough: somebody who knows every true mean and every
    arrival has a precision of 0.75 and a recall of 0.88 by the same bounds (./run bench readiness). By the money at
    stake (P50 x margin, nothing sent back) both are above 0.8; the bound is for three shops."""
    table, lost, money = collections.Counter(), collections.Counter(), collections.Counter()
    for seed in READINESS_SEEDS:
        shop = shop_of(t, seed)
        table.update(shop.readiness_table())
        lost.update(shop.lost_units_by_state())
        money.update(shop.readiness_table(with_returns=False, by_margin=True))
    red = table['RED', True] + table['RED', False]
    green = table['GREEN', True] + table['GREEN', False]
    short = sum(count for (state, is_short), count in table.items() if is_short and state != 'UNKNOWN')
    t.true(red >= 120, 'the shops have lines in danger')
    t.true(table['RED', True] >= 0.60 * red, f'{table["RED", True]} of {red} red lines run short')
    t.true(table['RED', True] >= 0.77 * short, f'{table["RED", True]} of {short} short lines were red')
    at_most(t, table['GREEN', True] / green, 0.03, 'share of green lines that run short')
    flagged = money['RED', True] / (money['RED', True] + money['RED', False])
    found = money['RED', True] / sum(units for (state, is_short),
                                     units in money.items() if is_short and state != 'UNKNOWN')
    t.true(flagged >= 0.78, f'{flagged:.3f} of the money in red lines is in lines that run short')
    t.true(found >= 0.76, f'{found:.3f} of the money in lines that run short is in red ones')
    at_most(t, table['BLUE', True], 2, 'blue lines that run short')
    t.true(lost['RED'] >= 0.90 * sum(lost.values()),
           f'{lost["RED"]} of {sum(lost.values())} units are lost in red lines')


def test_a_line_that_acts_says_how_much_by_when_and_what_it_is_worth(t):
    for row in shop_of(t).readiness:
        name = series_of(row)
        if row['state'] in ('GREEN', 'BLUE'):
            t.equal(row['action'], '', f'{name} is covered')
        if not row['action']:
            continue
        t.true(int(row['action_units']) > 0, f'{name}: {row["action"]} of some units')
        t.true(not row['margin_at_risk'] or float(row['margin_at_risk']) > 0, f'{name}: something is at risk')
        if row['action'] in ('order_now', 'order_by_date'):
            t.true(float(row['action_worth'] or 0) <= float(row['margin_at_risk'] or 0) + 0.01,
                   f'{name}: an order saves no more than is at risk')
            t.true(row['action_date'] >= '2026-11-23', f'{name}: a date that is ahead, {row["action_date"]}')


def test_readiness_and_the_reorder_list_tell_the_same_order(t):
    shop = shop_of(t)
    ordered = {series_of(row): int(row['order_units']) for row in shop.reorder}
    for row in shop.readiness:
        if row['reorder_units']:
            t.equal(int(row['reorder_units']), ordered[series_of(row)], f'{series_of(row)} on the list of today')
            differs = int(row['reorder_units']) != int(row['order_units'])
            t.equal('REORDER_LIST' in row['reason'], differs, f'{series_of(row)}: another number has its reason')
        if row['order_cap_units'] and int(row['order_units']) > int(row['order_cap_units']):
            t.true('MINIMUM_ORDER_RAISED' in row['reason'] or 'PACK_ROUNDED' in row['reason'],
                   f'{series_of(row)}: only packs and minimum orders go beyond the cap')


def test_cover_probabilities_add_up_to_the_shortages_that_happen(t):
    shop = shop_of(t)
    table = shop.readiness_table()
    short = sum(count for (state, is_short), count in table.items() if is_short and state != 'UNKNOWN')
    t.near(shop.promised_shortages(), short, 0.35 * short, 'expected lines short')


def test_a_line_without_demand_in_the_window_is_not_red(t):
    for row in shop_of(t).readiness:
        t.true(row['state'] != 'RED' or int(row['q90_units']) > 0, f'{series_of(row)} RED with a demand')


def test_ordering_now_avoids_stock_outs_until_the_next_arrival(t):
    shop = shop_of(t)
    without, ordered = (shop.fill_until_next_arrival(with_orders) for with_orders in (False, True))
    t.true(ordered >= 0.95, f'fill {ordered:.3f} with the orders')
    t.true(1 - ordered <= 0.5 * (1 - without), f'shortage {1 - ordered:.3f} at most half of {1 - without:.3f}')


def test_orders_stay_in_proportion_to_demand(t):
    shop = shop_of(t)
    ordered = [row for row in shop.reorder if int(row['order_units']) > 0]
    units = sum(int(row['order_units']) for row in ordered)
    t.true(0 < units <= sum(float(row['expected_demand_units']) for row in ordered), f'{units} units ordered')
    for row in ordered:
        after = float(row['position_units']) + int(row['order_units'])
        raised = any(code in row['reason'] for code in ('MINIMUM_ORDER_RAISED', 'PACK_ROUNDED', 'ORDER_COST_SPREAD'))
        t.true(raised or after <= 4 * float(row['expected_demand_units']) + 10,
               f'{series_of(row)}: {after} units for {row["expected_demand_units"]}')


def test_dead_stock_is_flagged_and_fast_movers_are_not(t):
    shop = shop_of(t)
    flagged = {series_of(row): row for row in shop.clearance}
    t.equal(shop.dead - set(flagged), set(), 'dead items that were missed')
    for series, row in flagged.items():
        if 'DEAD_STOCK' in row['reason']:
            t.true(shop.wanted(series, 1, 42) <= 2, f'{series} called dead sells next to nothing')
    gone = [series for series in flagged if shop.wanted(series, 1, 42) >= shop.stock[series] > 10]
    at_most(t, len(gone) / len(flagged), 0.05, 'share of flagged lines that sell out by themselves')


def test_nothing_is_ordered_and_cleared_at_once(t):
    shop = shop_of(t)
    ordered = {series_of(row) for row in shop.reorder if int(row['order_units']) > 0}
    cleared = {series_of(row) for row in shop.clearance}
    t.equal(ordered & cleared, set(), 'lines that are ordered and cleared')


if __name__ == '__main__':
    harness.main(globals())
