"""What every integration and scenario test needs: TAP, temporary folders, free ports, and programs that are started,
waited for with a bound, and never left behind.

    #!/usr/bin/python3
    import os, sys
    sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
    import harness

    def test_import_is_idempotent(t):          # the name is the claim
        with t.service() as service:
            t.equal(service.run('import', 'sales', path).returncode, 0)

    if __name__ == '__main__':
        harness.main(globals())

Run as `test_x.py BUILD_DIR [NAME...]`; NAMEs choose tests. Prints TAP, exits 1 if a test failed.
"""
import contextlib
import csv
import datetime
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import traceback

SOURCE_DIR = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
# Every limit of time is told for a machine that has nothing else to do, generously: builds are sanitized.
WAIT_SECONDS = 60
# A busy machine gets more, but never more than this many times as much.
PATIENCE_MAX = 8


class Skip(Exception):
    """Raised by a test whose means are absent; the text says which."""


def patience(seconds):
    """The limit `seconds` of a quiet machine on this one, with as many programs to run on each core as now."""
    load_per_core = os.getloadavg()[0] / len(os.sched_getaffinity(0))
    return seconds * min(max(1.0, load_per_core), PATIENCE_MAX)


class Limit:
    """A limit of time whose patience is asked again while it runs: a second of a busy machine spends only a part of
    one."""

    def __init__(self, seconds):
        self.seconds = seconds
        self._spent = 0.0
        self._begin = self._last = time.monotonic()

    def left(self):
        """Seconds to wait until asking again, at most one; 0 when the limit is over."""
        now = time.monotonic()
        self._spent += (now - self._last) / patience(1)
        self._last = now
        return max(0.0, min(1.0, self.seconds - self._spent))

    def __str__(self):
        return f'{self.seconds:g} s, on this busy machine {self._last - self._begin:.0f} s'


def wait_until(condition, seconds=WAIT_SECONDS, what='the condition'):
    """Polls until condition() is true and returns its value; AssertionError after `seconds`, patiently."""
    limit = Limit(seconds)
    while True:
        value = condition()
        if value:
            return value
        if limit.left() == 0:
            raise AssertionError(f'waited for {what}: {limit}')
        time.sleep(0.01)


def communicate(process, input_data=None, seconds=WAIT_SECONDS):
    """Popen.communicate within `seconds`, patiently; kills the program and raises subprocess.TimeoutExpired after
    it."""
    limit = Limit(seconds)
    while True:
        try:
            return process.communicate(input_data, timeout=limit.left())
        except subprocess.TimeoutExpired as expired:
            input_data = None
            if limit.left() > 0:
                continue
            process.kill()
            expired.output, expired.stderr = process.communicate()
            expired.timeout = limit
            raise


def free_port():
    """A port nobody listens on now. Prefer port 0 and the address that the program reports."""
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


