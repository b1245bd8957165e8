#!/usr/bin/python3
"""Data that is allowed and odd: whatever a shop holds, every answer is whole, its numbers are finite, and quantities
that cannot be negative are not."""
import csv
import datetime
import io
import math
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import harness

AS_OF = datetime.date(2026, 11, 22)
day = harness.days_from(AS_OF)
BILLION = 1_000_000_000
MAY_BE_NEGATIVE = {'position_units', 'on_hand_units', 'stock_at_start_units', 'expected_value', 'value', 'numerator',
                   'previous_value', 'year_before_value', 'target_gap', 'elasticity', 'do_nothing_value', 'value_gain',
                   'single_value', 'margin_ratio'}
NO_NUMBERS = {'state', 'item_class', 'reason', 'action', 'scope', 'metric', 'proposed_action', 'change', 'list',
              'ladder',
              'elasticity_source', 'age_source'}
ANSWERS = (['forecast', '--all', '--horizon', '400'],
           ['forecast', '--all', '--total', '--horizon', '90', '--quantiles', '0.001,0.5,0.999'],
           ['reorder', '--all-items', '--assume-stock', '0', '--assume-lead-time-days', '400'],
           ['clearance'], ['review'], ['kpi', '--by', 'category'])


def table(header, rows):
    return header + '\n' + ''.join(','.join(map(str, row)) + '\n' for row in rows)


def history(days=200, items='abc', units=lambda back: 5 + back % 7):
    return [(day(-back), item, units(back)) for back in range(days - 1, -1, -1) for item in items]


def sales(rows, more=''):
    return ('sales', table('date,item_id,units' + more, rows))


ITEMS = ('items', 'item_id,category,unit_cost,list_price\na,c1,5,10\nb,c1,,\nc,c2,3,9\n')
STOCK = ('stock', f'date,item_id,on_hand_units\n{day(0)},a,30\n{day(0)},b,3000\n{day(0)},c,0\n')
SUPPLY = ('supply', 'item_id,lead_time_days\na,7\nb,3\nc,10\n')
PLAIN = [sales(history()), ITEMS, STOCK, SUPPLY]


def is_date_or_id(name):
    return 'date' in name or name.endswith('_id')


def complaints(text):
    """What is wrong with the numbers of one answer."""
    for row in csv.DictReader(io.StringIO(text)):
        for name, value in row.items():
            if value == '' or name in NO_NUMBERS or is_date_or_id(name):
                continue
            number = float(value)
            if not math.isfinite(number) or (number < 0 and name not in MAY_BE_NEGATIVE):
                yield f'{name} is {value} in {row}'
        quantiles = [int(value) for name, value in row.items() if name.startswith('q') and name.endswith('_units')]
        if 'mean_units' in row and quantiles != sorted(quantiles):
            yield f'quantiles out of order in {row}'


def survives(t, *imports, promotions=()):
    """A shop of these files answers everything; the answers by command."""
    with harness.Service(t.build_dir, t.directory()) as service:
        for kind, content, *options in imports:
            result = service.run('import', kind, t.file(f'{kind}.csv', content), *options)
            t.equal(result.returncode, 0, f'import {kind}: {result.stderr[:300]}')
        answers = {}
        for command in [*ANSWERS, *(['promo', 'check', promotion] for promotion in promotions)]:
            result = service.run('--format', 'csv', *command)
            t.equal(result.returncode, 0, f'{command}: {result.stderr[:300]}')
            t.equal(list(complaints(result.stdout))[:3], [], str(command))
            answers[command[0]] = list(csv.DictReader(io.StringIO(result.stdout)))
        t.equal(service.stop(), 0, 'exit status')
        return answers


def test_a_billion_units(t):
    spike = history()
    spike[150] = (spike[150][0], spike[150][1], BILLION)
    survives(t, sales(spike), ITEMS, STOCK, SUPPLY)
    survives(t, sales(history(units=lambda back: BILLION)), ITEMS, STOCK, SUPPLY)


def test_no_demand_at_all(t):
    for rows, more in ((history(units=lambda back: 0), ''),
                       ([(*row, row[2]) for row in history()], ',cancelled_units')):
        answers = survives(t, sales(rows, more), ITEMS, STOCK, SUPPLY)
        t.equal({float(row['mean_units']) for row in answers['forecast']}, {0.0})


def test_more_returns_than_sales(t):
    survives(t, sales([(*row, 1000) for row in history()], ',returned_units'), ITEMS, STOCK, SUPPLY)


