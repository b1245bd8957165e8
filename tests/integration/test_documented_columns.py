#!/usr/bin/python3
"""Every column that a command prints, in CSV and JSON, is a row of a page in docs/, and every such row is printed.

A page documents a part of an answer under a heading that names commands and parts:

    ### `promo check`: `rows`, one row per item and warehouse

    | column | unit | meaning |

A table whose first column is metric, term or factor documents the values of that column in the commands of its
heading.
"""
import collections
import csv
import glob
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import harness  # noqa: E402
import sample_truth  # noqa: E402

PAGES = sorted(glob.glob(os.path.join(harness.SOURCE_DIR, 'docs', '*.md')))
# Parts that every answer may have are documented once, under this name.
EVERY = 'every command'
# Columns whose values have rows of their own.
NAMED = ('metric', 'term', 'factor')
# What a backtest appends to the name of a figure.
ENDINGS = re.compile(r'(_window)?(_seasonal_naive|_year_naive|_mean28)?$')


def words(text):
    return re.findall(r'`([^`]+)`', text)


def tables(path):
    """(heading, cells of the first line, cells of each row) of every table of a page."""
    heading, head, rows = '', None, []
    with open(path, encoding='utf-8') as file:
        lines = file.read().splitlines() + ['']
    for line in lines:
        if line.startswith('|'):
            cells = [cell.strip() for cell in line.strip().strip('|').split(' | ')]
            if head is None:
                head = cells
            elif not set(line) <= set('|-'):
                rows.append(cells)
            continue
        if head is not None:
            yield heading, head, rows
            head, rows = None, []
        if line.startswith('#'):
            heading = line


class Pages:
    """What docs/ says: columns[command, part] and values[command, column] -> {name: page}."""

    def __init__(self):
        self.columns = collections.defaultdict(dict)
        self.values = collections.defaultdict(dict)
        self.problems = []
        for path in PAGES:
            for heading, head, rows in tables(path):
                self._take(os.path.basename(path), heading, head, rows)

    def _take(self, page, heading, head, rows):
        commands, _, parts = heading.partition(': ')
        if head[:3] == ['column', 'unit', 'meaning']:
            places = [self.columns[command, part] for command in words(commands) for part in words(parts)]
        elif head[0] in NAMED:
            places = [self.values[command, head[0]] for command in words(commands)]
        else:
            return
        if not places:
            self.problems.append(f'{page}: "{heading}" names no command and part')
        for cells in rows:
            if len(cells) != len(head) or not all(cells) or not words(cells[0]):
                self.problems.append(f'{page}, "{heading}": not a whole row: {" | ".join(cells)[:60]}')
            for name in words(cells[0]):
                for place in places:
                    if name in place:
                        self.problems.append(f'{page}, "{heading}": {name} is also a row of {place[name]}')
                    place[name] = page


class Answers:
    """What commands print, in the same two shapes."""

    def __init__(self, service):
        self.service = service
        self.csv = {}
        self.parts = collections.defaultdict(set)
        self.values = collections.defaultdict(set)

    def ask(self, command, *arguments):
        """Runs the command in both forms; returns its CSV rows."""
        line = [*command.split(), *arguments]
        rows = self._take_csv(command, line)
        self._take_json(command, harness.ask_json(self.service, *line))
        return rows

    def _take_csv(self, command, line):
        result = self.service.run('--quiet', '--format', 'csv', *line, seconds=120)
        if result.returncode != 0:
            raise AssertionError(f'{line}: {result.stderr}')
        reader = csv.DictReader(result.stdout.splitlines())
        rows = list(reader)
        self.csv.setdefault(command, set()).update(reader.fieldnames)
        for column in NAMED:
            if column in reader.fieldnames:
                self.values[command, column].update(row[column] for row in rows)
        return rows

    def _take_json(self, command, answer):
        for part, content in answer.items():
            keys = self.parts[command, part]
            for entry in content if isinstance(content, list) else [content]:
                if not isinstance(entry, dict):
                    raise AssertionError(f'{command}: {part} holds no objects')
                keys.update(entry)


