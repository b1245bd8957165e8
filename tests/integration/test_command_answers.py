#!/usr/bin/python3
"""What the client makes of answers: columns, spelling, exit codes. The service is a puppet (tests/support/puppet.py);
test_promo_answers.py asks about campaigns."""
import json
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import harness
from puppet import DAY, PACKAGE, Puppet, done, rows_of

FORECAST = 'item_id,warehouse_id,date,mean_units,q10_units,q50_units,q90_units,statistical_mean_units'
REORDER = ('item_id,warehouse_id,order_units,order_by_date,arrival_date,expected_demand_units,position_units,'
           'critical_ratio,reason,suggestion_id,supplier_id,unit_cost,order_amount,on_hand_units,inbound_units,'
           'eta_date,state,transfer_units,transfer_from_warehouse_id,stockout_date_p10,stockout_date_p50,'
           'stockout_date_p90,excess_units,rank,cumulative_amount,item_class,planned_units,previous_order_units,'
           'change_stock_units,change_inbound_units,change_demand_units,change_terms_units,change_rounding_units')
CLEARANCE = ('item_id,warehouse_id,on_hand_units,days_of_supply,age_days,action,discount_ratio,'
             'expected_cleared_units,clear_probability,expected_value,reason,list,ladder,last_date,cleared_p10_units,'
             'cleared_p90_units,expected_recovered,recovered_p10,recovered_p90,do_nothing_value,value_gain,'
             'single_discount_ratio,single_value,reachable_cleared_units,elasticity,elasticity_standard_error,'
             'elasticity_source,margin_ratio,margin_exception,sell_through_ratio,planned_sell_through_ratio,age_source,'
             'aged_0_90_units,aged_91_180_units,aged_181_270_units,aged_271_365_units,aged_over_365_units')
METRICS = 'scope,scope_id,metric,value,numerator,denominator,from_date,to_date'


def forecast_series(puppet, item, probabilities, days=2, mean=1.25):
    return puppet.message(
        'SeriesForecast', item_id=item, warehouse_id='main', bucket_days=1,
        date_epoch_days=[DAY + i for i in range(days)], mean_units=[mean] * days,
        quantiles=[puppet.message('QuantileColumn', probability=p, units=[int(p * 1000)] * days)
                   for p in probabilities],
        reasons=puppet.reasons('LOW_EVIDENCE'))


def test_forecast_columns_are_those_of_the_contract(t):
    with Puppet(t) as puppet:
        puppet.stream('StreamForecasts', 'StreamForecastsRequest', [
            puppet.message('StreamForecastsResponse', snapshot=puppet.snapshot(), warnings=['covariates end early']),
            puppet.message('StreamForecastsResponse',
                           series=[forecast_series(puppet, 'A1', [0.9, 0.5, 0.1])])])
        result = puppet.run('forecast', '--item', 'A1', '--format', 'csv')
        t.equal(done(t, result).splitlines(),
                [FORECAST, 'A1,main,2026-11-23,1.25,100,500,900,1.25',
                 'A1,main,2026-11-24,1.25,100,500,900,1.25'])
        t.contains(result.stderr, 'covariates end early')
        request = puppet.requests[0]
        t.equal(list(request.filter.item_ids), ['A1'])
        t.equal(request.options.horizon_days, 28)
        t.equal(list(request.options.probabilities), [0.1, 0.5, 0.9])


def test_quantile_columns_are_named_by_their_decimals(t):
    with Puppet(t) as puppet:
        wanted = [0.05, 0.5, 0.975, 0.999, 0.1]
        puppet.stream('StreamForecasts', 'StreamForecastsRequest', [
            puppet.message('StreamForecastsResponse', snapshot=puppet.snapshot(),
                           series=[forecast_series(puppet, 'A1', wanted)])])
        text = done(t, puppet.run('forecast', '--all', '--quantiles', '0.05,0.5,0.975,0.999,0.1', '--format', 'csv'))
        t.equal(text.splitlines()[0],
                'item_id,warehouse_id,date,mean_units,q05_units,q50_units,q975_units,q999_units,q10_units,'
                'statistical_mean_units')
        t.equal(text.splitlines()[1], 'A1,main,2026-11-23,1.25,50,500,975,999,100,1.25')


