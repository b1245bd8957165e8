#!/usr/bin/python3
"""The computing commands against the real service, on a small shop made here: what the contract promises of columns,
rows and exit codes."""
import csv
import datetime
import io
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import harness

AS_OF = datetime.date(2026, 11, 22)
DAYS = 200
ITEMS = ('steady', 'weekend', 'slow', 'bare')


def sales_csv():
    lines = ['date,item_id,units,paid_amount']
    for back in range(DAYS, 0, -1):
        date = AS_OF - datetime.timedelta(days=back - 1)
        lines.append(f'{date},steady,{10 + back % 3},{(10 + back % 3) * 20}.00')
        lines.append(f'{date},weekend,{12 if date.weekday() >= 5 else 3},')
        lines.append(f'{date},bare,4,')
        if back % 25 == 0:
            lines.append(f'{date},slow,1,15.50')
    return '\n'.join(lines) + '\n'


FILES = {
    'sales': sales_csv(),
    'items': 'item_id,name,category,role,unit_cost,list_price\n'
             'steady,保温杯,cups,traffic,8,20\nweekend,picnic mat,outdoor,profit,5,15\nslow,vase,home,image,6,15.5\n',
    'supply': 'item_id,lead_time_days,supplier_id,pack_size_units,unit_cost\n'
              'steady,7,S1,12,8\nweekend,10,S2,1,5\nslow,7,S1,1,6\n',
    'stock': f'date,item_id,on_hand_units\n{AS_OF},steady,30\n{AS_OF},weekend,500\n{AS_OF},slow,400\n',
    'promotions': 'promotion_id,start_date,end_date,kind,phase,discount_ratio\n'
                  'd12,2026-12-08,2026-12-11,double12,warmup,0.1\nd12,2026-12-12,2026-12-12,double12,peak,0.3\n',
}


def shop(t):
    """A running service that holds the shop."""
    t.needs('peakstockd')
    service = t.service()
    for kind, content in FILES.items():
        result = service.run('import', kind, t.file(f'{kind}.csv', content))
        t.equal(result.returncode, 0, f'import {kind} ({result.stderr.strip()})')
    return service


def rows(t, service, *arguments):
    result = service.run(*arguments, '--format', 'csv')
    t.equal(result.returncode, 0, f'{arguments} ({result.stderr.strip()})')
    return list(csv.DictReader(io.StringIO(result.stdout)))


def test_a_forecast_has_one_row_a_day_from_the_day_after(t):
    service = shop(t)
    found = rows(t, service, 'forecast', '--item', 'steady', '--horizon', '14')
    t.equal([row['date'] for row in found],
            [str(AS_OF + datetime.timedelta(days=i)) for i in range(1, 15)])
    for row in found:
        t.true(int(row['q10_units']) <= int(row['q50_units']) <= int(row['q90_units']), 'quantiles ascend')
        t.near(float(row['mean_units']), 11, 6, 'the mean of a steady item')


def test_a_total_is_one_row_a_series_and_its_mean_is_the_sum(t):
    service = shop(t)
    daily = rows(t, service, 'forecast', '--all', '--horizon', '28')
    totals = rows(t, service, 'forecast', '--all', '--horizon', '28', '--total')
    t.equal([row['item_id'] for row in totals], sorted(ITEMS))
    for total in totals:
        t.equal(total['date'], str(AS_OF + datetime.timedelta(days=28)))
        wanted = sum(float(row['mean_units']) for row in daily if row['item_id'] == total['item_id'])
        t.near(float(total['mean_units']), wanted, 0.001 + 0.001 * wanted, total['item_id'])


def test_other_quantiles_have_their_own_columns(t):
    service = shop(t)
    row = rows(t, service, 'forecast', '--item', 'steady', '--quantiles', '0.975,0.05', '--horizon', '1')[0]
    t.equal(list(row)[:6], ['item_id', 'warehouse_id', 'date', 'mean_units', 'q975_units', 'q05_units'])
    t.true(int(row['q05_units']) < int(row['q975_units']), 'quantiles belong to their columns')


