#!/usr/bin/python3
"""Clearance from outside, on small shops made here: where ages come from, what a missing price or cost does, lives that
end, and stocks of nothing, one and a million."""
import csv
import datetime
import io
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import harness  # noqa: E402

AS_OF = datetime.date(2026, 11, 22)
DAYS = 500


def day(back):
    return str(AS_OF - datetime.timedelta(days=back))


def sales_of(units_by_item):
    lines = ['date,item_id,units']
    for back in range(DAYS, -1, -1):
        for item, units in units_by_item.items():
            wanted = units(back) if callable(units) else units
            if wanted:
                lines.append(f'{day(back)},{item},{wanted}')
    return '\n'.join(lines) + '\n'


def every(days):
    """One unit every so many days, the last one at most so many days ago."""
    return lambda back: 1 if back % days == 0 else 0


def clearance(t, files, *options):
    """{item: row} of a fresh shop; the service is left to look at."""
    t.needs('peakstockd')
    service = t.service()
    for kind, content in files:
        result = service.run('import', kind, t.file(f'{kind}.csv', content))
        t.equal(result.returncode, 0, f'import {kind} ({result.stderr.strip()})')
    result = service.run('clearance', '--format', 'csv', *options)
    t.equal(result.returncode, 0, result.stderr)
    return {row['item_id']: row for row in csv.DictReader(io.StringIO(result.stdout))}


def bands(row):
    return [int(row[f'aged_{band}_units']) for band in ('0_90', '91_180', '181_270', '271_365', 'over_365')]


ITEM = 'item_id,category,unit_cost,list_price\n'


def test_lots_make_the_ages_and_sales_take_the_oldest(t):
    row = clearance(t, [
        ('sales', sales_of({'a': every(10)})),
        ('items', ITEM + 'a,c,5,20\n'),
        ('stock', 'date,item_id,on_hand_units,received_date\n'
                  f'{day(20)},a,40,{day(400)}\n{day(20)},a,100,{day(200)}\n{day(20)},a,10,{day(30)}\n')])['a']
    sold = 2  # on days 10 and 0, after the stock row
    t.equal(bands(row), [10, 0, 100, 0, 40 - sold])
    t.equal((row['age_source'], row['on_hand_units'], row['age_days']), ('lots', '148', '401'))
    t.contains(row['reason'], 'OLD_STOCK')


def test_receipts_make_the_ages_first_in_first_out(t):
    files = [
        ('sales', sales_of({'a': every(10)})),
        ('items', ITEM + 'a,c,5,20\n'),
        ('stock', 'date,item_id,on_hand_units\n' + ''.join(
            f'{day(back)},a,{units}\n' for back, units in ((420, 60), (300, 48), (200, 138), (0, 118))))]
    row = clearance(t, files)['a']
    # grown by 100 with 10 sold between days 300 and 200; the rest was there on the first day known
    t.equal(row['age_source'], 'receipts')
    t.equal(bands(row), [0, 0, 100, 0, 18])
    files.append(('inbound', 'order_id,item_id,units,eta_date,order_date,received_units,received_date\n'
                             f'po,a,0,{day(150)},{day(170)},90,{day(150)}\n'))
    row = clearance(t, files)['a']
    t.equal(bands(row), [0, 90, 0, 0, 28])


def test_without_price_nothing_is_proposed_and_without_cost_no_margin_is_told(t):
    found = clearance(t, [
        ('sales', sales_of({'a': every(5), 'b': every(5), 'c': every(5)})),
        ('items', ITEM + 'a,c,5,\nb,c,,20\nc,c,30,20\n'),
        ('stock', 'date,item_id,on_hand_units\n' + ''.join(f'{day(0)},{item},150\n' for item in 'abc'))])
    t.equal((found['a']['action'], found['a']['ladder'], found['a']['margin_ratio']), ('hold', '', ''))
    t.contains(found['a']['reason'], 'NO_PRICE')
    t.equal((found['b']['action'], found['b']['margin_ratio'], found['b']['margin_exception']),
            ('discount', '', '0.00'))
    t.contains(found['b']['reason'], 'NO_COST')
    t.equal(found['c']['action'], 'discount')  # below its cost, which is spent
    t.true(float(found['c']['margin_ratio']) < 0 < float(found['c']['margin_exception']),
           'an exception with its amount')
    t.contains(found['c']['reason'], 'MARGIN_FLOOR_EXCEPTION')


