#!/usr/bin/python3
"""`peakstock import` against the real service: what lands, what is refused with file, line, column and remedy, and that
a refused import changes nothing."""
import csv
import gzip
import io
import json
import lzma
import os
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import harness

SALES = 'date,item_id,units\n2026-11-01,A,5\n2026-11-02,A,6\n2026-11-01,B,7\n'
INVOICES = 'Invoice,StockCode,Description,Quantity,InvoiceDate,Price,CustomerID,Country\n'


def running(t):
    t.needs('peakstockd')
    return t.service()


def summary(t, result, code=0):
    """The one row that `import --format csv` prints, numbers as numbers."""
    t.equal(result.returncode, code, result.stderr.strip())
    row = next(csv.DictReader(io.StringIO(result.stdout)))
    return {key: int(value) if value.lstrip('-').isdigit() else value for key, value in row.items()}


def imported(t, service, kind, *files, options=(), code=0):
    return summary(t, service.run('import', kind, *files, '--format', 'csv', *options), code)


def sales_row_count(t, service):
    result = service.run('status', '--format', 'json')
    t.equal(result.returncode, 0, result.stderr)
    found = []

    def search(value):
        if isinstance(value, dict):
            for key, inner in value.items():
                if key == 'sales_row_count':
                    found.append(int(inner))
                search(inner)
    search(json.loads(result.stdout))
    return found[0]


def test_a_first_import_inserts_and_a_second_changes_nothing(t):
    service = running(t)
    path = t.file('sales.csv', SALES)
    first = imported(t, service, 'sales', path)
    t.equal((first['row_count'], first['inserted_row_count'], first['created_item_count']), (3, 3, 2), 'first import')
    second = imported(t, service, 'sales', path)
    t.equal((second['inserted_row_count'], second['unchanged_row_count']), (0, 3), 'second import')
    changed = imported(t, service, 'sales', t.file('sales.csv', 'date,item_id,units\n2026-11-01,A,9\n'))
    t.equal((changed['updated_row_count'], changed['inserted_row_count']), (1, 0), 'third import')
    t.equal(sales_row_count(t, service), 3, 'rows stored')


def test_every_form_of_a_file_gives_the_same_rows(t):
    service = running(t)
    chinese = '日期,商家编码,支付件数,仓库\n2026/11/01,甲,"1,234",华东\n'
    folder = t.directory()
    forms = {'plain.csv': chinese.encode(), 'bom.csv': b'\xef\xbb\xbf' + chinese.encode(),
             'gb.csv': chinese.encode('gb18030'), 'crlf.csv': chinese.replace('\n', '\r\n').encode(),
             'packed.csv.gz': gzip.compress(chinese.encode('gb18030')),
             'packed.csv.xz': lzma.compress(chinese.encode()),
             'open.csv': chinese.rstrip('\n').encode()}
    inserted = 0
    for name, content in forms.items():
        path = os.path.join(folder, name)
        with open(path, 'wb') as output:
            output.write(content)
        result = service.run('import', 'sales', path, '--format', 'csv')
        row = summary(t, result)
        inserted += row['inserted_row_count']
        t.equal(row['row_count'], 1, name)
        t.equal('GB18030' in result.stderr, 'gb18030' in name or name in ('gb.csv', 'packed.csv.gz'), f'{name} said so')
    t.equal(inserted, 1, 'all of them are the same row')
    result = service.run('import', 'sales', '-', '--format', 'csv', input_text=chinese)
    t.equal(summary(t, result)['unchanged_row_count'], 1, 'stdin')


def test_a_bad_row_names_its_place_and_nothing_lands(t):
    service = running(t)
    path = t.file('bad.csv', 'date,item_id,units,paid_amount\n2026-11-01,"A",5,1\n\n2026-11-02,A,abc,1\n'
                             '2026-11-03,6.12E+17,3,1\n2026-11-04,A,-1,1\n2026-13-01,A,1,1\n2026-11-05,A,1\n')
    result = service.run('import', 'sales', path)
    t.equal(result.returncode, 1, 'exit code')
    t.equal(result.stdout, '', 'stdout')
    for part in (f"{path}:4: column units: 'abc' is not a whole number", f'{path}:5: column item_id: ',
                 f'{path}:6: column units: ', f"{path}:7: column date: '2026-13-01'",
                 f'{path}:8: the row has 3 fields', '5 bad rows; nothing was imported'):
        t.true(part in result.stderr, f'{part!r} in {result.stderr!r}')
    t.equal(sales_row_count(t, service), 0, 'rows stored')


