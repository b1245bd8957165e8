#!/usr/bin/python3
"""Kills a program that imports batch after batch with SIGKILL, fifty times, and looks what the store holds."""
import os
import random
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import harness

ROUND_COUNT = 50
BATCH_ROW_COUNT = 300
BUILD_DIR = sys.argv[1] if len(sys.argv) > 1 else 'build'
PROGRAM = os.path.join(BUILD_DIR, 'tests', 'import_loop')


def kill_at_random(directory, first, seconds, after_one):
    """Runs the importer from batch `first`, kills it `seconds` after its start or after its first acknowledgement; the
    batches that it acknowledged."""
    with tempfile.TemporaryFile() as said, \
            subprocess.Popen([PROGRAM, directory, 'run', str(first)], stdout=said, stderr=subprocess.PIPE,
                             text=True) as program:
        if after_one:
            harness.wait_until(lambda: os.fstat(said.fileno()).st_size > 0, what='the first acknowledgement')
        time.sleep(seconds)
        alive = program.poll() is None
        program.kill()
        err = program.communicate()[1]
        said.seek(0)
        out = said.read().decode()
    if not alive:
        raise AssertionError(f'the importer ended by itself: {err}')
    # A line without its end was not acknowledged: the reader cannot know.
    return [int(line.split()[1]) for line in out.split('\n')[:-1]]


def read_store(directory):
    """{batch: (rows, units)} and (rows, revision) of a store nobody uses."""
    text = subprocess.run([PROGRAM, directory, 'check'], check=True, capture_output=True, text=True).stdout
    batches, total = {}, None
    for line in text.splitlines():
        words = line.split()
        if words[0] == 'batch':
            batches[int(words[1])] = (int(words[2]), int(words[3]))
        else:
            total = (int(words[1]), int(words[2]))
    return batches, total


def test_nothing_acknowledged_is_lost_and_nothing_is_half_or_doubled(t):
    if not os.path.exists(PROGRAM):
        raise harness.Skip('import_loop was not built')
    generator = random.Random(20261122)
    acknowledged = set()
    with tempfile.TemporaryDirectory() as directory:
        for number in range(ROUND_COUNT):
            # One batch back: a client whose acknowledgement got lost sends it again.
            first = max(0, len(acknowledged) - 1)
            acknowledged |= set(kill_at_random(directory, first, generator.uniform(0.01, 0.15),
                                               after_one=number % 2 == 0))
            batches, (row_count, revision) = read_store(directory)
            lost = acknowledged - set(batches)
            t.equal(lost, set())
            wrong = {number: found for number, found in batches.items()
                     if found != (BATCH_ROW_COUNT, BATCH_ROW_COUNT * (number % 90 + 1))}
            t.equal(wrong, {})
            t.equal(row_count, BATCH_ROW_COUNT * len(batches))
            t.equal(revision, len(batches))
            t.equal(len(set(batches) - acknowledged) <= 1, True)
            acknowledged = set(batches)
        t.true(len(acknowledged) > ROUND_COUNT // 4, f'{len(acknowledged)} batches acknowledged')
        t.equal([name for name in os.listdir(os.path.join(directory, 'staging'))], [])


if __name__ == '__main__':
    harness.main(globals())
