#!/usr/bin/python3
"""The 92 % plan: what was flagged as slow on one day, followed week by week."""
import datetime
import os
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import harness  # noqa: E402
import sample_truth  # noqa: E402

FROZEN = datetime.date(2026, 8, 31)
day = harness.days_from(FROZEN)
DAYS_SINCE = 30


def path(service, *options):
    return harness.ask_json(service, 'clearance', 'path', *options)


def shop(t, daily=1, on_hand=300):
    """Slow items since long ago, frozen on day 0, seen on day 30.

    A and B, style S1: `daily` a day, `on_hand` each; the price of A falls on day 10. W: 50 pieces that nobody buys,
    written off by day 20. R: 60 pieces, one sold every ten days, 200 more come in on day 15. F: no style, all sold."""
    sales = ['date,item_id,units']
    for number in range(-400, DAYS_SINCE + 1):
        sales += [f'{day(number)},A,{daily}', f'{day(number)},B,{daily}', f'{day(number)},FAST,20']
        if number % 10 == 0:
            sales.append(f'{day(number)},R,1')
        if number % 20 == 0:
            sales.append(f'{day(number)},F,1')
    sales += [f'{day(-300)},W,1', f'{day(3)},F,30']
    return t.shop(**{
        'items': ['item_id,style_id,category,role,unit_cost,list_price', 'A,S1,c,profit,40,100', 'B,S1,c,profit,40,100',
                  'W,S2,c,regular,40,100', 'R,S3,c,regular,40,100', 'F,,c,regular,40,100', 'FAST,S9,c,traffic,30,80'],
        'sales': sales,
        'stock': ['date,item_id,on_hand_units,received_date'] + [f'{day(0)},{line}' for line in (
            f'A,{on_hand},', f'B,{on_hand},', 'W,50,', 'R,60,', 'F,31,', f'FAST,1000,{day(-20)}')] + [
            f'{day(20)},W,0,', f'{day(15)},R,258,', f'{day(30)},FAST,1000,{day(10)}'],
        'prices': ['date,item_id,price', f'{day(10)},A,80']})


def test_a_frozen_cohort_sells_first_in_first_out(t):
    told = path(shop(t), '--since', day(0))
    lines = {row['item_id']: row for row in told['rows']}
    t.equal(sorted(lines), ['A', 'B', 'F', 'R', 'W'], 'flagged')
    t.equal([lines['A'][key] for key in ('flagged_units', 'sold_units', 'remaining_units')], [300, 30, 270], 'A')
    t.equal([lines['R'][key] for key in ('flagged_units', 'sold_units', 'remaining_units')], [60, 3, 57],
            'what came in later is not part of it')
    t.equal([lines['W'][key] for key in ('sold_units', 'gone_otherwise_units', 'remaining_units')], [0, 50, 0],
            'written off')
    t.equal(lines['F']['remaining_units'], 0, 'F')
    handled = {item: row['handling'] for item, row in lines.items()}
    t.equal(handled, {'A': 'price_cut', 'B': 'not_yet', 'W': 'written_off', 'R': 'not_yet', 'F': 'sold_out'}, 'lines')
    summary = told['summary']
    t.equal([summary[key] for key in ('style_count', 'handled_style_count')], [4, 3], 'S1 by its price, S2, F')
    t.near(summary['handled_style_ratio'], 0.75, 1e-9, 'handled-style rate')
    t.equal([summary[key] for key in ('flagged_units', 'cleared_units', 'remaining_units')], [741, 144, 597], 'units')
    t.near(summary['cleared_ratio'], 144 / 741, 1e-6, 'clearance rate')
    t.near(summary['needed_units'], 682 - 144, 1e-9, '92 % of 741, rounded up')


