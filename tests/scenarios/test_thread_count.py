#!/usr/bin/python3
"""The campaign's commands answer the same with one thread and with several."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import harness  # noqa: E402
import sample_truth  # noqa: E402

COMMANDS = (('reorder',), ('promo', 'check', 'double12-2026'), ('promo', 'plan', 'double12-2026'), ('clearance',),
            ('clearance', 'path', '--since', '2026-10-01'), ('review',), ('kpi', '--by', 'category'))


def test_no_answer_depends_on_the_number_of_threads(t):
    t.needs('tests/sample_shop')
    folder, data_dir = os.path.join(t.directory(), 'shop'), t.directory()
    sample_truth.simulate(t.build_dir, folder, 7, '--item-count', '60')
    answers = []
    for threads in ('1', '4'):
        with harness.Service(t.build_dir, data_dir, ('--threads', threads)) as service:
            if not answers:
                sample_truth.import_files(service, folder)
            answers.append([service.run('--quiet', '--format', 'csv', *command) for command in COMMANDS])
            t.equal(service.stop(), 0)
    for command, one, many in zip(COMMANDS, *answers):
        t.equal(one.returncode, 0, one.stderr)
        t.equal(one.stdout, many.stdout, ' '.join(command))
        t.true(one.stdout.count('\n') > 1, f'{" ".join(command)} has lines')


if __name__ == '__main__':
    harness.main(globals())
