#!/usr/bin/python3
"""Scenarios as folders that a planner can write: CSV files to import (named by their kind), `command` (one line for the
client), `expected.csv` (the columns that matter, every row of the answer). `about` says what the scenario shows."""
import csv
import os
import shlex
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import harness  # noqa: E402

FOLDERS = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'folders')
# Order of import: sales last, so that one refit sees everything.
KINDS = ('items', 'suppliers', 'warehouses', 'lanes', 'closures', 'components', 'supply', 'stock', 'inbound',
         'promotions',
         'prices', 'covariates', 'adjustments', 'targets', 'deposits', 'sales')


def read(path):
    with open(path, newline='', encoding='utf-8') as file:
        return list(csv.DictReader(file))


def play(t, folder):
    service = t.service()
    for kind in KINDS:
        path = os.path.join(folder, f'{kind}.csv')
        if os.path.exists(path):
            result = service.run('--quiet', 'import', kind, path)
            t.equal(result.returncode, 0, f'import {kind}: {result.stderr}')
    with open(os.path.join(folder, 'command'), encoding='utf-8') as file:
        command = shlex.split(file.read())
    result = service.run('--quiet', '--format', 'csv', *command)
    t.equal(result.returncode, 0, f'{command}: {result.stderr}')
    return list(csv.DictReader(result.stdout.splitlines()))


def claim_of(name):
    def claim(t):
        folder = os.path.join(FOLDERS, name)
        expected = read(os.path.join(folder, 'expected.csv'))
        columns = list(expected[0])
        got = [{column: row[column] for column in columns} for row in play(t, folder)]
        t.equal(got, expected, name.replace('_', ' '))
    return claim


for _name in sorted(os.listdir(FOLDERS)):
    globals()[f'test_{_name}'] = claim_of(_name)


if __name__ == '__main__':
    harness.main(globals())