def test_a_broken_forecast_leaves_nothing_on_stdout(t):
    with Puppet(t) as puppet:
        whole = forecast_series(puppet, 'A1', [0.1, 0.5, 0.9])
        broken = forecast_series(puppet, 'A2', [0.1, 0.5])
        puppet.stream('StreamForecasts', 'StreamForecastsRequest', [
            puppet.message('StreamForecastsResponse', snapshot=puppet.snapshot(), series=[whole, broken])])
        result = puppet.run('forecast', '--all', '--format', 'csv')
        t.equal((result.returncode, result.stdout), (1, ''))
        t.contains(result.stderr, 'A2')


def test_a_forecast_of_nothing_is_a_header(t):
    with Puppet(t) as puppet:
        puppet.stream('StreamForecasts', 'StreamForecastsRequest', [])
        t.equal(done(t, puppet.run('forecast', '--all', '--format', 'csv')), FORECAST + '\n')
        t.equal(json.loads(done(t, puppet.run('forecast', '--all', '--format', 'json'))), {'rows': []})


def test_a_forecast_table_tells_the_facts_in_the_readers_language(t):
    with Puppet(t) as puppet:
        puppet.stream('StreamForecasts', 'StreamForecastsRequest', [
            puppet.message('StreamForecastsResponse', snapshot=puppet.snapshot(),
                           series=[forecast_series(puppet, '杯子', [0.1, 0.5, 0.9])])])
        english = done(t, puppet.run('forecast', '--item', '杯子'))
        t.contains(english, 'P90')
        t.contains(english, 'as of 2026-11-22')
        t.true('LOW_EVIDENCE' not in english, 'a sentence instead of the code')
        chinese = done(t, puppet.run('forecast', '--item', '杯子', '--lang', 'zh'))
        t.contains(chinese, '商品编码')
        t.true('\033' not in english + chinese, 'no colour outside of a terminal')


def test_a_quarter_million_rows_are_written_within_seconds(t):
    with Puppet(t) as puppet:
        answers = [puppet.message('StreamForecastsResponse', snapshot=puppet.snapshot())]
        for first in range(0, 4700, 100):
            answers.append(puppet.message('StreamForecastsResponse', series=[
                forecast_series(puppet, f'item-{i}', [0.1, 0.5, 0.9], 56, i / 7) for i in range(first, first + 100)]))
        puppet.stream('StreamForecasts', 'StreamForecastsRequest', answers)
        begin = time.monotonic()
        text = done(t, puppet.run('forecast', '--all', '--horizon', '56', '--format', 'csv'))
        seconds = time.monotonic() - begin
        t.equal(text.count('\n'), 4700 * 56 + 1)
        print(f'# 263,200 rows in {seconds:.2f} s, puppet included')
        t.true(seconds < harness.patience(20), 'seconds rather than minutes')


def reorder_answers(puppet):
    full = puppet.message(
        'ReorderLine', item_id='A1', warehouse_id='main', order_units=120, order_by_date_epoch_days=DAY + 2,
        arrival_date_epoch_days=DAY + 9, expected_demand_units=133.333333, position_units=20.5,
        critical_ratio=0.95, reasons=puppet.reasons('PROMOTION_AHEAD', 'PACK_ROUNDED'), suggestion_id='sg-1',
        supplier_id='S"1', unit_cost_micros=12_500_000, order_amount_micros=1_500_000_000, on_hand_units=18,
        inbound_units=2.5, eta_date_epoch_days=DAY + 1, state='suggested', stockout_date_p10_epoch_days=DAY + 3,
        stockout_date_p50_epoch_days=DAY + 5, critical_ratio_rule='costs', item_name='保温杯, 红', planned_units=120,
        previous_order_units=100, change_demand_units=25, change_rounding_units=-5)
    unknown = puppet.message('ReorderLine', item_id='B1', warehouse_id='main', reasons=puppet.reasons('NO_STOCK'))
    summary = puppet.message('ReorderSummary', series_count=9, line_count=2, order_line_count=1, order_units=120,
                             order_amount_micros=1_500_000_000, currency_code='CNY', no_stock_count=1,
                             no_supply_terms_count=3)
    return [puppet.message('PlanReordersResponse', snapshot=puppet.snapshot()),
            puppet.message('PlanReordersResponse', lines=[full, unknown]),
            puppet.message('PlanReordersResponse', summary=summary)]


