#!/usr/bin/python3
"""Deposits and the first days of Double 12 correct what was forecast before it, for every decision alike.

A simulated shop whose campaigns go better or worse than their kind usually does (./run bench window prints the figures
of many seeds; the bounds here leave slack over them), and a small shop whose numbers are plain. """
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'bench'))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import campaign_window as campaign  # noqa: E402
import harness  # noqa: E402
import sample_truth  # noqa: E402

SEED, SURPRISE_PERCENT = 101, 30
STAGES = [stage for stage in campaign.STAGES if stage[0] in ('day before', 'with deposits', 'after 2 days')]
_campaigns = []


def campaign_of(t):
    """The shop is simulated and asked once for all claims."""
    t.needs('tests/sample_shop')
    if not _campaigns:
        _campaigns.append(campaign.Campaign(t.build_dir, SEED, SURPRISE_PERCENT, STAGES))
    return _campaigns[0]


def error_at(t, name):
    shop = campaign_of(t)
    return shop.whole_error(shop.stages[name])


def test_two_days_of_a_surprising_campaign_cut_the_windows_error_by_a_third(t):
    before, after = error_at(t, 'day before'), error_at(t, 'after 2 days')
    t.true(after < before * 2 / 3, f'error of the window {before:.3f} -> {after:.3f}')


def test_days_ahead_alone_are_forecast_better_than_before_the_start(t):
    shop = campaign_of(t)
    ahead, as_before = shop.figures(shop.stages['after 2 days'])[1:3]
    t.true(ahead < 0.8 * as_before, f'error of what is ahead {as_before:.3f} -> {ahead:.3f}')


def test_deposits_correct_the_window_before_it_begins(t):
    before, after = error_at(t, 'day before'), error_at(t, 'with deposits')
    t.true(after < 0.9 * before, f'error of the window {before:.3f} -> {after:.3f}')


def test_the_band_stays_honest_after_the_update(t):
    shop = campaign_of(t)
    for name, stage in shop.stages.items():
        t.near(shop.coverage(stage)[1], 0.90, 0.08, f'share at most P90 {name}')


# A shop of one category, 120 days of ten units a day each; a campaign of ten days begins on 1 June.
ITEMS = [f'BOX-{number:02d}' for number in range(12)]
DAYS = [f'2026-{month:02d}-{day:02d}'
        for month, last in ((2, 28), (3, 31), (4, 30), (5, 31)) for day in range(1, last + 1)]
CAMPAIGN = ('promotion_id,name,kind,phase,start_date,end_date,balance_date\n'
            'summer,Summer,brand_day,presale,2026-05-22,2026-05-31,2026-06-04\n'
            'summer,Summer,brand_day,warmup,2026-06-01,2026-06-03,\n'
            'summer,Summer,brand_day,peak,2026-06-04,2026-06-06,\n'
            'summer,Summer,brand_day,encore,2026-06-07,2026-06-10,\n')


def plain_shop(t):
    service = t.service()
    rows = [f'{date},{item},{10 + (at + number) % 3 - 1}'
            for at, date in enumerate(DAYS) for number, item in enumerate(ITEMS)]
    for kind, text in [('items', 'item_id,category\n' + ''.join(f'{item},boxes\n' for item in ITEMS + ['NEW-1'])),
                       ('sales', 'date,item_id,units\n' + '\n'.join(rows) + '\n'),
                       ('stock', 'date,item_id,on_hand_units\n2026-05-31,NEW-1,5\n'), ('promotions', CAMPAIGN)]:
        load(t, service, kind, text)
    return service


def load(t, service, kind, text, *options):
    result = service.run('--quiet', 'import', kind, t.file(f'{kind}.csv', text), *options)
    t.equal(result.returncode, 0, result.stderr)


def deposits(t, service, *rows):
    load(t, service, 'deposits', 'date,promotion_id,item_id,deposit_units\n' +
         ''.join(f'{date},summer,{item},{units}\n' for date, item, units in rows))