def test_weeks_add_up_and_lead_to_the_date(t):
    told = path(shop(t), '--since', day(0), '--by-date', day(90))
    weeks, summary = told['weeks'], told['summary']
    t.equal(weeks[0]['end_date'], day(7), 'first week')
    t.equal(weeks[-1]['end_date'], day(90), 'last week')
    t.equal([week['end_date'] for week in weeks if week['state'] == 'actual'][-1], day(DAYS_SINCE), 'as-of cuts a week')
    t.near(weeks[-1]['path_ratio'], 0.92, 1e-9, 'the straight path ends at the target')
    t.near(sum(week['cleared_units'] for week in weeks), weeks[-1]['cleared_total_units'], 0.1, 'weeks')
    for before, after in zip(weeks, weeks[1:]):
        t.true(after['cleared_total_units'] >= before['cleared_total_units'] - 1e-9, 'never back')
    for week in weeks:
        t.true(week['plan_cleared_ratio'] >= week['cleared_ratio'] - 1e-6, 'the plan clears no less')
    t.near(weeks[-1]['cleared_ratio'], summary['landing_q50_ratio'], 0.02, 'landing')
    t.true(summary['landing_q10_ratio'] <= summary['landing_q50_ratio'] <= summary['landing_q90_ratio'], 'band')


def test_the_verdict_says_whether_the_plan_is_enough(t):
    service = shop(t)
    t.equal(path(service, '--since', day(0), '--target-cleared-unit-ratio', '0.15')['summary']['verdict'], 'reached')
    t.equal(path(service, '--since', day(0), '--by-date', day(20))['summary']['verdict'], 'missed')
    late = {row['item_id']: row['sold_units'] for row in path(service, '--since', day(0), '--by-date', day(20))['rows']}
    t.equal(late['A'], 20, 'what was sold after the date is too late')
    far = path(service, '--since', day(0), '--by-date', day(390), '--target-cleared-unit-ratio', '0.85')['summary']
    t.equal(far['verdict'], 'on_track', str(far))
    near = path(service, '--since', day(0), '--by-date', day(32))['summary']
    t.equal(near['verdict'], 'cannot_reach', 'two days are not enough')
    t.true(near['needed_units_per_week'] > near['plan_pace_units_per_week'], 'and why')
    behind = path(service, '--since', day(0), '--by-date', day(150), '--target-cleared-unit-ratio', '0.7')['summary']
    t.equal(behind['verdict'], 'behind', str(behind))


def test_a_bundle_is_proposed_with_the_item_that_draws_buyers(t):
    service = shop(t)
    few = path(service, '--since', day(0), '--by-date', day(60))
    bundle = {row['item_id']: row for row in few['bundles']}['R']
    t.equal(bundle['partner_item_id'], 'FAST', 'partner')
    t.true(bundle['margin_ratio'] >= 0.35 - 1e-6, 'the floor holds for the pair')
    t.near(bundle['bundle_price'], 130, 0.01, '80 + half of 100')
    t.near(bundle['expected_units'], 0.03 * 20 * 30, 3, '3 % of what FAST sells in 30 days')
    fewer = path(service, '--since', day(0), '--by-date', day(60), '--attach-ratio', '0.015')
    half = {row['item_id']: row for row in fewer['bundles']}['R']
    t.near(half['expected_units'], bundle['expected_units'] / 2, 0.1, 'the assumption counts in proportion')
    t.equal(path(service, '--since', day(0), '--by-date', day(60), '--attach-ratio', '0')['bundles'], [], 'nobody')


def test_the_cohort_of_today_begins_at_nothing(t):
    told = path(shop(t))
    t.equal(told['summary']['cleared_units'], 0, 'cleared')
    t.equal({week['state'] for week in told['weeks']}, {'expected'}, 'weeks')
    t.equal(told['summary']['by_date'], day(DAYS_SINCE + 90), 'by')


def test_days_that_make_no_cohort_are_refused(t):
    service = shop(t)
    for options, part in ((('--since', day(31)), 'since'), (('--since', day(0), '--by-date', day(401)), 'by_date'),
                          (('--since', day(-9000)), ''), (('--warehouse', 'moon'), 'moon')):
        result = service.run('clearance', 'path', *options)
        t.equal(result.returncode, 1, str(options))
        t.contains(result.stderr, part, str(options))
    t.equal(service.run('--lang', 'zh', 'clearance', 'path', '--since', day(0)).returncode, 0, 'zh')
    csv_answer = service.run('--quiet', '--format', 'csv', 'clearance', 'path', '--since', day(0)).stdout
    t.true(csv_answer.startswith('end_date,state,cleared_units,cleared_total_units,remaining_units,cleared_ratio,'),
           csv_answer)