def test_sales_of_items_that_were_never_available(t):
    answers = survives(t, sales([(*row, 0) for row in history()], ',available_ratio'), ITEMS, STOCK, SUPPLY)
    t.near(float(answers['forecast'][0]['mean_units']) / 90, 8, 4, 'what was sold was there')
    survives(t, sales([(*row, '0.000001') for row in history()], ',available_ratio'), ITEMS, STOCK, SUPPLY)


def test_histories_of_one_row_one_day_and_two_days(t):
    survives(t, sales([(day(0), 'a', 1)]), ITEMS, STOCK, SUPPLY)
    survives(t, sales(history(1)), ITEMS, STOCK, SUPPLY)
    survives(t, sales(history(2)), ITEMS, STOCK, SUPPLY)


def test_sales_of_1990_and_2099(t):
    survives(t, sales([('1990-01-01', 'a', 5), *history(30), ('2099-12-31', 'a', 5)]), ITEMS, STOCK, SUPPLY)
    survives(t, (*sales(history()), '--complete-through', '2099-12-31'), ITEMS, STOCK, SUPPLY)


def test_sales_after_the_complete_through_mark_only(t):
    with t.service() as service:
        path = t.file('sales.csv', table('date,item_id,units', history(30)))
        t.equal(service.run('import', 'sales', path, '--complete-through', day(-100)).returncode, 0)
        result = service.run('forecast', '--all')
        t.equal((result.returncode, result.stdout), (1, ''))
        t.contains(result.stderr, 'no sales up to the as-of day')
        t.equal(service.run('status').returncode, 0)


def test_leap_days(t):
    leap = datetime.date(2024, 2, 29)
    rows = [(leap - datetime.timedelta(days=back), item, 5 + back % 3) for back in range(420) for item in 'ab']
    survives(t, sales(rows), SUPPLY, ('stock', 'date,item_id,on_hand_units\n2024-02-29,a,5\n'),
             ('promotions', 'promotion_id,start_date,end_date\nP,2024-03-01,2024-03-01\nQ,2024-02-29,2024-02-29\n'),
             promotions=['P'])


def test_days_and_weeks_in_one_shop(t):
    weeks = table('date,item_id,units', [(day(-7 * week - 6), f'w{item}', 20 + week % 3)
                                         for week in range(60) for item in range(3)])
    answers = survives(t, *PLAIN, ('sales', weeks, '--bucket', 'week'),
                       ('stock', f'date,item_id,on_hand_units\n{day(0)},w0,10\n'),
                       ('supply', 'item_id,lead_time_days\nw0,7\nw1,400\n'))
    t.true({'a', 'w0'} <= {row['item_id'] for row in answers['forecast']}, 'both kinds are answered')


def test_items_whose_life_is_upside_down(t):
    # One file would be refused; two changes are not seen together.
    survives(t, *PLAIN, ('items', f'item_id,launch_date\na,{day(10)}\nb,{day(-500)}\n'),
             ('items', f'item_id,end_date\na,{day(-10)}\nb,{day(-400)}\n'))
    survives(t, *PLAIN, ('items', 'item_id,launch_date,reference_item_id\n'
                                  f'new,{day(10)},a\nleft,{day(2)},right\nright,{day(2)},left\nself,{day(2)},self\n'),
             ('stock', f'date,item_id,on_hand_units\n{day(0)},new,5\n{day(0)},self,5\n'),
             ('supply', 'item_id,lead_time_days\nnew,5\nself,400\n'))


def test_extreme_terms_of_supply(t):
    header = ('item_id,lead_time_days,lead_time_sd_days,review_period_days,min_order_units,pack_size_units,unit_cost,'
              'order_cost,shortage_cost_per_unit,holding_cost_per_unit_day,critical_ratio,target_fill_ratio,'
              'max_stock_units')
    most = '9000000000'
    for rows in ([('a', 400, 400, 400, '', '', '', '', '', '', '', '', ''),
                  ('c', 0, 0, 1, '', '', '', '', '', '', '', '', '')],
                 [('a', 7, '', '', BILLION, BILLION, most, most, '', '', '', '', ''),
                  ('c', 7, '', '', 1, BILLION, 0, 0, '', '', '', '', '')],
                 [('a', 7, '', '', '', '', '', '', '', '', 0, '', ''),
                  ('c', 7, '', '', '', '', '', '', '', '', 1, 1, 0)],
                 [('a', 7, '', '', '', '', '', '', 0, 0, '', 0, ''),
                  ('c', 7, '', '', '', '', most, most, most, most, '', 1, 1)]):
        survives(t, *PLAIN, ('supply', table(header, rows)))


