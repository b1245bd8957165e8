#!/usr/bin/python3
"""What a campaign means in money: a shop three weeks before its campaign asks whether the target is reached, who could
supply the difference, what gifts and discounts cost, whether the warehouse can send it all out, and when the money for
the gaps is due."""
import csv
import datetime
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import harness  # noqa: E402

AS_OF = datetime.date(2026, 9, 20)  # a Sunday, far from the feasts of the calendar
day = harness.days_from(AS_OF)
DAYS = 210
PRICE = 100


def monday(date_text):
    date = datetime.date.fromisoformat(date_text)
    return (date - datetime.timedelta(date.weekday())).isoformat()


def units_on(level, number):
    """Three days of a brand day, twice before, sell three times as much."""
    lift = 3 if number in (-121, -120, -119, -61, -60, -59) else 1
    return lift * max(0, level + (number * 7) % 3 - 1)


def shop(t, levels, stock, **files):
    """Every item sells `levels[item]` a day at 100, costs 60, and has its stock in warehouse main or west."""
    sales = ['date,item_id,warehouse_id,units']
    for item, level in levels.items():
        sales += [f'{day(number)},{item},{"west" if item.endswith("W") else "main"},{units_on(level, number)}'
                  for number in range(1 - DAYS, 1)]
    tables = {
        'items': ['item_id,category,role,unit_cost,list_price,selling_cost_ratio'] + [
            f'{item},{"cups,traffic" if item[0] == "C" else "boxes,profit"},60,{PRICE},0.05'
            for item in levels],
        'sales': sales,
        'supply': ['item_id,supplier_id,lead_time_days'] + [
            f'{item},{"mill" if item[0] == "C" else "forge"},{7 if item[0] == "C" else 14}' for item in levels],
        'stock': ['date,item_id,warehouse_id,on_hand_units'] + [
            f'{day(0)},{item},{"west" if item.endswith("W") else "main"},{units}' for item, units in stock.items()],
        'promotions': ['promotion_id,name,kind,phase,start_date,end_date,discount_ratio'] + [
            f'{name},品牌日,brand_day,peak,{day(first)},{day(first + 2)},0.10'
            for name, first in (('b1', -121), ('b2', -61), ('brand', 21))],
    }
    tables.update(files)
    return t.shop(**tables)


def check(service, *options):
    return harness.ask_json(service, 'promo', 'check', 'brand', *options)


def scopes(answer, name):
    return [row for row in answer['roll_ups'] if row['scope'] == name]


LEVELS = {'C1': 10, 'C2': 10, 'B1': 10, 'B2W': 10}
AMPLE = {item: 5000 for item in LEVELS}


def target(value, scope='', columns='category'):
    return [f'period_start,period_end,metric,value,{columns},promotion_id',
            f'{day(21)},{day(23)},gmv,{value},{scope},brand']


def test_ample_stock_sells_what_is_wanted_at_the_campaigns_price(t):
    answer = check(shop(t, LEVELS, AMPLE))
    total = scopes(answer, 'total')[0]
    wanted = 4 * 3 * 30  # four items, three days, three times ten
    t.near(total['gmv_wanted'], wanted * PRICE * 0.9, 0.25 * wanted * PRICE * 0.9, 'GMV wanted')
    t.near(total['gmv_expected'], total['gmv_wanted'], 1, 'and served')
    t.near(total['gmv_at_risk'], 0, 1, 'at risk')
    units = total['gmv_wanted'] / (PRICE * 0.9)
    t.near(total['discount_amount'], units * PRICE * 0.1, 1, 'discount')
    t.near(total['selling_cost'], 0.05 * total['gmv_wanted'], 1, 'selling costs')
    t.near(total['goods_cost'], 60 * units, 1, 'cost of goods')
    earned = units * (PRICE * 0.9 * 0.95 - 60)
    t.near(total['profit'] + total['holding_cost'], earned, 1, 'profit before holding')
    t.near(total['margin_ratio'], (85.5 - 60) / 90, 0.001, 'margin')
    t.true(total['gmv_q10'] < total['gmv_expected'] < total['gmv_q90'], 'P10 < expected < P90')


def test_without_the_campaign_the_days_would_be_ordinary(t):
    total = scopes(check(shop(t, LEVELS, AMPLE)), 'total')[0]
    without = total['gmv_expected'] - total['incremental_gmv']
    t.near(without, 4 * 30 * PRICE, 0.15 * 4 * 30 * PRICE, 'GMV of three ordinary days at the regular price')
    earned = total['profit'] + total['holding_cost'] - 4 * 30 * (95 - 60)
    t.near(total['incremental_profit'], earned, 700, 'profit that it adds')


