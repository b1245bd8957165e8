#!/usr/bin/env python3
"""Results of past campaigns of simulated shops against their truth. usage: campaign.py BUILD_DIR SEED..."""
import collections
import math
import os
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import harness  # noqa: E402
import sample_truth  # noqa: E402
from campaign_truth import CampaignTruth  # noqa: E402

PAIRS = [('618-2025', '618-2026'), ('double12-2024', 'double12-2025'), ('double11-2025', 'double11-2026'),
         ('99-2025', '99-2026')]
METRICS = {'lift_ratio': 'lift', 'dip_ratio': 'slump'}


def estimates(build_dir, seed):
    """(group, promotion_id, estimate, truth, standard error) of every scope of every campaign."""
    with tempfile.TemporaryDirectory(prefix='peakstock-campaign-') as folder:
        files = os.path.join(folder, 'shop')
        sample_truth.simulate(build_dir, files, seed)
        truth = CampaignTruth(files)
        with harness.Service(build_dir, os.path.join(folder, 'data')) as service:
            sample_truth.import_files(service, files)
            answers = {pair: sample_truth.ask(service, 'promo', 'compare', *pair) for pair in PAIRS}
            service.stop()
    for pair, rows in answers.items():
        for side, promotion_id in zip('ab', pair):
            sums = truth.lifts(promotion_id)
            for row in rows:
                if row['metric'] not in METRICS or not row[f'{side}_value'] or row[f'{side}_basis'] != 'result':
                    continue
                scope, scope_id = row['scope'], row['scope_id']
                group = f'{METRICS[row["metric"]]} {scope}'
                if scope == 'day':
                    group, scope_id = f'lift day {scope_id.split("_")[0]}', row[f'{side}_date']
                demand, ordinary = sums[scope + ('_after' if row['metric'] == 'dip_ratio' else ''), scope_id]
                value = float(row[f'{side}_value'])
                value = 1 - value if row['metric'] == 'dip_ratio' else value
                yield group, promotion_id[:-5], value, demand / ordinary, float(row[f'{side}_se'])


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    groups = collections.defaultdict(list)
    for seed in sys.argv[2:]:
        for group, kind, value, truth, error in estimates(os.path.abspath(sys.argv[1]), seed):
            groups[group].append((value, truth, error))
            if group.endswith('total'):
                groups[f'{group} {kind}'].append((value, truth, error))
    print(f'{"":<22}{"count":>7}{"bias":>8}{"error":>8}{"+-1 se":>8}{"+-2 se":>8}')
    for group, rows in sorted(groups.items()):
        logs = [math.log(max(value, 0.01) / truth) for value, truth, _ in rows]
        within = [sum(abs(value - truth) <= width * error for value, truth, error in rows) / len(rows)
                  for width in (1, 2)]
        print(f'{group:<22}{len(rows):>7}{sum(logs) / len(logs):>8.3f}'
              f'{math.sqrt(sum(value * value for value in logs) / len(logs)):>8.3f}{within[0]:>8.2f}{within[1]:>8.2f}')


if __name__ == '__main__':
    main()
