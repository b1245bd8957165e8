#!/usr/bin/python3
"""A brand day three weeks ahead, line by line: what a planner is told to do, when, and what it is worth; then the same
on a morning inside it."""
import datetime
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import harness  # noqa: E402
from harness import ask  # noqa: E402

AS_OF = datetime.date(2026, 8, 16)  # a Sunday
day = harness.days_from(AS_OF)
DAYS = 150
START, END = 22, 25
PAST = {'first': -125, 'second': -100, 'third': -75, 'fourth': -50, 'fifth': -25}


def sales(last_day=0, lift=3, **units):
    """item__warehouse=units a day, `lift` times as many on past brand days and on those ahead."""
    lines = ['date,item_id,warehouse_id,units']
    for name, level in units.items():
        item, warehouse = name.split('__')
        for number in range(1 - DAYS, last_day + 1):
            on = any(start <= number <= start + END - START for start in (*PAST.values(), START))
            units = max(0, level + (number * 7) % 3 - 1) * (lift if on else 1)
            lines.append(f'{day(number)},{item},{warehouse},{units}')
    return lines


def items(*names):
    return ['item_id,unit_cost,list_price,selling_cost_ratio'] + [f'{name},10,25,0.1' for name in names]


def prices(*names):
    return ['date,item_id,price'] + [f'{day(1 - DAYS)},{name},25' for name in names]


def campaigns(extra=''):
    """The brand days that are over and the one ahead; a presale with a ship-by date where `extra` names one."""
    lines = ['promotion_id,kind,phase,start_date,end_date,discount_ratio,ship_by_date,balance_date']
    for name, start in (*PAST.items(), ('autumn', START)):
        lines.append(f'{name},brand_day,peak,{day(start)},{day(start + END - START)},0.2,,')
    if extra:
        lines.append(f'autumn,brand_day,presale,{day(START - 20)},{day(START - 2)},,{extra},{day(START)}')
    return lines


def by_line(rows):
    return {(row['item_id'], row['warehouse_id']): row for row in rows}


def check(service, *options):
    return by_line(ask(service, 'promo', 'check', 'autumn', *options))


def test_an_order_that_is_not_due_waits_for_its_date(t):
    service = t.shop(items=items('cup'), prices=prices('cup'), promotions=campaigns(),
                     supply=['item_id,lead_time_days,review_period_days', 'cup,5,3'],
                     stock=['date,item_id,on_hand_units', f'{day(0)},cup,230'], sales=sales(cup__main=10))
    line = check(service)['cup', 'main']
    t.equal(line['state'], 'RED', 'ten a day for three weeks leave little for the brand day')
    t.equal(line['action'], 'order_by_date', 'action')
    t.equal(line['action_date'], day(START - 5), 'five days before the start')
    t.equal(line['order_by_date'], line['action_date'], 'the date is that of the line')
    t.equal(line['action_units'], line['order_units'], 'the campaign alone')
    t.true(0 < int(line['order_units']) <= int(line['order_cap_units']), 'within the cap')
    t.true('REORDER_LIST_LESS' in line['reason'], 'today nothing is ordered, and it says so')
    t.equal(line['reorder_units'], '0', "today's list")
    of_gap = (25 * 0.8 * 0.9 - 10) * float(line['gap_q50_units'])  # at the price of the brand day
    t.true(of_gap <= float(line['margin_at_risk']) <= 1.5 * of_gap, 'margin at risk')
    t.true(0 < float(line['action_worth']) <= float(line['margin_at_risk']), 'the action saves part of it')


def test_what_the_list_orders_is_what_the_line_says(t):
    service = t.shop(items=items('cup', 'bowl'), prices=prices('cup', 'bowl'), promotions=campaigns(),
                     supply=['item_id,lead_time_days,review_period_days', 'cup,18,7', 'bowl,12,14'],
                     stock=['date,item_id,on_hand_units', f'{day(0)},cup,200', f'{day(0)},bowl,100'],
                     sales=sales(cup__main=10, bowl__main=10))
    ordered = by_line(ask(service, 'reorder', '--all-items'))
    for series, line in check(service).items():
        today = ordered[series]['order_units']
        t.equal(line['reorder_units'], today, f'{series}: the number of the reorder list')
        if int(today) >= int(line['order_units']):
            t.equal((line['action'], line['action_units']), ('order_now', today),
                    f'{series}: order what the list orders')
        else:
            t.contains(line['reason'], 'REORDER_LIST_LESS', f'{series}: another number with its reason')


