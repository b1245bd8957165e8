#!/usr/bin/python3
"""Eight weeks before Double 12: what to buy from whom in which week, and what the plan says where it cannot help."""
import csv
import datetime
import json
import os
import sys

for _folder in ('support', 'bench'):
    sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', _folder))
import harness  # noqa: E402
import plan_campaign  # noqa: E402
import sample_truth  # noqa: E402

AS_OF = datetime.date(2026, 10, 18)  # a Sunday
day = harness.days_from(AS_OF)
START, END = '2026-12-08', '2026-12-14'
PROMOTIONS = ['promotion_id,kind,phase,start_date,end_date,discount_ratio',
              f'd12,double12,warmup,{START},2026-12-11,', 'd12,double12,peak,2026-12-12,2026-12-12,0.2',
              f'd12,double12,encore,2026-12-13,{END},0.1']
SUPPLY = 'item_id,supplier_id,lead_time_days,lead_time_sd_days,review_period_days,unit_cost'


def monday_of(text):
    date = datetime.date.fromisoformat(text)
    return (date - datetime.timedelta(date.weekday())).isoformat()


def run(service, *command):
    result = service.run('--format', 'csv', *command)
    if result.returncode != 0:
        raise AssertionError(f'{command}: {result.stderr}')
    return list(csv.DictReader(result.stdout.splitlines())), result.stderr


def answer(service, *command):
    return run(service, *command)[0]


def sales(**units):
    """item__warehouse=units a day, give or take one, for 200 days."""
    lines = ['date,item_id,warehouse_id,units']
    for name, level in units.items():
        item, warehouse = name.split('__')
        lines += [f'{day(number)},{item},{warehouse},{max(0, level + (number * 7) % 3 - 1)}'
                  for number in range(-199, 1)]
    return lines


def stock(**units):
    return ['date,item_id,warehouse_id,on_hand_units',
            *(f'{day(0)},{name.replace("__", ",")},{count}' for name, count in units.items())]


def shop(t, **files):
    return t.shop(**{'promotions': PROMOTIONS, **files})


def plain_shop(t, on_hand=150, **files):
    return shop(t, **{'sales': sales(A__main=20), 'stock': stock(A__main=on_hand),
                      'supply': [SUPPLY, 'A,mill,12,2,7,5'], **files})


def units(rows, column='order_units'):
    return sum(int(row[column]) for row in rows)


def test_the_plan_names_week_last_day_amount_and_what_is_for_the_campaign(t):
    rows = answer(plain_shop(t), 'promo', 'plan', 'd12')
    t.true(len(rows) >= 4, f'orders in several weeks: {len(rows)}')
    for row in rows:
        t.equal(row['supplier_id'], 'mill', 'supplier')
        t.equal(row['week_start_date'], monday_of(row['order_date']), 'a week starts on Monday')
        t.true(row['order_date'] <= row['last_order_date'], 'the last day is not before the order day')
        t.equal(float(row['order_amount']), 5.0 * int(row['order_units']), 'amount')
        t.true(row['arrival_date'] <= END, 'what comes after the campaign is not in its plan')
        t.true(0 <= int(row['campaign_units']) <= int(row['order_units']), 'the campaign part is a part')
    t.equal(units([row for row in rows if row['arrival_date'] < '2026-11-20'], 'campaign_units'), 0,
            'what comes weeks before serves the days until then')
    stocking = [row for row in rows if 'CAMPAIGN_STOCK' in row['reason']]
    t.equal(len(stocking), 1, 'one order stocks the campaign')
    t.true(stocking[0]['arrival_date'] <= START, 'and comes before its start')


def test_the_first_week_is_what_reorder_says_today(t):
    service = shop(t, sales=sales(A__main=20, B__main=5, C__main=9), stock=stock(A__main=150, B__main=10, C__main=900),
                   supply=[SUPPLY, 'A,mill,12,2,7,5', 'B,mill,12,2,7,5', 'C,kiln,20,0,14,3'])
    plan = {row['item_id']: row for row in answer(service, 'promo', 'plan', 'd12') if row['order_date'] == day(1)}
    for line in answer(service, 'reorder', '--all-items'):
        row = plan.get(line['item_id'])
        t.equal(row['order_units'] if row else '0', line['order_units'], f'{line["item_id"]}: units')
        if row:
            t.equal((row['arrival_date'], row['order_amount'], row['reason']),
                    (line['arrival_date'], line['order_amount'], line['reason']), f'{line["item_id"]}: the rest')


