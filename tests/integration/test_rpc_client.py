#!/usr/bin/python3
"""The command line's connection to the service, driven against the echo server."""
import os
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import harness


def start(t):
    t.needs('tests/rpc_probe')
    t.needs('tests/echo_server')
    server = t.program('echo_server', '127.0.0.1:0')
    return server, harness.listen_address(server)


def probe(t, address, *words, timeout=None):
    command = [t.needs('tests/rpc_probe'), address, timeout or harness.patience(30), *words]
    result = harness.run(command)
    t.equal(result.stderr, '', 'stderr')
    return result.returncode, result.stdout.splitlines()


def background(t, address, *words):
    command = [t.needs('tests/rpc_probe'), address, f'{harness.patience(30):g}', *words]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_a_call_returns_its_reply(t):
    _, address = start(t)
    t.equal(probe(t, address, 'Echo', '7', 'abc'),
            (0, ['reply code=7 bytes=3', 'end status=ok lost=0 field= message=']))


def test_an_address_where_nobody_listens_is_not_reachable(t):
    t.needs('tests/rpc_probe')
    status, lines = probe(t, f'127.0.0.1:{harness.free_port()}', 'Echo', '7', 'abc')
    t.equal(status, 3)
    t.contains(lines[0], 'status=unavailable message=no service answers at')
    t.contains(probe(t, 'nonsense', 'Echo', '7', 'abc')[1][0], 'status=invalid_argument')


def test_a_server_stream_is_pulled_to_its_end(t):
    _, address = start(t)
    status, lines = probe(t, address, 'Repeat', '500', 'x' * 1000)
    t.equal((status, len(lines), lines[499]), (0, 501, 'reply code=499 bytes=1000'))


def test_a_client_stream_is_pushed_and_answered(t):
    _, address = start(t)
    t.equal(probe(t, address, 'Sum', '2', 'x' * 20000, '2000')[1][0], 'reply code=4000 bytes=0')
    t.equal(probe(t, address, 'Sum', '2', 'x', '0')[1][0], 'reply code=0 bytes=0')


def test_an_upload_that_is_refused_shows_the_refusal(t):
    _, address = start(t)
    status, lines = probe(t, address, 'Sum', '1', 'stop', '100000')
    t.equal((status, lines), (1, ['end status=failed_precondition lost=0 field=message message=told to stop',
                                  'violation message: told to stop']))


def test_all_violations_are_handed_out(t):
    _, address = start(t)
    status, lines = probe(t, address, 'Fail', '1', 'x' * 50)
    t.equal((status, len(lines)), (1, 51))
    t.contains(lines[0], 'status=invalid_argument lost=0')
    t.equal(lines[50], 'violation rows[49].units: is negative')


def test_an_unknown_method_is_a_failed_precondition(t):
    _, address = start(t)
    t.contains(probe(t, address, 'Nothing', '1', 'x')[1][0], 'status=failed_precondition lost=0')


def test_the_timeout_ends_a_call(t):
    _, address = start(t)
    t.contains(probe(t, address, 'Compute', '20000', 'x', timeout=0.3)[1][0], 'end status=deadline_exceeded')


def test_an_interrupt_cancels_the_call_on_both_sides(t):
    server, address = start(t)
    with background(t, address, 'Compute', '20000', 'x') as client:
        time.sleep(0.5)
        client.send_signal(signal.SIGINT)
        t.contains(harness.communicate(client, seconds=20)[0], 'end status=cancelled lost=0 field= message=interrupted')
    t.contains(server.wait_line('event=compute_end'), 'status=cancelled')


def test_a_service_that_dies_in_the_middle_is_a_lost_connection(t):
    server, address = start(t)
    with background(t, address, 'Compute', '20000', 'x') as client:
        time.sleep(0.5)
        server.process.kill()
        t.contains(harness.communicate(client, seconds=20)[0], 'end status=unavailable lost=1')


if __name__ == '__main__':
    harness.main(globals())