def means(service, item='BOX-00', horizon='20', *options):
    return {row['date']: float(row['mean_units'])
            for row in sample_truth.ask(service, 'forecast', '--item', item, '--horizon', horizon, *options)}


def window(service, item='BOX-00', *options):
    return sum(units for date, units in means(service, item, '20', *options).items()
               if '2026-06-01' <= date <= '2026-06-10')


def line_of(service, item, *options):
    return next(row for row in sample_truth.ask(service, 'promo', 'check', 'summer', *options)
                if row['item_id'] == item)


def test_many_deposits_raise_the_window_and_nothing_else(t):
    service = plain_shop(t)
    before = means(service)
    deposits(t, service, ('2026-05-31', 'BOX-00', 120))
    after = means(service)
    t.true(after['2026-06-05'] > 1.2 * before['2026-06-05'], 'the peak is raised')
    for date in ('2026-06-11', '2026-06-15', '2026-06-20'):
        t.near(after[date], before[date], 1e-6, f'mean of {date} after the campaign')
    t.contains(line_of(service, 'BOX-00')['reason'], 'DEPOSITS_COUNTED')
    text = service.run('explain', 'forecast', '--item', 'BOX-00', '--date', '2026-06-05').stdout
    t.contains(text, 'deposits 120, expected by now')


def test_the_window_is_never_below_deposits_that_will_be_paid(t):
    service = plain_shop(t)
    deposits(t, service, ('2026-05-31', 'BOX-00', 100000))
    t.true(window(service) >= 0.9 * 100000 - 1, 'the window holds nine tenths of the deposits')


def test_no_deposits_half_way_through_the_presale_lower_the_window(t):
    service = plain_shop(t)
    before = window(service)
    deposits(t, service, *[('2026-05-26', item, 0) for item in ITEMS])
    t.true(window(service) < 0.95 * before, f'window {before:.1f} -> {window(service):.1f}')


def test_the_last_told_sum_of_deposits_holds_also_when_it_is_lower(t):
    service = plain_shop(t)
    deposits(t, service, ('2026-05-25', 'BOX-00', 400), ('2026-05-31', 'BOX-00', 40))
    after = window(service)
    deposits(t, service, ('2026-05-25', 'BOX-00', 40))
    t.near(window(service), after, 1e-6, 'the window by the last sum')


def test_an_item_that_never_sold_is_forecast_by_its_deposits(t):
    service = plain_shop(t)
    deposits(t, service, ('2026-05-31', 'NEW-1', 70))
    t.true(window(service, 'NEW-1') >= 0.9 * 70 - 1, f'window {window(service, "NEW-1"):.1f} of 70 deposits')


PAST = ('promotion_id,name,kind,phase,start_date,end_date,balance_date\n'
        'spring,Spring,brand_day,presale,2026-04-01,2026-04-10,2026-04-11\n'
        'spring,Spring,brand_day,peak,2026-04-11,2026-04-13,\n')


def after_a_past_presale(t, past_units, paid_units):
    """Forecast and explanation of the window with the same 12 deposits now, by what a past presale taught."""
    service = plain_shop(t)
    load(t, service, 'promotions', PAST)
    load(t, service, 'deposits', 'date,promotion_id,item_id,deposit_units,balance_paid_units\n' +
         ''.join(f'2026-04-10,spring,{item},{past_units},0\n2026-04-12,spring,{item},{past_units},{paid_units}\n'
                 for item in ITEMS))
    deposits(t, service, ('2026-05-31', 'BOX-00', 12))
    return window(service), service.run('explain', 'forecast', '--item', 'BOX-00', '--date', '2026-06-05').stdout


def test_past_presales_teach_what_deposits_mean(t):
    few, text = after_a_past_presale(t, 3, 3)
    many, other = after_a_past_presale(t, 27, 20)
    t.true(few > 1.15 * many, f'12 deposits mean more where 3 were usual ({few:.1f}) than where 27 were ({many:.1f})')
    t.contains(text, 'by 12 past presales')
    t.contains(other, 'about 76% are paid')


