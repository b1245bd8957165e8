#!/usr/bin/python3
"""What every new customer does, and the number that a buyer expects: pauses, festivals that nobody told, stock-outs
that only the stock tells, weeks beside days, two promotions at a time."""
import datetime
import os
import random
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import harness  # noqa: E402
from harness import ask  # noqa: E402

AS_OF = datetime.date(2026, 10, 11)


def days(first, last=AS_OF):
    return [first + datetime.timedelta(n) for n in range((last - first).days + 1)]


def around(rng, mean):
    """Units of a day that are spread as a Poisson draw of that mean."""
    return max(0, round(rng.gauss(mean, mean ** 0.5)))


def tell(service, kind, header, rows, *extra):
    text = '\n'.join([header, *(','.join(map(str, row)) for row in rows)]) + '\n'
    result = service.run('--quiet', 'import', kind, '-', *extra, input_text=text)
    assert result.returncode == 0, result.stderr


def sell(service, rows, *extra):
    tell(service, 'sales', 'date,item_id,units', rows, *extra)


def mean_on(service, item, date, *extra):
    rows = ask(service, 'forecast', '--item', item, '--horizon', '120', *extra)
    return float(next(row['mean_units'] for row in rows if row['date'] == date.isoformat()))


def total(service, item, *extra):
    return float(ask(service, 'forecast', '--item', item, '--total', *extra)[0]['mean_units'])


def test_a_shop_that_was_closed_for_nine_weeks_sells_again_as_before(t):
    service = t.service()
    closed = (datetime.date(2026, 8, 1), datetime.date(2026, 10, 4))
    sell(service, [(x, 'A', 30) for x in days(datetime.date(2026, 3, 1)) if not closed[0] <= x <= closed[1]])
    t.near(total(service, 'A'), 28 * 30, 28 * 3, 'demand of four weeks')
    order = ask(service, 'reorder', '--assume-stock', '0', '--assume-lead-time-days', '7')[0]
    t.true(int(order['order_units']) > 150, 'something is ordered')


def test_a_weekday_that_is_closed_stays_closed_over_a_pause(t):
    service = t.service()
    sell(service, [(x, 'A', 40) for x in days(datetime.date(2026, 2, 1))
                   if x.weekday() != 6 and not datetime.date(2026, 6, 1) <= x <= datetime.date(2026, 8, 9)])
    sunday = AS_OF + datetime.timedelta(7)
    t.equal(mean_on(service, 'A', sunday), 0.0, 'a Sunday')
    t.near(mean_on(service, 'A', sunday + datetime.timedelta(1)), 40, 6, 'a Monday')


def test_a_pause_that_goes_on_is_said_and_not_a_silent_zero(t):
    service = t.service()
    sell(service, [(x, 'A', 40) for x in days(datetime.date(2026, 2, 1), datetime.date(2026, 7, 31))],
         '--complete-through', AS_OF.isoformat())
    shown = service.run('forecast', '--item', 'A', '--total').stdout
    t.contains(shown, 'no reopening is told')
    order = ask(service, 'reorder', '--assume-stock', '5', '--assume-lead-time-days', '7')[0]
    t.contains(order['reason'], 'SELLING_PAUSED')


def festival_sales(lift, start=datetime.date(2023, 9, 1)):
    rng = random.Random(5)
    return [(x, item, around(rng, mean * (lift if (x.month, x.day) in ((11, 11), (12, 12)) else 1)))
            for x in days(start) for item, mean in (('A', 12), ('B', 25), ('C', 40))]


DOUBLE12 = datetime.date(2026, 12, 12)


def test_a_festival_of_three_years_comes_again_though_nobody_told_it(t):
    service = t.service()
    sell(service, festival_sales(6))
    t.near(mean_on(service, 'B', DOUBLE12), 6 * 25, 40, 'Double 12')
    t.near(mean_on(service, 'B', DOUBLE12 - datetime.timedelta(6)), 25, 5, 'a day before it')