def test_an_item_that_sells_out_anyway_loses_by_the_discount(t):
    answer = check(shop(t, LEVELS, dict(AMPLE, C1=200)))  # most of it sells before; the rest is wanted at any price
    losses = {row['item_id']: row for row in answer['losses']}
    t.equal(set(losses), {'C1'}, 'items that lose money')
    t.equal(losses['C1']['reason'], 'CAMPAIGN_LOSES_PROFIT', 'reason')
    t.true(losses['C1']['incremental_profit'] < 0, 'less profit than without')
    t.equal(answer['headline']['half_risk_item_count'], 1, 'one item is half of the risk')


def test_a_price_below_cost_is_said_on_the_line(t):
    deep = ['promotion_id,name,kind,phase,start_date,end_date,item_id,net_price',
            f'brand,品牌日,brand_day,peak,{day(21)},{day(23)},,',
            f'brand,品牌日,brand_day,peak,{day(21)},{day(23)},C2,62']
    answer = check(shop(t, LEVELS, AMPLE, promotions=deep))
    reasons = {row['item_id']: row['reason'] for row in answer['rows']}
    t.contains(reasons['C2'], 'PRICE_BELOW_COST', '62 less 5 % is below 60')
    t.true('PRICE_BELOW_COST' not in reasons['C1'], 'C1 keeps its price')
    t.equal(answer['headline']['below_cost_count'], 1, 'lines below cost')


def test_gifts_cost_money_and_are_shipped_too(t):
    gifts = ['parent_item_id,component_item_id,units,kind,promotion_id', 'C1,bag,1,gift,brand']
    files = {'components': gifts}
    plain = check(shop(t, LEVELS, AMPLE))
    service = shop(t, LEVELS, AMPLE)
    for kind, lines in (('items', ['item_id,unit_cost', 'bag,2.50']), ('components', files['components']),
                        ('stock', ['date,item_id,warehouse_id,on_hand_units', f'{day(0)},bag,main,10'])):
        t.tell(service, kind, lines)
    answer = check(service)
    with_gifts, without = scopes(answer, 'total')[0], scopes(plain, 'total')[0]
    bag = [row for row in answer['rows'] if row['item_id'] == 'bag'][0]
    c1 = [row for row in answer['rows'] if row['item_id'] == 'C1'][0]
    t.near(bag['q50_units'], c1['q50_units'], 6, 'a bag with every C1')
    t.equal(bag['state'], 'RED', 'ten bags are not enough')
    t.near(with_gifts['gift_cost'], 2.5 * c1['q50_units'], 20, 'gifts at their cost')
    t.near(with_gifts['profit'], without['profit'] - with_gifts['gift_cost'], 2, 'come off the profit')
    t.near(with_gifts['gmv_wanted'], without['gmv_wanted'], 1, 'and bring no sales of their own')
    main = [row for row in scopes(answer, 'warehouse') if row['scope_id'] == 'main'][0]
    before = [row for row in scopes(plain, 'warehouse') if row['scope_id'] == 'main'][0]
    t.near(main['peak_day_mean_units'] - before['peak_day_mean_units'], c1['q50_units'] / 3, 5,
           'packed on the peak day')


def test_roll_ups_add_up_to_the_total(t):
    answer = check(shop(t, LEVELS, dict(AMPLE, C1=220, B2W=230)))
    total = scopes(answer, 'total')[0]
    t.true(total['gap_q50_units'] > 50, 'something is short')
    for scope in ('category', 'role', 'supplier', 'warehouse'):
        rows = scopes(answer, scope)
        t.equal(len(rows), 2, f'two of scope {scope}')
        for field in ('line_count', 'red_count', 'q50_units', 'gmv_wanted', 'gmv_expected', 'gmv_at_risk',
                      'cash_needed',
                      'discount_amount', 'profit', 'incremental_gmv', 'incremental_profit', 'peak_day_mean_units'):
            t.near(sum(row[field] for row in rows), total[field], 0.02, f'{field} by {scope}')
        t.true(sum(row['gmv_q90'] for row in rows) >= total['gmv_q90'] - 1, f'P90 by {scope} is not below that of all')
    t.near(total['gmv_wanted'] - total['gmv_expected'], total['gmv_at_risk'], 0.02, 'wanted less served is at risk')


