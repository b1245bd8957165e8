#!/usr/bin/python3
"""Calls for campaigns, clearance, assortment, review and key figures that no honest client makes: absurd numbers, all
fields wrong at once, bytes that are no message, thousands of ids, calls that are given up, and many at a time beside
imports. Each is refused or answered, and the service lives on in the memory that it had."""
import datetime
import math
import os
import random
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import harness
import rpc_client
from rpc_client import details_of, failure_of, grpc

AS_OF = datetime.date(2026, 11, 22)
day = harness.days_from(AS_OF)
PACKAGE = 'peakstock.v1.'
# method: kind of call, service, fields of a good request
METHODS = {
    'CheckPromotion': ('unary_stream', 'PromotionService', {'promotion_id': 'P'}),
    'PlanPromotion': ('unary_stream', 'PromotionService', {'promotion_id': 'P'}),
    'ComparePromotions': ('unary_stream', 'PromotionService', {'a_promotion_id': 'R', 'b_promotion_id': 'P'}),
    'PlanClearance': ('unary_stream', 'ClearanceService', {}),
    'TrackClearance': ('unary_stream', 'ClearanceService', {'since_date': '2026-10-01'}),
    'PlanAssortment': ('unary_stream', 'ReviewService', {'all_items': True}),
    'ReviewDay': ('unary_unary', 'ReviewService', {'include_open': True}),
    'ComputeKpis': ('unary_unary', 'ReviewService', {'by': 'category'}),
}
NUMBERS = (math.nan, math.inf, -math.inf, -1.0, 1e308, -1e308, 2.0**63, 1.0000001)
WHOLE_NUMBERS = (-1, 2**31 - 1, -2**31, 1001)
DATES = ('2026-02-30', '0000-00-00', '1989-12-31', '2100-01-01', 'yesterday', '2026-11-22T00:00:00', ' ', '9' * 4000,
         '2026-1-1')


def table(header, rows):
    return header + '\n' + ''.join(','.join(map(str, row)) + '\n' for row in rows)


class Shop:
    """A service of a shop with `item_count` items, and ways to call it past the client."""

    def __init__(self, t, item_count=12):
        if grpc is None:
            raise harness.Skip('python3-grpcio is not installed')
        self.t = t
        self.service = t.service()
        items = [f'i{number}' for number in range(item_count)]
        files = {
            'sales': table('date,item_id,units,warehouse_id', [(day(-back), item, 3 + (back + len(item)) % 5, 'w')
                                                               for back in range(150) for item in items]),
            'items': table('item_id,category,unit_cost,list_price',
                           [(item, f'c{i % 3}', 5, 12) for i, item in enumerate(items)]),
            'supply': table('item_id,lead_time_days,supplier_id', [(item, 7, 's') for item in items]),
            'stock': table('date,item_id,on_hand_units,warehouse_id',
                           [(day(0), item, 40 * (i % 30), 'w') for i, item in enumerate(items)]),
            'promotions': 'promotion_id,start_date,end_date,kind,phase\n'
                          f'P,{day(18)},{day(20)},double12,peak\nR,{day(-60)},{day(-55)},double12,peak\n',
        }
        for kind, content in files.items():
            self.load(kind, content)
        self.messages = rpc_client.Messages()
        self.client = t._stack.enter_context(rpc_client.Client(self.service.address, self.messages))

    def load(self, kind, content):
        result = self.service.run('import', kind, self.t.file(f'{kind}.csv', content))
        self.t.equal(result.returncode, 0, result.stderr)

    def request(self, method, **fields):
        return self.messages[f'{PACKAGE}{method}Request'](**{**METHODS[method][2], **fields})

    def stub(self, method, client=None, raw=False):
        kind, service, _ = METHODS[method]
        return (client or self.client).method(kind, f'/{PACKAGE}{service}/{method}', f'{PACKAGE}{method}Response', raw)

    def call(self, method, request, timeout=rpc_client.PATIENT):
        """All messages of the answer; raises grpc.RpcError."""
        stub = self.stub(method, raw=isinstance(request, bytes))
        answer = stub(request, timeout=timeout)
        return list(answer) if METHODS[method][0] == 'unary_stream' else [answer]

    def refuses(self, method, *fields, **wrong):
        """INVALID_ARGUMENT that names each of `fields`, or those of `wrong`."""
        label = f'{method} {str(wrong)[:100]}'
        error = failure_of(lambda: self.call(method, self.request(method, **wrong)))
        self.t.equal(error.code(), grpc.StatusCode.INVALID_ARGUMENT, f'{label}: {error.details()[:200]}')
        self.t.true(0 < len(error.details()) < 2000, f'{label}: a short message')
        named = [name for name, _ in details_of(error, self.messages)[1]]
        for field in fields or wrong:
            self.t.true(any(field in name for name in named), f'{label}: {field} in {named}')

    def answers(self, what):
        """Every call is answered as an honest client makes it."""
        for method in METHODS:
            self.t.true(self.call(method, self.request(method)), f'{method} after {what}')

    def resident_kilobytes(self):
        with open(f'/proc/{self.service.process.pid}/status', encoding='ascii') as status:
            return next(int(line.split()[1]) for line in status if line.startswith('VmRSS:'))

    def stops(self):
        self.t.equal(self.service.stop(), 0, 'exit status')
        self.t.true(not any('runtime error' in line or 'Sanitizer' in line for line in self.service.lines),
                    'nothing to complain of')