def test_what_is_approved_is_on_its_way_and_not_planned_again(t):
    service = plain_shop(t)
    before = answer(service, 'promo', 'plan', 'd12')
    suggestion = answer(service, 'reorder')[0]
    answer(service, 'suggestion', 'approve', suggestion['suggestion_id'], '--author', 'li')
    after = answer(service, 'promo', 'plan', 'd12')
    t.equal(before[0]['order_units'], suggestion['order_units'], 'the plan begins with the suggestion')
    t.equal(units(after), units(before) - int(suggestion['order_units']), 'once approved it is planned no more')


def test_the_plan_closes_the_gap_that_the_check_shows(t):
    service = plain_shop(t)
    check = answer(service, 'promo', 'check', 'd12')[0]
    t.equal(check['state'], 'RED', 'without orders')
    plan = json.loads(service.run('--format', 'json', 'promo', 'plan', 'd12').stdout)
    line = plan['lines'][0]
    t.equal(line['order_by_date'], check['order_by_date'], 'the same latest order day')
    t.true(abs(line['gap_q90_units'] - float(check['gap_q90_units'])) < 0.01, 'the same gap')
    t.true(line['before_start_units'] >= float(check['gap_q50_units']), 'what comes before the start covers the gap')
    t.true(line['planned_cover_probability'] >= 0.9, f'cover with the plan: {line["planned_cover_probability"]}')
    t.equal(line['reason'], None, 'nothing is missing')
    t.equal(sum(row['order_units'] for row in plan['weeks']), plan['summary']['order_units'], 'weeks add up')
    t.equal(sum(row['order_units'] for row in plan['suppliers']), plan['summary']['order_units'], 'suppliers add up')
    t.equal(sum(row['order_units'] for row in plan['rows']), plan['summary']['order_units'], 'orders add up')


def test_confirmed_traffic_lifts_the_cap(t):
    promised = [line + (',traffic_ratio' if number == 0 else ',1.5') for number, line in enumerate(PROMOTIONS)]
    service = plain_shop(t, promotions=promised)
    plan = json.loads(service.run('--format', 'json', 'promo', 'plan', 'd12').stdout)
    t.true(plan['lines'][0]['planned_cover_probability'] >= 0.9, f'cover with the plan: {plan["lines"][0]}')
    t.equal(plan['lines'][0]['reason'], None, 'nothing is missing')


def test_what_a_presale_may_ship_later_may_come_later(t):
    presale = [line + (',ship_by_date' if number == 0 else ',') for number, line in enumerate(PROMOTIONS)]
    presale.append('d12,double12,presale,2026-11-24,2026-12-07,,2026-12-28')
    service = plain_shop(t, promotions=presale)
    before = answer(service, 'promo', 'plan', 'd12')
    answer(service, 'import', 'deposits', t.file('deposits.csv', 'date,promotion_id,item_id,deposit_units\n'
                                                 f'{day(0)},d12,A,120\n'))
    after = answer(service, 'promo', 'plan', 'd12')
    t.true(all(row['arrival_date'] <= END for row in before), 'without deposits nothing may come later')
    later = [row for row in after if row['arrival_date'] > END]
    t.true(later and all(row['arrival_date'] <= '2026-12-28' for row in later),
           f'with them by the ship-by date: {later}')
    t.true(units(later, 'campaign_units') > 0, 'for the campaign')


def test_a_full_mill_gets_the_orders_weeks_earlier(t):
    plan = answer(plain_shop(t), 'promo', 'plan', 'd12')
    by_week = {row['week_start_date']: int(row['order_units']) for row in plan}
    capacity = max(by_week.values()) - 30
    service = plain_shop(t, suppliers=['supplier_id,capacity_units_per_week', f'mill,{capacity}'])
    moved = answer(service, 'promo', 'plan', 'd12')
    weeks = {}
    for row in moved:
        weeks[row['week_start_date']] = weeks.get(row['week_start_date'], 0) + int(row['order_units'])
    t.true(max(weeks.values()) <= capacity, f'no week above {capacity}: {weeks}')
    t.equal(sum(weeks.values()), sum(by_week.values()), 'and nothing is lost')
    t.true(any('CAPACITY_AHEAD' in row['reason'] for row in moved), 'the moved units say so')