def test_a_bad_row_behind_many_good_ones_changes_nothing(t):
    service = running(t)
    lines = [f'2026-11-{day:02},I{item:05},1' for day in range(1, 21) for item in range(1000)]
    path = t.file('late.csv', 'date,item_id,units\n' + '\n'.join(lines) + '\nx,A,1\n')
    result = service.run('import', 'sales', t.file('good.csv', SALES), path)
    t.equal(result.returncode, 1, 'exit code')
    t.true(f"{path}:20002: column date: 'x'" in result.stderr, result.stderr)
    t.equal(sales_row_count(t, service), 0, 'rows stored')


def test_headers_are_checked_by_name(t):
    service = running(t)
    for content, part in (('date,item_id,units,colour\n', "unknown column 'colour'"),
                          ('date,item_id\n', 'column units is missing'),
                          ('date,日期,item_id,units\n', 'both column date'), ('', 'is empty'),
                          ('date;item_id;units\n', 'not separated by commas')):
        result = service.run('import', 'sales', t.file('header.csv', content))
        t.equal(result.returncode, 1, part)
        t.true(part in result.stderr, f'{part!r} in {result.stderr!r}')


def test_a_header_alone_is_an_import_of_no_rows(t):
    t.equal(imported(t, running(t), 'sales', t.file('none.csv', 'date,item_id,units\n'))['row_count'], 0, 'rows')


def test_conflicting_rows_are_reported_with_both_places(t):
    service = running(t)
    first = t.file('first.csv', 'date,item_id,units\n2026-11-01,A,5\n2026-11-01,B,5\n')
    second = t.file('second.csv', 'item_id,date,units\n\nA,2026-11-01,6\n')
    result = service.run('import', 'sales', first, second)
    t.equal(result.returncode, 1, 'exit code')
    t.true(f'{first}:2' in result.stderr and f'{second}:3' in result.stderr, result.stderr)
    t.equal(sales_row_count(t, service), 0, 'rows stored')


def test_lenient_lands_the_good_rows_and_writes_the_others_beside_the_file(t):
    service = running(t)
    path = t.file('mixed.csv', 'date,item_id,units\n2026-11-01,A,5\nx,"B,b",1\n2026-11-02,A,6\n2026-11-01,A,9\n')
    row = imported(t, service, 'sales', path, options=('--lenient',), code=1)
    t.equal(row['rejected_row_count'], 2, 'rejected')
    t.equal(sales_row_count(t, service), 2, 'rows stored')
    with open(path + '.rejected.csv', encoding='utf-8', newline='') as rejected:
        rows = list(csv.reader(rejected))
    t.equal(rows[0], ['date', 'item_id', 'units', 'reason'], 'header')
    t.equal([row[:3] for row in rows[1:]], [['x', 'B,b', '1'], ['2026-11-01', 'A', '9']], 'rows')
    t.true('not a date' in rows[1][3] and f'{path}:2' in rows[2][3], repr(rows))
    clean = t.file('clean.csv', SALES)
    imported(t, service, 'sales', clean, options=('--lenient',))
    t.true(not os.path.exists(clean + '.rejected.csv'), 'no file without rejected rows')


def test_deletions_take_rows_away(t):
    service = running(t)
    imported(t, service, 'sales', t.file('sales.csv', SALES))
    row = imported(t, service, 'sales', t.file('gone.csv', 'op,date,item_id\ndelete,2026-11-01,A\n'))
    t.equal(row['deleted_row_count'], 1, 'deleted')
    t.equal(sales_row_count(t, service), 2, 'rows stored')
    result = service.run('import', 'sales', t.file('odd.csv', 'op,date,item_id,units\nremove,2026-11-01,B,1\n'))
    t.equal(result.returncode, 1, 'another word')
    t.true("column op: 'remove'" in result.stderr, result.stderr)


def test_a_dry_run_counts_and_changes_nothing(t):
    service = running(t)
    row = imported(t, service, 'sales', t.file('sales.csv', SALES), options=('--dry-run',))
    t.equal(row['inserted_row_count'], 3, 'would insert')
    t.equal(sales_row_count(t, service), 0, 'rows stored')