def test_a_past_presale_that_ran_out_of_stock_teaches_nothing(t):
    service = plain_shop(t)
    load(t, service, 'promotions', PAST)
    load(t, service, 'sales', 'date,item_id,units,available_ratio\n' +
         ''.join(f'2026-04-12,{item},2,0.2\n' for item in ITEMS))
    deposits(t, service, ('2026-05-31', 'BOX-00', 12))
    load(t, service, 'deposits', 'date,promotion_id,item_id,deposit_units\n' +
         ''.join(f'2026-04-10,spring,{item},3\n' for item in ITEMS))
    text = service.run('explain', 'forecast', '--item', 'BOX-00', '--date', '2026-06-05').stdout
    t.contains(text, '(0 past presales: default shares)')


def test_deposits_count_without_rows_of_a_presale(t):
    service = plain_shop(t)
    load(t, service, 'promotions', ''.join(line + '\n' for line in CAMPAIGN.splitlines() if 'presale' not in line))
    before = window(service)
    deposits(t, service, ('2026-05-22', 'BOX-00', 30), ('2026-05-31', 'BOX-00', 120))
    t.true(window(service) > 1.2 * before, f'window {before:.1f} -> {window(service):.1f}')


def test_an_order_sees_the_deposits_too(t):
    service = plain_shop(t)
    load(t, service, 'supply', 'item_id,lead_time_days,review_period_days\nBOX-00,4,7\n')
    load(t, service, 'stock', 'date,item_id,on_hand_units\n2026-05-31,BOX-00,60\n')
    before = next(row for row in sample_truth.ask(service, 'reorder', '--all-items') if row['item_id'] == 'BOX-00')
    deposits(t, service, ('2026-05-31', 'BOX-00', 120))
    after = next(row for row in sample_truth.ask(service, 'reorder', '--all-items') if row['item_id'] == 'BOX-00')
    t.true(float(after['expected_demand_units']) > 1.2 * float(before['expected_demand_units']), 'expected demand')
    t.true(int(after['order_units']) > int(before['order_units']), 'ordered units')


def first_days(t, service, factor, items=ITEMS, available=''):
    rows = [f'{date},{item},{round(factor * 10)},{available}' for date in ('2026-06-01', '2026-06-02')
            for item in items]
    load(t, service, 'sales', 'date,item_id,units,available_ratio\n' + '\n'.join(rows) + '\n', '--complete-through',
         '2026-06-02')


def test_every_decision_sees_the_same_updated_campaign(t):
    service = plain_shop(t)
    first_days(t, service, 2.0)
    answer = means(service)
    t.true(14 < answer['2026-06-03'] < 22, f'third day {answer["2026-06-03"]:.1f} after two of 20 units')
    ahead = sum(units for date, units in answer.items() if date <= '2026-06-10')
    line = line_of(service, 'BOX-00')
    t.contains(line['reason'], 'CAMPAIGN_LEVEL_UPDATED')
    t.near(float(line['q50_units']), ahead, 0.1 * ahead, 'P50 of the check and mean of the forecast')
    rows = [row for row in sample_truth.ask(service, 'explain', 'forecast', '--item', 'BOX-00', '--date', '2026-06-03')]
    t.near(next(float(row['running_units']) for row in rows if row['factor'] == 'mean'), answer['2026-06-03'], 0.01,
           'mean explained')
    t.true(any(row['factor'] == 'campaign' and row['name'] == 'summer' for row in rows), 'the campaign is a factor')


def campaign_adds(t, factor):
    service = plain_shop(t)
    load(t, service, 'items', 'item_id,category,unit_cost\n' + ''.join(f'{item},boxes,4\n' for item in ITEMS))
    load(t, service, 'prices', 'date,item_id,price\n' + ''.join(f'2026-02-01,{item},10\n' for item in ITEMS))
    load(t, service, 'stock', 'date,item_id,on_hand_units\n' + ''.join(f'2026-05-31,{item},5000\n' for item in ITEMS))
    first_days(t, service, factor)
    answer = json.loads(service.run('--quiet', '--format', 'json', 'promo', 'check', 'summer').stdout)
    return next(row['incremental_gmv'] for row in answer['roll_ups'] if row['scope'] == 'total')


