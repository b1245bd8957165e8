"""The answers that structure must not change: every command on the sample shop and on the last morning of a story, as
table (English, Chinese), csv and json. tests/golden/commands.txt asks, tests/golden/answers.tsv holds what came out.

    golden.py --record BUILD_DIR               writes answers.tsv; the commit says which answers changed, and why
    golden.py --write FOLDER BUILD_DIR         writes the answers themselves, to be compared with those of another build
    golden.py --write FOLDER --full BUILD_DIR  the same for the shop of the demo
"""
import argparse
import contextlib
import hashlib
import os
import re
import shlex
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'scenarios'))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import harness  # noqa: E402
import sample_truth  # noqa: E402
import test_stories  # noqa: E402

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'golden')
ANSWERS = os.path.join(FOLDER, 'answers.tsv')
FORMS = {'en.txt': ('--lang', 'en'), 'zh.txt': ('--lang', 'zh'), 'csv': ('--format', 'csv'),
         'json': ('--format', 'json')}
# One kernel of the linear algebra on every machine, so that equal code gives equal bytes.
ENVIRONMENT = {'OPENBLAS_CORETYPE': 'Haswell', 'COLUMNS': '160', 'TZ': 'UTC'}
# What a clock writes. Of `status`, which tells of versions, ages and bytes, no number is compared.
MOMENT = re.compile(r'\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?Z?')
NUMBER = re.compile(r'OpenBLAS [^",]*|\b[0-9][0-9a-f.]*\b|[0-9]+')
SMALL = ('--item-count', '60', '--days', '500', '--end-date', '2026-11-22')


def questions():
    """(shop, words) of every line of commands.txt."""
    with open(os.path.join(FOLDER, 'commands.txt'), encoding='utf-8') as file:
        for line in file:
            if line.strip() and not line.startswith('#'):
                shop, *words = shlex.split(line)
                yield shop, words


def open_sample(service, folder, size):
    """Imports the sample shop; the items and orders that the questions name."""
    sample_truth.simulate(service.build_dir, folder, 12, *size)
    sample_truth.import_files(service, folder)
    stocked = [row['item_id'] for row in sample_truth.rows_of(os.path.join(folder, 'supply.csv'))]
    sold = [row['item_id'] for row in sample_truth.rows_of(os.path.join(folder, 'sales.csv'))]
    return {'item': max(set(sold), key=lambda item: (sold.count(item), item)), 'other': stocked[0],
            'new': sample_truth.rows_of(os.path.join(folder, 'items.csv'))[-1]['item_id']}


class _Plain:
    """What a story needs of a test."""

    @staticmethod
    def equal(got, wanted, what):
        assert got == wanted, f'{what}: {got!r} instead of {wanted!r}'


def open_story(service):
    """Imports every morning of the first story."""
    story = os.path.join(test_stories.STORIES, sorted(os.listdir(test_stories.STORIES))[0])
    for morning in sorted(name for name in os.listdir(story) if os.path.isdir(os.path.join(story, name))):
        test_stories.take_in(_Plain, service, os.path.join(story, morning))


def first_order(service):
    orders = harness.ask(service, 'suggestion', 'list')
    return orders[0]['suggestion_id'] if orders else ''


def plain(words, text):
    text = MOMENT.sub('TIME', text)
    return NUMBER.sub('N', text) if words == ['status'] else text


def ask(service, words, form):
    """The whole answer to one question, errors and exit code too."""
    result = service.run(*FORMS[form], *words, seconds=600, environment=ENVIRONMENT)
    return plain(words, f'{result.stdout}\n-- {result.returncode}\n{result.stderr if form.endswith("txt") else ""}')


def answers(build_dir, size=SMALL):
    """Yields (name of the question, form, answer)."""
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        def service(name):
            return stack.enter_context(harness.Service(
                build_dir, os.path.join(folder, name), environment=ENVIRONMENT))
        services = {'sample': service('sample'), 'story': service('story')}
        names = open_sample(services['sample'], os.path.join(folder, 'shop'), size)
        open_story(services['story'])
        for shop, words in questions():
            if '{order}' in words:
                names['order'] = first_order(services[shop])
            told = [word.format(**names) for word in words]
            for form in FORMS:
                yield ' '.join([shop, *words]), form, ask(services[shop], told, form)


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def recorded():
    """{(question, form): (lines, digest)} as they were recorded."""
    with open(ANSWERS, encoding='utf-8') as file:
        rows = [line.rstrip('\n').split('\t') for line in file if not line.startswith('#')]
    return {(row[0], row[1]): (int(row[2]), row[3]) for row in rows}


def record(build_dir):
    with open(ANSWERS, 'w', encoding='utf-8') as file:
        file.write('# question, form, lines, first 16 digits of SHA-256; made by tests/support/golden.py --record\n')
        for question, form, text in answers(build_dir):
            file.write(f'{question}\t{form}\t{text.count(chr(10))}\t{digest(text)}\n')


def write(build_dir, folder, size):
    os.makedirs(folder, exist_ok=True)
    for question, form, text in answers(build_dir, size):
        name = re.sub(r'[^A-Za-z0-9.,=-]+', '_', question)
        with open(os.path.join(folder, f'{name}.{form}'), 'w', encoding='utf-8') as file:
            file.write(text)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--record', action='store_true')
    parser.add_argument('--write', metavar='FOLDER')
    parser.add_argument('--full', action='store_true')
    parser.add_argument('build_dir')
    options = parser.parse_args()
    if options.write:
        write(options.build_dir, options.write, () if options.full else SMALL)
    if options.record:
        record(options.build_dir)


if __name__ == '__main__':
    main()