def fields_of(shop, method):
    return {field.name: field for field in shop.messages[f'{PACKAGE}{method}Request'].DESCRIPTOR.fields}


def test_every_wrong_field_is_named(t):
    shop = Shop(t)
    for method in METHODS:
        for name, field in fields_of(shop, method).items():
            if name.endswith('_date'):
                for value in DATES:
                    shop.refuses(method, **{name: value})
            elif field.type == field.TYPE_DOUBLE:
                for value in NUMBERS:
                    shop.refuses(method, **{name: value})
            elif field.type == field.TYPE_INT32:
                for value in WHOLE_NUMBERS:
                    shop.refuses(method, **{name: value})
            elif name.endswith('_ids'):
                for value in ('', 'x' * 65, 'a\n', ' a', '6.12E+17'):
                    shop.refuses(method, **{name: [value]})
                shop.refuses(method, **{name: [f'w{i}' for i in range(10_001)]})
            elif name.endswith('_id') and name not in ('a_promotion_id', 'supplier_id'):
                shop.refuses(method, **{name: ''})
            if name.endswith('_id'):
                for value in ('x' * 65, 'a\n', 'y' * 100_000):
                    shop.refuses(method, **{name: value})
    shop.refuses('ComputeKpis', by='colour')
    shop.refuses('ComputeKpis', 'from_date', from_date=day(0), to_date=day(-3))
    shop.answers('wrong fields')
    shop.stops()


def test_all_wrong_fields_are_named_at_once(t):
    shop = Shop(t)
    wrong = {
        'CheckPromotion': {'promotion_id': '', 'warehouse_ids': ['', 'x' * 65], 'as_of_date': 'never'},
        'PlanPromotion': {'promotion_id': '', 'warehouse_ids': ['\t'], 'supplier_id': 'x' * 65, 'as_of_date': 'never'},
        'ComparePromotions': {'a_promotion_id': 'x' * 65, 'b_promotion_id': '', 'warehouse_ids': [''],
                              'as_of_date': '2026-13-01'},
        'PlanClearance': {'warehouse_ids': [''], 'by_date': 'x', 'target_cleared_unit_ratio': 7, 'as_of_date': 'x',
                          'margin_floor_ratio': math.nan, 'item_ids': ['']},
        'TrackClearance': {'warehouse_ids': [''], 'since_date': 'x', 'by_date': 'x', 'target_cleared_unit_ratio': -1,
                           'attach_ratio': math.inf, 'as_of_date': 'x'},
        'PlanAssortment': {'warehouse_ids': [''], 'target_active_item_ratio': math.nan, 'attach_ratio': 2,
                           'as_of_date': 'x'},
        'ReviewDay': {'as_of_date': 'x', 'decision_count_maximum': -5},
        'ComputeKpis': {'from_date': 'x', 'to_date': 'y', 'by': 'z', 'as_of_date': '-'},
    }
    t.equal(set(wrong), set(METHODS))
    for method, fields in wrong.items():
        shop.refuses(method, **fields)
    shop.stops()


