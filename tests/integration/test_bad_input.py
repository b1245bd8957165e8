#!/usr/bin/python3
"""Bad input from outside: each gives one clear error with its remedy and the exit code of the contract, and leaves the
store as it was, which is shown by `status` and by a forecast of everything before and after."""
import contextlib
import csv
import datetime
import io
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
from rpc_client import details_of, failure_of, grpc

AS_OF = datetime.date(2026, 11, 22)
HEADER = 'date,item_id,units\n'
TEN_MEGABYTES = 10_000_000
PACKAGE = 'peakstock.v1.'
IMPORT = '/peakstock.v1.ImportService/Import'


def day(number):
    return str(AS_OF + datetime.timedelta(days=number))


def rows_of(count, first=1):
    return [f'2027-01-{1 + number % 28:02},N{number // 28:06},1\n' for number in range(first, first + count)]


SALES = HEADER + ''.join(f'{day(-back)},{item},{5 + back % 4}\n' for back in range(59, -1, -1) for item in 'AB')
FILES = {
    'sales': SALES,
    'items': 'item_id,category,unit_cost,list_price\nA,cups,5,10\nB,mats,,\n',
    'supply': 'item_id,lead_time_days\nA,7\nB,3\n',
    'stock': f'date,item_id,on_hand_units\n{day(0)},A,30\n{day(0)},B,300\n',
    'promotions': f'promotion_id,start_date,end_date\nd12,{day(18)},{day(20)}\n',
}


def status(service):
    result = service.run('status', '--format', 'csv')
    assert result.returncode == 0, result.stderr
    return next(csv.DictReader(io.StringIO(result.stdout)))


class Shop:
    """A service with a small shop, and what it said before anything bad was tried."""

    def __init__(self, t, service=None):
        self.t = t
        self.service = service or t.service()
        for kind, content in FILES.items():
            result = self.service.run('import', kind, t.file(f'{kind}.csv', content))
            t.equal(result.returncode, 0, result.stderr)
        self.before = self.state()

    def state(self):
        answer = self.service.run('forecast', '--all', '--horizon', '14', '--format', 'csv')
        assert answer.returncode == 0, answer.stderr
        figures = status(self.service)
        return answer.stdout, {key: figures[key] for key in
                               ('data_revision', 'item_count', 'series_count', 'sales_row_count')}

    def is_unchanged(self, what):
        self.t.equal(self.state(), self.before, f'the store after {what}')

    def refuses(self, code, parts, *arguments, input_text=None):
        """The command ends with `code`, prints nothing on stdout, and says each of `parts` in few words."""
        label = ' '.join(str(argument)[:60] for argument in arguments)
        result = self.service.run(*arguments, input_text=input_text)
        self.t.equal(result.returncode, code, f'{label}: {result.stderr[:500]}')
        self.t.equal(result.stdout, '', f'{label}: stdout')
        for part in parts:
            self.t.contains(result.stderr, part, label)
        self.t.true(len(result.stderr) < 2000, f'{label}: a short message')
        return result

    def refuses_file(self, content, *parts, kind='sales', name='bad.csv', options=()):
        path = self.t.file(name, content)
        return self.refuses(1, (path, *parts), 'import', kind, path, *options)


def test_wrong_columns_are_named_beside_the_right_ones(t):
    shop = Shop(t)
    shop.refuses_file('date,item_id,quantity\n2026-12-01,A,1\n', "unknown column 'quantity'", 'units')
    shop.refuses_file('2026-12-01,A,1\n2026-12-02,A,1\n', "unknown column '2026-12-01'", 'date, item_id, units')
    shop.refuses_file('date,item_id\n2026-12-01,A\n', 'column units is missing', '支付件数')
    shop.refuses_file('日期,商家编码,支付件数,颜色\n2026-12-01,A,1,红\n', "unknown column '颜色'")
    shop.refuses_file('date,item_id,units,\n2026-12-01,A,1,\n', 'column 4 has no name')
    shop.refuses_file('date\titem_id\tunits\n2026-12-01\tA\t1\n', 'save it as CSV with commas')
    shop.is_unchanged('wrong columns')


