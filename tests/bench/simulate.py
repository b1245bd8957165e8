#!/usr/bin/python3
"""`simulate` on the simulated shop at several seeds: cost of ours / cost of each plain policy at every critical ratio,
and how many of the 95 % intervals exclude 0. usage: simulate.py BUILD_DIR [SEED_COUNT]"""
import collections
import os
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import harness  # noqa: E402
import sample_truth  # noqa: E402

POLICIES = ('average30', 'normal', 'seasonal13')
FROM = '2026-05-24'  # 26 weeks up to the shop's as-of day


def replay(build_dir, seed):
    """{(policy, critical ratio): {metric: value}}"""
    figures = collections.defaultdict(dict)
    wanted = [word for policy in ('ours', *POLICIES) for word in ('--policy', policy)]
    with tempfile.TemporaryDirectory() as folder:
        sample_truth.simulate(build_dir, folder, str(seed))
        with harness.Service(build_dir, os.path.join(folder, 'store')) as service:
            sample_truth.import_files(service, folder)
            for row in sample_truth.ask(service, 'simulate', '--from', FROM, *wanted):
                if row['scope'] == 'policy' and row['policy'] in POLICIES:
                    figures[row['policy'], row['critical_ratio']][row['metric']] = float(row['value'] or 'nan')
    return figures


def main():
    build_dir, seed_count = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 5
    ratios, proven = collections.defaultdict(list), collections.Counter()
    for seed in range(1, seed_count + 1):
        for key, figures in replay(build_dir, seed).items():
            ratios[key].append(figures['cost_ratio'])
            proven[key] += figures['cost_difference_high'] < 0
        print(f'seed {seed} of {seed_count}', file=sys.stderr, flush=True)
    print(f'{"baseline":<12} {"ratio":>6}  cost of ours / its cost: mean, lowest, highest   intervals that exclude 0')
    for (policy, ratio), values in sorted(ratios.items()):
        print(f'{policy:<12} {ratio:>6}  {sum(values) / len(values):.2f}  {min(values):.2f}  {max(values):.2f}'
              f'{proven[policy, ratio]:>30} of {len(values)}')


if __name__ == '__main__':
    main()
