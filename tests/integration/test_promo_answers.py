#!/usr/bin/python3
"""What the client makes of answers about campaigns: columns, tables, sentences. The service is a puppet
(tests/support/puppet.py)."""
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import harness
from puppet import DAY, Puppet, done, rows_of

PROMO_CHECK = ('item_id,warehouse_id,state,q50_units,q90_units,stock_at_start_units,inbound_before_start_units,'
               'gap_q50_units,gap_q90_units,cover_probability,order_by_date,reason,action,action_units,action_date,'
               'action_worth,margin_at_risk,order_units,order_cap_units,reorder_units,transfer_from_warehouse_id,'
               'expedite_order_id,expedite_days,presale_units,presale_cover_probability,presale_gap_units,ship_by_date,'
               'sold_so_far_units,expected_so_far_units,sell_through_ratio')


def promo_answers(puppet):
    lines = [puppet.message('PromotionLine', item_id='A1', warehouse_id='main', state='READINESS_STATE_RED',
                            q50_units=100, q90_units=150, stock_at_start_units=40, inbound_before_start_units=10.5,
                            gap_q50_units=49.5, gap_q90_units=99.5, cover_probability=0.0625,
                            order_by_date_epoch_days=DAY + 4, reasons=puppet.reasons('PROMOTION_GAP'),
                            action='expedite_inbound', action_units=60, action_date_epoch_days=DAY + 15,
                            action_worth_micros=480_000_000, margin_at_risk_micros=500_500_000, order_units=72,
                            order_cap_units=80, reorder_units=24, expedite_order_id='PO-7', expedite_days=3,
                            presale_units=30, presale_cover_probability=0.75, presale_gap_units=4.5,
                            ship_by_date_epoch_days=DAY + 30),
             puppet.message('PromotionLine', item_id='B1', warehouse_id='main', q50_units=3, q90_units=7,
                            reasons=puppet.reasons('NO_STOCK'))]
    return [puppet.message('CheckPromotionResponse', snapshot=puppet.snapshot(), window_start_date='2026-12-08',
                           window_end_date='2026-12-12', lines=lines),
            puppet.message('CheckPromotionResponse', roll_ups=[
                puppet.message('PromotionRollUp', scope='total', line_count=2, red_count=1, unknown_count=1,
                               readiness_ratio=0.505, gmv_at_risk_micros=4_950_000_000, currency_code='CNY')])]


def test_promo_check_columns_are_those_of_the_contract(t):
    with Puppet(t) as puppet:
        puppet.stream('CheckPromotion', 'CheckPromotionRequest', promo_answers(puppet))
        lines = done(t, puppet.run('promo', 'check', 'd12', '--format', 'csv')).splitlines()
        t.equal(lines, [PROMO_CHECK,
                        'A1,main,RED,100,150,40,10.5,49.5,99.5,0.0625,2026-11-27,PROMOTION_GAP,expedite_inbound,60,'
                        '2026-12-08,480.00,500.50,72,80,24,,PO-7,3,30,0.75,4.5,2026-12-23,,,',
                        'B1,main,,3,7,,0,,,,,NO_STOCK,,,,,,0,,,,,,0,,0,,,,'])
        t.equal(puppet.requests[0].promotion_id, 'd12')


PROMO_PLAN = ('supplier_id,week_start_date,item_id,warehouse_id,order_units,order_amount,last_order_date,arrival_date,'
              'unit_cost,reason,campaign_units,order_date,transfer_units,transfer_from_warehouse_id,missing_units,'
              'critical_ratio')