def test_an_order_that_comes_late_is_expedited_for_at_most_what_it_saves(t):
    service = t.shop(items=items('cup'), prices=prices('cup'), promotions=campaigns(),
                     supply=['item_id,lead_time_days', 'cup,60'],
                     stock=['date,item_id,on_hand_units', f'{day(0)},cup,230'],
                     inbound=['order_id,item_id,units,eta_date', f'PO-7,cup,400,{day(END + 2)}'],
                     sales=sales(cup__main=10))
    line = check(service)['cup', 'main']
    t.equal(line['state'], 'RED', 'state')
    t.equal((line['action'], line['expedite_order_id'], line['expedite_days']),
            ('expedite_inbound', 'PO-7', str(END + 2 - START)), 'which order, by how many days')
    t.near(float(line['action_worth']), float(line['margin_at_risk']), 1, 'it saves all that is at risk')
    t.equal(line['order_units'], '0', 'an order placed now comes after the end')


def test_the_excess_of_another_warehouse_comes_before_an_order(t):
    service = t.shop(items=items('cup'), prices=prices('cup'), promotions=campaigns(),
                     lanes=['from_warehouse_id,to_warehouse_id,transfer_days', 'west,east,3'],
                     supply=['item_id,lead_time_days', 'cup,12'],
                     stock=['date,item_id,warehouse_id,on_hand_units', f'{day(0)},cup,east,60',
                            f'{day(0)},cup,west,2000'],
                     sales=sales(cup__east=10, cup__west=1))
    ordered = by_line(ask(service, 'reorder', '--all-items'))
    line = check(service)['cup', 'east']
    t.equal((line['action'], line['transfer_from_warehouse_id']), ('transfer', 'west'), 'bring it over')
    t.true(int(line['action_units']) >= float(line['gap_q50_units']), 'all that the brand day lacks')
    t.equal(line['action_date'], day(START), 'here when it begins: what comes now is gone by then')
    t.true(int(ordered['cup', 'east']['transfer_units']) > 0, 'which the reorder list brings over as well')


def test_presale_goods_are_due_by_their_ship_by_date(t):
    ship_by = day(END + 12)
    files = dict(items=items('cup'), prices=prices('cup'), promotions=campaigns(ship_by),
                 supply=['item_id,lead_time_days', 'cup,25'], stock=['date,item_id,on_hand_units', f'{day(0)},cup,377'],
                 inbound=['order_id,item_id,units,eta_date', f'PO-8,cup,80,{day(END + 6)}'])
    without = check(t.shop(**files, sales=sales(cup__main=10)))['cup', 'main']
    t.equal((without['presale_units'], without['presale_cover_probability'], without['ship_by_date']), ('0', '', ''),
            'no deposits, no presale')
    deposits = ['date,promotion_id,item_id,deposit_units', f'{day(-1)},autumn,cup,20', f'{day(0)},autumn,cup,45']
    line = check(t.shop(**files, sales=sales(cup__main=10), deposits=deposits))['cup', 'main']
    files['promotions'] = campaigns(day(START))
    at_start = check(t.shop(**files, sales=sales(cup__main=10), deposits=deposits))['cup', 'main']
    t.near(float(line['presale_units']), 40.5, 10, 'nine in ten of the latest deposits are paid')
    t.equal(line['ship_by_date'], ship_by, 'ship by')
    t.contains(line['reason'], 'PRESALE_BY_SHIP_DATE', 'reason')
    t.true(float(line['presale_cover_probability']) >= float(line['cover_probability']),
           'more is there by then than at the start')
    t.true(float(line['cover_probability']) > float(at_start['cover_probability']) + 0.04,
           f'what comes by then covers presale: {at_start["cover_probability"]} -> {line["cover_probability"]}')
    t.true(line['order_by_date'] >= at_start['order_by_date'], 'and an order for it has no less time')
    t.true(int(line['q50_units']) > int(without['q50_units']), 'deposits raise the window itself')