def sold_since(folder, first, last):
    """{series: demand served} of the days first..last."""
    units = {}
    for row in sample_truth.rows_of(os.path.join(folder, 'sales.csv')):
        if first <= row['date'] <= last:
            key = sample_truth.series_of(row)
            units[key] = units.get(key, 0) + int(row['units']) - int(row['cancelled_units'] or 0)
    return units


def test_on_the_sample_shop_the_landing_holds_what_then_happened(t):
    """Three cohorts each of two shops: what was foreseen at their start, beside what the sales of the same days say.

    Almost none of it is discounted there, so no cohort comes near 92 %, and none is said to."""
    inside = total = 0
    foreseen = cleared = flagged = 0
    for seed in ('111', '112'):
        with tempfile.TemporaryDirectory() as folder:
            files = os.path.join(folder, 'shop')
            sample_truth.simulate(t.build_dir, files, seed)
            service = t.service()
            sample_truth.import_files(service, files)
            for start, end in (('2026-06-30', '2026-09-30'), ('2026-08-31', '2026-11-22'),
                               ('2026-09-30', '2026-11-22')):
                before = path(service, '--as-of', start, '--by-date', end)
                after = path(service, '--since', start, '--by-date', end, '--as-of', end)
                t.equal(after['summary']['flagged_units'], before['summary']['flagged_units'], 'the same cohort')
                units = sold_since(files, (datetime.date.fromisoformat(start) + datetime.timedelta(1)).isoformat(), end)
                for row in after['rows']:
                    t.equal(row['sold_units'], min(row['flagged_units'], units.get(sample_truth.series_of(row), 0)),
                            f'{seed} {row["item_id"]}')
                ratio = after['summary']['cleared_ratio']
                inside += before['summary']['landing_q10_ratio'] <= ratio <= before['summary']['landing_q90_ratio']
                total += 1
                t.near(before['summary']['landing_q50_ratio'], ratio, 0.07, f'{seed} {start}')
                t.equal(before['summary']['verdict'], 'cannot_reach', 'said before')
                t.equal(after['summary']['verdict'], 'missed', 'and after')
                flagged += before['summary']['flagged_units']
                foreseen += before['summary']['landing_q50_ratio'] * before['summary']['flagged_units']
                cleared += after['summary']['cleared_units']
            service.stop()
    print(f'# {inside} of {total} cohorts inside P10..P90; foreseen {foreseen / flagged:.3f}, '
          f'cleared {cleared / flagged:.3f}')
    t.true(inside >= total / 2, f'{inside} of {total} inside their band')
    t.near(foreseen / flagged, cleared / flagged, 0.025, 'on the whole')


def test_on_the_sample_shop_the_plan_lands_where_true_demand_allows(t):
    """The plan's discounts on the true mean demand with the true elasticities of the 42 days ahead."""
    with tempfile.TemporaryDirectory() as folder:
        files = os.path.join(folder, 'shop')
        sample_truth.simulate(t.build_dir, files, '113')
        service = t.service()
        sample_truth.import_files(service, files)
        told = path(service, '--by-date', '2027-01-03')
        elasticity = {row['item_id']: float(row['price_elasticity'])
                      for row in sample_truth.rows_of(os.path.join(files, 'truth', 'items.csv'))}
        wanted = {}
        for row in sample_truth.rows_of(os.path.join(files, 'truth', 'expected_demand.csv')):
            if row['date'] > '2026-11-22':
                key = sample_truth.series_of(row)
                wanted[key] = wanted.get(key, 0) + float(row['mean_units'])
    summary = told['summary']
    cleared = 0
    for row in told['rows']:
        units = wanted.get(sample_truth.series_of(row),
                           0) * (1 - row['plan_discount_ratio']) ** elasticity[row['item_id']]
        cleared += row['remaining_units'] if row['plan_action'] == 'write_off' else min(units, row['remaining_units'])
    ratio = cleared / summary['flagged_units']
    print(f'# the plan: {summary["plan_landing_q10_ratio"]:.3f} {summary["plan_landing_q50_ratio"]:.3f} '
          f'{summary["plan_landing_q90_ratio"]:.3f}, under the truth {ratio:.3f}; {summary["verdict"]}')
    t.near(summary['plan_landing_q50_ratio'], ratio, 0.08, 'plan')
    t.true(ratio >= 0.92 or summary['verdict'] == 'cannot_reach', 'honest where the truth does not allow it')


if __name__ == '__main__':
    harness.main(globals())