def test_stock_below_zero_and_of_other_times(t):
    survives(t, *PLAIN, ('stock', 'date,item_id,on_hand_units,reserved_units,unsellable_units\n'
                                  f'{day(0)},a,-{BILLION},{BILLION},{BILLION}\n{day(0)},c,10,100,0\n'))
    survives(t, *PLAIN[:2], SUPPLY, ('stock', 'date,item_id,on_hand_units,received_date\n2099-12-31,a,10,2099-12-31\n'
                                              f'1990-01-01,b,10,1990-01-01\n{day(0)},c,10,2099-12-31\n'))
    survives(t, *PLAIN, ('inbound', 'order_id,item_id,units,eta_date,confirmed_ratio\n'
                                    f'P1,a,{BILLION},2099-12-31,1\nP2,b,{BILLION},1990-01-01,0\nP3,c,5,{day(0)},0.5\n'))


def test_promotions_of_a_century_and_two_hundred_at_once(t):
    header = 'promotion_id,start_date,end_date,kind,phase,discount_ratio,traffic_ratio,net_price'
    survives(t, *PLAIN, ('promotions', table(header, [
        ('P', '2020-01-01', day(300), 'other', 'peak', 1, 1000, 0),
        ('Q', '1990-01-01', '2099-12-31', 'double12', 'warmup', 0, 0, '')])), promotions=['P'])
    survives(t, *PLAIN, ('promotions', table(header, [
        (f'P{i}', day(-i), day(i + 1), 'double12', 'peak', i % 2, 1000 * (i % 2), 0) for i in range(200)])),
             promotions=['P7'])


def test_covariates_at_their_limits(t):
    header = 'date,name,value'
    survives(t, *PLAIN, ('covariates', table(header, [(day(i), 'x', f'{"-" if i % 3 else ""}1000000000000000')
                                                      for i in range(-199, 60)])))
    survives(t, *PLAIN, ('covariates', table(header, [(day(i), f'n{k}', i * k % 5)
                                                      for k in range(128) for i in range(-100, 30)])))
    survives(t, *PLAIN, ('covariates', table(header, [(day(i), 'closed', 1) for i in range(-199, 60)])))


def test_a_129th_covariate_is_refused(t):
    with t.service() as service:
        path = t.file('names.csv', table('date,name,value', [(day(0), f'n{k}', 1) for k in range(129)]))
        result = service.run('import', 'covariates', path)
        t.equal(result.returncode, 1)
        t.contains(result.stderr, 'at most 128')
        t.contains(result.stderr, 'delete rows')


def test_money_at_its_limits(t):
    most = '9000000000'
    rows = [(*row, 0 if i % 2 else most) for i, row in enumerate(history())]
    survives(t, sales(rows, ',paid_amount'), STOCK, SUPPLY,
             ('items', 'item_id,selling_cost_ratio,unit_cost,list_price,shelf_life_days,volume_litres,role\n'
                       f'a,1,{most},0,36500,1000000,profit\nb,0.5,0,{most},1,0,image\nc,1,0,0,0,0,traffic\n'),
             ('prices', f'date,item_id,price\n{day(-100)},a,0\n{day(-50)},a,{most}\n{day(5)},a,0.000001\n'))


def test_many_warehouses_channels_and_the_longest_ids(t):
    survives(t, sales([(day(-back), 'a', 3 + k % 4, f'w{k}') for back in range(60) for k in range(50)],
                      ',warehouse_id'),
             ITEMS, SUPPLY, ('stock', table('date,item_id,on_hand_units,warehouse_id',
                                            [(day(0), 'a', k, f'w{k}') for k in range(50)])))
    survives(t, sales([(day(-back), 'a', 1, f'ch{k}') for back in range(20) for k in range(100)], ',channel'),
             *PLAIN[1:])
    longest = ['汉' * 21 + 'z', '😀' * 16]
    survives(t, sales([(day(-back), name, 4, name) for back in range(60) for name in longest], ',warehouse_id'),
             ('stock', table('date,item_id,on_hand_units,warehouse_id', [(day(0), name, 1, name) for name in longest])),
             ('supply', f'item_id,lead_time_days\n{longest[0]},5\n'))


if __name__ == '__main__':
    harness.main(globals())
