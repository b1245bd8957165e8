#!/usr/bin/python3
"""A shop that counts by the week: what it orders at a week's end is two weeks under way, then on the shelf."""
import datetime
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import harness  # noqa: E402
from harness import ask  # noqa: E402

LAST_WEEK = datetime.date(2024, 4, 8)
WEEKS = 60


def week(number):
    """First day of a week; 0 is the last one with sales."""
    return (LAST_WEEK + datetime.timedelta(7 * number)).isoformat()


def weekly_shop(t):
    """One item in one store: 10 or 11 units a week, 12 on hand, 9 and 8 units due in the next two weeks."""
    service = t.service()
    sales = [f'{week(number)},A,{10 + number % 2},1' for number in range(1 - WEEKS, 1)]
    files = {
        'sales': ['date,item_id,units,available_ratio', *sales],
        'stock': ['date,item_id,on_hand_units', f'{week(0)},A,12'],
        'inbound': ['order_id,item_id,units,eta_date', f'P1,A,9,{week(1)}', f'P2,A,8,{week(2)}'],
        'supply': ['item_id,lead_time_days,review_period_days,shortage_cost_per_unit,holding_cost_per_unit_day',
                   'A,14,7,1,0.028571'],
    }
    for kind, lines in files.items():
        extra = ['--bucket', 'week'] if kind == 'sales' else []
        t.tell(service, kind, lines, *extra)
    return service


def test_an_order_of_week_k_is_on_the_shelf_as_week_k_plus_3_begins(t):
    line = ask(weekly_shop(t), 'reorder', '--all-items')[0]
    t.equal(line['arrival_date'], week(3), 'arrival')
    t.equal(line['eta_date'], week(1), 'next inbound')
    t.equal(float(line['position_units']), 29.0, 'position')
    t.near(float(line['critical_ratio']), 1 / 1.2, 1e-4, 'critical ratio of the given costs')


def test_the_order_covers_the_week_after_its_arrival(t):
    line = ask(weekly_shop(t), 'reorder', '--all-items')[0]
    t.near(float(line['expected_demand_units']), 31.5, 3.0, 'demand of three weeks')
    t.true(1 <= int(line['order_units']) <= 14, f'order {line["order_units"]} is what a week needs beside 29 units')


def test_key_figures_count_whole_weeks(t):
    figures = {row['metric']: row for row in ask(weekly_shop(t), 'kpi')}
    t.equal(float(figures['units']['value']), 52.0, 'five weeks begin in the window')
    t.near(float(figures['turnover_days']['value']), 12 / (52 / 35), 1e-6, 'turnover days')
    t.near(float(figures['stock_to_sales_ratio']['value']), 29 / (52 * 30 / 35), 1e-6, 'stock to sales')
    t.equal(figures['stock_value']['value'], '', 'no cost, no value')


def test_tables_move_their_sentences_below_where_columns_says_so(t):
    service = weekly_shop(t)
    narrow = service.run('--quiet', 'reorder', '--all-items', environment={'COLUMNS': '100'})
    t.contains(narrow.stdout, '\n[1] ', 'narrow table')
    wide = service.run('--quiet', 'reorder', '--all-items', environment={'COLUMNS': ''})
    t.true('[1]' not in wide.stdout, 'a pipe without COLUMNS is as wide as it gets')


if __name__ == '__main__':
    harness.main(globals())
