#!/usr/bin/python3
"""What a buyer asks before ordering: what if it takes longer, comes later, sells at another discount? The store
stays."""
import datetime
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import harness  # noqa: E402
from harness import ask  # noqa: E402

AS_OF = datetime.date(2026, 10, 31)
day = harness.days_from(AS_OF)
DAYS = 400


def shop(t):
    """20 a day, twice that and more the deeper the discount of the quarterly sale; 250 on hand, 100 due in 3 days."""
    sales, promotions = ['date,item_id,units'], ['promotion_id,start_date,end_date,kind,discount_ratio']
    on = {}
    for number, depth in ((-365, .1), (-275, .3), (-185, .2), (-95, .4), (8, .2)):
        promotions.append(f'sale{-number},{day(number)},{day(number + 3)},brand_day,{depth}')
        on.update({number + step: depth for step in range(4)})
    for number in range(1 - DAYS, 1):
        lift = 1 + 5 * on[number] if number in on else 1
        sales += [f'{day(number)},{item},{round(20 * lift) + (number * 5) % 3 - 1}' for item in 'AB']
    files = {'sales': sales, 'promotions': promotions,
             'stock': ['date,item_id,on_hand_units', f'{day(0)},A,250', f'{day(0)},B,5000'],
             'inbound': ['order_id,item_id,units,eta_date', f'P1,A,100,{day(3)}'],
             'supply': ['item_id,lead_time_days,review_period_days', 'A,7,7']}
    return t.shop(**files)


def order(service, *options):
    return ask(service, 'reorder', '--item', 'A', '--all-items', *options)[0]


def test_what_if_the_lead_time_were_longer(t):
    service = shop(t)
    stored, longer = order(service), order(service, '--what-if-lead-time-days', '30')
    t.equal(longer['arrival_date'], day(31), 'arrival')
    t.true(float(longer['expected_demand_units']) > float(stored['expected_demand_units']) + 300, 'demand to cover')
    t.equal(order(service), stored, 'asked again without it')


def test_what_if_service_were_better(t):
    service = shop(t)
    t.true(int(order(service, '--what-if-critical-ratio', '0.99')['order_units']) >
           int(order(service)['order_units']), 'a higher ratio orders more')


def test_what_if_an_inbound_order_came_later(t):
    service = shop(t)
    stored, delayed = order(service), order(service, '--what-if-delay', 'P1=60')
    t.true(int(delayed['order_units']) >= int(stored['order_units']) + 60, f'{stored["order_units"]} becomes '
           f'{delayed["order_units"]}')
    refused = service.run('reorder', '--what-if-delay', 'P9=3')
    t.equal(refused.returncode, 1, 'an unknown order')
    t.contains(refused.stderr, 'P9', 'message')


def test_what_if_the_discount_were_deeper(t):
    service = shop(t)
    stored, deeper = order(service), order(service, '--what-if-discount', 'sale-8=0.4')
    t.true(float(deeper['expected_demand_units']) > float(stored['expected_demand_units']) + 20,
           f'{stored["expected_demand_units"]} becomes {deeper["expected_demand_units"]}')
    t.equal(order(service), stored, 'asked again without it')


def test_the_answer_names_what_it_put_in_place(t):
    service = shop(t)
    told = service.run('reorder', '--what-if-lead-time-days', '30', '--what-if-traffic', 'sale-8=2').stderr
    t.contains(told, 'what if the lead time were 30 days', 'lead time')
    t.contains(told, 'what if the traffic of sale-8 were 2', 'traffic')


def test_every_term_of_an_order_is_told_with_its_row(t):
    service = shop(t)
    line = order(service)
    rows = ask(service, 'explain', 'reorder', '--item', 'A')
    terms = {row['term']: row for row in rows}
    t.equal(terms['on_hand_units']['source'], f'stock {day(0)} main, less sales since', 'stock row')
    t.equal(terms['inbound']['source'], f'inbound P1 {day(3)} ordered', 'inbound line')
    t.equal(float(terms['on_hand_units']['value']) + float(terms['inbound']['value']),
            float(terms['position_units']['value']), 'position')
    t.equal(terms['arrival_date']['value'], line['arrival_date'], 'arrival')
    t.near(float(terms['order_units']['value']), float(line['order_units']), 0.1, 'order')
    t.equal(terms['rule']['value'], 'default', 'rule of the critical ratio')
    t.true(any(row['term'] == 'rejected' and 'cost' in row['source'] for row in rows),
           'a rejected quantity and its cost')
    told = service.run('--lang', 'zh', 'explain', 'reorder', '--item', 'A').stdout
    t.contains(told, '建议订购', 'in Chinese')


def test_what_cannot_be_is_refused(t):
    service = shop(t)
    t.equal(service.run('reorder', '--what-if-discount', 'sale-8').returncode, 2, 'no number')
    t.equal(service.run('reorder', '--what-if-discount', 'sale-8=1.5').returncode, 1, 'more than everything off')
    t.equal(service.run('reorder', '--what-if-discount', 'nosale=0.5').returncode, 1, 'unknown promotion')


if __name__ == '__main__':
    harness.main(globals())