def test_what_no_week_can_make_is_said(t):
    service = plain_shop(t, suppliers=['supplier_id,capacity_units_per_week', 'mill,30'])
    rows, messages = run(service, 'promo', 'plan', 'd12')
    t.true(all(units([row]) <= 30 for row in rows), 'every week within the capacity')
    t.true(units(rows, 'missing_units') > 100, 'the rest is told')
    t.true(any(row['reason'].startswith('CAPACITY_SHORT') for row in rows), 'with its reason')
    t.contains(messages, 'exceed', 'a warning')


def test_a_small_week_shows_what_it_lacks_to_the_minimum_order(t):
    service = plain_shop(t, suppliers=['supplier_id,min_order_amount', 'mill,2000'])
    plan = json.loads(service.run('--format', 'json', 'promo', 'plan', 'd12').stdout)
    for week in plan['supplier_weeks']:
        lacks = max(0.0, 2000 - float(week['order_amount']))
        t.true(abs(float(week['short_of_minimum_amount']) - lacks) < 0.01, f'{week}')
    t.true(any(float(week['short_of_minimum_amount']) > 0 for week in plan['supplier_weeks']), 'one week is small')


def test_the_order_goes_out_before_the_mill_rests(t):
    service = plain_shop(t, closures=['party_kind,party_id,start_date,end_date', 'supplier,mill,2026-11-20,2026-12-06'])
    rows = answer(service, 'promo', 'plan', 'd12')
    t.true(max(row['last_order_date'] for row in rows) <= '2026-11-19', 'no order while it rests')
    before = units([row for row in rows if row['arrival_date'] <= START])
    t.true(before >= units(answer(plain_shop(t), 'promo', 'plan', 'd12')) * 0.8, 'the campaign is stocked all the same')


def test_another_warehouse_gives_its_excess_first(t):
    service = shop(t, sales=sales(A__east=20, A__west=1), stock=stock(A__east=300, A__west=900),
                   supply=[SUPPLY, 'A,mill,12,2,7,5'],
                   lanes=['from_warehouse_id,to_warehouse_id,transfer_days,unit_cost', 'west,east,3,0.1'])
    rows = answer(service, 'promo', 'plan', 'd12')
    t.equal((rows[0]['transfer_from_warehouse_id'], rows[0]['warehouse_id'], rows[0]['reason']),
            ('west', 'east', 'TRANSFER_FIRST'), 'the transfer comes first')
    brought = int(rows[0]['transfer_units'])
    t.true(brought > 300, f'brought over: {brought}')
    alone = shop(t, sales=sales(A__east=20, A__west=1), stock=stock(A__east=300, A__west=900),
                 supply=[SUPPLY, 'A,mill,12,2,7,5'])
    saved = units(answer(alone, 'promo', 'plan', 'd12')) - units(rows)
    t.true(abs(saved - brought) <= 0.15 * brought, f'bought less by as much: {saved} of {brought}')


def test_too_late_to_order_is_said_with_the_gap(t):
    rows, messages = run(plain_shop(t, supply=[SUPPLY, 'A,mill,70,2,7,5']), 'promo', 'plan', 'd12')
    t.equal([(row['order_units'], row['week_start_date'], row['reason'].split(';')[0]) for row in rows],
            [('0', '', 'ORDER_DATE_PAST')], 'one line without a plan')
    t.contains(messages, 'expedite', 'a warning')


def test_past_the_sure_day_the_plan_still_gets_what_comes_in_the_window(t):
    rows = answer(plain_shop(t, supply=[SUPPLY, 'A,mill,53,2,7,5']), 'promo', 'plan', 'd12')
    t.equal([row['order_date'] for row in rows], [day(1)], 'today is the only chance')
    t.true(START < rows[0]['arrival_date'] <= END, 'it comes in the window')
    t.contains(rows[0]['reason'], 'ORDER_DATE_PAST', 'and says that it comes late')


def test_lines_without_terms_or_stock_are_listed_without_a_plan(t):
    service = shop(t, sales=sales(A__main=20, B__main=5, C__main=5), stock=stock(A__main=150, B__main=10),
                   supply=[SUPPLY, 'A,mill,12,2,7,5', 'C,mill,12,2,7,5'])
    rows, messages = run(service, 'promo', 'plan', 'd12')
    unplanned = {row['item_id']: row['reason'].split(';')[0] for row in rows if row['week_start_date'] == ''}
    t.equal(unplanned, {'B': 'NO_SUPPLY_TERMS', 'C': 'NO_STOCK'}, 'with the reason')
    t.contains(messages, 'NO_SUPPLY_TERMS', 'and counted')
    t.contains(messages, 'NO_STOCK', 'and counted')