def test_what_would_be_without_the_campaign_is_not_moved_by_its_days(t):
    usual, better = campaign_adds(t, 1.0), campaign_adds(t, 2.0)
    t.true(better > 1.2 * usual, f'a better campaign adds more: {usual:.0f} -> {better:.0f}')


def test_the_review_of_a_campaign_day_compares_with_the_updated_forecast(t):
    service = plain_shop(t)
    first_days(t, service, 2.0)
    forecast = means(service, 'BOX-00', '1')['2026-06-03'] * len(ITEMS)
    load(t, service, 'sales', 'date,item_id,units\n' + ''.join(f'2026-06-03,{item},18\n' for item in ITEMS))
    total = next(float(row['value']) for row in sample_truth.ask(service, 'review')
                 if row['scope'] == 'total' and row['metric'] == 'forecast_units')
    t.near(total, forecast, 0.05 * forecast, 'forecast of the day in the review')


def test_days_without_stock_say_nothing_about_a_campaign(t):
    service = plain_shop(t)
    first_days(t, service, 0.0, available='0')
    answer = means(service)
    t.true(answer['2026-06-03'] > 9, f'third day {answer["2026-06-03"]:.1f}')


def test_one_items_lift_is_mostly_its_own(t):
    service = plain_shop(t)
    first_days(t, service, 1.0)
    quiet = means(service, 'BOX-05')['2026-06-03']
    first_days(t, service, 3.0, ITEMS[:1])
    t.true(means(service)['2026-06-03'] > 1.15 * quiet, 'the item itself is raised')
    t.true(means(service, 'BOX-05')['2026-06-03'] < 1.15 * quiet, 'the others hardly')


def test_an_early_wave_tells_of_the_last_one_and_the_days_between_do_not(t):
    service = plain_shop(t)
    load(t, service, 'promotions', 'promotion_id,kind,phase,start_date,end_date\n'
         'waves,double11,peak,2026-05-20,2026-05-22\nwaves,double11,peak,2026-06-01,2026-06-02\n')
    load(t, service, 'sales', 'date,item_id,units\n' + ''.join(
        f'2026-05-{day},{item},{60 if number == 0 else 30}\n' for day in (20, 21, 22) for number,
        item in enumerate(ITEMS)))
    keen, usual = means(service)['2026-06-01'], means(service, 'BOX-05')['2026-06-01']
    t.true(usual > 25, f'the last wave {usual:.1f} after one of 30 a day')
    t.true(keen > 1.3 * usual, f'an item that doubled the others in the first wave: {keen:.1f} beside {usual:.1f}')


def test_warm_up_tells_of_its_own_days_first_and_less_of_the_peak(t):
    service = plain_shop(t)
    starts = [len(DAYS) - 10 - 28 * back for back in range(1, 4)]
    load(t, service, 'promotions', 'promotion_id,kind,phase,start_date,end_date\n' + ''.join(
        f'past-{at},brand_day,warmup,{DAYS[at]},{DAYS[at + 2]}\n'
        f'past-{at},brand_day,peak,{DAYS[at + 3]},{DAYS[at + 5]}\n'
        for at in starts))
    load(t, service, 'sales', 'date,item_id,units\n' + ''.join(
        f'{DAYS[day]},{item},30\n' for at in starts for day in range(at + 3, at + 6) for item in ITEMS))
    before = means(service)
    first_days(t, service, 2.0)
    after = means(service)
    warm_up, peak = (after[date] / before[date] for date in ('2026-06-03', '2026-06-05'))
    t.true(1 < peak < 1.45 < warm_up,
           f'warm-up of twice the usual: {warm_up:.2f} of the last day of it, {peak:.2f} of the peak')


if __name__ == '__main__':
    harness.main(globals())