class Program:
    """A program in the background whose stderr is collected line by line."""

    def __init__(self, arguments, environment=None, cwd=None):
        self.arguments = [str(argument) for argument in arguments]
        self.lines = []
        self._changed = threading.Condition()
        self._closed = False
        self.process = subprocess.Popen(
            self.arguments, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, text=True, errors='replace', cwd=cwd,
            env={**os.environ, **(environment or {})})
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        for line in self.process.stderr:
            with self._changed:
                self.lines.append(line.rstrip('\n'))
                self._changed.notify_all()
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def wait_line(self, part, seconds=WAIT_SECONDS, start=0):
        """The first stderr line from index `start` on that contains `part`; fails if the program ends before."""
        limit = Limit(seconds)
        seen = start
        with self._changed:
            while True:
                for line in self.lines[seen:]:
                    if part in line:
                        return line
                seen = len(self.lines)
                if self._closed or limit.left() == 0:
                    raise AssertionError(
                        f'no line with {part!r} from {self.arguments[0]}:\n' + '\n'.join(self.lines[-20:]))
                self._changed.wait(limit.left())

    def stop(self, number=signal.SIGTERM, seconds=WAIT_SECONDS):
        """Sends the signal and returns the exit status (negative: died of a signal); kills after `seconds`,
        patiently."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.wait(seconds)

    def wait(self, seconds=WAIT_SECONDS):
        try:
            wait_until(lambda: self.process.poll() is not None, seconds, f'the end of {self.arguments[0]}')
        finally:
            self.close()
        return self.process.returncode

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self._reader.join(patience(5))
        self.process.stderr.close()

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.close()


class Service(Program):
    """peakstockd on a store of its own; `run` drives it with the command-line client."""

    def __init__(self, build_dir, data_dir, extra=(), environment=None):
        self.build_dir = build_dir
        self.data_dir = data_dir
        super().__init__([os.path.join(build_dir, 'peakstockd'), '--data', data_dir,
                          '--listen', '127.0.0.1:0', *extra], environment)
        self.address = listen_address(self)

    def run(self, *arguments, input_text=None, seconds=WAIT_SECONDS, environment=None):
        """Runs the client; the result has returncode, stdout, stderr."""
        command = [os.path.join(self.build_dir, 'peakstock'), '--server', self.address, *arguments]
        return run(command, input_text, seconds, environment)


def listen_address(program, seconds=WAIT_SECONDS):
    """HOST:PORT from the ready line of a server."""
    try:
        line = program.wait_line('event=ready', seconds)
    except AssertionError:
        program.close()
        raise
    return next(word[len('listen='):].strip('"') for word in line.split() if word.startswith('listen='))


def run(command, input_text=None, seconds=WAIT_SECONDS, environment=None, cwd=None):
    """subprocess.run with text, both outputs captured and a bound that is patient."""
    with subprocess.Popen(
            [str(word) for word in command], stdin=subprocess.DEVNULL if input_text is None else subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors='replace',
            env={**os.environ, **(environment or {})}, cwd=cwd) as process:
        output, errors = communicate(process, input_text, seconds)
    return subprocess.CompletedProcess(process.args, process.returncode, output, errors)


def _answer(service, form, command):
    result = service.run('--quiet', '--format', form, *command, seconds=120)
    if result.returncode != 0:
        raise AssertionError(f'{command}: {result.stderr}')
    return result.stdout


def ask(service, *command):
    """Rows of the answer in CSV."""
    return list(csv.DictReader(_answer(service, 'csv', command).splitlines()))


def ask_json(service, *command):
    """The whole answer."""
    return json.loads(_answer(service, 'json', command))


def days_from(date):
    """A function of a number of days: the date so many days after `date`, as text."""
    return lambda number: (date + datetime.timedelta(number)).isoformat()


class Test:
    """Handed to each test: claims, and means that are cleaned up after it."""

    def __init__(self, build_dir):
        self.build_dir = build_dir
        self._stack = contextlib.ExitStack()

    def close(self):
        self._stack.close()

    def directory(self):
        """A new temporary folder, gone after the test."""
        path = tempfile.mkdtemp(prefix='peakstock-test-')
        self._stack.callback(shutil.rmtree, path, ignore_errors=True)
        return path

    def file(self, name, content):
        """A new file in a folder of its own."""
        path = os.path.join(self.directory(), name)
        with open(path, 'wb') as output:
            output.write(content if isinstance(content, bytes) else content.encode())
        return path

    def program(self, *arguments, environment=None):
        """Starts a program; a name without a slash is one of the build folder's tests/."""
        first = str(arguments[0])
        if '/' not in first:
            first = os.path.join(self.build_dir, 'tests', first)
        return self._stack.enter_context(Program([first, *arguments[1:]], environment))

    def service(self, *extra, data_dir=None, environment=None):
        """Starts peakstockd, on a fresh store unless given one, and waits until it is ready."""
        return self._stack.enter_context(
            Service(self.build_dir, data_dir or self.directory(), extra, environment))

    def tell(self, service, kind, lines, *options):
        """Imports lines of CSV, the header first."""
        ask(service, 'import', kind, *options, self.file(f'{kind}.csv', '\n'.join(lines) + '\n'))

    def shop(self, **files):
        """A service that was told these files, kind by kind: lines of CSV, the header first."""
        service = self.service()
        for kind, lines in files.items():
            self.tell(service, kind, lines)
        return service

    def needs(self, name):
        """Skips the test unless a program of the build folder exists; returns its path."""
        path = os.path.join(self.build_dir, name)
        if not os.path.exists(path):
            raise Skip(f'{name} is not built')
        return path

    def true(self, value, what='the claim'):
        if not value:
            raise AssertionError(f'{what} does not hold')

    def equal(self, got, wanted, what='value'):
        if got != wanted:
            raise AssertionError(f'{what}: got {got!r}, wanted {wanted!r}')

    def near(self, got, wanted, tolerance, what='value'):
        if not abs(got - wanted) <= tolerance:
            raise AssertionError(f'{what}: got {got!r}, wanted {wanted!r} +- {tolerance!r}')

    def contains(self, text, part, what='text'):
        if part not in text:
            raise AssertionError(f'{what}: {part!r} is not in {text!r}')


def _diagnose(error):
    for line in ''.join(traceback.format_exception(type(error), error, error.__traceback__)).splitlines():
        print('#', line)


def main(scope):
    """Runs every test_* function of a module's globals() in the order they are written."""
    if len(sys.argv) < 2:
        sys.exit(f'usage: {sys.argv[0]} BUILD_DIR [NAME...]')
    build_dir = os.path.abspath(sys.argv[1])
    tests = [(name, value) for name, value in scope.items()
             if name.startswith('test_') and callable(value) and (not sys.argv[2:] or name in sys.argv[2:])]
    print(f'1..{len(tests)}')
    failed = 0
    for number, (name, function) in enumerate(tests, 1):
        claim = name[len('test_'):].replace('_', ' ')
        test = Test(build_dir)
        try:
            function(test)
            print(f'ok {number} - {claim}', flush=True)
        except Skip as reason:
            print(f'ok {number} - {claim} # SKIP {reason}', flush=True)
        except Exception as error:
            failed += 1
            print(f'not ok {number} - {claim}', flush=True)
            _diagnose(error)
        finally:
            test.close()
    sys.stdout.flush()
    # Libraries with threads of their own (gRPC) must not turn a passed run into a hang at exit.
    os._exit(1 if failed else 0)
