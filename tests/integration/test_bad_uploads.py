#!/usr/bin/python3
"""Bad calls from outside: uploads that end early or come out of order, values that no client sends, calls that are
given up. Each is refused or forgotten, and the store stays as it was. test_bad_input.py is about files and options."""
import os
import signal
import socket
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import harness
import rpc_client
from held_shop import HEADER, Shop, day, rows_of
from rpc_client import details_of, failure_of, grpc

PACKAGE = 'peakstock.v1.'
IMPORT = '/peakstock.v1.ImportService/Import'


def uploading_client(t, service):
    """A client that has sent rows and waits for more of its standard input."""
    client = subprocess.Popen([t.needs('peakstock'), '--server', service.address, 'import', 'sales', '-'],
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    client.stdin.write((HEADER + ''.join(rows_of(60_000))).encode())
    client.stdin.flush()
    staging = os.path.join(service.data_dir, 'staging')
    harness.wait_until(lambda: os.listdir(staging), what='the upload to arrive')
    return client


def test_an_upload_that_ends_early_changes_nothing_and_leaves_nothing_behind(t):
    shop = Shop(t)
    staging = os.path.join(shop.service.data_dir, 'staging')
    for number, code in ((signal.SIGINT, 130), (signal.SIGTERM, None), (signal.SIGKILL, -signal.SIGKILL)):
        client = uploading_client(t, shop.service)
        client.send_signal(number)
        out, errors = harness.communicate(client)
        t.equal(out, b'', 'stdout')
        t.true(client.returncode != 0 and code in (None, client.returncode), f'{number}: exit {client.returncode}')
        if number == signal.SIGINT:
            t.contains(errors.decode(), 'nothing was changed')
        harness.wait_until(lambda: not os.listdir(staging), what='the staged rows to go')
        shop.is_unchanged(f'signal {number}')


def test_an_upload_cut_by_the_network_changes_nothing(t):
    shop = Shop(t)
    host, port = shop.service.address.rsplit(':', 1)
    with socket.create_server(('127.0.0.1', 0)) as proxy:
        def pump(source, target, limit):
            left = limit
            try:
                while left > 0 and (data := source.recv(min(65536, left))):
                    target.sendall(data)
                    left -= len(data)
            except OSError:
                pass
            for end in (source, target):
                try:
                    end.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass

        def serve():
            while True:
                try:
                    client, _ = proxy.accept()
                    server = socket.create_connection((host, int(port)))
                except OSError:
                    return
                threading.Thread(target=pump, args=(client, server, 500_000), daemon=True).start()
                threading.Thread(target=pump, args=(server, client, 1 << 30), daemon=True).start()
        threading.Thread(target=serve, daemon=True).start()
        path = t.file('sales.csv', HEADER + ''.join(rows_of(100_000)))
        result = harness.run([t.needs('peakstock'), '--server', f'127.0.0.1:{proxy.getsockname()[1]}', '--timeout',
                              f'{harness.patience(20):g}', 'import', 'sales', path])
    t.true(result.returncode in (1, 3), f'exit {result.returncode}: {result.stderr}')
    t.equal(result.stdout, '')
    t.true(len(result.stderr) > 0, 'a message')
    shop.is_unchanged('a cut connection')


def test_a_service_killed_while_it_takes_rows_has_the_old_store_afterwards(t):
    data = t.directory()
    shop = Shop(t, t.service(data_dir=data))
    client = uploading_client(t, shop.service)
    shop.service.process.kill()
    shop.service.wait()
    _, errors = harness.communicate(client)
    t.true(client.returncode in (1, 3), f'exit {client.returncode}: {errors.decode()}')
    shop.service = t.service(data_dir=data)
    t.equal(os.listdir(os.path.join(data, 'staging')), [], 'staged rows')
    shop.is_unchanged('the death of the service')


class Wire:
    """Imports past the client, message by message."""

    def __init__(self, t, service):
        if grpc is None:
            raise harness.Skip('python3-grpcio is not installed')
        self.t = t
        self.messages = rpc_client.Messages()
        self.client = t._stack.enter_context(rpc_client.Client(service.address, self.messages))
        self.number = 0

    def part(self, **fields):
        return self.messages[PACKAGE + 'ImportRequest'](**fields)

    def header(self, kind=1, **fields):
        self.number += 1
        fields.setdefault('request_id', f'wire-{self.number}')
        return self.part(header=self.messages[PACKAGE + 'ImportHeader'](kind=kind, mode=1, **fields))

    def sales(self, count=1, columns=(), **fields):
        row = self.messages[PACKAGE + 'SalesRow'](**{'date_epoch_days': 20780, 'item_id': 'W', 'units': 1, **fields})
        return self.part(batch=self.messages[PACKAGE + 'ImportBatch'](column_names=columns, sales=[row] * count))

    def trailer(self, count):
        return self.part(trailer=self.messages[PACKAGE + 'ImportTrailer'](row_count=count))

    def fails(self, code, field, parts):
        """The upload fails with the code, and names the field."""
        raw = [part if isinstance(part, bytes) else part.SerializeToString() for part in parts]
        call = self.client.method('stream_unary', IMPORT, PACKAGE + 'ImportResponse', raw=True)
        error = failure_of(lambda: call(iter(raw)))
        self.t.equal(error.code(), code, error.details())
        if field is not None:
            fields = [name for name, _ in details_of(error, self.messages)[1]]
            self.t.true(any(field in name for name in fields), f'{field} in {fields}')


def test_streams_out_of_order_are_refused(t):
    shop = Shop(t)
    wire = Wire(t, shop.service)
    bad = grpc.StatusCode.INVALID_ARGUMENT
    wire.fails(bad, 'header', [])
    wire.fails(bad, 'header', [wire.part()])
    wire.fails(bad, 'header', [wire.sales(), wire.trailer(1)])
    wire.fails(bad, 'part', [wire.header(), wire.header(), wire.trailer(0)])
    wire.fails(bad, 'trailer', [wire.header(), wire.sales()])
    wire.fails(bad, 'trailer.row_count', [wire.header(), wire.sales(3), wire.trailer(2)])
    wire.fails(bad, 'trailer.row_count', [wire.header(), wire.trailer(-1)])
    wire.fails(bad, 'part', [wire.header(), wire.sales(), wire.trailer(1), wire.sales()])
    wire.fails(grpc.StatusCode.RESOURCE_EXHAUSTED, 'sales', [wire.header(), wire.sales(20_001), wire.trailer(20_001)])
    wire.fails(bad, 'batches[0].sales', [wire.header(kind=2), wire.sales(), wire.trailer(1)])
    wire.fails(bad, 'column_names[1]', [wire.header(), wire.sales(columns=['date', 'colour']), wire.trailer(1)])
    wire.fails(bad, 'rows[0].date', [wire.header(), wire.sales(columns=['units']), wire.trailer(1)])
    shop.is_unchanged('streams out of order')


def test_extreme_values_on_the_wire_are_refused_row_by_row(t):
    shop = Shop(t)
    wire = Wire(t, shop.service)
    bad = grpc.StatusCode.INVALID_ARGUMENT
    for fields, name in (({'kind': 0}, 'kind'), ({'kind': 77}, 'kind'), ({'request_id': ''}, 'request_id'),
                         ({'request_id': 'x' * 65}, 'request_id'), ({'snapshot': True}, 'snapshot'),
                         ({'bucket': 9}, 'bucket'), ({'complete_through_date': '2026-02-30'}, 'complete_through_date'),
                         ({'replace_source': 'x' * 65}, 'replace_source')):
        wire.fails(bad, f'header.{name}', [wire.header(**fields), wire.trailer(0)])
    for fields in ({'date_epoch_days': 2**31 - 1}, {'date_epoch_days': -2**31}, {'date_epoch_days': 0},
                   {'date_epoch_days': 7304}, {'date_epoch_days': 47482}, {'units': -1}, {'units': 10**9 + 1},
                   {'units': 2**63 - 1}, {'units': -2**63}, {'cancelled_units': 2}, {'paid_amount_micros': -1},
                   {'available_ratio': float('nan')}, {'available_ratio': float('inf')}, {'available_ratio': -0.1},
                   {'item_id': ''}, {'item_id': 'x' * 65}, {'item_id': ' a'}, {'item_id': 'a\n'},
                   {'item_id': '6.12E+17'}):
        wire.fails(bad, 'rows[0].', [wire.header(), wire.sales(**fields), wire.trailer(1)])
    row = wire.sales(item_id='QQQQ').SerializeToString()
    for item in (b'Q\0QQ', b'\xff\xfeQQ'):
        wire.fails(bad, 'item_id', [wire.header(), row.replace(b'QQQQ', item), wire.trailer(1)])
    wire.fails(bad, None, [wire.header(), b'\xff' * 1000])
    wire.fails(grpc.StatusCode.RESOURCE_EXHAUSTED, None, [wire.header(), b'x' * (17 << 20)])
    shop.is_unchanged('extreme values')


def test_forged_page_tokens_and_sizes_are_refused(t):
    shop = Shop(t)
    wire = Wire(t, shop.service)
    kinds = ('Items', 'SupplyTerms', 'Stock', 'InboundLines', 'PromotionRows', 'Prices', 'Covariates', 'Sales')
    for kind in kinds:
        call = wire.client.method('unary_unary', f'/peakstock.v1.CatalogService/List{kind}',
                                  f'{PACKAGE}List{kind}Response')
        for page in ({'page_size': -1}, {'page_size': 10_001}, {'page_size': 2**31 - 1}, {'page_token': 'x'},
                     {'page_token': 'sales020000|A|main|default|0'}, {'page_token': 'sales|x|A|main|default|0'},
                     {'page_token': '%' * 1000}, {'page_token': '|' * 100_000}):
            request = wire.messages[f'{PACKAGE}List{kind}Request'](
                page=wire.messages[PACKAGE + 'PageRequest'](**page))
            error = failure_of(lambda call=call, request=request: call(request))
            t.equal(error.code(), grpc.StatusCode.INVALID_ARGUMENT, f'{kind} {str(page)[:60]}')


class Held:
    """Uploads that send nothing more and streams that nobody reads, each more than there are handler threads."""

    COUNT = 40

    def __init__(self, wire):
        self.hold = threading.Event()
        upload = wire.client.method('stream_unary', IMPORT, PACKAGE + 'ImportResponse')
        self.uploads = [upload.future(self.parts(wire)) for _ in range(self.COUNT)]
        self.streams = []
        self.wire = wire

    def parts(self, wire):
        yield wire.header()
        yield wire.sales(1000, item_id='abandoned')
        self.hold.wait(harness.patience(harness.WAIT_SECONDS))

    def start_streams(self, service):
        request = self.wire.messages[PACKAGE + 'StreamForecastsRequest']()
        request.options.horizon_days = 400
        request.options.probabilities.extend(number / 20 for number in range(1, 20))
        for _ in range(self.COUNT):
            # A connection each: the window of flow control is shared within one.
            client = self.wire.t._stack.enter_context(rpc_client.Client(service.address, self.wire.messages))
            stream = client.method('unary_stream', '/peakstock.v1.ForecastService/StreamForecasts',
                                   PACKAGE + 'StreamForecastsResponse')
            self.streams.append(stream(request))

    def end(self):
        for call in self.uploads + self.streams:
            call.cancel()
        self.hold.set()


def test_calls_that_are_given_up_or_stuck_leave_the_service_answering(t):
    service = t.service()
    wide = HEADER + ''.join(f'{day(-back)},item-{item},{1 + back % 3}\n' for back in range(20) for item in range(700))
    t.equal(service.run('import', 'sales', t.file('wide.csv', wide)).returncode, 0)
    shop = Shop(t, service)
    wire = Wire(t, service)
    held = Held(wire)
    staging = os.path.join(service.data_dir, 'staging')
    harness.wait_until(lambda: len(os.listdir(staging)) >= 16, what='the uploads to be open')
    answer = service.run('--timeout', f'{harness.patience(20):g}', 'forecast', '--item', 'A', '--horizon', '1')
    t.equal(answer.returncode, 0, f'a forecast beside stuck uploads: {answer.stderr}')
    held.start_streams(service)
    time.sleep(2)
    answer = service.run('--timeout', f'{harness.patience(20):g}', 'status')
    t.equal(answer.returncode, 0, f'status beside stuck uploads and streams: {answer.stderr}')
    held.end()
    harness.wait_until(lambda: not os.listdir(staging), what='the staged rows to go')
    short = wire.client.method('unary_stream', '/peakstock.v1.ForecastService/StreamForecasts',
                               PACKAGE + 'StreamForecastsResponse')
    for _ in range(50):
        code = short(wire.messages[PACKAGE + 'StreamForecastsRequest'](), timeout=0.001).code()
        t.true(code in (grpc.StatusCode.DEADLINE_EXCEEDED, grpc.StatusCode.OK), f'{code}')
    shop.is_unchanged('calls that were given up')
    t.equal(service.stop(), 0, 'exit status')


if __name__ == '__main__':
    harness.main(globals())
