#!/usr/bin/python3
"""Every answer of the sample shop and of a story is the recorded one, byte for byte (tests/support/golden.py)."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import golden  # noqa: E402
import harness  # noqa: E402


def test_every_recorded_answer_is_given_again(t):
    t.needs('tests/sample_shop')
    wanted, changed, count = golden.recorded(), [], 0
    for question, form, text in golden.answers(t.build_dir):
        count += 1
        if wanted.get((question, form)) != (text.count('\n'), golden.digest(text)):
            changed.append(f'{question} [{form}]')
    t.equal(changed, [], 'answers that differ; see tests/support/golden.py for how to compare them')
    t.equal(count, len(wanted), 'answers')


if __name__ == '__main__':
    harness.main(globals())
