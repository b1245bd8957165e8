#!/usr/bin/python3
"""A shop with two warehouses, suppliers that rest and bundles: what it orders, brings over, and cannot afford."""
import datetime
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import harness  # noqa: E402
from harness import ask  # noqa: E402

AS_OF = datetime.date(2027, 1, 17)  # a Sunday
day = harness.days_from(AS_OF)
DAYS = 120


def sales(**units):
    """item__warehouse=units a day, give or take one."""
    lines = ['date,item_id,warehouse_id,units']
    for name, level in units.items():
        item, warehouse = name.split('__')
        lines += [f'{day(number)},{item},{warehouse},{max(0, level + (number * 7) % 3 - 1)}'
                  for number in range(1 - DAYS, 1)]
    return lines


def by_item(rows):
    return {(row['item_id'], row['warehouse_id']): row for row in rows}


def test_before_spring_festival_the_order_must_cover_the_closure(t):
    service = t.shop(
        sales=sales(A__main=10), stock=['date,item_id,on_hand_units', f'{day(0)},A,280'],
        supply=['item_id,supplier_id,lead_time_days,review_period_days', 'A,mill,10,7'])
    before = ask(service, 'reorder', '--all-items')[0]
    ask(service, 'import', 'closures', t.file('closures.csv', 'party_kind,party_id,start_date,end_date\n'
                                                 f'supplier,mill,{day(11)},{day(25)}\n'))
    after = ask(service, 'reorder', '--all-items')[0]
    t.equal(before['order_units'], '0', 'without the closure 28 days of stock are enough')
    t.true(int(after['order_units']) > 30, f'with it the order must last until March: {after["order_units"]}')
    t.true(after['order_by_date'] <= day(1), f'and is due at once, not on {after["order_by_date"]}')


def test_a_supplier_takes_orders_on_its_weekdays_only(t):
    service = t.shop(
        sales=sales(A__main=10), stock=['date,item_id,on_hand_units', f'{day(0)},A,0'],
        supply=['item_id,supplier_id,lead_time_days', 'A,mill,5'],
        suppliers=['supplier_id,order_weekdays', 'mill,3'],  # Wednesday
        warehouses=['warehouse_id,shelving_days', 'main,1'])
    line = ask(service, 'reorder')[0]
    t.equal(line['arrival_date'], day(3 + 5 + 1), 'Wednesday, five days under way, a day to the shelf')
    t.contains(line['reason'], 'SUPPLIER_CLOSURE', 'reason')


def test_late_receipts_teach_the_lead_time(t):
    receipts = ['order_id,item_id,supplier_id,units,eta_date,order_date,received_date,received_units']
    receipts += [f'P{i},A,mill,0,{day(-60 + i)},{day(-65 + i)},{day(-55 + i)},50' for i in range(12)]
    service = t.shop(
        sales=sales(A__main=10), stock=['date,item_id,on_hand_units', f'{day(0)},A,0'],
        supply=['item_id,supplier_id,lead_time_days', 'A,mill,5'], inbound=receipts)
    line = ask(service, 'reorder')[0]
    t.equal(line['arrival_date'], day(1 + 10), 'promised 5 days, always came after 10')
    t.contains(line['reason'], 'LEAD_TIME_LEARNT', 'reason')


def test_what_another_warehouse_has_too_much_of_is_brought_over_first(t):
    service = t.shop(
        sales=sales(A__east=10, A__west=1),
        stock=['date,item_id,warehouse_id,on_hand_units', f'{day(0)},A,east,5', f'{day(0)},A,west,900'],
        supply=['item_id,lead_time_days', 'A,14'], lanes=[
            'from_warehouse_id,to_warehouse_id,transfer_days', 'west,east,2'])
    line = by_item(ask(service, 'reorder', '--all-items'))[('A', 'east')]
    t.true(int(line['transfer_units']) > 50, f'brought over: {line["transfer_units"]}')
    t.equal(line['transfer_from_warehouse_id'], 'west', 'from where')
    t.true(int(line['order_units']) <= 3, f'next to nothing is bought beside it: {line["order_units"]}')
    t.equal(float(line['position_units']), 5.0, 'the position is what is there today')
    t.true(line['reason'].startswith('TRANSFER_FIRST'), line['reason'])
    table = service.run('--quiet', 'reorder').stdout
    t.contains(table, '< west', 'the table says from where')


def test_without_a_lane_it_is_bought(t):
    service = t.shop(
        sales=sales(A__east=10, A__west=1),
        stock=['date,item_id,warehouse_id,on_hand_units', f'{day(0)},A,east,5', f'{day(0)},A,west,900'],
        supply=['item_id,lead_time_days', 'A,14'])
    line = by_item(ask(service, 'reorder', '--all-items'))[('A', 'east')]
    t.equal(line['transfer_units'], '0', 'transfer')
    t.true(int(line['order_units']) > 50, 'bought')