def test_bad_dates_are_named_with_their_line_and_the_right_form(t):
    shop = Shop(t)
    for date in ('2026-02-29', '2026-13-01', '2026-11-31', '11/22/2026', '22.11.2026', '46000', '1989-12-31',
                 '2100-01-01', '0000-00-00', 'yesterday', '2026-11', '2026年11月22日'):
        shop.refuses_file(f'{HEADER}2026-12-01,A,1\n{date},A,1\n', f":3: column date: '{date}'",
                          'write it as 2026-11-22', 'nothing was imported')
    shop.refuses_file('promotion_id,start_date,end_date\nP,2026-12-12,2026-12-11\n', 'column end_date',
                      'must not be before start_date', kind='promotions')
    shop.is_unchanged('bad dates')


def test_text_and_impossible_numbers_are_named_with_a_remedy(t):
    shop = Shop(t)
    for units in ('abc', '1.5', '1e3', '12 pcs', '0x10', 'NaN', 'inf', '1,23', '50%', '１２', '=1+1',
                  '99999999999999999999'):
        shop.refuses_file(f'{HEADER}2026-12-01,A,"{units}"\n', f":2: column units: '{units}'", 'digits only')
    for units in ('-1', '1000000001'):
        shop.refuses_file(f'{HEADER}2026-12-01,A,{units}\n', f'{units} is out of range', 'from 0 to 1000000000')
    shop.refuses_file(f'{HEADER}2026-12-01,A,\n', 'column units: is empty')
    for value in ('nan', '1e400', 'much'):
        shop.refuses_file(f'date,name,value\n2026-12-01,x,{value}\n', f"'{value}' is not a number", kind='covariates')
    shop.refuses_file('item_id,unit_cost\nA,1.1234567\n', 'at most 6 decimals', kind='items')
    shop.refuses_file('item_id,lead_time_days,critical_ratio\nA,401,1.2\n', '401 is out of range', 'to 400',
                      kind='supply')
    shop.is_unchanged('bad numbers')


def test_ten_megabytes_in_one_field_are_refused_at_their_line(t):
    shop = Shop(t)
    long = 'x' * TEN_MEGABYTES
    for content, line in ((f'{HEADER}2026-12-01,{long},1\n', 2), (f'{HEADER}2026-12-01,"{long}",1\n', 2),
                          (long, 1), (f'{HEADER}2026-12-01,A,1\n2026-12-02,"A,1\n' + '2026-12-03,B,1\n' * 600_000, 3)):
        shop.refuses_file(content, f':{line}: the record is too long; is a quote missing?')
    shop.refuses_file(HEADER + '2026-12-01,"A,1\n2026-12-02,B,1\n', ':2: a quote that is opened here', 'close')
    shop.refuses_file(HEADER + ',' * TEN_MEGABYTES, ':2: the record has too many fields')
    shop.is_unchanged('long fields')


def test_conflicting_rows_of_every_kind_are_refused_with_both_lines(t):
    shop = Shop(t)
    files = {
        'sales': HEADER + '2026-12-01,A,1\n2026-12-02,A,1\n2026-12-01,A,2\n',
        'items': 'item_id,category\nA,cups\nC,mats\nA,mats\n',
        'supply': 'item_id,lead_time_days\nA,7\nC,7\nA,8\n',
        'stock': 'date,item_id,on_hand_units\n2026-11-22,A,1\n2026-11-22,C,1\n2026-11-22,A,2\n',
        'inbound': 'order_id,item_id,units,eta_date\nP,A,1,2026-12-01\nP,C,1,2026-12-01\nP,A,2,2026-12-01\n',
        'prices': 'date,item_id,price\n2026-12-01,A,1\n2026-12-01,C,1\n2026-12-01,A,2\n',
        'covariates': 'date,name,value\n2026-12-01,x,1\n2026-12-02,x,1\n2026-12-01,x,2\n',
    }
    for kind, content in files.items():
        shop.refuses_file(content, 'bad.csv:4', 'bad.csv:2', 'keep one of them', kind=kind)
    shop.is_unchanged('conflicts')