def test_a_forecast_of_a_category_holds_its_items_only(t):
    service = shop(t)
    t.equal({row['item_id'] for row in rows(t, service, 'forecast', '--category', 'cups')}, {'steady'})


def test_unknown_ids_are_exit_code_1_and_named(t):
    service = shop(t)
    for arguments in (('forecast', '--item', 'nobody'), ('reorder', '--warehouse', 'nowhere'),
                      ('promo', 'check', 'never'), ('clearance', '--warehouse', 'nowhere')):
        result = service.run(*arguments)
        t.equal((result.returncode, result.stdout), (1, ''), str(arguments))
        t.contains(result.stderr, arguments[-1])


def test_reorder_orders_what_runs_short_and_counts_what_it_cannot_plan(t):
    service = shop(t)
    result = service.run('reorder', '--format', 'csv')
    t.equal(result.returncode, 0, result.stderr)
    found = {row['item_id']: row for row in csv.DictReader(io.StringIO(result.stdout))}
    t.true('weekend' not in found and 'slow' not in found, 'nothing to do, no line')
    steady = found['steady']
    t.true(int(steady['order_units']) > 0 and int(steady['order_units']) % 12 == 0, 'whole packs')
    t.equal(float(steady['order_amount']), int(steady['order_units']) * 8.0)
    t.equal((steady['supplier_id'], steady['on_hand_units'], steady['transfer_units']), ('S1', '30', '0'))
    t.contains(result.stderr, 'NO_STOCK')


def test_reorder_shows_every_item_when_asked_and_plans_on_assumptions_when_told(t):
    service = shop(t)
    everything = {row['item_id']: row for row in rows(t, service, 'reorder', '--all-items')}
    t.equal(sorted(everything), sorted(ITEMS))
    t.equal((everything['bare']['order_units'], everything['bare']['position_units']), ('0', ''))
    t.contains(everything['bare']['reason'], 'NO_STOCK')
    assumed = {row['item_id']: row for row in rows(
        t, service, 'reorder', '--all-items', '--assume-stock', '0', '--assume-lead-time-days', '5')}
    t.true(int(assumed['bare']['order_units']) > 0, 'an order on assumed terms')
    t.contains(assumed['bare']['reason'], 'ASSUMED_STOCK')
    t.true('' not in [row['item_class'] for row in assumed.values()], 'a class for every item')
    rows(t, service, 'reorder', '--assume-stock', '0', '--assume-lead-time-days', '5', '--budget', '100')


def test_the_same_question_has_the_same_answer(t):
    service = shop(t)
    first = service.run('reorder', '--all-items', '--format', 'csv')
    t.equal(service.run('reorder', '--all-items', '--format', 'csv').stdout, first.stdout)


def test_promotions_are_listed_and_checked(t):
    service = shop(t)
    listed = rows(t, service, 'promo', 'list')
    t.equal([(row['promotion_id'], row['start_date'], row['end_date']) for row in listed],
            [('d12', '2026-12-08', '2026-12-12')])
    checked = {row['item_id']: row for row in rows(t, service, 'promo', 'check', 'd12')}
    t.equal(checked['steady']['state'], 'RED')
    t.equal((checked['bare']['state'], checked['bare']['cover_probability']), ('', ''))
    table = service.run('promo', 'check', 'd12', '--lang', 'zh')
    for part in ('2026-12-08..2026-12-12', '红', '合计'):
        t.contains(table.stdout, part)


def test_clearance_flags_excess_and_leaves_the_sellers_alone(t):
    service = shop(t)
    found = {row['item_id']: row for row in rows(t, service, 'clearance')}
    t.true('slow' in found and 'steady' not in found, 'the flagged items')
    t.equal(found['slow']['on_hand_units'], '400')


def test_key_figures_recompute_from_numerator_and_denominator(t):
    service = shop(t)
    for row in rows(t, service, 'kpi', '--by', 'category'):
        if row['value'] and float(row['denominator']) != 0:
            value = float(row['numerator']) / float(row['denominator'])
            if row['metric'] not in ('stock_to_sales_ratio', 'days_of_supply'):  # capped
                t.near(float(row['value']), value, 1e-6 + 1e-6 * abs(value), row['metric'])
    total = {row['metric']: row for row in rows(t, service, 'kpi', '--from', '2026-11-22', '--to', '2026-11-22')}
    t.equal(float(total['units']['value']), float(10 + 1 % 3) + 12 + 4)


