#!/usr/bin/python3
"""The replay of order policies from outside: figures that fit together, nothing from the future, limits and
refusals."""
import csv
import datetime
import io
import json
import os
import random
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import harness
import rpc_client

PACKAGE = 'peakstock.v1.'
AS_OF = datetime.date(2026, 11, 22)
DAYS = 260
POLICIES = ('ours', 'average30', 'normal', 'seasonal13', 'seasonal13_buffer', 'two_week', 'min_max', 'hindsight')
COLUMNS = ['scope', 'scope_id', 'metric', 'value', 'numerator', 'denominator', 'from_date', 'to_date', 'formula_id',
           'policy',
           'critical_ratio']


def sales_rows(last_days_units=None, days=14):
    """Six items; the units of the last days may be replaced."""
    draw = random.Random(4)
    lines = ['date,item_id,units']
    for back in range(DAYS - 1, -1, -1):
        date = AS_OF - datetime.timedelta(back)
        for i in range(6):
            mean = (8, 3, 1, 0.3, 5, 2)[i] * (1.5 if date.weekday() >= 5 else 1)
            units = sum(draw.random() < mean / 20 for _ in range(20))
            if last_days_units is not None and back < days:
                units = last_days_units
            lines.append(f'{date},item{i},{units}')
    return '\n'.join(lines) + '\n'


FILES = {
    'items': 'item_id,unit_cost,list_price\n' + ''.join(f'item{i},{5 + i},{12 + 2 * i}\n' for i in range(6)),
    'supply': 'item_id,lead_time_days,review_period_days,pack_size_units\n'
              + ''.join(f'item{i},{5 + i},7,{1 + 2 * (i % 2)}\n' for i in range(6)),
    'promotions': 'promotion_id,start_date,end_date,kind\nd11,2026-11-09,2026-11-11,double11\n',
}


def shop(t, sales, files=None):
    t.needs('peakstockd')
    service = t.service()
    for kind, content in ({'sales': sales} | (FILES if files is None else files)).items():
        result = service.run('--quiet', 'import', kind, t.file(f'{kind}.csv', content))
        t.equal(result.returncode, 0, f'import {kind} ({result.stderr.strip()})')
    return service


def figures(t, service, *arguments):
    result = service.run('--quiet', '--format', 'csv', 'simulate', *arguments)
    t.equal(result.returncode, 0, f'exit code ({result.stderr.strip()})')
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    t.equal(list(rows[0]), COLUMNS)
    return {(row['scope'], row['scope_id'], row['metric']): row for row in rows}


def value(found, *key):
    return float(found[key]['value'])


def test_figures_of_a_replay_fit_together(t):
    service = shop(t, sales_rows())
    found = figures(t, service, '--from', '2026-08-01')
    for (scope, name, metric), row in found.items():
        t.equal((row['from_date'], row['to_date'], row['formula_id']), ('2026-08-01', str(AS_OF), 'simulate.v1'))
        if row['value']:
            t.near(float(row['value']), float(row['numerator']) / float(row['denominator']), 1e-5, f'{name} {metric}')
    for ratio in ('own', '0.80', '0.90', '0.95', '0.98'):
        demand = {value(found, 'policy', f'{p}@{ratio}', 'demand_units') for p in POLICIES}
        t.equal(len(demand), 1, 'the same demand for all')
        best = value(found, 'policy', f'hindsight@{ratio}', 'cost')
        for p in POLICIES:
            def figure(metric, name=f'{p}@{ratio}'):
                return value(found, 'policy', name, metric)
            t.near(figure('cost'), figure('holding_cost') + figure('shortage_cost') + figure('order_cost'), 1e-6)
            t.true(figure('cost') >= best - 1e-9, f'{p}@{ratio} costs less than hindsight')
            t.near(figure('fill_ratio'), 1 - figure('lost_units') / figure('demand_units'), 1e-9)
            t.true(value(found, 'promotion', f'{p}@{ratio}', 'demand_units') > 0, 'promotion days apart')
        low, high = (value(found, 'policy', f'normal@{ratio}', f'cost_difference_{end}') for end in ('low', 'high'))
        t.true(low <= value(found, 'policy', f'normal@{ratio}', 'cost_difference') <= high, 'the interval holds it')
    fills = [value(found, 'frontier', f'ours@{a}', 'fill_ratio') for a in ('0.5', '0.8', '0.9', '0.98')]
    t.equal(fills, sorted(fills), 'a higher aim fills more')
    t.equal(figures(t, service, '--from', '2026-08-01'), found, 'the same question, the same answer')