def test_reorder_columns_are_those_of_the_contract(t):
    with Puppet(t) as puppet:
        puppet.stream('PlanReorders', 'PlanReordersRequest', reorder_answers(puppet))
        result = puppet.run('reorder', '--all-items', '--assume-stock', '0', '--supplier', 'S1', '--format', 'csv')
        lines = done(t, result).splitlines()
        t.equal(lines[0], REORDER)
        t.equal(lines[1], 'A1,main,120,2026-11-25,2026-12-02,133.333,20.5,0.95,PROMOTION_AHEAD;PACK_ROUNDED,sg-1,'
                          '"S""1",12.50,1500.00,18,2.5,2026-11-24,suggested,0,,2026-11-26,2026-11-28,,0,0,,,'
                          '120,100,0,0,25,0,-5')
        t.equal(lines[2], 'B1,main,0,,,0,,0,NO_STOCK,,,,,,0,,,0,,,,,0,0,,,0,,0,0,0,0,0')
        t.contains(result.stderr, '1 left at 0')
        t.contains(result.stderr, 'NO_STOCK')
        t.contains(result.stderr, 'NO_SUPPLY_TERMS')
        request = puppet.requests[0]
        t.true(request.all_items and request.assumptions.HasField('stock_units'), 'options sent')
        t.true(not request.assumptions.HasField('lead_time_days'), 'an assumption nobody made')


def test_reorder_json_has_the_columns_and_nulls(t):
    with Puppet(t) as puppet:
        puppet.stream('PlanReorders', 'PlanReordersRequest', reorder_answers(puppet))
        document = json.loads(done(t, puppet.run('reorder', '--format', 'json')))
        t.equal(list(document), ['snapshot', 'rows', 'summary'])
        t.equal(document['snapshot']['data_revision'], 42)
        t.equal(','.join(document['rows'][0]), REORDER)
        t.equal(document['rows'][1]['position_units'], None)
        t.equal(document['summary']['order_amount'], 1500.0)


def test_reorder_table_reads_like_a_buyers_list(t):
    with Puppet(t) as puppet:
        puppet.stream('PlanReorders', 'PlanReordersRequest', reorder_answers(puppet))
        text = done(t, puppet.run('reorder'))
        for part in ('保温杯, 红', '1,500', '2026-11-26..', 'lines to order', 'runs out'):
            t.contains(text, part)
        t.contains(done(t, puppet.run('reorder', '--lang', 'zh')), '订货量')