def plan_answers(puppet):
    order = puppet.message('PromotionPlanOrder', supplier_id='mill', week_start_date_epoch_days=DAY, item_id='A1',
                           warehouse_id='main', order_units=12, campaign_units=5, order_date_epoch_days=DAY + 1,
                           last_order_date_epoch_days=DAY + 2, arrival_date_epoch_days=DAY + 9,
                           unit_cost_micros=2500000, order_amount_micros=30000000, critical_ratio=0.9,
                           reasons=puppet.reasons('CAMPAIGN_STOCK', 'ORDER_CAPPED'))
    left_out = puppet.message('PromotionPlanOrder', item_id='B1', warehouse_id='main',
                              reasons=puppet.reasons('NO_STOCK'))
    summary = puppet.message('PromotionPlanSummary', line_count=2, order_count=1, no_stock_count=1)
    return [puppet.message('PlanPromotionResponse', window_start_date='2026-12-08', window_end_date='2026-12-14'),
            puppet.message('PlanPromotionResponse', orders=[order, left_out]),
            puppet.message('PlanPromotionResponse', summary=summary)]


def test_promo_plan_columns_are_those_of_the_contract(t):
    with Puppet(t) as puppet:
        puppet.stream('PlanPromotion', 'PlanPromotionRequest', plan_answers(puppet))
        result = puppet.run('promo', 'plan', 'd12', '--supplier', 'mill', '--format', 'csv')
        t.equal(done(t, result).splitlines(),
                [PROMO_PLAN, 'mill,2026-11-23,A1,main,12,30.00,2026-11-25,2026-12-02,2.50,CAMPAIGN_STOCK;ORDER_CAPPED,'
                             '5,2026-11-24,0,,0,0.9',
                 ',,B1,main,0,,,,,NO_STOCK,0,,0,,0,0'])
        t.equal((puppet.requests[0].promotion_id, puppet.requests[0].supplier_id), ('d12', 'mill'))
        t.contains(result.stderr, '1 without a plan because their stock is unknown', 'counted')


def test_a_running_promotion_shows_what_it_sold(t):
    with Puppet(t) as puppet:
        line = puppet.message('PromotionLine', item_id='A1', warehouse_id='main', state='READINESS_STATE_BLUE',
                              q50_units=5, q90_units=9, stock_at_start_units=200, cover_probability=1, action='push',
                              action_units=5,
                              action_worth_micros=35_000_000, sold_so_far_units=17, expected_so_far_units=43.5,
                              sell_through_ratio=0.125, reasons=puppet.reasons('PROMOTION_OVERSTOCK'))
        puppet.stream('CheckPromotion', 'CheckPromotionRequest', [puppet.message(
            'CheckPromotionResponse', snapshot=puppet.snapshot(), window_start_date='2026-11-20',
            window_end_date='2026-11-30', lines=[line])])
        text = done(t, puppet.run('promo', 'check', 'd11', '--lang', 'zh'))
        for part in ('加推', '35', '已售', ' 17 ', ' 44 ', '12.5%', '剩余库存'):
            t.contains(text, part)
        t.contains(done(t, puppet.run('promo', 'check', 'd11', '--lang', 'en')), 'left to sell P50')


def test_promo_check_shows_window_states_and_roll_ups(t):
    with Puppet(t) as puppet:
        puppet.stream('CheckPromotion', 'CheckPromotionRequest', promo_answers(puppet))
        text = done(t, puppet.run('promo', 'check', 'd12', '--lang', 'zh'))
        for part in ('2026-12-08..2026-12-12', '红', '未知', '50.5%', '4,950', '催货提前', 'PO-7', '  480 '):
            t.contains(text, part)
        document = json.loads(done(t, puppet.run('promo', 'check', 'd12', '--format', 'json')))
        t.equal(document['window'], {'window_start_date': '2026-12-08', 'window_end_date': '2026-12-12'})
        t.equal(document['roll_ups'][0]['readiness_ratio'], 0.505)
        t.equal(document['rows'][1]['state'], None)


