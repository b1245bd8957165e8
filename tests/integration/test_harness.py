#!/usr/bin/python3
"""What the other tests rest on: limits of time that grow with the load of the machine, and end."""
import os
import subprocess
import sys
import time
from unittest import mock

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import harness


def loaded(times):
    """A machine whose every core has so many programs to run."""
    return mock.patch('os.getloadavg', return_value=(times * len(os.sched_getaffinity(0)), 0, 0))


def test_patience_grows_with_the_load_at_most_eightfold(t):
    for load, wanted in ((0, 10), (0.5, 10), (1, 10), (3, 30), (8, 80), (500, 80)):
        with loaded(load):
            t.near(harness.patience(10), wanted, 1e-9, f'10 s at a load of {load} a core')


def test_a_limit_asks_the_load_again_while_it_runs(t):
    clock = [100.0]
    with mock.patch('time.monotonic', lambda: clock[0]):
        limit = harness.Limit(10)
        with loaded(4):
            clock[0] += 20
            t.near(limit.left(), 1, 1e-9, '20 s of a busy machine spend 5, and at most one more is waited at once')
        with loaded(1):
            clock[0] += 4.5
            t.near(limit.left(), 0.5, 1e-9, '4.5 s of a quiet machine spend 4.5')
            clock[0] += 1
            t.equal(limit.left(), 0, 'over')


def test_a_condition_that_never_comes_is_given_up(t):
    with loaded(0):
        try:
            harness.wait_until(lambda: False, 0.1, 'the impossible')
        except AssertionError as error:
            t.contains(str(error), 'waited for the impossible: 0.1 s')
            return
    raise AssertionError('nobody gave up')


def test_a_program_that_takes_too_long_is_ended_and_its_output_kept(t):
    begin = time.monotonic()
    command = [sys.executable, '-uc', 'import time; print("begun"); time.sleep(600)']
    with loaded(0):
        try:
            harness.run(command, seconds=1)
        except subprocess.TimeoutExpired as expired:
            t.equal(expired.output, 'begun\n')
            t.true(time.monotonic() - begin < harness.patience(60), 'well before its own end')
            return
    raise AssertionError('nobody ended it')


def test_input_reaches_a_program_that_waits_for_more_than_one_look(t):
    program = 'import sys, time; time.sleep(1.5); sys.stdout.write(sys.stdin.read().upper())'
    t.equal(harness.run([sys.executable, '-c', program], input_text='abc').stdout, 'ABC')


if __name__ == '__main__':
    harness.main(globals())
