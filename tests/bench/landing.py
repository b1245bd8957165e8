"""usage: landing.py BUILD_DIR [FIRST_SEED LAST_SEED]: the band of the month's landing against what was sold."""
import os
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import landing  # noqa: E402


def main():
    build_dir = os.path.abspath(sys.argv[1])
    first, last = (int(word) for word in (sys.argv[2:4] or ('111', '114')))
    cases = []
    for seed in range(first, last + 1):
        with tempfile.TemporaryDirectory(prefix='peakstock-bench-') as folder:
            cases += landing.cases_of(build_dir, os.path.join(folder, 'shop'), os.path.join(folder, 'store'), seed)
    print('scope     measure  cases  below P10  above P90  P50 off  error of P50')
    for scope in ('total', 'category'):
        for measure in ('units', 'gmv'):
            chosen = [case for case in cases if case['measure'] == measure
                      and (case['scope'] == '') == (scope == 'total')]
            found = landing.summary(chosen)
            print(f'{scope:9} {measure:7} {found["count"]:6} {found["below"]:10.2f} {found["above"]:10.2f} '
                  f'{found["bias"]:+8.3f} {found["error"]:13.3f}')


if __name__ == '__main__':
    main()
