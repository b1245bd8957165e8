#!/usr/bin/python3
"""The month lands in the band that the review told: a smaller run of `./run bench landing`."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import harness  # noqa: E402
import landing  # noqa: E402

DATES = ('2025-12-05', '2026-05-14', '2026-06-10', '2026-09-12', '2026-10-10')
_cases = []


def cases_of(t):
    t.needs('tests/sample_shop')
    if not _cases:
        for seed in (121, 122):
            folder = t.directory()
            _cases.extend(landing.cases_of(t.build_dir, os.path.join(folder, 'shop'), os.path.join(folder, 'store'),
                                           seed,
                                           DATES))
    return _cases


def test_categories_land_in_their_band(t):
    found = landing.summary([case for case in cases_of(t) if case['scope']])
    t.true(found['count'] >= 180, f'{found["count"]} cases')
    t.true(found['below'] <= 0.20 and found['above'] <= 0.25, f'{found} is a band of four in five')
    t.true(abs(found['bias']) <= 0.08, f'P50 is {found["bias"]:+.3f} off')


def test_the_total_lands_in_its_band(t):
    found = landing.summary([case for case in cases_of(t) if not case['scope']])
    t.true(found['below'] + found['above'] <= 0.4, f'{found} of 20 cases')
    t.true(found['error'] <= 0.12, f'what the month still brings is {found["error"]:.3f} off')


if __name__ == '__main__':
    harness.main(globals())
