#!/usr/bin/python3
"""Bad input from outside: each gives one clear error with its remedy and the exit code of the contract, and leaves the
store as it was, which is shown by `status` and by a forecast of everything before and after."""
import contextlib
import csv
import io
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import harness
from held_shop import FILES, HEADER, Shop, day

TEN_MEGABYTES = 10_000_000


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
    odd = ['0', '007', '6.12', '1E5', 'E+17', 'x' * 64, '杯' * 21 + 'z', '😀' * 16, "'); DROP TABLE sales; --", '%s%n',
           '=A1']
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
        shop.refuses(2, (f'--horizon: {horizon} is out of range', '1 to 400'), 'forecast', '--all', '--horizon',
                     horizon)
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


if __name__ == '__main__':
    harness.main(globals())