def test_a_backtest_compares_the_model_with_plain_forecasts(t):
    service = shop(t)
    found = rows(t, service, 'backtest', '--origins', '3', '--horizon', '14')
    t.equal(list(found[0]), ['scope', 'scope_id', 'metric', 'value', 'numerator', 'denominator', 'from_date', 'to_date',
                             'formula_id', 'method', 'nominal'])
    for row in found:
        t.equal((row['from_date'], row['to_date']), (str(AS_OF - datetime.timedelta(days=41)), str(AS_OF)))
        if row['value']:
            t.near(float(row['value']), float(row['numerator']) / float(row['denominator']), 1e-6, row['metric'])
    figures = {(row['scope'], row['scope_id'], row['metric']): row for row in found}
    t.equal(len(figures), len(found), 'one row a figure')
    t.equal({row['scope'] for row in found}, {'total', 'velocity', 'event', 'category'})
    t.equal(figures['total', '', 'bucket_count']['value'], str(3 * 14 * len(ITEMS)))
    value = {key: float(row['value']) for key, row in figures.items() if row['value']}
    t.true(value['category', 'outdoor', 'wape'] < value['category', 'outdoor', 'wape_mean28'], 'the weekend is seen')
    t.equal(figures['category', 'outdoor', 'relative_wape']['value'], '',
            'nothing is better than a naive without error')
    t.true(value['category', 'cups', 'relative_wape'] > 0, 'beside the best plain one')
    coverage = figures['total', '', 'coverage_pit_q90_window']
    t.equal((coverage['nominal'], coverage['method']), ('0.9', 'model'))
    for metric in ('bias', 'rmsse', 'mase', 'pinball_q50', 'scaled_pinball', 'wape_window_seasonal_naive',
                   'wape_year_naive'):
        t.true(('total', '', metric) in value, metric)
    again = rows(t, service, 'backtest', '--origins', '3', '--horizon', '14')
    t.equal(again, found, 'the same question, the same answer')
    t.equal({row['scope'] for row in rows(t, service, 'backtest', '--origins', '1', '--by', 'role')}, {'total', 'role'})


def test_a_backtest_takes_the_origins_that_the_history_allows(t):
    service = shop(t)
    result = service.run('backtest', '--origins', '26', '--horizon', '28', '--format', 'csv')
    t.equal(result.returncode, 0)
    t.contains(result.stderr, 'long enough for 5 of the 26 origins')
    result = service.run('backtest', '--horizon', '400')
    t.equal((result.returncode, result.stdout), (1, ''))
    t.contains(result.stderr, 'too short')
    for arguments in (('--origins', '0'), ('--origins', '27'), ('--horizon', '0'), ('--horizon', '401'), ('--by', 'x')):
        t.equal(service.run('backtest', *arguments).returncode, 2, str(arguments))
    for part in ('Coverage', 'nominal', 'last week', 'of best', 'cups'):
        t.contains(service.run('backtest', '--origins', '2').stdout, part)
    t.contains(service.run('backtest', '--origins', '2', '--lang', 'zh').stdout, '覆盖率')


