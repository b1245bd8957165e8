"""A small shop that must stay as it is, whatever is tried on it: what bad input is held against."""
import csv
import datetime
import io

import harness

AS_OF = datetime.date(2026, 11, 22)
day = harness.days_from(AS_OF)
HEADER = 'date,item_id,units\n'


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
