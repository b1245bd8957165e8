#!/usr/bin/python3
"""The rpc layer as a foreign client sees it: Python's gRPC against the echo server."""
import os
import signal
import socket
import struct
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import harness
import rpc_client
from rpc_client import Client, details_of, failure_of, grpc

PAYLOAD = 'google.rpc.Status'
HEALTH = 'grpc.health.v1.HealthCheckResponse'
SERVING, NOT_SERVING, SERVICE_UNKNOWN = 1, 2, 3
MESSAGE_BYTES_MAX = 16 * 1024 * 1024
messages = None if grpc is None else rpc_client.Messages()


class Echo(Client):
    """A started echo server and a client on it."""

    def __init__(self, t, options=()):
        if grpc is None:
            raise harness.Skip('python3-grpcio is not installed')
        t.needs('tests/echo_server')
        self.server = t.program('echo_server', '127.0.0.1:0')
        self.address = harness.listen_address(self.server)
        super().__init__(self.address, messages, options)

    def unary(self, name, raw=False):
        return self.method('unary_unary', f'/test.Echo/{name}', PAYLOAD, raw)

    def health(self, kind, name, service):
        request = messages['grpc.health.v1.HealthCheckRequest'](service=service)
        return self.method(kind, f'/grpc.health.v1.Health/{name}', HEALTH)(request)

    def reflect(self, version, *requests):
        package = f'grpc.reflection.{version}'
        kind = messages[f'{package}.ServerReflectionRequest']
        call = self.method('stream_stream', f'/{package}.ServerReflection/ServerReflectionInfo',
                           f'{package}.ServerReflectionResponse')
        return list(call(iter([kind(**request) for request in requests])))


def payload(code=0, message=''):
    return messages[PAYLOAD](code=code, message=message)


def unlimited():
    return [('grpc.max_send_message_length', -1), ('grpc.max_receive_message_length', -1)]


def test_a_unary_call_returns_its_reply(t):
    with Echo(t) as echo:
        t.equal(echo.unary('Echo')(payload(7, '仓库')), payload(7, '仓库'))
        echo.server.wait_line('method=/test.Echo/Echo status=OK')


def test_an_empty_message_is_a_message(t):
    with Echo(t) as echo:
        t.equal(echo.unary('Echo')(payload()), payload())


def test_unknown_fields_are_tolerated(t):
    with Echo(t) as echo:
        raw = payload(7, 'x').SerializeToString() + b'\xfa\x7f\x03abc' + b'\xf8\x7f\x05'
        t.equal(echo.unary('Echo', raw=True)(raw).code, 7)


def test_many_unary_calls_at_once_all_return(t):
    with Echo(t) as echo:
        calls = [echo.unary('Echo').future(payload(i)) for i in range(200)]
        t.equal([call.result().code for call in calls], list(range(200)))


def test_calls_beyond_the_limit_are_refused_and_the_rest_served(t):
    with Echo(t) as echo:
        calls = [echo.unary('Compute').future(payload(600)) for _ in range(300)]
        codes = [call.code() for call in calls]
        t.true(codes.count(grpc.StatusCode.RESOURCE_EXHAUSTED) >= 1, 'a refusal')
        t.true(codes.count(grpc.StatusCode.OK) >= 32, 'the others')
        t.equal(codes.count(grpc.StatusCode.OK) + codes.count(grpc.StatusCode.RESOURCE_EXHAUSTED), 300)


def test_a_server_stream_arrives_whole_and_in_order(t):
    with Echo(t) as echo:
        call = echo.method('unary_stream', '/test.Echo/Repeat', PAYLOAD)
        t.equal([reply.code for reply in call(payload(2000, 'x' * 1000))], list(range(2000)))
        t.equal(list(call(payload(0))), [])


def test_a_slow_reader_holds_the_stream_back(t):
    with Echo(t) as echo:
        call = echo.method('unary_stream', '/test.Echo/Repeat', PAYLOAD)(payload(200, 'x' * 1000000))
        next(call)
        time.sleep(0.5)
        t.true(not any('Repeat' in line for line in echo.server.lines), 'still sending')
        call.cancel()
        echo.server.wait_line('method=/test.Echo/Repeat status=CANCELLED')


def test_a_client_stream_is_summed_up(t):
    with Echo(t) as echo:
        call = echo.method('stream_unary', '/test.Echo/Sum', PAYLOAD)
        parts = (payload(1, 'x' * 10000) for _ in range(3000))
        t.equal(call(parts).code, 3000)
        t.equal(call(iter([])).code, 0)


def test_an_upload_that_is_refused_early_gets_the_refusal(t):
    with Echo(t) as echo:
        call = echo.method('stream_unary', '/test.Echo/Sum', PAYLOAD)

        def parts():
            yield payload(1, 'stop')
            while True:
                yield payload(1, 'x' * 1000)

        error = failure_of(lambda: call(parts()))
        t.equal(error.code(), grpc.StatusCode.FAILED_PRECONDITION)
        t.equal(details_of(error, messages)[1], [('message', 'told to stop')])


