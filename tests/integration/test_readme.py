#!/usr/bin/python3
"""Every example of README.md runs as it is written, in its order, on a simulated shop whose files have the names given
there."""
import os
import shlex
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import harness  # noqa: E402
import sample_truth  # noqa: E402

README = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..', 'README.md')


def examples():
    """The words of each command line behind `build/peakstock`."""
    with open(README, encoding='utf-8') as file:
        lines = [line.strip() for line in file if line.startswith('    build/peakstock ')]
    return [shlex.split(line, comments=True)[1:] for line in lines]


def write_shop(t, folder):
    """The sample shop, small; one of its items is the one that README.md asks about."""
    sample_truth.simulate(t.build_dir, folder, 9, '--item-count', '60', '--days', '600', '--end-date', '2026-11-22')
    item = sample_truth.rows_of(os.path.join(folder, 'items.csv'))[0]['item_id']
    for name in os.listdir(folder):
        path = os.path.join(folder, name)
        if os.path.isfile(path):
            with open(path, encoding='utf-8') as file:
                text = file.read()
            with open(path, 'w', encoding='utf-8') as file:
                file.write(text.replace(item + ',', '8810-20L,'))
    supplier = sample_truth.rows_of(os.path.join(folder, 'suppliers.csv'))[0]['supplier_id']
    with open(os.path.join(folder, 'closures.csv'), 'w', encoding='utf-8') as file:
        file.write(f'party_kind,party_id,start_date,end_date\nsupplier,{supplier},2027-02-01,2027-02-15\n')


def test_every_example_runs_as_written(t):
    t.needs('tests/sample_shop')
    folder = os.path.join(t.directory(), 'shop')
    write_shop(t, folder)
    service = t.service()
    commands = examples()
    t.true(len(commands) > 25, 'the examples are found')
    for command in commands:
        words = [os.path.join(folder, word) if word.endswith('.csv') else word for word in command]
        result = service.run(*words, seconds=120)
        t.equal(result.returncode, 0, f'{" ".join(command)}: {result.stderr[-400:]}')


def test_a_decision_needs_no_author_where_the_system_knows_the_user(t):
    t.needs('tests/sample_shop')
    folder = os.path.join(t.directory(), 'shop')
    write_shop(t, folder)
    service = t.service()
    sample_truth.import_files(service, folder)
    order = next(row for row in sample_truth.ask(service, 'reorder') if row['suggestion_id'])
    name = os.environ.pop('USER', None)
    try:
        sample_truth.ask(service, 'suggestion', 'approve', order['suggestion_id'])
    finally:
        if name is not None:
            os.environ['USER'] = name
    approved = sample_truth.ask(service, 'suggestion', 'list', '--state', 'approved')
    t.equal([row['suggestion_id'] for row in approved], [order['suggestion_id']], 'approved')
    t.true(approved[0]['author'], 'by somebody')


if __name__ == '__main__':
    harness.main(globals())