def test_empty_files_are_errors_and_a_header_alone_changes_nothing(t):
    shop = Shop(t)
    for content in ('', '\n\n\n', '\ufeff'):
        shop.refuses_file(content, 'is empty', 'the first line must name the columns')
    shop.refuses(1, ('is empty',), 'import', 'sales', '/dev/null')
    shop.refuses(1, ('is empty',), 'import', 'sales', '-', input_text='')
    for kind, header in (('sales', HEADER), ('sales', HEADER.strip()), ('items', 'item_id\n'),
                         ('promotions', 'promotion_id,start_date,end_date\n')):
        result = shop.service.run('import', kind, t.file('none.csv', header), '--format', 'csv')
        t.equal(result.returncode, 0, result.stderr)
        t.equal(next(csv.DictReader(io.StringIO(result.stdout)))['row_count'], '0')
    shop.is_unchanged('files without rows')


def test_rows_that_are_stored_already_change_nothing(t):
    shop = Shop(t)
    for kind, content in FILES.items():
        t.equal(shop.service.run('import', kind, t.file('again.csv', content)).returncode, 0)
    shop.is_unchanged('the same files again')


def test_gbk_is_converted_and_other_encodings_are_refused_by_name(t):
    shop = Shop(t)
    chinese = '日期,商家编码,支付件数\n2026-11-22,红色保温杯,5\n'
    for content in (chinese.encode('gbk')[:-3], 'date,item_id,units\n2026-12-01,caf\xe9,1\n'.encode('latin-1'),
                    HEADER.encode() + b'2026-12-01,\xff\xff,1\n'):
        shop.refuses_file(content, 'UTF-8')
    shop.refuses_file('日期,商家编码,支付件'.encode('gbk')[:-1], 'neither UTF-8 nor GB18030', 'save it as CSV UTF-8')
    shop.refuses_file(chinese.encode('utf-16'), 'is UTF-16', 'save it as CSV UTF-8')
    shop.refuses_file(b'PK\3\4' + bytes(range(256)) * 40, 'is a workbook or an archive', 'save the sheet as CSV UTF-8',
                      name='sales.xlsx')
    shop.refuses_file(b'date,item_id,units\n2026-12-01,A\0B,1\n', ':2:', 'NUL byte', 'export it again')
    shop.is_unchanged('other encodings')
    result = shop.service.run('import', 'sales', t.file('gbk.csv', chinese.encode('gbk')))
    t.equal(result.returncode, 0, result.stderr)
    t.contains(result.stderr, 'is GB18030; converted to UTF-8')
    answer = shop.service.run('forecast', '--item', '红色保温杯', '--horizon', '1', '--format', 'csv')
    t.equal(answer.stdout.splitlines()[1].split(',')[0], '红色保温杯')


def test_ids_that_a_spreadsheet_destroyed_are_refused_and_odd_ones_are_kept(t):
    shop = Shop(t)
    for item in ('6.12E+17', '6.12e+17', '6.12E+017', '1E+5', '2.34567E+12'):
        shop.refuses_file(f'{HEADER}2026-12-01,{item},1\n', f"'{item}' was destroyed by a spreadsheet",
                          'export the column as text')
    shop.refuses_file(f'{HEADER}2026-12-01,{"x" * 65},1\n', 'has 65 bytes; an id has at most 64')
    shop.refuses_file(f'{HEADER}2026-12-01,{"杯" * 22},1\n', 'has 66 bytes')
    shop.is_unchanged('bad ids')
    odd = ['0', '007', '6.12', '1E5', 'E+17', 'x' * 64, '杯' * 21 + 'z', '😀' * 16, "'); DROP TABLE sales; --", '%s%n', '=A1']
    content = HEADER + ''.join(f'{day(0)},"{item}",1\n' for item in odd)
    t.equal(shop.service.run('import', 'sales', t.file('odd.csv', content)).returncode, 0)
    for item in odd:
        answer = shop.service.run('forecast', '--item', item, '--horizon', '1', '--format', 'csv')
        t.equal(answer.returncode, 0, f'{item!r}: {answer.stderr}')
        t.equal([row[0] for row in csv.reader(answer.stdout.splitlines()[1:])], [item], answer.stderr)