def test_cash_is_due_at_the_latest_order_dates(t):
    answer = check(shop(t, LEVELS, dict(AMPLE, C1=220, B1=220)))
    total = scopes(answer, 'total')[0]
    t.near(sum(row['cash'] for row in answer['cash_weeks']), total['cash_needed'], 0.02, 'cash by week')
    t.near(answer['cash_weeks'][-1]['cumulative_cash'], total['cash_needed'], 0.02, 'cumulative')
    due = {row['item_id']: monday(row['order_by_date']) for row in answer['rows'] if row['gap_q50_units'] > 0}
    t.equal(set(due), {'C1', 'B1'}, 'short items')
    t.equal([row['week_start_date'] for row in answer['cash_weeks']], sorted(set(due.values())), 'weeks')
    t.true(due['B1'] < due['C1'], 'what takes longer is due earlier')


def test_what_is_overdue_is_due_now(t):
    late = ['item_id,supplier_id,lead_time_days'] + [f'{item},mill,60' for item in LEVELS]
    answer = check(shop(t, LEVELS, dict(AMPLE, C1=220), supply=late))
    week = answer['cash_weeks'][0]
    t.equal((len(answer['cash_weeks']), week['week_start_date'], week['late_line_count']), (1, day(1), 1), 'this week')
    t.equal(answer['headline']['late_line_count'], 1, 'in the headline')


def test_the_warehouse_is_judged_by_the_day_it_ships_most(t):
    outbound = ['warehouse_id,outbound_units_per_day', 'main,60', 'west,500']
    answer = check(shop(t, LEVELS, AMPLE, warehouses=outbound))
    main, west = sorted(scopes(answer, 'warehouse'), key=lambda row: row['scope_id'])
    t.equal((main['reason'], west['reason']), ('WAREHOUSE_OVERLOADED', None), 'reasons')
    t.true(day(21) <= main['first_over_date'] <= day(23), f'first day over: {main["first_over_date"]}')
    t.near(main['load_ratio'], main['peak_day_q90_units'] / 60, 0.02, 'load')
    peaks = [row for row in answer['rows'] if row['warehouse_id'] == 'main']
    t.true(main['peak_day_mean_units'] < main['peak_day_q90_units'], 'P90 above the mean')
    t.equal(len(peaks), 3, 'three items in main')
    t.equal(answer['headline']['overloaded_count'], 1, 'in the headline')
    table = answer_table(t, shop(t, LEVELS, AMPLE, warehouses=outbound))
    t.contains(table, 'overloaded warehouses: 1', 'said at the top')


def answer_table(t, service, *options):
    result = service.run('--quiet', *options, 'promo', 'check', 'brand')
    t.equal(result.returncode, 0, result.stderr)
    return result.stdout


def test_a_target_in_reach_needs_nobody(t):
    answer = check(shop(t, LEVELS, AMPLE, targets=target(10000)))
    reached = answer['targets'][0]
    t.near(reached['expected'], scopes(answer, 'total')[0]['gmv_expected'], 0.01, 'expected is the roll-up')
    t.equal((reached['gap'], reached['shortfall']), (0, 0), 'nothing lacks')
    t.true(reached['reach_probability'] > 0.95, f'reached with {reached["reach_probability"]}')
    t.equal(answer['supply_of_differences'], [], 'no items to push')


def test_a_missed_target_names_who_can_supply_it(t):
    service = shop(t, LEVELS, dict(AMPLE, C1=220), targets=target(36000))
    answer = check(service)
    missed = answer['targets'][0]
    t.near(missed['gap'], 36000 - missed['expected'], 0.01, 'gap')
    t.true(missed['reach_probability'] < missed['reach_if_covered_probability'], 'stock would help')
    t.near(missed['orderable'], missed['wanted'] - missed['expected'], 1, 'C1 can still be ordered')
    rows = answer['supply_of_differences']
    t.true(0 < len(rows) <= 3 and 'C1' not in {row['item_id'] for row in rows},
           f'items with stock to spare: {len(rows)}')
    lacking = missed['gap'] - missed['orderable']
    t.true(rows[-1]['cumulative'] >= lacking > rows[-1]['cumulative'] - rows[-1]['gmv'], 'no more than it takes')
    for row in rows:
        t.near(row['gmv'], row['push_units'] * PRICE * 0.9, 1, 'at the price of the campaign')
        t.near(row['traffic_ratio'], 1 + row['push_units'] / row['expected_units'], 0.02, 'traffic')
    t.contains(answer_table(t, service), 'it can be closed', 'in words')
    t.contains(answer_table(t, service, '--lang', 'zh'), '可以补足', 'in Chinese')