def test_an_explanation_makes_the_forecast(t):
    service = shop(t)
    forecast = {row['date']: float(row['mean_units']) for row in rows(t, service, 'forecast', '--item', 'weekend')}
    for date in ('2026-11-23', '2026-11-28', '2026-12-12'):
        lines = rows(t, service, 'explain', 'forecast', '--item', 'weekend', '--date', date)
        product = 1.0
        for line in lines:
            if line['factor'] == 'level':
                product *= float(line['units'])
            elif line['multiplier']:
                product *= float(line['multiplier'])
            elif line['factor'] == 'mean':
                t.near(float(line['units']), product, 1e-9 * (1 + product), date)
                t.near(float(line['units']), forecast[date], 1e-5 * (1 + product), date)
    factors = {line['factor']: line for line in lines}
    t.equal((factors['promotion']['name'], factors['promotion']['evidence_count']), ('double12', '0'))
    t.equal(factors['discount']['detail'], '0.3')
    t.true({'q10', 'q50', 'q90', 'noise_variance', 'level_variance', 'lift_variance'} <= set(factors), 'the band')
    text = service.run('explain', 'forecast', '--item', 'weekend', '--date', '2026-12-12').stdout
    for part in ('Double 12', 'LOW_EVIDENCE', 'P90', 'Saturday', 'open buckets'):
        t.contains(text, part)
    t.contains(service.run('explain', 'forecast', '--item', 'weekend', '--lang', 'zh').stdout, '水平')
    document = json.loads(service.run('explain', 'forecast', '--item', 'weekend', '--format', 'json').stdout)
    t.equal(document['rows'][0]['factor'], 'level')
    t.equal(service.run('explain', 'forecast', '--item', 'nothing').returncode, 1)
    t.equal(service.run('explain', 'forecast', '--item', 'weekend', '--date', str(AS_OF)).returncode, 1)
    t.equal(service.run('explain', 'forecast').returncode, 2)


def test_a_price_ahead_moves_the_forecast_and_is_explained(t):
    service = shop(t)
    before = rows(t, service, 'forecast', '--item', 'steady', '--horizon', '10')
    cut, end = AS_OF + datetime.timedelta(6), AS_OF + datetime.timedelta(8)
    content = f'date,item_id,price\n{AS_OF - datetime.timedelta(100)},steady,20\n{cut},steady,15\n{end},steady,20\n'
    t.equal(service.run('import', 'prices', t.file('prices.csv', content)).returncode, 0, 'import prices')
    after = rows(t, service, 'forecast', '--item', 'steady', '--horizon', '10')
    for old, new in zip(before, after):
        ratio = float(new['mean_units']) / float(old['mean_units'])
        t.equal(ratio > 1.2 if str(cut) <= new['date'] < str(end) else 0.97 < ratio < 1.03, True,
                f"{new['date']} {ratio}")
    price = [row for row in rows(t, service, 'explain', 'forecast', '--item', 'steady', '--date', str(cut))
             if row['factor'] == 'price']
    t.equal([(row['detail'], row['evidence_count']) for row in price], [('0.75', '0')])
    t.equal('price' in [row['factor'] for row in
                        rows(t, service, 'explain', 'forecast', '--item', 'steady', '--date', str(end))], False)


def test_review_and_status_answer(t):
    service = shop(t)
    t.equal(list(rows(t, service, 'review')[0])[:8],
            ['scope', 'scope_id', 'metric', 'value', 'numerator', 'denominator', 'from_date', 'to_date'])
    status = rows(t, service, 'status')[0]
    t.equal((status['series_count'], status['last_sales_date'], status['as_of_date']),
            ('4', str(AS_OF), str(AS_OF)))


def test_fit_names_the_snapshot_that_later_answers_use(t):
    service = shop(t)
    fitted = rows(t, service, 'fit')[0]
    answer = json.loads(service.run('reorder', '--format', 'json').stdout)
    t.equal(answer['snapshot']['snapshot_id'], fitted['snapshot_id'])


def test_another_as_of_uses_nothing_later(t):
    service = shop(t)
    found = rows(t, service, 'forecast', '--item', 'steady', '--horizon', '1', '--as-of', '2026-10-31')
    t.equal([row['date'] for row in found], ['2026-11-01'])


def test_the_result_goes_to_a_file_whole_or_not_at_all(t):
    service = shop(t)
    path = os.path.join(t.directory(), 'orders.csv')
    result = service.run('reorder', '--format', 'csv', '--output', path)
    t.equal((result.returncode, result.stdout), (0, ''))
    with open(path, encoding='utf-8') as orders:
        before = orders.read()
    t.equal(service.run('reorder', '--warehouse', 'nowhere', '--format', 'csv', '--output', path).returncode, 1)
    with open(path, encoding='utf-8') as orders:
        t.equal(orders.read(), before, 'the old file after a failed command')


if __name__ == '__main__':
    harness.main(globals())