def test_a_cancelled_upload_is_not_taken_for_a_finished_one(t):
    with Echo(t) as echo:
        hold = threading.Event()

        def parts():
            yield payload(5)
            hold.wait(harness.patience(30))

        call = echo.method('stream_unary', '/test.Echo/Sum', PAYLOAD).future(parts())
        time.sleep(0.3)
        call.cancel()
        line = echo.server.wait_line('event=upload_end')
        hold.set()
        t.contains(line, 'status=cancelled')


def test_an_upload_whose_connection_dies_is_not_taken_for_a_finished_one(t):
    with Echo(t) as echo:
        pid = os.fork()
        if pid == 0:
            break_upload(echo.address)
        os.waitpid(pid, 0)
        t.contains(echo.server.wait_line('event=upload_end'), 'status=cancelled')


def break_upload(address):
    """HTTP/2 by hand: one message of an upload, then the socket is closed without END_STREAM."""
    host, port = address.rsplit(':', 1)

    def frame(kind, flags, stream, content):
        return struct.pack('>I', len(content))[1:] + bytes([kind, flags]) + struct.pack('>I', stream) + content

    def literal(name, value):
        return b'\x00' + bytes([len(name)]) + name + bytes([len(value)]) + value

    headers = b''.join(literal(*pair) for pair in [
        (b':method', b'POST'), (b':scheme', b'http'), (b':path', b'/test.Echo/Sum'), (b':authority', b'x'),
        (b'te', b'trailers'), (b'content-type', b'application/grpc')])
    message = b'\x08\x05'
    with socket.create_connection((host, int(port))) as wire:
        wire.sendall(b'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n' + frame(4, 0, 0, b'') + frame(1, 4, 1, headers) +
                     frame(0, 0, 1, b'\0' + struct.pack('>I', len(message)) + message))
        time.sleep(0.3)
    os._exit(0)


def test_a_bidi_stream_answers_message_by_message(t):
    with Echo(t) as echo:
        call = echo.method('stream_stream', '/test.Echo/Chat', PAYLOAD)
        t.equal([reply.code for reply in call((payload(i) for i in range(500)))], list(range(500)))


def test_a_deadline_ends_the_call_and_the_handler_sees_it(t):
    with Echo(t) as echo:
        error = failure_of(lambda: echo.unary('Compute')(payload(20000), timeout=0.3))
        t.equal(error.code(), grpc.StatusCode.DEADLINE_EXCEEDED)
        # The client's own cancellation at its deadline may arrive before the server's clock gets there.
    line = echo.server.wait_line('event=compute_end')
    t.true('status=deadline_exceeded' in line or 'status=cancelled' in line, line)
    t.contains(line, 'has_deadline=1')


def test_a_cancelled_call_stops_its_handler(t):
    with Echo(t) as echo:
        call = echo.unary('Compute').future(payload(20000), timeout=None)
        time.sleep(0.2)
        call.cancel()
        t.contains(echo.server.wait_line('event=compute_end'), 'status=cancelled has_deadline=0')


def test_long_computations_do_not_block_the_wire(t):
    with Echo(t) as echo:
        calls = [echo.unary('Compute').future(payload(1500)) for _ in range(16)]
        start = time.monotonic()
        t.equal(echo.unary('Echo')(payload(3)).code, 3)
        t.true(time.monotonic() - start < harness.patience(1), 'an answer in between')
        t.true(not any(call.done() for call in calls), 'they still compute')
        for call in calls:
            call.cancel()


def test_a_message_at_the_limit_passes_and_one_byte_more_is_refused(t):
    with Echo(t, unlimited()) as echo:
        overhead = payload(0, 'x' * MESSAGE_BYTES_MAX).ByteSize() - MESSAGE_BYTES_MAX
        at_limit = payload(0, 'x' * (MESSAGE_BYTES_MAX - overhead))
        t.equal(at_limit.ByteSize(), MESSAGE_BYTES_MAX)
        t.equal(len(echo.unary('Echo')(at_limit).message), len(at_limit.message))
        beyond = payload(0, at_limit.message + 'x')
        error = failure_of(lambda: echo.unary('Echo')(beyond))
        t.equal(error.code(), grpc.StatusCode.RESOURCE_EXHAUSTED)
        error = failure_of(lambda: echo.method('stream_unary', '/test.Echo/Sum', PAYLOAD)(iter([beyond])))
        t.equal(error.code(), grpc.StatusCode.RESOURCE_EXHAUSTED)
        t.contains(echo.server.wait_line('event=upload_end'), 'status=cancelled')