def test_orders_before_a_changed_future_stay_as_they_were(t):
    """The last review of a replay that ends on the 20th lies before the last days: other sales there change no
    order."""
    arguments = ('--from', '2026-09-01', '--to', '2026-11-20', '--review-period-days', '14', '--lead-time-days', '7')
    before = figures(t, shop(t, sales_rows()), *arguments)
    after = figures(t, shop(t, sales_rows(last_days_units=40, days=5)), *arguments)
    ours = ('policy', 'ours@own', 'demand_units')
    t.true(before[ours]['value'] != after[ours]['value'])
    for p in POLICIES[:-1]:
        for metric in ('order_count', 'order_units'):
            t.equal(after['policy', f'{p}@own', metric]['value'], before['policy', f'{p}@own', metric]['value'],
                    f'{p} {metric}')
    outside = figures(t, shop(t, sales_rows(last_days_units=40, days=2)), *arguments)
    t.equal(outside, before, 'days after the last one are not used at all')


def test_policies_terms_and_items_can_be_chosen(t):
    service = shop(t, sales_rows(), files={})
    result = service.run('--format', 'json', 'simulate', '--policy', 'normal', '--item', 'item0', '--item', 'item2',
                         '--from', '2026-09-01', '--lead-time-days', '3')
    t.equal(result.returncode, 0, result.stderr)
    t.contains(result.stderr, 'have no supply row')
    t.contains(result.stderr, 'review days')
    document = json.loads(result.stdout)
    t.equal({row['policy'] for row in document['rows']}, {'ours', 'normal', 'hindsight'})
    t.equal([(v['policy'], v['critical_ratio']) for v in document['verdicts']],
            [('normal', ratio) for ratio in ('own', '0.80', '0.90', '0.95', '0.98')])
    basis = document['basis']
    t.equal((basis['series_count'], basis['assumed_terms_count'], basis['currency_code']), (2, 2, None))
    t.equal((basis['from_date'], basis['first_review_date']), ('2026-09-01', '2026-08-21'))
    t.equal(basis['bucket_count'], 2 * 83)


def test_the_report_is_readable_in_both_languages(t):
    service = shop(t, sales_rows())
    english = service.run('--quiet', 'simulate', '--from', '2026-09-01').stdout
    for part in ('Replay of 2026-09-01', 'Against "normal (R,S)", ours is', 'hindsight (bound)', 'Costs in CNY',
                 'Inside promotion windows', 'fill rate'):
        t.contains(english, part)
    chinese = service.run('--quiet', '--lang', 'zh', 'simulate', '--from', '2026-09-01').stdout
    for part in ('各策略起始库存', '对比“正态(R,S)”', '事后最优', '满足率'):
        t.contains(chinese, part)


def test_weekly_series_are_played_week_by_week(t):
    t.needs('peakstockd')
    service = t.service()
    monday = datetime.date(2026, 11, 16)
    rows = [f'{monday - datetime.timedelta(7 * back)},a,{4 + back % 3}' for back in range(60)]
    path = t.file('sales.csv', 'date,item_id,units\n' + '\n'.join(rows) + '\n')
    t.equal(service.run('--quiet', 'import', 'sales', '--bucket', 'week', path).returncode, 0)
    result = service.run('--quiet', '--format', 'json', 'simulate', '--from', '2026-06-01', '--lead-time-days', '14')
    t.equal(result.returncode, 0, result.stderr)
    document = json.loads(result.stdout)
    t.equal(document['basis']['bucket_count'], 25)
    t.equal(document['basis']['review_count'], 28, 'three warm-up weeks')
    found = {(row['scope_id'], row['metric']): row['value'] for row in document['rows']}
    t.equal(found['hindsight@own', 'lost_units'], 0)
    t.equal(found['ours@own', 'demand_units'], sum(4 + back % 3 for back in range(25)))