def test_a_deal_that_overlaps_starts_with_what_the_brand_day_leaves(t):
    rows = campaigns()
    deal = f'deal,brand_day,peak,{day(END)},{day(END + 3)},0.2,,'
    files = dict(items=items('cup'), prices=prices('cup'), supply=['item_id,lead_time_days', 'cup,5'],
                 stock=['date,item_id,on_hand_units', f'{day(0)},cup,600'])
    alone = by_line(ask(t.shop(**files, promotions=[row for row in rows if not row.startswith('autumn')] + [deal],
                                  sales=sales(cup__main=10)), 'promo', 'check', 'deal'))['cup', 'main']
    both = by_line(ask(t.shop(**files, promotions=rows + [deal], sales=sales(cup__main=10)),
                          'promo', 'check', 'deal'))['cup', 'main']
    eaten = float(alone['stock_at_start_units']) - float(both['stock_at_start_units'])
    t.true(eaten > 30, f'the brand day takes more than its three ordinary days: {eaten}')
    t.true(float(both['cover_probability']) <= float(alone['cover_probability']), 'and the deal is covered less')


def test_few_own_promotions_are_said(t):
    service = t.shop(items=items('cup', 'new'), prices=prices('cup', 'new'), promotions=campaigns(),
                     supply=['item_id,lead_time_days', 'cup,5', 'new,5'],
                     stock=['date,item_id,on_hand_units', f'{day(0)},cup,900', f'{day(0)},new,900'],
                     sales=[row for row in sales(cup__main=10, new__main=5)
                            if ',new,' not in row or row[:10] >= day(-40)])
    lines = check(service)
    t.true('LOW_EVIDENCE' not in lines['cup', 'main']['reason'], 'five brand days were seen')
    t.contains(lines['new', 'main']['reason'], 'LOW_EVIDENCE', 'one was seen')


def test_on_a_morning_inside_the_campaign_each_line_has_its_action(t):
    last = START + 1
    service = t.shop(items=items('short', 'ample', 'fine'), prices=prices('short', 'ample', 'fine'),
                     promotions=campaigns(), supply=['item_id,lead_time_days', 'short,30', 'ample,30', 'fine,30'],
                     stock=['date,item_id,on_hand_units', f'{day(last)},short,10', f'{day(last)},ample,2000',
                            f'{day(last)},fine,110'],
                     sales=sales(last, short__main=10, ample__main=10, fine__main=10))
    rows = sales(last, short__main=10)
    sold = sum(int(row.rsplit(',', 1)[1]) for row in rows[1:] if row[:10] >= day(START))
    lines = {series[0]: line for series, line in check(service).items()}
    for item, line in lines.items():
        t.contains(line['reason'], 'PROMOTION_RUNNING', item)
        t.equal(float(line['sold_so_far_units']), sold, f'{item}: sold in the first two days')
        t.near(float(line['expected_so_far_units']), sold, 0.5 * sold, f'{item}: expected')
    t.equal((lines['short']['state'], lines['short']['action']), ('RED', 'stop_advertising'), 'no order comes in time')
    t.near(float(lines['short']['sell_through_ratio']), sold / (sold + 10), 1e-5, 'sell-through')
    t.equal((lines['ample']['state'], lines['ample']['action']), ('BLUE', 'push'), 'far too much')
    t.true(float(lines['ample']['action_worth']) > 0, 'each unit more earns its margin')
    t.equal(lines['fine']['state'], 'GREEN', f'enough to its end: {lines["fine"]}')


def test_inbound_inside_a_running_campaign_counts_on_its_day(t):
    last = START + 1
    files = dict(items=items('cup'), prices=prices('cup'), promotions=campaigns(),
                 supply=['item_id,lead_time_days', 'cup,30'],
                 stock=['date,item_id,on_hand_units', f'{day(last)},cup,55'])
    alone = check(t.shop(**files, sales=sales(last, cup__main=10)))['cup', 'main']
    helped = check(t.shop(**files, inbound=['order_id,item_id,units,eta_date', f'PO-9,cup,100,{day(END)}'],
                          sales=sales(last, cup__main=10)))['cup', 'main']
    t.equal(alone['state'], 'RED', 'two days of thirty are ahead')
    t.equal(helped['state'], 'GREEN', 'the last day is served from what comes')


if __name__ == '__main__':
    harness.main(globals())