def test_wrong_command_lines_are_exit_2_and_a_missing_service_is_3(t):
    service = running(t)
    path = t.file('sales.csv', SALES)
    for words in (('import',), ('import', 'sales'), ('import', 'nothing', path), ('import', 'sales', '/no/such/file'),
                  ('import', 'stock', path, '--bucket', 'day'), ('import', 'sales', path, '--snapshot'),
                  ('import', 'sales', path, '--bucket', 'month'), ('import', 'sales', '-', '-'),
                  ('import', 'items', path, '--complete-through', '2026-11-01')):
        t.equal(service.run(*words).returncode, 2, ' '.join(words))
    service.stop()
    t.equal(service.run('import', 'sales', path, '--timeout', '2').returncode, 3, 'no service')


def test_a_damaged_compressed_file_imports_nothing(t):
    service = running(t)
    lines = [f'2026-11-{day:02},I{item:05},{item % 7}' for day in range(1, 21) for item in range(2000)]
    packed = gzip.compress(('date,item_id,units\n' + '\n'.join(lines) + '\n').encode())
    result = service.run('import', 'sales', t.file('cut.csv.gz', packed[:-100]))
    t.equal(result.returncode, 1, 'exit code')
    t.true('cut short' in result.stderr, result.stderr)
    t.equal(sales_row_count(t, service), 0, 'rows stored')


def test_an_interrupted_import_changes_nothing(t):
    service = running(t)
    command = [t.needs('peakstock'), '--server', service.address, 'import', 'sales', '-']
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as client:
        client.stdin.write(b'date,item_id,units\n')
        for day in range(1, 29):
            client.stdin.write(b''.join(b'2026-10-%02d,I%05d,1\n' % (day, item) for item in range(1000)))
        client.stdin.flush()
        time.sleep(0.5)
        client.send_signal(2)
        _, errors = harness.communicate(client)
    t.equal(client.returncode, 130, errors.decode())
    t.equal(sales_row_count(t, service), 0, 'rows stored')


def test_every_kind_of_file_is_taken(t):
    service = running(t)
    files = {
        'items': 'item_id,name,role,list_price\nA,保温杯,traffic,¥12.50\n',
        'supply': 'item_id,lead_time_days,pack_size_units\nA,7,12\n',
        'stock': 'date,item_id,on_hand_units\n2026-11-02,A,-3\n',
        'inbound': 'order_id,item_id,units,eta_date,stage\nPO1,A,10,2026-11-20,shipped\n',
        'promotions': 'promotion_id,start_date,end_date,discount_ratio\nD12,2026-12-10,2026-12-12,30%\n',
        'prices': 'date,item_id,price\n2026-11-01,A,9.90\n',
        'covariates': 'date,name,value\n2026-11-01,holiday,1\n',
    }
    for kind, content in files.items():
        t.equal(imported(t, service, kind, t.file(f'{kind}.csv', content))['inserted_row_count'], 1, kind)


def test_invoice_lines_become_days_of_items(t):
    service = running(t)
    first = t.file('first.csv', INVOICES +
                   '1,85123a,LAMP,6,2010-12-01 08:26:00,2.55,1,UK\n1,85123A ,LAMP,6,2010-12-01 08:26:00,2.55,1,UK\n'
                   'C2,85123A,LAMP,-2,2010-12-02 09:00:00,2.55,1,UK\n3,POST,POSTAGE,1,2010-12-02 09:00:00,18,1,UK\n'
                   '4,85123A,damaged,-9,2010-12-02 09:00:00,0,,UK\n')
    second = t.file('second.csv', INVOICES + '1,85123A,LAMP,6,2010-12-01 08:26:00,2.55,1,UK\n'
                                             '5,22222,MUG,4,2010-12-03 10:00:00,1.25,1,UK\n')
    row = imported(t, service, 'online-retail', first, second)
    wanted = {'row_count': 3, 'line_count': 7, 'repeated_line_count': 1, 'demand_line_count': 3, 'return_line_count': 1,
              'adjustment_line_count': 1, 'non_goods_line_count': 1, 'item_name_count': 2}
    t.equal({key: row[key] for key in wanted}, wanted, 'counts')
    again = imported(t, service, 'online-retail', second)
    t.equal(again['row_count'], 2, 'a later call')
    t.equal(sales_row_count(t, service), 3, 'replaces only the dates that it contains')


def test_the_summary_is_one_object_in_json_and_goes_to_the_output_file(t):
    service = running(t)
    output = os.path.join(t.directory(), 'summary.json')
    result = service.run('import', 'sales', t.file('sales.csv', SALES), '--format', 'json', '--output', output)
    t.equal((result.returncode, result.stdout), (0, ''), result.stderr)
    with open(output, encoding='utf-8') as stream:
        t.equal(json.load(stream)['import']['inserted_row_count'], 3, 'in the file')


if __name__ == '__main__':
    harness.main(globals())