def test_clearance_columns_are_those_of_the_contract(t):
    with Puppet(t) as puppet:
        line = puppet.message('ClearanceLine', item_id='A1', warehouse_id='main', on_hand_units=400,
                              days_of_supply=999, action='discount', discount_ratio=0.3,
                              expected_cleared_units=310.25, clear_probability=0.4,
                              expected_value_micros=-1_230_000, reasons=puppet.reasons('DEAD_STOCK'), list='cohort',
                              age_source='lots', aged_over_365_units=400, elasticity=-2.0,
                              elasticity_standard_error=0.8, elasticity_source='prior', last_date_epoch_days=DAY + 13,
                              cleared_p10_units=250, cleared_p90_units=400, margin_ratio=0.25)
        for week, discount in enumerate((0.3, 0.3, 0.5)):
            line.ladder.append(puppet.message('ClearanceStep', first_date_epoch_days=DAY + 7 * week, days=7,
                                              discount_ratio=discount, left_units=400 - 100 * week))
        summary = puppet.message('ClearanceSummary', by_date='2027-02-20', line_count=1, flagged_units=400,
                                 expected_cleared_units=310.25, expected_cleared_ratio=0.775625,
                                 target_cleared_unit_ratio=0.92, warnings=['57 units short of the target'])
        puppet.stream('PlanClearance', 'PlanClearanceRequest', [
            puppet.message('PlanClearanceResponse', snapshot=puppet.snapshot(), lines=[line]),
            puppet.message('PlanClearanceResponse', summary=summary)])
        result = puppet.run('clearance', '--target-cleared-unit-ratio', '0', '--by-date', '2027-02-20',
                            '--format', 'csv')
        t.equal(done(t, result).splitlines(),
                [CLEARANCE, 'A1,main,400,999,,discount,0.3,310.25,0.4,-1.23,DEAD_STOCK,cohort,'
                            '2026-11-23:0.3;2026-12-07:0.5,2026-12-06,250,400,0.00,0.00,0.00,0.00,0.00,0,0.00,0,-2,0.8,'
                            'prior,0.25,0.00,,,lots,0,0,0,0,400'])
        t.contains(result.stderr, '57 units short')
        t.true(puppet.requests[0].HasField('target_cleared_unit_ratio'), 'a target of 0 is a target')
        table = done(t, puppet.run('clearance', '--margin-floor', '0.2'))
        for part in ('target cleared share', '30%, 12-07 50%', 'to clear'):
            t.contains(table, part)
        t.near(puppet.requests[-1].margin_floor_ratio, 0.2, 1e-12)


def metric(puppet, name, **fields):
    return puppet.message('Metric', scope='total', metric=name, numerator=3, denominator=0, from_date='2026-11-22',
                          to_date='2026-11-22', formula_id=name + '.v1', **fields)


def test_kpi_is_long_form_with_the_formula_after_it(t):
    with Puppet(t) as puppet:
        puppet.unary('ComputeKpis', 'ComputeKpisRequest', puppet.message(
            'ComputeKpisResponse', snapshot=puppet.snapshot(),
            metrics=[metric(puppet, 'gmv', value=123456.78, previous_value=120000, target=130000),
                     metric(puppet, 'gmroi', year_before_value=1.25)]))
        lines = done(t, puppet.run('kpi', '--by', 'role', '--format', 'csv')).splitlines()
        t.equal(lines, [METRICS + ',formula_id,previous_value,year_before_value,target,target_gap',
                        'total,,gmv,123456.78,3,0,2026-11-22,2026-11-22,gmv.v1,120000,,130000,-6543.22',
                        'total,,gmroi,,3,0,2026-11-22,2026-11-22,gmroi.v1,,1.25,,'])
        t.contains(done(t, puppet.run('kpi')), 'window before')
        t.equal(puppet.requests[0].by, 'role')


def test_backtest_tells_its_progress_and_prints_long_form(t):
    with Puppet(t) as puppet:
        def figure(name, scope='total', **fields):
            return puppet.message('BacktestMetric', scope=scope, metric=name, numerator=3, denominator=4,
                                  from_date='2026-10-26', to_date='2026-11-22', formula_id='accuracy.v1', **fields)
        puppet.stream('BacktestForecasts', 'BacktestForecastsRequest', [
            puppet.message('BacktestForecastsResponse', snapshot=puppet.snapshot(), total_count=2),
            puppet.message('BacktestForecastsResponse', done_count=2, total_count=2),
            puppet.message('BacktestForecastsResponse', done_count=2, total_count=2, metrics=[
                figure('wape', value=0.75, method='model'), figure('mase', method='model'),
                figure('coverage_q10', value=0.75, method='model', nominal=0.1)],
                warnings=['the history is long enough for 2 of the 8 origins only'])])
        result = puppet.run('backtest', '--format', 'csv', '--by', 'velocity', '--horizon', '28')
        t.equal(done(t, result).splitlines(), [
            METRICS + ',formula_id,method,nominal',
            'total,,wape,0.75,3,4,2026-10-26,2026-11-22,accuracy.v1,model,',
            'total,,mase,,3,4,2026-10-26,2026-11-22,accuracy.v1,model,',
            'total,,coverage_q10,0.75,3,4,2026-10-26,2026-11-22,accuracy.v1,model,0.1'])
        t.contains(result.stderr, '2 of 2 origins')
        t.contains(result.stderr, 'warning: the history is long enough for 2 of the 8')
        t.equal((puppet.requests[0].origin_count, puppet.requests[0].horizon_days, puppet.requests[0].by),
                (8, 28, 'velocity'))
        t.contains(done(t, puppet.run('backtest')), '75.0%')
        puppet.stream('BacktestForecasts', 'BacktestForecastsRequest', [])
        result = puppet.run('backtest', '--format', 'csv')
        t.equal((result.returncode, result.stdout), (1, ''), 'a broken answer leaves nothing on stdout')