def test_an_unknown_method_is_unimplemented(t):
    with Echo(t) as echo:
        for path in '/test.Echo/Nothing', '/test.Echo/Ech', '/test.Echo/Echo2', '/', '/other.Service/Echo':
            error = failure_of(lambda: echo.method('unary_unary', path, PAYLOAD)(payload(1)))
            t.equal(error.code(), grpc.StatusCode.UNIMPLEMENTED, path)
        t.equal(echo.unary('Echo')(payload(1)).code, 1)


def refusal_of(echo, raw, kind='unary_unary', name='Echo'):
    call = echo.method(kind, f'/test.Echo/{name}', PAYLOAD, raw=True)
    error = failure_of(lambda: call(raw if kind == 'unary_unary' else iter([raw])))
    return error.code(), details_of(error, messages)[1]


def test_text_with_a_nul_byte_is_refused_by_name(t):
    with Echo(t) as echo:
        code, violations = refusal_of(echo, b'\x12\x06Name\0x')
        t.equal(code, grpc.StatusCode.INVALID_ARGUMENT)
        t.equal(violations, [('message', 'must be UTF-8 text without NUL bytes')])


def test_text_that_is_not_utf8_is_refused_at_any_depth(t):
    with Echo(t) as echo:
        for bad in b'\xff', b'\xc0\xaf', b'\xed\xa0\x80', b'\xf4\x90\x80\x80', b'\xe4\xbb':
            code, violations = refusal_of(echo, b'\x12' + bytes([len(bad)]) + bad)
            t.equal((code, violations[0][0]), (grpc.StatusCode.INVALID_ARGUMENT, 'message'), repr(bad))
        good, bad = b'\x1a\x03\x0a\x01x', b'\x1a\x03\x0a\x01\xff'
        t.equal(refusal_of(echo, b'\x12\x01a' + good + good + bad)[1][0][0], 'details[2].type_url')
        t.equal(refusal_of(echo, bad, 'stream_unary', 'Sum')[1][0][0], 'details[0].type_url')


def test_bytes_that_are_no_message_are_refused(t):
    with Echo(t) as echo:
        for raw in b'\x12', b'\x12\x05ab', b'\xff' * 11, b'\x0b', b'\x08', b'\x10\x01', b'\x1a\x02\x0a\x05', b'\0':
            error = failure_of(lambda: echo.unary('Echo', raw=True)(raw))
            t.equal(error.code(), grpc.StatusCode.INVALID_ARGUMENT, repr(raw))


def test_every_status_maps_to_its_code(t):
    names = ('INVALID_ARGUMENT NOT_FOUND ALREADY_EXISTS FAILED_PRECONDITION RESOURCE_EXHAUSTED UNAVAILABLE CANCELLED '
             'DEADLINE_EXCEEDED DATA_LOSS RESOURCE_EXHAUSTED INTERNAL').split()
    with Echo(t) as echo:
        for code, name in enumerate(names, 1):
            error = failure_of(lambda: echo.unary('Fail')(payload(code)))
            t.equal(error.code(), getattr(grpc.StatusCode, name))
            status, violations = details_of(error, messages)
            t.equal((status.code, violations), (error.code().value[0], []))
            t.equal(status.message, error.details())
            t.equal(error.details(), 'bad bytes ?  and 仓')


def test_all_violations_come_at_once(t):
    with Echo(t) as echo:
        error = failure_of(lambda: echo.unary('Fail')(payload(1, 'x' * 80)))
        t.equal(error.code(), grpc.StatusCode.INVALID_ARGUMENT)
        violations = details_of(error, messages)[1]
        t.equal(violations, [(f'rows[{i}].units', 'is negative') for i in range(80)])


def test_violations_past_the_limit_are_counted(t):
    with Echo(t) as echo:
        error = failure_of(lambda: echo.unary('Fail')(payload(1, 'x' * 1000)))
        t.equal(error.code(), grpc.StatusCode.INVALID_ARGUMENT)
        violations = details_of(error, messages)[1]
        t.true(len(violations) <= 101, 'bounded')
        t.equal(violations[-1], ('', f'{1000 - (len(violations) - 1)} more not listed'))


def test_health_check_knows_every_service(t):
    with Echo(t) as echo:
        for name in '', 'test.Echo', 'grpc.health.v1.Health', 'grpc.reflection.v1.ServerReflection':
            t.equal(echo.health('unary_unary', 'Check', name).status, SERVING, name)
        error = failure_of(lambda: echo.health('unary_unary', 'Check', 'test.Other'))
        t.equal(error.code(), grpc.StatusCode.NOT_FOUND)