def test_a_gap_that_cannot_be_closed_is_called_so(t):
    service = shop(t, LEVELS, AMPLE, targets=target(200000))
    missed = check(service)['targets'][0]
    t.near(missed['shortfall'], missed['gap'] - missed['orderable'] - missed['pushable'], 0.01, 'still short')
    t.near(missed['pushable'], 0.5 * missed['expected'], 0.05 * missed['expected'], 'half as much again at most')
    t.contains(answer_table(t, service), 'it cannot be closed, short by', 'in words')


def test_targets_are_by_category_and_warehouse_and_not_by_channel(t):
    lines = ['period_start,period_end,metric,value,category,warehouse_id,channel,promotion_id']
    lines += [f'{day(21)},{day(23)},gmv,20000,cups,,,brand', f'{day(21)},{day(23)},units,90,,west,,brand',
              f'{day(21)},{day(23)},gmv,5000,,,tmall,brand', f'{day(21)},{day(23)},gmv,30000,,,,',
              f'{day(1)},{day(30)},gmv,99999,,,,', f'{day(21)},{day(23)},return_ratio,0.1,,,,brand']
    answer = check(shop(t, LEVELS, AMPLE, targets=lines))
    found = {(row['metric'], row['category'], row['warehouse_id'], row['channel']): row for row in answer['targets']}
    t.equal(len(found), 4, 'a month and a rate of returns are no targets of the campaign')
    cups = [row for row in scopes(answer, 'category') if row['scope_id'] == 'cups'][0]
    t.near(found['gmv', 'cups', None, None]['expected'], cups['gmv_expected'], 0.01, 'cups')
    west = [row for row in answer['rows'] if row['warehouse_id'] == 'west'][0]
    t.near(found['units', None, 'west', None]['expected'], west['q50_units'], 6, 'units in the west')
    t.equal(found['gmv', None, None, 'tmall']['expected'], None, 'forecasts do not tell channels apart')
    t.equal(found['gmv', None, None, None]['target'], 30000, 'the period that is the window')


def test_one_warehouse_is_held_against_its_own_targets_only(t):
    lines = ['period_start,period_end,metric,value,warehouse_id,promotion_id']
    lines += [f'{day(21)},{day(23)},gmv,{value},{warehouse},brand'
              for value, warehouse in ((99000, ''), (9000, 'west'), (30000, 'main'))]
    service = shop(t, LEVELS, AMPLE, targets=lines)
    answer = check(service, '--warehouse', 'west')
    t.equal([row['warehouse_id'] for row in answer['targets']], ['west'], 'targets')
    t.equal(answer['headline']['gmv_target'], None, 'the target of the whole shop is not for the west alone')
    t.equal(len(check(service)['targets']), 3, 'the whole shop has three')


def test_a_running_campaign_counts_what_is_sold(t):
    """On the first evening of the campaign."""
    running = ['promotion_id,name,kind,phase,start_date,end_date,discount_ratio',
               f'b1,品牌日,brand_day,peak,{day(-121)},{day(-119)},0.10',
               f'b2,品牌日,brand_day,peak,{day(-61)},{day(-59)},0.10',
               f'brand,品牌日,brand_day,peak,{day(0)},{day(2)},0.10']
    lines = ['period_start,period_end,metric,value,promotion_id', f'{day(0)},{day(2)},gmv,30000,brand']
    answer = check(shop(t, LEVELS, AMPLE, promotions=running, targets=lines))
    total = scopes(answer, 'total')[0]
    sold = sum(units_on(level, 0) for level in LEVELS.values())
    t.near(total['gmv_sold'], sold * PRICE * 0.9, 0.01, 'sold today at the campaign price')
    t.near(answer['targets'][0]['sold'], total['gmv_sold'], 0.01, 'part of the target')
    t.true(total['gmv_expected'] > total['gmv_sold'], 'and two days are ahead')


def test_csv_holds_the_lines_alone(t):
    service = shop(t, LEVELS, AMPLE, targets=target(200000))
    result = service.run('--quiet', '--format', 'csv', 'promo', 'check', 'brand')
    rows = list(csv.DictReader(result.stdout.splitlines()))
    t.equal({row['item_id'] for row in rows}, set(LEVELS), 'one row per line')


if __name__ == '__main__':
    harness.main(globals())