def test_explain_forecast_columns_and_evidence(t):
    with Puppet(t) as puppet:
        puppet.unary('ExplainForecast', 'ExplainForecastRequest', puppet.message(
            'ExplainForecastResponse', snapshot=puppet.snapshot(), explanations=[puppet.message(
                'ForecastExplanation', item_id='A1', warehouse_id='main', date='2026-12-12', bucket_days=1,
                level_units=2, open_bucket_count=40, mean_units=6, noise_variance=6, level_variance=3, lift_variance=3,
                factors=[puppet.messages[PACKAGE + 'ForecastFactor'](
                    factor='promotion', name='double12', detail='peak', multiplier=3, units=4, evidence_count=0,
                    shop_evidence_count=2)],
                quantiles=[puppet.message('Quantile', probability=p, units=u) for p, u in ((.1, 2), (.5, 6), (.9, 11))],
                reasons=puppet.reasons('LOW_EVIDENCE'),
                evidence=[puppet.message(
                    'PromotionEvidence', promotion_id='d12', used_lift_ratio=3, is_contradicted=True,
                    campaigns=[puppet.message(
                        'CampaignEvidence', promotion_id='d12-25', phase='peak', category_lift_ratio=5.5,
                        category_standard_error=.25, category_line_count=240, own_lift_ratio=4, own_standard_error=.5,
                        dip_ratio=.18, dip_days=9, stocking_accuracy=.8, deposit_conversion_ratio=.7)])])]))
        lines = done(t, puppet.run('explain', 'forecast', '--item', 'A1', '--format', 'csv')).splitlines()
        t.equal(lines[:4], [
            'item_id,warehouse_id,date,factor,name,detail,multiplier,units,running_units,evidence_count,'
            'shop_evidence_count,multiplier_se',
            'A1,main,2026-12-12,level,,,,2,2,40,,',
            'A1,main,2026-12-12,promotion,double12,peak,3,4,6,0,2,',
            'A1,main,2026-12-12,mean,,,,6,6,,,'])
        t.equal(lines[-3:], ['A1,main,2026-12-12,evidence_used,d12,contradicted,3,,,,,',
                             'A1,main,2026-12-12,evidence_category,d12-25,peak,5.5,,,,240,0.25',
                             'A1,main,2026-12-12,evidence_own,d12-25,peak,4,,,,,0.5'])
        text = done(t, puppet.run('explain', 'forecast', '--item', 'A1'))
        for part in ('P90 11', '50%', 'LOW_EVIDENCE', 'used lift 3.00', '240 lines', '5.50 x an ordinary day (±0.25)',
                     'this one 4.00 (±0.50)', 'after it -18% for 9 days', 'stocking accuracy 80%',
                     '70% of deposits', 'agrees with no past campaign'):
            t.contains(text, part)