def test_unknown_items_and_wrong_ranges_of_queries_have_their_exit_codes(t):
    shop = Shop(t)
    shop.refuses(1, ("'nobody' is unknown", 'check the spelling or import it first'), 'forecast', '--item', 'nobody')
    shop.refuses(1, ("'a' is unknown",), 'forecast', '--item', 'a')
    shop.refuses(2, ('--item: has 1000 bytes',), 'forecast', '--item', 'x' * 1000)
    shop.refuses(2, ('--item: is empty',), 'forecast', '--item', '')
    for horizon in ('0', '-1', '401', '100000'):
        shop.refuses(2, (f'--horizon: {horizon} is out of range', '1 to 400'), 'forecast', '--all', '--horizon', horizon)
    for horizon in ('1.5', 'week', '99999999999999999999', ''):
        shop.refuses(2, ('--horizon',), 'forecast', '--all', '--horizon', horizon)
    for quantiles in ('0', '1', 'nan', '-0.5', '0.5,0.5', '0.1,,0.9', ','.join(str(i / 100) for i in range(1, 25))):
        shop.refuses(2, ('--quantiles',), 'forecast', '--all', '--quantiles', quantiles)
    shop.refuses(1, ('choose a later day',), 'forecast', '--all', '--as-of', '1990-01-01')
    shop.refuses(2, ("'2026-02-30' is not a date",), 'forecast', '--all', '--as-of', '2026-02-30')
    shop.refuses(2, ('say what to forecast',), 'forecast')
    shop.refuses(2, ('--assume-stock',), 'reorder', '--assume-stock', '-5')
    shop.refuses(2, ('--from', '--to'), 'kpi', '--from', day(0), '--to', day(-9))
    shop.refuses(2, ('--target-cleared-unit-ratio',), 'clearance', '--target-cleared-unit-ratio', '1.5')
    shop.refuses(2, ('--margin-floor',), 'clearance', '--margin-floor', '1')
    shop.refuses(1, ('must lie from', day(1)), 'clearance', '--by-date', day(-1))
    shop.refuses(1, ('no approved promotion', 'peakstock promo list'), 'promo', 'check', 'never')
    shop.is_unchanged('wrong queries')


def test_a_series_keeps_the_bucket_of_its_first_import(t):
    shop = Shop(t)
    shop.refuses_file(HEADER + '2026-11-16,A,1\n', "item 'A' in warehouse 'main'", 'by day',
                      options=('--bucket', 'week'))
    shop.is_unchanged('a change of buckets')


def test_lenient_with_nothing_good_changes_nothing(t):
    shop = Shop(t)
    path = t.file('all-bad.csv', HEADER + 'x,A,1\n' * 30_000)
    result = shop.service.run('import', 'sales', path, '--lenient')
    t.equal(result.returncode, 1, 'exit code')
    with open(path + '.rejected.csv', encoding='utf-8') as rejected:
        t.equal(sum(1 for _ in rejected), 30_001, 'rejected rows and their header')
    shop.is_unchanged('a lenient import of bad rows')


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
        out, errors = client.communicate(timeout=harness.WAIT_SECONDS)
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
                              '20', 'import', 'sales', path])
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
    _, errors = client.communicate(timeout=harness.WAIT_SECONDS)
    t.true(client.returncode in (1, 3), f'exit {client.returncode}: {errors.decode()}')
    shop.service = t.service(data_dir=data)
    t.equal(os.listdir(os.path.join(data, 'staging')), [], 'staged rows')
    shop.is_unchanged('the death of the service')