def test_what_cannot_be_played_is_refused_with_a_remedy(t):
    service = shop(t, sales_rows())
    for arguments in (('--review-period-days', '0'), ('--lead-time-days', '401'), ('--cover-days', '0'),
                      ('--from', '2026-09-02', '--to', '2026-09-01')):
        t.equal(service.run('simulate', *arguments).returncode, 2, str(arguments))
    for arguments, part in ((('--policy', 'moon'), 'unknown'), (('--item', 'moon'), 'unknown'),
                            (('--from', '2026-03-20'), 'allows a replay from'),
                            (('--to', '2027-01-01'), 'last day that is known')):
        result = service.run('simulate', *arguments)
        t.equal((result.returncode, result.stdout), (1, ''), str(arguments))
        t.contains(result.stderr, part)


def test_a_replay_takes_400_review_days_and_no_more(t):
    t.needs('peakstockd')
    service = t.service()
    rows = [f'{AS_OF - datetime.timedelta(back)},a,{1 + back % 3}' for back in range(480)]
    path = t.file('sales.csv', 'date,item_id,units\n' + '\n'.join(rows) + '\n')
    t.equal(service.run('--quiet', 'import', 'sales', path).returncode, 0)
    terms = ('--policy', 'two_week', '--review-period-days', '1', '--lead-time-days', '0')
    result = service.run('--format', 'csv', 'simulate', *terms, '--from', str(AS_OF - datetime.timedelta(398)))
    t.contains(result.stderr, '400 of 400 review days')
    t.equal(result.returncode, 0, result.stderr)
    result = service.run('simulate', *terms, '--from', str(AS_OF - datetime.timedelta(399)))
    t.equal((result.returncode, result.stdout), (1, ''))
    t.contains(result.stderr, '401 review days need as many fits, more than 400')


def test_a_client_that_goes_away_stops_the_replay(t):
    if rpc_client.grpc is None:
        raise harness.Skip('python3-grpcio is not installed')
    service = shop(t, sales_rows())
    messages = rpc_client.Messages()
    client = rpc_client.Client(service.address, messages)
    request = messages[PACKAGE + 'SimulatePoliciesRequest'](review_period_days=1, from_date='2026-07-01')
    call = client.method('unary_stream', f'/{PACKAGE}SimulationService/SimulatePolicies',
                         PACKAGE + 'SimulatePoliciesResponse')(request)
    first = next(call)
    t.equal(first.snapshot.as_of_date, str(AS_OF))
    t.true(first.total_count > 100, f'{first.total_count} review days')
    call.cancel()
    client.close()
    t.equal(service.run('status').returncode, 0, 'the service goes on')
    service.wait_line('SimulatePolicies status=CANCELLED')


def test_the_sample_shop_orders_better_than_by_its_average(t):
    sample = os.path.join(t.build_dir, 'tests', 'sample_shop')
    t.needs('peakstockd')
    directory = t.directory()
    subprocess.run([sample, '--output', directory, '--item-count', '60', '--days', '500'], check=True)
    service = t.service()
    for kind in ('items', 'sales', 'supply', 'promotions', 'prices', 'covariates'):
        t.equal(service.run('--quiet', 'import', kind, os.path.join(directory, f'{kind}.csv')).returncode, 0, kind)
    found = figures(t, service, '--from', '2026-07-01', '--review-period-days', '14')
    for p in ('average30', 'two_week', 'min_max'):
        t.true(value(found, 'policy', f'{p}@own', 'cost_difference_high') < 0, f'{p} is not beaten')
    t.true(value(found, 'policy', 'ours@0.95', 'fill_ratio') > 0.95, 'the aim is met')


if __name__ == '__main__':
    harness.main(globals())