def test_review_lists_figures_then_decisions(t):
    with Puppet(t) as puppet:
        decision = puppet.message('ReviewDecision', item_id='A1', warehouse_id='main', item_name='cup',
                                  reasons=puppet.reasons('ABOVE_FORECAST', 'OUT_OF_STOCK'),
                                  proposed_action='reorder', value_micros=99_500_000, sold_units=31,
                                  forecast_units=12.5, units=24, change='worse', since_date_epoch_days=DAY - 3)
        puppet.unary('ReviewDay', 'ReviewDayRequest', puppet.message(
            'ReviewDayResponse', snapshot=puppet.snapshot(), metrics=[metric(puppet, 'units', value=31)],
            decisions=[decision], decision_count=7, open_count=5, decision_value_micros=120_000_000,
            open_value_micros=80_000_000, currency_code='CNY'))
        lines = done(t, puppet.run('review', '--format', 'csv')).splitlines()
        t.equal(lines, [METRICS + ',formula_id,warehouse_id,proposed_action,reason,since_date,change,units',
                        'total,,units,31,3,0,2026-11-22,2026-11-22,units.v1,,,,,,',
                        'item,A1,decision,99.5,31,12.5,2026-11-22,2026-11-22,,main,reorder,'
                        'ABOVE_FORECAST;OUT_OF_STOCK,2026-11-20,worse,24'])
        document = json.loads(done(t, puppet.run('review', '--format', 'json')))
        t.equal(document['decisions'][0]['value'], 99.5)
        t.equal(len(document['rows']), 1)
        t.equal((document['decisions'][0]['change'], document['decisions'][0]['since_date']), ('worse', '2026-11-20'))
        text = done(t, puppet.run('review', '--include-open'))
        t.contains(text, '7 items need a decision, 1 listed; what is new or changed is worth 120 CNY')
        t.contains(text, '5 open from earlier days, unchanged, worth 80')
        t.equal(puppet.requests[-1].include_open, True)


def test_status_reads_downwards_and_fits_a_row(t):
    with Puppet(t) as puppet:
        puppet.unary('GetStatus', 'GetStatusRequest', puppet.message(
            'GetStatusResponse', version='0.1.0', health='SERVING', store_size_bytes=1234567, data_revision=42,
            snapshot=puppet.snapshot(), series_count=30, inferred_closures=[
                puppet.message('InferredClosure', warehouse_id='main', date='2026-02-17'),
                puppet.message('InferredClosure', warehouse_id='east', date='2026-02-18')]))
        row = rows_of(done(t, puppet.run('status', '--format', 'csv')))[0]
        t.equal(row['inferred_closures'], 'main 2026-02-17;east 2026-02-18')
        t.equal((row['as_of_date'], row['store_size_bytes'], row['snapshot_stale']),
                ('2026-11-22', '1234567', 'false'))
        t.contains(done(t, puppet.run('status')), '1,234,567')


def test_status_of_an_empty_store_has_no_snapshot(t):
    with Puppet(t) as puppet:
        puppet.unary('GetStatus', 'GetStatusRequest', puppet.message('GetStatusResponse', version='0.1.0'))
        row = rows_of(done(t, puppet.run('status', '--format', 'csv')))[0]
        t.equal((row['snapshot_id'], row['as_of_date']), ('', ''))


def test_fit_tells_its_progress_and_prints_the_snapshot(t):
    with Puppet(t) as puppet:
        steps = [puppet.message('FitResponse', stage='fit', done_count=i, total_count=40) for i in range(41)]
        puppet.stream('Fit', 'FitRequest', [*steps, puppet.message(
            'FitResponse', stage='save', done_count=40, total_count=40, snapshot=puppet.snapshot(), seconds=1.5)])
        result = puppet.run('fit', '--format', 'csv')
        t.equal(rows_of(done(t, result))[0]['snapshot_id'], 's7')
        t.equal(len(result.stderr.splitlines()), 11, 'lines of progress')
        t.equal(puppet.run('fit', '--quiet').stderr, '')


def test_the_services_refusal_is_exit_code_1_with_its_words(t):
    with Puppet(t) as puppet:
        result = puppet.run('kpi')
        t.equal((result.returncode, result.stdout), (1, ''))
        t.true(result.stderr.strip(), 'something is said')


def test_nobody_there_is_exit_code_3(t):
    client = t.needs('peakstock')
    result = harness.run([client, '--server', '127.0.0.1:1', 'status'])
    t.equal((result.returncode, result.stdout), (3, ''))


if __name__ == '__main__':
    harness.main(globals())