def run_second(t, data, *options):
    return harness.run([os.path.join(t.build_dir, 'peakstockd'), '--data', data, '--listen', '127.0.0.1:0', *options])


def test_a_second_service_refuses_whatever_the_directory_is_called(t):
    shop = Shop(t)
    link = os.path.join(t.directory(), 'link')
    os.symlink(shop.service.data_dir, link)
    for name in (shop.service.data_dir, shop.service.data_dir + '/./', link):
        second = run_second(t, name)
        t.equal(second.returncode, 1, second.stderr)
        t.true('event=ready' not in second.stderr, 'not ready')
    shop.is_unchanged('a second service')


def test_directories_that_are_no_store_are_refused_and_named(t):
    plain = t.file('plain', 'text')
    damaged = t.directory()
    with t.service(data_dir=damaged) as service:
        t.equal(service.stop(), 0)
    for name in os.listdir(damaged):
        if name.startswith('peakstock.db'):
            with open(os.path.join(damaged, name), 'r+b') as database:
                database.write(b'this is no database any more....' * 200)
    for data in (plain, os.path.join(plain, 'below'), '/proc/nowhere', damaged):
        result = run_second(t, data)
        t.equal(result.returncode, 1, f'{data}: {result.stderr}')
        t.contains(result.stderr, data if data != damaged else 'peakstock.db')
    with open(plain, encoding='utf-8') as unchanged:
        t.equal(unchanged.read(), 'text')


def test_a_port_in_use_leaves_no_store_locked(t):
    shop = Shop(t)
    data = t.directory()
    second = run_second(t, data, '--listen', shop.service.address)
    t.equal(second.returncode, 1)
    t.contains(second.stderr, shop.service.address)
    with t.service(data_dir=data) as third:
        t.equal(third.run('status').returncode, 0)
    shop.is_unchanged('a port in use')


def test_a_disk_that_is_full_from_the_start_is_named(t):
    place = t.directory()
    if subprocess.run(['mount', '-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', place], capture_output=True,
                      check=False).returncode != 0:
        raise harness.Skip('no small file system can be mounted here')
    with contextlib.suppress(OSError), open(os.path.join(place, 'fill'), 'wb', buffering=0) as fill:
        while fill.write(b'x' * 4096) > 0:
            pass
    try:
        result = run_second(t, os.path.join(place, 'store'))
        t.equal(result.returncode, 1, result.stderr)
        t.contains(result.stderr.lower(), 'no space left on device')
        t.contains(result.stderr, '--data')
    finally:
        subprocess.run(['umount', '-l', place], check=False)


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
        error = failure_of(lambda: call(iter(raw), timeout=harness.WAIT_SECONDS))
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
                   {'item_id': ''}, {'item_id': 'x' * 65}, {'item_id': ' a'}, {'item_id': 'a\n'}, {'item_id': '6.12E+17'}):
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
            error = failure_of(lambda call=call, request=request: call(request, timeout=harness.WAIT_SECONDS))
            t.equal(error.code(), grpc.StatusCode.INVALID_ARGUMENT, f'{kind} {str(page)[:60]}')


class Held:
    """Uploads that send nothing more and streams that nobody reads, each more than there are handler threads."""

    COUNT = 40

    def __init__(self, wire):
        self.hold = threading.Event()
        upload = wire.client.method('stream_unary', IMPORT, PACKAGE + 'ImportResponse')
        self.uploads = [upload.future(self.parts(wire), timeout=harness.WAIT_SECONDS) for _ in range(self.COUNT)]
        self.streams = []
        self.wire = wire

    def parts(self, wire):
        yield wire.header()
        yield wire.sales(1000, item_id='abandoned')
        self.hold.wait(harness.WAIT_SECONDS)

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
    answer = service.run('--timeout', '20', 'forecast', '--item', 'A', '--horizon', '1')
    t.equal(answer.returncode, 0, f'a forecast beside stuck uploads: {answer.stderr}')
    held.start_streams(service)
    time.sleep(2)
    answer = service.run('--timeout', '20', 'status')
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