def test_telling_the_coming_festival_alone_does_not_count_it_twice(t):
    service = t.service()
    sell(service, festival_sales(6))
    untold = mean_on(service, 'B', DOUBLE12)
    header = 'promotion_id,start_date,end_date,kind,discount_ratio'
    tell(service, 'promotions', header, [('d12-26', DOUBLE12, DOUBLE12, 'double12', 0.2)])
    told = mean_on(service, 'B', DOUBLE12)
    t.true(abs(told / untold - 1) < 0.25, f'{told} is about {untold}')
    tell(service, 'promotions', header, [('d12-25', '2025-12-12', '2025-12-12', 'double12', 0.2)])
    t.true(abs(mean_on(service, 'B', DOUBLE12) / told - 1) < 0.25, 'telling last year too changes little')


def test_a_campaign_told_as_eleven_days_peaks_on_its_festival(t):
    service = t.service()
    sell(service, festival_sales(6))
    peak = datetime.date(2026, 11, 11)
    tell(service, 'promotions', 'promotion_id,start_date,end_date,kind',
         [('d11-26', '2026-11-01', '2026-11-11', 'double11')])
    t.near(mean_on(service, 'B', peak), 150, 45, 'the festival')
    t.true(mean_on(service, 'B', peak - datetime.timedelta(6)) < 2 * 25, 'the days before it')


def test_a_shop_without_festivals_gets_none(t):
    service = t.service()
    sell(service, festival_sales(1))
    t.near(mean_on(service, 'B', DOUBLE12), 25, 6, 'an ordinary Double 12')


def test_one_spring_festival_is_learnt_by_a_chinese_store(t):
    feast, rng = datetime.date(2026, 2, 17), random.Random(7)

    def factor(day):
        return 0.2 if 0 <= (day - feast).days % 10000 <= 6 else 1

    service = t.service()
    sell(service, [(x, item, around(rng, mean * factor(x))) for x in days(datetime.date(2025, 5, 1))
                   for item, mean in (('A', 30), ('B', 50))])
    following = datetime.date(2027, 2, 6)
    rows = ask(service, 'forecast', '--item', 'B', '--horizon', '140')
    week = [float(row['mean_units']) for row in rows
            if following <= datetime.date.fromisoformat(row['date']) < following + datetime.timedelta(7)]
    t.near(sum(week), 7 * 10, 50, 'the week of the feast')


def test_days_out_of_stock_that_only_stock_tells_are_no_days_without_demand(t):
    service, rng = t.service(), random.Random(3)
    empty = days(AS_OF - datetime.timedelta(34))
    sell(service, [(x, item, 0 if item == 'A' and x in empty else around(rng, mean))
                   for x in days(datetime.date(2026, 1, 1)) for item, mean in (('A', 15), ('B', 20))])
    tell(service, 'stock', 'date,item_id,on_hand_units', [(x, 'A', 0) for x in empty])
    t.near(total(service, 'A'), 28 * 15, 28 * 3, 'demand of four weeks')


def test_a_series_that_sells_without_stock_is_left_alone(t):
    service, rng = t.service(), random.Random(4)
    sales = [(x, 'A', around(rng, 2) if x.toordinal() % 3 else 0) for x in days(datetime.date(2026, 1, 1))]
    sell(service, sales)
    before = total(service, 'A')
    tell(service, 'stock', 'date,item_id,on_hand_units', [(x, 'A', 0) for x in days(AS_OF - datetime.timedelta(60))])
    t.near(total(service, 'A'), before, 0.02 * before, 'made to order')


def test_a_weekly_series_is_the_same_beside_a_daily_one(t):
    service = t.service()
    monday = datetime.date(2026, 9, 28)
    weeks = [monday - datetime.timedelta(7 * n) for n in range(80)]
    sell(service, [(x, 'W', 70) for x in weeks], '--bucket', 'week')
    alone = ask(service, 'forecast', '--item', 'W')[0]
    # The last complete week is that of 28 September; the daily item is known up to a Wednesday.
    sell(service, [(x, 'D', 10) for x in days(datetime.date(2025, 9, 1), datetime.date(2026, 10, 7))])
    beside = ask(service, 'forecast', '--item', 'W')[0]
    t.equal(beside['date'], alone['date'], 'first week ahead')
    t.near(float(beside['mean_units']), 70, 5, 'its demand')