def test_a_life_that_ends_before_the_date_ends_the_ladder(t):
    found = clearance(t, [
        ('sales', sales_of({'a': every(2), 'b': every(2), 'c': every(2)})),
        ('items', 'item_id,category,unit_cost,list_price,launch_date,end_date,shelf_life_days\n'
                  f'a,c,5,20,{day(500)},{day(-30)},\nb,c,5,20,{day(500)},{day(3)},\nc,c,5,20,{day(500)},,100\n'),
        ('stock', 'date,item_id,on_hand_units,received_date\n' + ''.join(
            f'{day(0)},{item},400,{day(80)}\n' for item in 'abc'))])
    t.equal(found['a']['last_date'], day(-30))
    for code in ('ENDS_BEFORE_DATE', 'SELL_THROUGH_BEHIND_PLAN'):
        t.contains(found['a']['reason'], code)
    t.near(float(found['a']['planned_sell_through_ratio']), 501 / 531, 1e-5)
    t.near(float(found['a']['sell_through_ratio']), 251 / 651, 1e-5)
    t.equal((found['b']['action'], float(found['b']['expected_recovered'])), ('write_off', 400.0))
    t.equal(found['c']['last_date'], day(-19))
    t.contains(found['c']['reason'], 'EXPIRES_BEFORE_DATE')


def test_stocks_of_nothing_one_and_a_million(t):
    found = clearance(t, [
        ('sales', sales_of({'none': every(5), 'one': lambda back: int(back in (200, 300, 400)), 'many': 3000})),
        ('items', ITEM + 'none,c,5,20\none,c,5,20\nmany,c,5,20\n'),
        ('stock', f'date,item_id,on_hand_units\n{day(0)},none,0\n{day(0)},one,1\n{day(0)},many,1000000\n')])
    t.equal(sorted(found), ['many', 'one'])
    t.true(0 < float(found['one']['expected_cleared_units']) <= 1, 'of one unit')
    many = found['many']
    t.true(300_000 < float(many['expected_cleared_units']) <= 1_000_000, many['expected_cleared_units'])
    t.true(float(many['cleared_p10_units']) <= float(many['expected_cleared_units']) <=
           float(many['cleared_p90_units']) <= 1_000_000, 'the band of a million')


def test_new_items_are_not_judged(t):
    found = clearance(t, [
        ('sales', f'date,item_id,units\n{day(20)},a,1\n{day(0)},b,1\n{day(400)},b,1\n'),
        ('items', 'item_id,category,unit_cost,list_price,launch_date\n'
                  f'a,c,5,20,{day(40)}\nb,c,5,20,{day(450)}\n'),
        ('stock', f'date,item_id,on_hand_units\n{day(0)},a,500\n{day(0)},b,500\n')])
    t.equal(list(found), ['b'])


def test_a_date_and_a_target_of_the_planner_are_followed(t):
    files = [('sales', sales_of({'a': 1})), ('items', ITEM + 'a,c,5,20\n'),
             ('stock', f'date,item_id,on_hand_units,received_date\n{day(0)},a,64,{day(250)}\n')]
    easy = clearance(t, files, '--target-cleared-unit-ratio', '0.3', '--by-date', day(-60))['a']
    hard = clearance(t, files, '--target-cleared-unit-ratio', '0.97', '--by-date', day(-60))['a']
    t.equal((easy['last_date'], hard['action']), (day(-60), 'discount'))
    t.true(float(hard['expected_cleared_units']) > float(easy['expected_cleared_units']), 'more is cleared')


def test_elasticities_come_from_own_prices_where_there_are_three(t):
    def demand(back):
        price = 20 if back > 350 else 16 if back > 200 else 12
        return round(20 * (price / 20) ** -1.5)
    found = clearance(t, [
        ('sales', sales_of({'a': demand, 'b': 20, 'c': 20, 'd': 20})),
        ('items', ITEM + ''.join(f'{item},c,5,20\n' for item in 'abcd')),
        ('prices', f'date,item_id,price\n{day(500)},a,20\n{day(350)},a,16\n{day(200)},a,12\n'),
        ('stock', 'date,item_id,on_hand_units\n' + ''.join(f'{day(0)},{item},9000\n' for item in 'abcd'))])
    t.equal((found['a']['elasticity_source'], found['b']['elasticity_source']), ('own', 'category'))
    t.true(-2.0 < float(found['a']['elasticity']) < -1.4, found['a']['elasticity'])
    t.true(float(found['a']['elasticity_standard_error']) < float(found['b']['elasticity_standard_error']) < 0.8,
           'own evidence narrows most')


if __name__ == '__main__':
    harness.main(globals())