def promo_sums(puppet):
    headline = puppet.message('PromotionHeadline', promotion_name='双12', readiness_ratio=0.781,
                              gmv_expected_micros=1_200_000_000_000, gmv_target_micros=1_500_000_000_000,
                              gmv_at_risk_micros=90_000_000_000, item_count=240, half_risk_item_count=3,
                              cash_needed_micros=45_600_000_000, late_line_count=2, overloaded_count=1)
    supply = [puppet.message('PromotionSupplyOfDifference', metric='gmv', item_id=f'S{n:02}', push_units=10,
                             traffic_ratio=1.5, gmv_micros=9_000_000_000, margin_micros=4_000_000_000,
                             cumulative=9000.0 * (n + 1)) for n in range(12)]
    sums = puppet.message(
        'CheckPromotionResponse',
        roll_ups=[puppet.message('PromotionRollUp', scope='warehouse', scope_id='main', outbound_units_per_day=100,
                                 load_ratio=1.25, peak_date_epoch_days=DAY, peak_day_q90_units=125,
                                 reasons=puppet.reasons('WAREHOUSE_OVERLOADED')),
                  puppet.message('PromotionRollUp', scope='role', line_count=3)],
        cash_weeks=[puppet.message('PromotionCashWeek', week_start_date_epoch_days=DAY, cash_micros=45_600_000_000)],
        targets=[puppet.message('PromotionTarget', metric='gmv', target=1_500_000.0, expected=1_200_000.0,
                                gap=300_000.0, orderable=20_000.0, pushable=108_000.0, shortfall=172_000.0,
                                supply_count=12),
                 puppet.message('PromotionTarget', metric='gmv', channel='tmall', target=5000.0)],
        supply_of_differences=supply,
        losses=[puppet.message('PromotionLoss', item_id='L1', reasons=puppet.reasons('CAMPAIGN_LOSES_PROFIT'))])
    first = puppet.message('CheckPromotionResponse', snapshot=puppet.snapshot(), window_start_date='2026-12-08',
                           window_end_date='2026-12-12')
    return [first, puppet.message('CheckPromotionResponse', headline=headline), *promo_answers(puppet)[:1], sums]


def test_promo_check_begins_with_the_campaign_in_two_sentences(t):
    with Puppet(t) as puppet:
        puppet.stream('CheckPromotion', 'CheckPromotionRequest', promo_sums(puppet))
        text = done(t, puppet.run('promo', 'check', 'd12'))
        t.contains(text, '双12: 78 % ready; 1.20 m of 1.50 m target GMV with what is in stock and on order; 90.0 k at '
                         'risk for lack of stock, half of it in 3 of 240 items\n'
                         'closing the gaps takes 45.6 k; lines past their latest order date: 2; '
                         'overloaded warehouses: 1\n')
        chinese = done(t, puppet.run('promo', 'check', 'd12', '--lang', 'zh'))
        t.contains(chinese, '双12:就绪 78%;按现有库存与在途预计销售额 120.0万,目标 150.0万;缺货风险 9.0万,'
                            '其中一半在 3 个商品(共 240 个)')


def test_promo_check_answers_one_question_per_table(t):
    with Puppet(t) as puppet:
        puppet.stream('CheckPromotion', 'CheckPromotionRequest', promo_sums(puppet))
        text = done(t, puppet.run('promo', 'check', 'd12'))
        for part in ('How ready are we', 'What does it bring', 'Can the warehouses ship', '125.0%', '(none)',
                     'When is the money', '45,600', 'Do we reach the targets?', 'tmall',
                     'total GMV lacks 300.0 k: orders still in time bring 20.0 k, items with stock to spare up to '
                     '108.0 k; it cannot be closed, short by 172.0 k', 'S09', '(2 more rows)',
                     'Which items lose money', 'L1'):
            t.contains(text, part)
        t.true('S10' not in text, 'a table holds the ten best')
        document = json.loads(done(t, puppet.run('promo', 'check', 'd12', '--format', 'json')))
        t.equal(len(document['supply_of_differences']), 12, 'JSON holds them all')
        t.equal([row['expected'] for row in document['targets']], [1200000, None])
        t.equal(document['headline']['half_risk_item_count'], 3)
        t.equal(document['cash_weeks'][0]['cash'], 45600.0)
        t.equal(document['losses'][0]['reason'], 'CAMPAIGN_LOSES_PROFIT')