def test_an_open_week_is_open(t):
    service = t.service()
    monday = datetime.date(2026, 10, 5)
    sell(service, [(monday - datetime.timedelta(7 * n), 'W', 20 if n == 0 else 70) for n in range(80)],
         '--bucket', 'week', '--complete-through', '2026-10-06')
    row = ask(service, 'forecast', '--item', 'W')[0]
    t.equal(row['date'], '2026-10-05', 'the week under way is forecast')
    t.near(float(row['mean_units']), 70, 8, 'as the others')


def test_one_more_promotion_never_lowers_the_demand_ahead(t):
    rng = random.Random(11)
    for _ in range(3):
        service = t.service()
        lift = rng.uniform(1.5, 5)
        sell(service, festival_sales(lift, datetime.date(2025, 3, 1)))
        tell(service, 'items', 'item_id,category', [('A', 'k'), ('B', 'k'), ('C', 'm')])
        header = 'promotion_id,start_date,end_date,kind,item_id,category,discount_ratio'
        first = ('d12', '2026-12-10', '2026-12-12', 'double12', '', '', round(rng.uniform(0.1, 0.4), 2))
        tell(service, 'promotions', header, [first])
        before = {item: mean_on(service, item, DOUBLE12) for item in 'ABC'}
        scope = rng.choice([('A', ''), ('', 'k'), ('', '')])
        tell(service, 'promotions', header,
             [('more', '2026-12-11', '2026-12-13', rng.choice(['other', 'livestream', 'juhuasuan']), *scope,
               rng.choice([0, 0.05, 0.3]))])
        for item in 'ABC':
            after = mean_on(service, item, DOUBLE12)
            t.true(after >= before[item] * 0.999, f'{item}: {before[item]} -> {after} with {scope}')


def carts_and_sales(seed=3):
    """Carts of a day around 200, and sales of a tenth of them."""
    rng = random.Random(seed)
    carts = [(x, round(200 * rng.uniform(0.6, 1.4))) for x in days(datetime.date(2026, 1, 1))]
    return carts, [(x, 'A', around(rng, count / 10)) for x, count in carts]


def test_what_is_told_most_days_is_not_nothing_ahead(t):
    plain, service = t.service(), t.service()
    carts, sales = carts_and_sales()
    sell(plain, sales)
    tell(service, 'covariates', 'date,name,item_id,value', [(x, 'carts', 'A', count) for x, count in carts])
    sell(service, sales)
    usual = total(plain, 'A')
    t.near(usual, sum(units for _, _, units in sales[-28:]), 0.05 * usual, 'much as in the last four weeks')
    t.near(total(service, 'A'), usual, 0.05 * usual, 'as many carts as usual')
    order = ask(service, 'reorder', '--assume-stock', '5', '--assume-lead-time-days', '7')[0]
    t.contains(order['reason'], 'COVARIATE_HELD')


def test_what_is_told_ahead_is_used_as_it_is_told(t):
    service = t.service()
    carts, sales = carts_and_sales()
    ahead = [(AS_OF + datetime.timedelta(n), 240) for n in range(1, 150)]
    tell(service, 'covariates', 'date,name,item_id,value', [(x, 'carts', 'A', count) for x, count in carts + ahead])
    sell(service, sales)
    t.near(total(service, 'A'), 28 * 24, 28 * 2.4, 'more carts than usual')
    order = ask(service, 'reorder', '--assume-stock', '5', '--assume-lead-time-days', '7')[0]
    t.true('COVARIATE_HELD' not in order['reason'], 'nothing is held')


def test_an_event_that_is_not_told_ahead_is_none(t):
    service = t.service()
    live = [x for x in days(datetime.date(2026, 1, 1)) if x.day in (5, 20)]
    rng = random.Random(4)
    tell(service, 'covariates', 'date,name,item_id,value', [(x, 'live', 'A', 1) for x in live])
    sell(service, [(x, 'A', around(rng, 80 if x in live else 20)) for x in days(datetime.date(2026, 1, 1))])
    t.near(total(service, 'A'), 28 * 20, 28 * 2, 'without the live shows')
    order = ask(service, 'reorder', '--assume-stock', '5', '--assume-lead-time-days', '7')[0]
    t.true('COVARIATE_HELD' not in order['reason'], 'nothing is held')


if __name__ == '__main__':
    harness.main(globals())