def money_shop(t):
    items = ['item_id,unit_cost,list_price', 'rich,10,40', 'poor,10,12', 'dear,100,140']
    supply = ['item_id,supplier_id,lead_time_days', 'rich,mill,7', 'poor,mill,7', 'dear,forge,7']
    stock = ['date,item_id,on_hand_units'] + [f'{day(0)},{item},0' for item in ('rich', 'poor', 'dear')]
    return t.shop(sales=sales(rich__main=10, poor__main=10, dear__main=10), items=items, stock=stock, supply=supply,
                  suppliers=['supplier_id,min_order_amount', 'forge,100000'])


def test_a_budget_goes_to_the_orders_with_most_worth(t):
    service = money_shop(t)
    free = by_item(ask(service, 'reorder', '--all-items'))
    wanted = float(free[('rich', 'main')]['order_amount'])
    lines = by_item(ask(service, 'reorder', '--all-items', '--budget', str(wanted)))
    spent = sum(float(line['order_amount'] or 0) for line in lines.values())
    t.true(spent <= wanted, f'{spent} of {wanted} spent')
    t.equal(lines[('rich', 'main')]['rank'], '1', 'the margin of 30 on a cost of 10 comes first')
    t.true(int(lines[('rich', 'main')]['order_units']) > 0.7 * int(free[('rich', 'main')]['order_units']), 'rich')
    t.true(int(lines[('dear', 'main')]['order_units']) < int(free[('dear', 'main')]['order_units']), 'dear')
    t.contains(lines[('poor', 'main')]['reason'], 'BUDGET_CUT', 'reason')


def test_no_money_orders_nothing_and_says_so(t):
    service = money_shop(t)
    lines = ask(service, 'reorder', '--budget', '0')
    t.equal({line['order_units'] for line in lines}, {'0'}, 'orders')
    t.true(all('BUDGET_CUT' in line['reason'] for line in lines), 'reasons')


def test_suppliers_are_summed_with_the_distance_to_their_minimum(t):
    table = money_shop(t).run('--quiet', 'reorder').stdout
    t.contains(table, 'short of minimum', 'heading')
    t.contains(table, '100,000', 'the minimum of the forge')


def test_a_bundle_is_ordered_as_its_components(t):
    service = t.shop(
        sales=sales(box__main=5, cup__main=2), stock=['date,item_id,on_hand_units', f'{day(0)},cup,0'],
        supply=['item_id,lead_time_days', 'cup,7', 'box,7'],
        components=['parent_item_id,component_item_id,units', 'box,cup,4'])
    lines = by_item(ask(service, 'reorder', '--all-items'))
    t.near(float(lines[('cup', 'main')]['expected_demand_units']), 14 * (2 + 4 * 5), 40, 'demand of 14 days')
    t.contains(lines[('cup', 'main')]['reason'], 'PARENT_DEMAND', 'reason')
    t.equal(lines[('box', 'main')]['order_units'], '0', 'the box itself')
    t.equal(lines[('box', 'main')]['reason'].split(';')[0], 'SOLD_AS_COMPONENTS', 'reason')
    forecast = ask(service, 'forecast', '--item', 'cup', '--horizon', '14', '--total')[0]
    t.near(float(forecast['mean_units']), 14 * 22, 40, 'forecast with parents')
    t.near(float(forecast['statistical_mean_units']), 14 * 2, 8, 'statistical forecast beside it')


def test_an_adjustment_stands_beside_the_statistical_forecast(t):
    service = t.shop(
        sales=sales(A__main=10, B__main=10),
        adjustments=['adjustment_id,start_date,end_date,reason,item_id,ratio,units',
                     f'live,{day(1)},{day(7)},live show,A,2,', f'fair,{day(8)},{day(14)},fair,,,70'])
    rows = ask(service, 'forecast', '--all', '--horizon', '14')
    a = [row for row in rows if row['item_id'] == 'A']
    week = sum(float(row['mean_units']) for row in a[:7]), sum(float(row['statistical_mean_units']) for row in a[:7])
    t.near(week[0], 2 * week[1], 0.1, 'twice the forecast in the week of the show')
    fair = sum(float(row['mean_units']) - float(row['statistical_mean_units'])
               for row in rows if row['date'] >= day(8))
    t.near(fair, 70, 0.5, 'the fair adds 70 units over both items')


if __name__ == '__main__':
    harness.main(globals())
