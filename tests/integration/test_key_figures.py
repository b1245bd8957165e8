#!/usr/bin/python3
"""Key figures, their baselines and targets on a shop that a person can count."""
import datetime
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import harness  # noqa: E402
from sample_truth import ask  # noqa: E402

AS_OF = datetime.date(2026, 11, 20)
day = harness.days_from(AS_OF)
FIRST = datetime.date(2025, 10, 1)
_shops = []


def write(t, service, kind, header, rows):
    t.tell(service, kind, [header, *rows])


def sales_rows():
    """A: 10 a day at 20 since the first day, 8 in the last 30 days, out of stock half of 3 days of them; B: 2 a day at
    30, nothing for the last 100 days."""
    rows = []
    date = FIRST
    while date <= AS_OF:
        back = (AS_OF - date).days
        units, available = (8, 1) if back < 30 else (10, 1)
        if back in (4, 5, 6):
            units, available = 4, 0.5
        rows.append(f'{date},A,{units},{20 * units},{available},{1 if back == 2 else 0}')
        if back >= 100:
            rows.append(f'{date},B,2,60,1,0')
        date += datetime.timedelta(1)
    return rows


def shop_of(t):
    if _shops:
        return _shops[0]
    service = t.service()
    write(t, service, 'items', 'item_id,category,unit_cost,list_price', ['A,cups,10,25', 'B,cups,15,30'])
    write(t, service, 'sales', 'date,item_id,units,paid_amount,available_ratio,returned_units', sales_rows())
    write(t, service, 'stock', 'date,item_id,on_hand_units,received_date',
          [f'{day(-30)},A,100,{day(-40)}', f'{day(0)},A,60,{day(-100)}', f'{day(0)},A,20,{day(-10)}', f'{day(0)},A,10,',
           f'{day(0)},B,40,{day(-200)}'])
    write(t, service, 'supply', 'item_id,lead_time_days,review_period_days,holding_cost_per_unit_day', ['A,5,10,0.02'])
    write(t, service, 'targets', 'period_start,period_end,metric,value,category',
          [f'{day(-29)},{day(0)},gmv,4600,', f'{day(-29)},{day(0)},active_item_ratio,0.65,',
           f'{day(-60)},{day(30)},turnover_days,12,cups'])
    answers = {'total': ask(service, 'kpi'), 'category': ask(service, 'kpi', '--by', 'category')}
    short = ask(service, 'kpi', '--from', day(-9), '--to', day(0))
    _shops.append(({row['metric']: row for row in answers['total']},
                   {row['metric']: row for row in answers['category'] if row['scope'] == 'category'},
                   {row['metric']: row for row in short}))
    return _shops[0]


def near(t, row, column, wanted, tolerance=1e-6):
    t.near(float(row[column]), wanted, tolerance, f'{column} of {row["metric"]}')


def test_the_window_stands_beside_the_ones_before(t):
    kpi, _, _ = shop_of(t)
    near(t, kpi['units'], 'value', 27 * 8 + 3 * 4)
    near(t, kpi['units'], 'previous_value', 300)
    near(t, kpi['units'], 'year_before_value', 300 + 60)
    near(t, kpi['gmv'], 'value', 20 * 228)
    near(t, kpi['gmv'], 'year_before_value', 6000 + 1800)
    near(t, kpi['active_item_ratio'], 'value', 0.5)
    near(t, kpi['active_item_ratio'], 'year_before_value', 1)


def test_a_window_that_begins_before_the_history_is_not_known(t):
    service = t.service()
    write(t, service, 'sales', 'date,item_id,units', [f'{day(-i)},A,5' for i in range(59)])
    kpi = {row['metric']: row for row in ask(service, 'kpi')}
    t.equal((kpi['units']['previous_value'], kpi['units']['year_before_value']), ('', ''))
    kpi = {row['metric']: row for row in ask(service, 'kpi', '--from', day(-28))}
    t.equal(kpi['units']['previous_value'], '145')


def test_lost_sales_are_the_fitted_mean_of_the_days_out_of_stock(t):
    kpi, _, _ = shop_of(t)
    lost = float(kpi['fill_rate']['denominator']) - float(kpi['fill_rate']['numerator'])
    near(t, kpi['fill_rate'], 'numerator', 228)
    t.near(lost, 3 * 0.5 * 8, 1.5, 'half of three days at about 8')
    near(t, kpi['fill_rate'], 'previous_value', 1)