def test_promo_compare_columns_marks_and_lessons(t):
    with Puppet(t) as puppet:
        def scope(name, scope_id, *figures, **dates):
            return puppet.message('PromotionComparison', scope=name, scope_id=scope_id, figures=[
                puppet.message('ComparedFigure', **figure) for figure in figures], **dates)

        lift = {'metric': 'lift_ratio', 'a_value': 3.1, 'a_standard_error': .2, 'a_basis': 'result', 'b_value': 2.9,
                'b_standard_error': .5, 'b_basis': 'forecast', 'difference': -.2}
        sold = {'metric': 'sold_units', 'a_value': 1240, 'a_basis': 'result', 'b_value': 310, 'b_basis': 'so_far'}
        absent = {'metric': 'gmv'}
        head = puppet.message(
            'ComparePromotionsResponse', snapshot=puppet.snapshot(),
            a=puppet.message('ComparedPromotion', promotion_id='d11', state='over', line_count=2),
            b=puppet.message('ComparedPromotion', promotion_id='d12', state='running', line_count=2),
            comparisons=[scope('total', '', sold, lift, absent),
                         scope('day', 'warmup_3', lift, a_date='2025-12-10', b_date='2026-12-10')],
            lessons=[puppet.message('PromotionLesson', category='cups', reasons=puppet.reasons('STOCK_MORE_NEXT_TIME'),
                                    first_ratio=.2, second_ratio=.3)],
            lesson_promotion_ids=['d11', 'd12'], warnings=['a warning'])
        line = puppet.message('ComparePromotionsResponse', comparisons=[scope('line', 'A1@main', sold)])
        puppet.stream('ComparePromotions', 'ComparePromotionsRequest', [head, line])
        result = puppet.run('promo', 'compare', 'd11', 'd12', '--lines', '--format', 'csv')
        t.contains(result.stderr, 'a warning')
        t.equal(result.stdout.splitlines(), [
            'scope,scope_id,metric,a_value,a_se,b_value,b_se,difference,a_basis,b_basis,a_date,b_date',
            'total,,sold_units,1240,,310,,,result,so_far,,',
            'total,,lift_ratio,3.1,0.2,2.9,0.5,-0.2,result,forecast,,',
            'day,warmup_3,lift_ratio,3.1,0.2,2.9,0.5,-0.2,result,forecast,2025-12-10,2026-12-10',
            'line,A1@main,sold_units,1240,,310,,,result,so_far,,'])
        t.equal((puppet.requests[0].a_promotion_id, puppet.requests[0].includes_lines), ('d11', True))
        text = done(t, puppet.run('promo', 'compare', 'd12', '--lang', 'zh'))
        for part in ('1,240', '310+', '3.10 ±0.20', '2.90 ±0.50*', '预热 3', '下次应多备'):
            t.contains(text, part)
        t.equal(puppet.requests[1].a_promotion_id, '', 'the service chooses the campaign before')
        puppet.stream('ComparePromotions', 'ComparePromotionsRequest', [])
        result = puppet.run('promo', 'compare', 'd11', 'd12')
        t.equal((result.returncode, result.stdout), (1, ''), 'an empty answer leaves nothing on stdout')


def test_promo_list_follows_every_page(t):
    with Puppet(t) as puppet:
        pages = [puppet.message('ListPromotionsResponse', promotions=[puppet.message(
            'PromotionSummary', promotion_id=name, start_date='2026-12-08', end_date='2026-12-12', row_count=2,
            phases=['warmup 2026-12-08..2026-12-11', 'peak 2026-12-12..2026-12-12'])],
            page=puppet.message('PageInfo', next_page_token=token)) for name, token in (('d12', 'next'), ('d13', ''))]

        class Pages(list):
            def __getitem__(self, index):
                return pages[1] if puppet.requests[-1].page.page_token == 'next' else pages[0]

        puppet.answers['ListPromotions'] = ('ListPromotionsRequest', Pages(), False)
        rows = rows_of(done(t, puppet.run('promo', 'list', '--format', 'csv')))
        t.equal([row['promotion_id'] for row in rows], ['d12', 'd13'])
        t.equal(rows[0]['phases'], 'warmup 2026-12-08..2026-12-11;peak 2026-12-12..2026-12-12')


if __name__ == '__main__':
    harness.main(globals())
