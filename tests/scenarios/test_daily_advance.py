#!/usr/bin/python3
"""A large shop's week: every night one more day of sales, and no refit until the week is over. The simulated shop is
made large by lowering the limit."""
import csv
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import harness  # noqa: E402
import sample_truth  # noqa: E402
from sample_truth import ask, day_of  # noqa: E402

LARGE = {'PEAKSTOCK_REFIT_CELLS_MAX': '1000'}
# How far an advance may be from the full fit of the same days (models/forecast/advance.h): shares of series within
# 2 % and 5 % in their 28-day means, and the shop's total.
WITHIN_2, WITHIN_5, MOST_OF_TOTAL = 0.6, 0.8, 0.01


def write_days(folder, name, first, last):
    """Sales of days first..last."""
    path = os.path.join(folder, name)
    with open(os.path.join(folder, 'sales.csv'), newline='', encoding='utf-8') as file:
        header, *rows = list(csv.reader(file))
    at = header.index('date')
    with open(path, 'w', newline='', encoding='utf-8') as file:
        csv.writer(file).writerows([header, *(row for row in rows if first <= day_of(row[at]) <= last)])
    return path


def import_until(service, folder, last):
    for kind in sample_truth.KINDS:
        path = write_days(folder, 'past.csv', -10000, last) if kind == 'sales' else os.path.join(folder, f'{kind}.csv')
        ask(service, 'import', kind, path)


def means(service):
    return {sample_truth.series_of(row): float(row['mean_units'])
            for row in ask(service, 'forecast', '--all', '--horizon', '28', '--total')}


def advanced_days(service):
    return int(ask(service, 'status')[0]['advanced_days'])


def compare(t, days, quick, full):
    pairs = [(quick[series], mean) for series, mean in full.items() if mean + quick[series] > 0]
    errors = [abs(a - b) / max(b, 0.1) for a, b in pairs]
    total = sum(a for a, _ in pairs) / sum(b for _, b in pairs) - 1
    share_2, share_5 = (sum(error <= most for error in errors) / len(errors) for most in (0.02, 0.05))
    t.true(len(pairs) > 300, f'{len(pairs)} series sell')
    t.true(share_2 >= WITHIN_2 and share_5 >= WITHIN_5 and abs(total) <= MOST_OF_TOTAL,
           f'{days} days: {share_2:.3f} within 2 %, {share_5:.3f} within 5 %, total {total:+.4f}')


def test_a_week_of_single_days_is_added_and_then_fitted(t):
    t.needs('tests/sample_shop')
    folder = t.directory()
    sample_truth.simulate(t.build_dir, folder, 5)
    service = t.service(environment=LARGE)
    import_until(service, folder, -7)
    means(service)
    t.equal(advanced_days(service), 0)
    for day in range(-6, 0):
        ask(service, 'import', 'sales', write_days(folder, 'day.csv', day, day))
        quick = means(service)
        t.equal(advanced_days(service), day + 7)
        if day == -6:
            one_day = quick
    fits = re.findall(r'event=fit .*advanced_days=(\d)', '\n'.join(service.lines))
    t.equal([int(days) for days in fits][-6:], [1, 2, 3, 4, 5, 6], 'fits in the log')
    answer = ask(service, 'fit')[0]
    t.equal(int(answer['advanced_days']), 0)
    compare(t, 6, quick, means(service))
    ask(service, 'import', 'sales', write_days(folder, 'day.csv', 0, 0))
    t.equal(len(means(service)), len(quick))
    t.equal(advanced_days(service), 1)

    beside = t.service()
    import_until(beside, folder, -6)
    compare(t, 1, one_day, means(beside))
    t.equal(advanced_days(beside), 0, 'a small shop is fitted afresh')


def test_after_seven_days_the_full_fit_comes_by_itself(t):
    t.needs('tests/sample_shop')
    folder = t.directory()
    sample_truth.simulate(t.build_dir, folder, 6, '--item-count', '60')
    service = t.service(environment=LARGE)
    import_until(service, folder, -7)
    ask(service, 'forecast', '--all')
    ask(service, 'import', 'sales', write_days(folder, 'week.csv', -6, 0))
    ask(service, 'forecast', '--all')
    harness.wait_until(lambda: advanced_days(service) == 0, what='the full fit')
    t.equal(ask(service, 'status')[0]['as_of_date'], '2026-11-22')


def test_a_restart_goes_on_from_the_stored_fit(t):
    t.needs('tests/sample_shop')
    folder = t.directory()
    sample_truth.simulate(t.build_dir, folder, 7, '--item-count', '60')
    store = t.directory()
    with t.service(data_dir=store, environment=LARGE) as service:
        import_until(service, folder, -3)
        ask(service, 'forecast', '--all')
        ask(service, 'import', 'sales', write_days(folder, 'days.csv', -2, 0))
        before = means(service)
        t.equal(advanced_days(service), 3)
        t.equal(service.stop(), 0)
    with t.service(data_dir=store, environment=LARGE) as service:
        t.equal(means(service), before)
        t.equal(advanced_days(service), 3)
        t.true(all('advanced_days=3' in line for line in service.lines if 'event=fit ' in line),
               'nothing is fitted afresh')


if __name__ == '__main__':
    harness.main(globals())