def test_ids_that_nobody_knows_are_not_found(t):
    shop = Shop(t)
    for method, fields in (('CheckPromotion', {'promotion_id': 'nobody'}),
                           ('PlanPromotion', {'promotion_id': 'nobody'}),
                           ('PlanPromotion', {'supplier_id': 'nobody'}),
                           ('ComparePromotions', {'b_promotion_id': 'nobody'}),
                           ('ComparePromotions', {'a_promotion_id': 'nobody'}),
                           ('PlanClearance', {'item_ids': ['nobody']}),
                           ('PlanAssortment', {'categories': ['nobody']}),
                           *((method, {'warehouse_ids': ['nobody']})
                             for method in METHODS if 'warehouse_ids' in fields_of(shop, method)),
                           *((method, {'warehouse_ids': [f'w{i}' for i in range(10_000)]}) for method in METHODS
                             if 'warehouse_ids' in fields_of(shop, method))):
        error = failure_of(lambda method=method, fields=fields: shop.call(method, shop.request(method, **fields)))
        t.equal(error.code(), grpc.StatusCode.NOT_FOUND, f'{method} {str(fields)[:80]}: {error.details()[:200]}')
        t.true(len(error.details()) < 2000, 'a short message')
    for method in METHODS:
        if 'warehouse_ids' in fields_of(shop, method):
            once = shop.call(method, shop.request(method, warehouse_ids=['w']))
            t.equal(shop.call(method, shop.request(method, warehouse_ids=['w'] * 10_000)), once,
                    f'{method}: one id 10,000 times')
    shop.stops()


def test_bytes_that_are_no_request(t):
    shop = Shop(t)
    generator = random.Random(20261212)
    for method in METHODS:
        good = shop.request(method).SerializeToString()
        for number in range(60):
            noise = bytes(generator.randrange(256) for _ in range(generator.randrange(1, 60)))
            raw = noise if number % 2 else good + noise
            try:
                shop.call(method, raw)
            except grpc.RpcError as error:
                t.true(error.code() in (grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.NOT_FOUND,
                                        grpc.StatusCode.FAILED_PRECONDITION),
                       f'{method} {raw!r}: {error.code()} {error.details()}')
        error = failure_of(lambda method=method: shop.call(method, b'\xff' * (17 << 20)))
        t.equal(error.code(), grpc.StatusCode.RESOURCE_EXHAUSTED, method)
    shop.answers('noise')
    shop.stops()


def test_calls_that_are_given_up_keep_no_memory(t):
    shop = Shop(t, item_count=250)
    shop.answers('the start')

    def give_up(round_count):
        for number in range(round_count):
            for method in METHODS:
                kind = METHODS[method][0]
                if number % 2:
                    try:
                        shop.call(method, shop.request(method), 0.001)
                    except grpc.RpcError as error:
                        t.equal(error.code(), grpc.StatusCode.DEADLINE_EXCEEDED, method)
                elif kind == 'unary_stream':
                    stream = shop.stub(method)(shop.request(method))
                    if number % 4:
                        next(iter(stream))
                    stream.cancel()
                else:
                    shop.stub(method).future(shop.request(method)).cancel()
        shop.answers('calls that were given up')

    give_up(4)
    before = shop.resident_kilobytes()
    give_up(12)
    after = shop.resident_kilobytes()
    t.true(after < 1.5 * before + 40_000, f'{before} kB before, {after} kB after')
    shop.stops()


def test_sixty_four_calls_at_once_beside_imports(t):
    shop = Shop(t, item_count=40)
    names = list(METHODS)
    failures, done = [], []

    def ask(number):
        with rpc_client.Client(shop.service.address, shop.messages) as client:
            for method in names[number % len(names):] + names[:number % len(names)]:
                stub = shop.stub(method, client)
                try:
                    answer = stub(shop.request(method), timeout=harness.patience(240))
                    done.append(list(answer) if METHODS[method][0] == 'unary_stream' else answer)
                except grpc.RpcError as error:
                    failures.append(f'{method}: {error.code()} {error.details()}')
                if number % 3:
                    return

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(64)]
    for thread in threads:
        thread.start()
    for number in range(6):
        shop.load('sales', table('date,item_id,units,warehouse_id',
                                 [(day(-number), f'i{i}', 9 + number, 'w') for i in range(40)]))
        shop.load('promotions',
                  f'promotion_id,start_date,end_date,kind,phase\nP,{day(18)},{day(20 + number)},double12,peak\n')
        shop.load('stock', table('date,item_id,on_hand_units,warehouse_id',
                                 [(day(0), f'i{i}', number * i, 'w') for i in range(40)]))
    for thread in threads:
        thread.join(harness.patience(300))
        t.true(not thread.is_alive(), 'an answer came')
    t.equal(failures[:3], [])
    t.true(len(done) >= 64, 'all were answered')
    shop.answers('64 calls at once')
    shop.stops()


if __name__ == '__main__':
    harness.main(globals())