def test_cycles_are_review_periods_where_no_receipt_is_recorded(t):
    kpi, _, _ = shop_of(t)
    near(t, kpi['cycle_service_level'], 'denominator', 3)
    near(t, kpi['cycle_service_level'], 'numerator', 2)


def test_stock_is_told_by_age_and_its_past_is_not_guessed(t):
    kpi, _, _ = shop_of(t)
    for band, units in (('0_90', 20), ('91_180', 60), ('181_270', 40), ('unknown', 10)):
        near(t, kpi[f'stock_age_{band}_units'], 'value', units)
    near(t, kpi['stock_age_181_270_value'], 'value', 600)
    near(t, kpi['dead_stock_value'], 'value', 600)
    t.true(float(kpi['slow_stock_value']['value']) >= 600, 'slow stock holds the dead')
    near(t, kpi['stock_units'], 'value', 130)
    near(t, kpi['stock_units'], 'previous_value', 100)  # the only row of that day is A's
    t.equal(kpi['days_of_supply']['previous_value'], '')
    t.equal(kpi['stock_units']['year_before_value'], '')


def test_money_after_returns_and_discounts(t):
    kpi, _, _ = shop_of(t)
    near(t, kpi['net_gmv'], 'value', 20 * 227)
    near(t, kpi['average_selling_price'], 'value', 20)
    near(t, kpi['discount_ratio'], 'value', 0.2)
    near(t, kpi['gross_margin_ratio'], 'value', 0.5)
    # A: 90 pieces on average at 0.02; B: 40 at a quarter of its cost a year
    near(t, kpi['storage_cost'], 'value', 30 * (90 * 0.02 + 40 * 15 * 0.25 / 365), 0.02)


def test_targets_stand_beside_their_figures(t):
    kpi, cups, last_days = shop_of(t)
    near(t, kpi['gmv'], 'target', 4600)
    near(t, kpi['gmv'], 'target_gap', 4560 - 4600)
    near(t, kpi['active_item_ratio'], 'target_gap', 0.5 - 0.65)
    t.equal((kpi['units']['target'], kpi['turnover_days']['target']), ('', ''))
    near(t, cups['turnover_days'], 'target', 12)
    t.equal(cups['gmv']['target'], '')
    # A third of the days, by the shape of expected sales: about a third of the money.
    near(t, last_days['gmv'], 'target', 4600 / 3, 150)


def test_promotion_days_carry_more_of_a_target(t):
    """Deals of three days every 30, at half the price and three times the sales; the last one ends 10 days ago."""
    service = t.service()
    sales, promotions = [], []
    for back in range(420):
        is_deal = back % 30 in (10, 11, 12)
        units = 30 if is_deal else 10
        sales.append(f'{day(-back)},A,{units},{units * (10 if is_deal else 20)}')
        if back % 30 == 10:
            promotions.append(f'deal-{back},{day(-back - 2)},{day(-back)},brand_day,peak,10')
    write(t, service, 'items', 'item_id,unit_cost,list_price', ['A,5,20'])
    write(t, service, 'promotions', 'promotion_id,start_date,end_date,kind,phase,net_price', promotions)
    write(t, service, 'sales', 'date,item_id,units,paid_amount', sales)
    write(t, service, 'targets', 'period_start,period_end,metric,value',
          [f'{day(-29)},{day(0)},units,3600', f'{day(-29)},{day(0)},gmv,63000'])
    targets = {}
    for back in range(30):
        row = {row['metric']: row for row in ask(service, 'kpi', '--from', day(-back), '--to', day(-back))}
        targets[back] = (float(row['units']['target']), float(row['gmv']['target']))
    t.near(sum(units for units, _ in targets.values()), 3600, 1e-6, 'units of the days')
    t.near(sum(gmv for _, gmv in targets.values()), 63000, 1e-6, 'GMV of the days')
    # 27 days of 10 and 3 of 30 units; 27 days of 200 and 3 of 300.
    t.near(targets[11][0], 3600 * 30 / 360, 30, 'units of a deal day')
    t.near(targets[20][0], 3600 * 10 / 360, 10, 'units of an ordinary day')
    t.near(targets[11][1], 63000 * 300 / 6300, 300, 'GMV of a deal day')


if __name__ == '__main__':
    harness.main(globals())