def test_one_supplier_or_warehouse_gets_its_part_of_the_plan(t):
    service = shop(t, sales=sales(A__east=20, A__west=10, B__east=8), stock=stock(A__east=50, A__west=50, B__east=10),
                   supply=[SUPPLY, 'A,mill,12,2,7,5', 'B,kiln,12,2,7,5'])
    whole = answer(service, 'promo', 'plan', 'd12')
    t.equal(answer(service, 'promo', 'plan', 'd12', '--supplier', 'kiln'),
            [row for row in whole if row['supplier_id'] == 'kiln'], 'supplier')
    t.equal(answer(service, 'promo', 'plan', 'd12', '--warehouse', 'west'),
            [row for row in whole if row['warehouse_id'] == 'west'], 'warehouse')


def test_on_the_sample_shop_the_first_week_is_reorder_line_by_line(t):
    service, folder = t.service(), os.path.join(t.directory(), 'shop')
    sample_truth.simulate(t.build_dir, folder, 5)
    sample_truth.import_files(service, folder)
    first = {sample_truth.series_of(row): row for row in answer(service, 'promo', 'plan', 'double12-2026')
             if row['order_date'] == '2026-11-23'}
    same = 0
    for line in answer(service, 'reorder', '--all-items'):
        row = first.get(sample_truth.series_of(line))
        if line['arrival_date'] > '2026-12-14':
            t.true(row is None, f'{line["item_id"]}: comes after the campaign')
        elif row is None:
            t.equal(line['order_units'], '0', f'{line["item_id"]}: in neither or in both')
        elif 'PLAN_AHEAD' in row['reason']:
            t.true(int(row['order_units']) > int(line['order_units']), f'{line["item_id"]}: more than reorder')
        else:
            t.equal((row['order_units'], row['arrival_date']), (line['order_units'], line['arrival_date']),
                    line['item_id'])
            same += 1
    t.true(same > 40, f'{same} lines agree')


def test_buying_by_the_plan_serves_double_12(t):
    shop = plan_campaign.Replay(t.build_dir, 5, sample_truth.AS_OF, is_weekly=False)
    nothing, plan = (shop.figures(policy)['all'] for policy in ('nothing', 'plan'))
    t.true(plan[1] / plan[0] > 0.96, f'fill of the campaign by the plan: {plan[1] / plan[0]:.3f}')
    t.true(plan[1] / plan[0] > nothing[1] / nothing[0] + 0.1, f'and without orders: {nothing[1] / nothing[0]:.3f}')
    t.true(plan[3] < 2 * nothing[3], f'money left afterwards: {plan[3]:.0f}, without orders {nothing[3]:.0f}')


def test_mistakes_say_what_to_do(t):
    service = plain_shop(t)
    unknown = service.run('promo', 'plan', 'd13')
    t.equal(unknown.returncode, 1, 'an unknown promotion')
    t.contains(unknown.stderr, 'promo list', 'remedy')
    supplier = service.run('promo', 'plan', 'd12', '--supplier', 'smith')
    t.equal(supplier.returncode, 1, 'an unknown supplier')
    t.contains(supplier.stderr, 'smith', 'which')
    answer(service, 'import', 'promotions', t.file('past.csv', 'promotion_id,start_date,end_date\n'
                                                   f'old,{day(-20)},{day(-10)}\n'))
    over = service.run('promo', 'plan', 'old')
    t.equal(over.returncode, 1, 'a promotion that is over')
    t.contains(over.stderr, 'ended', 'why')
    t.equal(service.run('promo', 'plan').returncode, 2, 'no promotion named')


def test_the_table_sums_every_week_of_a_supplier(t):
    service = plain_shop(t)
    english = service.run('promo', 'plan', 'd12').stdout
    chinese = service.run('--lang', 'zh', 'promo', 'plan', 'd12').stdout
    t.contains(english, '= 1 line ', 'sum of a week')
    t.contains(chinese, '最晚下单日', 'heading')
    t.contains(chinese, '周(周一)', 'weeks')


if __name__ == '__main__':
    harness.main(globals())
