#!/usr/bin/python3
"""Stories of many mornings that a planner can write. A story is a folder; every folder in it is a morning, in the order
of their names. A morning holds CSV files to import (named by their kind) and a text `morning`:

    Words for the reader.
    > promo check double12-2026        the client is asked this ...
    item_id,state,order_by_date        ... and every row below the header must be found in its answer,
    scarf,RED,2026-11-02..2026-11-09   a cell being a text, a range, or ~PART of a text;
    !mug,RED,                          but not a row that begins with !; an empty cell is not looked at.

`days.csv` writes sales by ranges: from_date,to_date,item_id,units[,further columns of sales]; `units` may be seven
numbers, Monday first.
"""
import csv
import datetime
import os
import shlex
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import harness  # noqa: E402
from test_folders import KINDS  # noqa: E402

STORIES = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'stories')


def read(path):
    with open(path, newline='', encoding='utf-8') as file:
        return list(csv.DictReader(file))


def sales_of_days(path):
    """The sales file that the ranges stand for."""
    rows = read(path)
    further = [column for column in rows[0] if column not in ('from_date', 'to_date', 'item_id', 'units')]
    lines = [','.join(['date', 'item_id', 'units', *further])]
    for row in rows:
        day, last = (datetime.date.fromisoformat(row[column]) for column in ('from_date', 'to_date'))
        pattern = row['units'].split()
        while day <= last:
            units = pattern[day.weekday() % len(pattern)]
            lines.append(','.join([day.isoformat(), row['item_id'], units, *(row[column] for column in further)]))
            day += datetime.timedelta(1)
    return '\n'.join(lines) + '\n'


def take_in(t, service, folder):
    for kind in KINDS:
        path = os.path.join(folder, f'{kind}.csv')
        if os.path.exists(path):
            result = service.run('--quiet', 'import', kind, path)
            t.equal(result.returncode, 0, f'{path}: {result.stderr}')
    days = os.path.join(folder, 'days.csv')
    if os.path.exists(days):
        result = service.run('--quiet', 'import', 'sales', '-', input_text=sales_of_days(days))
        t.equal(result.returncode, 0, f'{days}: {result.stderr}')


def questions_of(path):
    """[(command, header, expected rows)] of a morning; a question ends with an empty line."""
    questions, rows = [], None
    with open(path, newline='', encoding='utf-8') as file:
        for line in file.read().splitlines():
            if line.startswith('> '):
                rows = []
                questions.append((shlex.split(line[2:]), rows))
            elif not line:
                rows = None
            elif rows is not None:
                rows.append(next(csv.reader([line])))
    return [(command, rows[0], rows[1:]) for command, rows in questions]


def value_of(text):
    try:
        return float(text)
    except ValueError:
        return text


def fits(wanted, got):
    if wanted == '':
        return True
    if wanted.startswith('~'):
        return wanted[1:] in got
    if '..' in wanted:
        low, high = (value_of(part) for part in wanted.split('..'))
        value = value_of(got)
        return isinstance(value, type(low)) and low <= value <= high
    return wanted == got


def answer(t, service, command):
    result = service.run('--quiet', '--format', 'csv', *command)
    t.equal(result.returncode, 0, f'{command}: {result.stderr}')
    return list(csv.DictReader(result.stdout.splitlines()))


def problems_of(t, service, question):
    """What the answer lacks, in words."""
    command, header, expected = question
    rows = answer(t, service, command)
    problems = []
    for wanted in expected:
        is_forbidden = wanted[0].startswith('!')
        cells = [wanted[0].lstrip('!'), *wanted[1:]]
        found = [row for row in rows if all(fits(cell, row[column]) for column, cell in zip(header, cells))]
        if bool(found) == is_forbidden:
            seen = [[row[column] for column in header] for row in rows if fits(cells[0], row[header[0]])]
            problems.append(f'{" ".join(command)}: {",".join(wanted)}; got {seen[:3]}')
    return problems


def claim_of(name):
    def claim(t):
        story = os.path.join(STORIES, name)
        service, problems = t.service(), []
        for morning in sorted(entry for entry in os.listdir(story) if os.path.isdir(os.path.join(story, entry))):
            folder = os.path.join(story, morning)
            take_in(t, service, folder)
            for question in questions_of(os.path.join(folder, 'morning')):
                problems += [f'{morning}: {problem}' for problem in problems_of(t, service, question)]
        t.equal(problems, [], 'what the story tells')
    return claim


for _name in sorted(os.listdir(STORIES)):
    globals()[f'test_{_name}'] = claim_of(_name)


if __name__ == '__main__':
    harness.main(globals())