def ask_everything(service, folder):
    """Every command once, on the sample shop; the answers."""
    answers = Answers(service)
    for kind in sample_truth.KINDS:
        answers.ask('import', kind, os.path.join(folder, f'{kind}.csv'))
    answers.ask('import', 'online-retail', os.path.join(folder, 'invoices.csv'), '--dry-run')
    answers.ask('fit')
    answers.ask('status')
    answers.ask('forecast', '--all', '--horizon', '7')
    orders = [row for row in answers.ask('reorder') if row['suggestion_id']]
    series = ('--item', orders[0]['item_id'], '--warehouse', orders[0]['warehouse_id'])
    answers.ask('explain forecast', *series, '--date', '2026-12-12')
    answers.ask('explain reorder', *series)
    answers.ask('suggestion list')
    answers.ask('suggestion approve', orders[0]['suggestion_id'], '--author', 'tester')
    answers.ask('suggestion override', orders[1]['suggestion_id'], '1', '--reason', 'little room', '--author', 'tester')
    answers.ask('suggestion export', '--request-id', 'night-1', '--author', 'tester')
    answers.ask('suggestion trail', orders[0]['suggestion_id'])
    answers.ask('promo list')
    answers.ask('promo check', 'double12-2026')
    answers.ask('promo plan', 'double12-2026')
    answers.ask('promo compare', 'double11-2025', 'double11-2026', '--lines')
    slow = answers.ask('clearance')
    answers.ask('clearance', '--item', slow[0]['item_id'])
    answers.ask('clearance path', '--since', '2026-09-30')
    answers.ask('assortment', '--all-items')
    answers.ask('review')
    answers.ask('kpi', '--by', 'category')
    answers.ask('backtest', '--origins', '2')
    answers.ask('simulate', '--policy', 'normal', '--from', '2026-10-24', '--review-period-days', '14')
    return answers


INVOICES = '''Invoice,StockCode,Description,Quantity,InvoiceDate,Price
489434,85048,A LIGHT,12,2026-11-20 07:45,6.95
'''


def commands_of_help(service):
    """The commands that `peakstock --help` lists."""
    text = service.run('--help').stdout.split('Commands:\n')[1].split('\n\n')[0]
    return {line.strip().split('  ')[0] for line in text.splitlines()}


def compare_parts(pages, answers):
    for (command, part), keys in sorted(answers.parts.items()):
        name = command if (command, part) in pages.columns else EVERY
        rows = set(pages.columns.get((name, part), {}))
        yield from (f'{command}: {part}.{key} is in JSON and on no page' for key in sorted(keys - rows))
        # CSV may add columns to the rows of JSON; it cannot add columns that are nowhere.
        absent = rows - keys - answers.csv[command]
        yield from (f'{command}: {part}.{key} is on {pages.columns[name, part][key]} and in no output'
                    for key in sorted(absent))
    printed = set(answers.parts) | {(EVERY, part) for _, part in answers.parts}
    yield from (f'{command}: {part} is documented and not in JSON'
                for command, part in sorted(set(pages.columns) - printed))


def compare_csv(pages, answers):
    for command, columns in sorted(answers.csv.items()):
        rows = {name for (one, _), names in pages.columns.items() if one == command for name in names}
        yield from (f'{command}: column {name} is in CSV and on no page' for name in sorted(columns - rows))


def compare_values(pages, answers):
    for (command, column), printed in sorted(answers.values.items()):
        known = set(pages.values.get((command, column), {}))
        names = {ENDINGS.sub('', name) for name in printed}
        yield from (f'{command}: {column} {name} is printed and on no page' for name in sorted(names - known))
        # A shop need not have every term and factor; every figure has a row even where it is not defined.
        if column == 'metric':
            yield from (f'{command}: {column} {name} is documented and not printed' for name in sorted(known - names))


def test_every_printed_column_is_documented_and_every_documented_one_is_printed(t):
    t.needs('tests/sample_shop')
    folder = os.path.join(t.directory(), 'shop')
    sample_truth.simulate(t.build_dir, folder, 9, '--item-count', '60', '--days', '600', '--end-date', '2026-11-22')
    with open(os.path.join(folder, 'invoices.csv'), 'w', encoding='utf-8') as file:
        file.write(INVOICES)
    pages = Pages()
    service = t.service()
    answers = ask_everything(service, folder)
    t.equal(pages.problems, [], 'rows of tables')
    t.equal(commands_of_help(service) - set(answers.csv), set(), 'commands that were not asked')
    t.equal(list(compare_parts(pages, answers)), [], 'JSON')
    t.equal(list(compare_csv(pages, answers)), [], 'CSV')
    t.equal(list(compare_values(pages, answers)), [], 'named rows')


if __name__ == '__main__':
    harness.main(globals())