def test_health_answers_when_every_handler_is_busy(t):
    with Echo(t) as echo:
        calls = [echo.unary('Compute').future(payload(20000)) for _ in range(60)]
        time.sleep(0.3)
        t.equal(echo.health('unary_unary', 'Check', '').status, SERVING)
        t.equal(next(echo.health('unary_stream', 'Watch', '')).status, SERVING)
        t.true(not any(call.done() for call in calls), 'they still compute')
        for call in calls:
            call.cancel()


def test_health_watch_tells_of_every_change(t):
    with Echo(t) as echo:
        watches = [echo.health('unary_stream', 'Watch', 'test.Echo') for _ in range(50)]
        t.equal([next(watch).status for watch in watches], [SERVING] * 50)
        unknown = echo.health('unary_stream', 'Watch', 'test.Other')
        t.equal(next(unknown).status, SERVICE_UNKNOWN)
        for watch in watches[:25]:
            watch.cancel()
        echo.server.process.send_signal(signal.SIGUSR1)
        t.equal([next(watch).status for watch in watches[25:]], [NOT_SERVING] * 25)
        t.equal(echo.health('unary_unary', 'Check', '').status, NOT_SERVING)


def test_a_watch_hears_of_the_end_before_the_server_goes(t):
    with Echo(t) as echo:
        watch = echo.health('unary_stream', 'Watch', '')
        t.equal(next(watch).status, SERVING)
        echo.server.process.send_signal(signal.SIGTERM)
        t.equal(next(watch).status, NOT_SERVING)
        t.equal(failure_of(lambda: next(watch)).code(), grpc.StatusCode.UNAVAILABLE)
        t.equal(echo.server.wait(), 0)


def check_reflection(t, version):
    with Echo(t) as echo:
        by_symbol = ['grpc.health.v1.Health', 'grpc.health.v1.Health.Check', 'grpc.health.v1.HealthCheckResponse',
                     'grpc.health.v1.HealthCheckResponse.ServingStatus', 'grpc.health.v1.HealthCheckResponse.SERVING',
                     'grpc.health.v1.HealthCheckRequest.service']
        missing = [{'file_containing_symbol': name} for name in
                   ('grpc.health.v1', 'grpc.health.v1.Healt', 'grpc.health.v1.Health.', 'Health', '')]
        missing += [{'file_by_filename': 'nothing.proto'}, {'all_extension_numbers_of_type': 'a.B'},
                    {'file_containing_extension': {'containing_type': 'a.B', 'extension_number': 1}}]
        replies = echo.reflect(version, {'list_services': '*', 'host': 'here'},
                               {'file_by_filename': 'google/rpc/status.proto'},
                               *({'file_containing_symbol': name} for name in by_symbol), *missing, {})
        names = [service.name for service in replies[0].list_services_response.service]
        t.equal(sorted(names), ['grpc.health.v1.Health', 'grpc.reflection.v1.ServerReflection',
                                'grpc.reflection.v1alpha.ServerReflection', 'test.Echo'])
        t.equal((replies[0].valid_host, replies[0].original_request.list_services), ('here', '*'))
        files = {file.name: file.SerializeToString() for file in messages.files.file}
        t.equal(list(replies[1].file_descriptor_response.file_descriptor_proto),
                [files['google/rpc/status.proto'], files['google/protobuf/any.proto']])
        for name, reply in zip(by_symbol, replies[2:]):
            t.equal(list(reply.file_descriptor_response.file_descriptor_proto),
                    [files['grpc/health/v1/health.proto']], name)
        errors = [reply.error_response.error_code for reply in replies[2 + len(by_symbol):]]
        t.equal(errors, [5] * len(missing) + [3])


def test_reflection_v1_answers_with_the_exact_descriptors(t):
    check_reflection(t, 'v1')


def test_reflection_v1alpha_answers_with_the_exact_descriptors(t):
    check_reflection(t, 'v1alpha')


def test_reflection_finds_every_file_of_the_product(t):
    with Echo(t) as echo:
        names = [file.name for file in messages.files.file]
        replies = echo.reflect('v1', *({'file_by_filename': name} for name in names))
        for file, reply in zip(messages.files.file, replies):
            sent = list(reply.file_descriptor_response.file_descriptor_proto)
            t.equal(sent[0], file.SerializeToString(), file.name)
            t.equal(len(set(sent)), len(sent))


def test_a_port_in_use_is_refused_with_the_reason(t):
    with Echo(t) as echo:
        second = t.program('echo_server', echo.address)
        t.equal(second.wait(), 1)
        t.contains(second.lines[0], f'cannot listen on {echo.address}: Address already in use')


def test_a_call_that_asks_nothing_is_refused(t):
    with Echo(t) as echo:
        call = echo.method('stream_unary', '/test.Echo/Echo', PAYLOAD)
        t.equal(failure_of(lambda: call(iter([]))).code(), grpc.StatusCode.INVALID_ARGUMENT)


if __name__ == '__main__':
    harness.main(globals())
