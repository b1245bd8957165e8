"""How the landing of a month that `review` tells at past days compares with what the simulated shop then sold."""
import collections
import math
import os

import harness
import sample_truth
from sample_truth import ask, rows_of

# Days of months that the sample's history holds to their end.
DATES = ('2025-11-07', '2025-12-05', '2026-01-12', '2026-03-10', '2026-05-14', '2026-06-10', '2026-08-08', '2026-09-12',
         '2026-10-10')


def months_of(folder):
    """{(category or '', month): [paid units, paid amount]}"""
    category = {row['item_id']: row['category'] for row in rows_of(os.path.join(folder, 'items.csv'))}
    months = collections.defaultdict(lambda: [0.0, 0.0])
    for row in rows_of(os.path.join(folder, 'sales.csv')):
        for scope in {'', category[row['item_id']]}:
            month = months[scope, row['date'][:7]]
            month[0] += float(row['units'])
            month[1] += float(row['paid_amount'] or 0)
    return months


def cases_of(build_dir, folder, store, seed, dates=DATES):
    """One record per date, scope and measure: what was sold in the end, what had been sold, P10, P50, P90."""
    sample_truth.simulate(build_dir, folder, seed, '--item-count', '100')
    months = months_of(folder)
    cases = []
    with harness.Service(build_dir, store) as service:
        sample_truth.import_files(service, folder)
        for date in dates:
            review = {(row['scope_id'], row['metric']): float(row['value'] or 'nan')
                      for row in ask(service, 'review', '--as-of', date)
                      if row['scope'] == 'total' or (row['scope'] == 'category' and row['scope_id'])}
            for scope in {scope for scope, _ in review}:
                for place, measure in enumerate(('units', 'gmv')):
                    cases.append({'seed': seed, 'date': date, 'scope': scope, 'measure': measure,
                                  'sold': months[scope, date[:7]][place],
                                  'done': review[scope, f'month_{measure}'],
                                  **{p: review[scope, f'landing_q{p}_{measure}'] for p in ('10', '50', '90')}})
    return cases


def summary(cases):
    """Shares below P10 and above P90, and how far P50 was off, as a part of what the month still brought."""
    off = [(case['sold'] - case['done']) / (case['50'] - case['done']) - 1 for case in cases
           if case['50'] > case['done']]
    return {'count': len(cases),
            'below': sum(case['sold'] < case['10'] for case in cases) / len(cases),
            'above': sum(case['sold'] > case['90'] for case in cases) / len(cases),
            'bias': sum(off) / len(off),
            'error': math.sqrt(sum(x * x for x in off) / len(off))}
