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
# Sanitized builds on a busy machine: waiting is bounded, but generously.
WAIT_SECONDS = 60


class Skip(Exception):
    """Raised by a test whose means are absent; the text says which."""


def wait_until(condition, seconds=WAIT_SECONDS, what='the condition'):
    """Polls until condition() is true and returns its value; AssertionError after `seconds`."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f'waited {seconds} s for {what}')
        time.sleep(0.01)


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
        end = time.monotonic() + seconds
        seen = start
        with self._changed:
            while True:
                for line in self.lines[seen:]:
                    if part in line:
                        return line
                seen = len(self.lines)
                left = end - time.monotonic()
                if self._closed or left <= 0 or not self._changed.wait(left):
                    raise AssertionError(
                        f'no line with {part!r} from {self.arguments[0]}:\n' + '\n'.join(self.lines[-20:]))

    def stop(self, number=signal.SIGTERM, seconds=WAIT_SECONDS):
        """Sends the signal and returns the exit status (negative: died of a signal); kills after `seconds`."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.wait(seconds)

    def wait(self, seconds=WAIT_SECONDS):
        try:
            status = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f'{self.arguments[0]} did not end within {seconds} s')
        finally:
            self._reader.join(5)
        return status

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self._reader.join(5)
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
    """subprocess.run with text, both outputs captured and a bound."""
    return subprocess.run([str(word) for word in command], input=input_text, capture_output=True, text=True,
                          errors='replace', timeout=seconds, env={**os.environ, **(environment or {})}, cwd=cwd)


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
