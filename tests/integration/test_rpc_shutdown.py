#!/usr/bin/python3
"""SIGTERM under load, again and again: gRPC core aborts when a queue is shut down while a new call waits in it."""
import os
import signal
import socket
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import harness
import rpc_client
from rpc_client import Client, failure_of, grpc

PAYLOAD = 'google.rpc.Status'
ROUND_COUNT = 100
messages = None if grpc is None else rpc_client.Messages()


def start(t, log='quiet'):
    if grpc is None:
        raise harness.Skip('python3-grpcio is not installed')
    t.needs('tests/echo_server')
    server = t.program('echo_server', '127.0.0.1:0', *([log] if log else []))
    return server, harness.listen_address(server)


class Load:
    """Calls of every kind without pause from several connections, whatever becomes of them."""

    def __init__(self, address):
        self.stopped = False
        self.clients = [Client(address, messages) for _ in range(4)]
        self.answered = 0
        self.threads = [threading.Thread(target=self.run, args=(client,)) for client in self.clients]
        for thread in self.threads:
            thread.start()

    def run(self, client):
        request = messages[PAYLOAD](code=20, message='x' * 100)
        echo = client.method('unary_unary', '/test.Echo/Echo', PAYLOAD)
        repeat = client.method('unary_stream', '/test.Echo/Repeat', PAYLOAD)
        total = client.method('stream_unary', '/test.Echo/Sum', PAYLOAD)
        while not self.stopped:
            try:
                calls = [echo.future(request) for _ in range(20)]
                stream = repeat(request)
                calls += [total.future(iter([request] * 3)), echo.future(request, timeout=0.002)]
                self.answered += len(list(stream))
                self.answered += sum(call.exception() is None for call in calls)
            except (grpc.RpcError, ValueError):  # ValueError: the channel has been closed
                time.sleep(0.001)

    def stop(self):
        self.stopped = True
        for client in self.clients:
            client.close()
        for thread in self.threads:
            thread.join(harness.patience(20))


def test_sigterm_under_load_always_ends_cleanly(t):
    slowest = 0
    for number in range(ROUND_COUNT):
        server, address = start(t)
        load = Load(address)
        try:
            harness.wait_until(lambda: load.answered > 0, 20, 'a first answer')
            time.sleep(0.01 + 0.0007 * number)
            begin = time.monotonic()
            status = server.stop(signal.SIGTERM, 20)
            slowest = max(slowest, time.monotonic() - begin)
        finally:
            load.stop()
        t.equal(status, 0, f'round {number}: ' + '\n'.join(server.lines[-30:]) + '\nexit status')
        t.equal(server.lines[-1], 'event=stopped')
        server.close()
    print(f'# {ROUND_COUNT} rounds, slowest end {slowest:.2f} s')


def test_calls_in_flight_are_finished(t):
    server, address = start(t)
    with Client(address, messages) as client:
        call = client.method('unary_unary', '/test.Echo/Compute', PAYLOAD).future(messages[PAYLOAD](code=500))
        time.sleep(0.2)
        t.equal(server.stop(signal.SIGTERM, 20), 0)
        t.equal(call.result().code, 500)


def test_calls_longer_than_the_grace_are_cancelled(t):
    server, address = start(t, log=None)
    with Client(address, messages) as client:
        compute = client.method('unary_unary', '/test.Echo/Compute', PAYLOAD).future(messages[PAYLOAD](code=60000))
        hold = threading.Event()

        def parts():
            yield messages[PAYLOAD](code=1)
            hold.wait(harness.patience(30))

        upload = client.method('stream_unary', '/test.Echo/Sum', PAYLOAD).future(parts())
        time.sleep(0.3)
        begin = time.monotonic()
        t.equal(server.stop(signal.SIGTERM, 20), 0)
        t.true(time.monotonic() - begin < harness.patience(10), 'a bounded end')
        hold.set()
        t.true(compute.exception() is not None and upload.exception() is not None, 'both failed')
        t.contains('\n'.join(server.lines), 'event=upload_end status=cancelled')


def test_a_peer_that_does_not_react_cannot_hold_the_end_up(t):
    server, address = start(t)
    host, port = address.rsplit(':', 1)
    silent = socket.create_connection((host, int(port)))
    speaking = socket.create_connection((host, int(port)))
    speaking.sendall(b'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n' + bytes([0, 0, 0, 4, 0, 0, 0, 0, 0]))
    time.sleep(0.3)
    begin = time.monotonic()
    t.equal(server.stop(signal.SIGTERM, 20), 0)
    t.true(time.monotonic() - begin < harness.patience(6), 'a bounded end')
    silent.close()
    speaking.close()


def test_new_calls_are_refused_while_old_ones_finish(t):
    server, address = start(t)
    with Client(address, messages) as client, Client(address, messages) as other:
        call = client.method('unary_unary', '/test.Echo/Compute', PAYLOAD).future(messages[PAYLOAD](code=1000))
        time.sleep(0.2)
        server.process.send_signal(signal.SIGTERM)
        time.sleep(0.2)
        echo = other.method('unary_unary', '/test.Echo/Echo', PAYLOAD)
        error = failure_of(lambda: echo(messages[PAYLOAD](code=1)))
        t.equal(error.code(), grpc.StatusCode.UNAVAILABLE)
        t.equal(call.result().code, 1000)
        t.equal(server.wait(), 0)


if __name__ == '__main__':
    harness.main(globals())
