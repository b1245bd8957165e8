#!/usr/bin/python3
"""The life of a suggestion, from outside: suggested, approved or overridden, exported, closed; and how plans count
it."""
import csv
import datetime
import io
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import harness  # noqa: E402
import rpc_client  # noqa: E402

AS_OF = datetime.date(2026, 6, 28)


def date_of(day):
    return (AS_OF + datetime.timedelta(day)).isoformat()


def ask(service, *arguments):
    result = service.run('--format', 'csv', *arguments, environment={'USER': 'buyer'})
    if result.returncode != 0:
        raise AssertionError(f'{arguments}: {result.stderr}')
    return list(csv.DictReader(io.StringIO(result.stdout)))


def send(service, kind, text, *options):
    result = service.run('import', kind, *options, '-', input_text=text)
    if result.returncode != 0:
        raise AssertionError(f'{kind}: {result.stderr}')


def refused(t, service, part, *arguments, code=1):
    result = service.run(*arguments, environment={'USER': 'buyer'})
    t.equal(result.returncode, code, f'exit code of {arguments}')
    t.contains(result.stderr, part)


def sales(day, units):
    return f'date,item_id,units\n{date_of(day)},A,{units}\n{date_of(day)},B,{units * 2}\n'


def shop(t, **options):
    """Two items that sell 4 and 8 a day, low on stock, from two suppliers; weeks to the next order."""
    service = t.service(**options)
    rows = [f'{date_of(day)},A,{4 + day % 2}\n{date_of(day)},B,{8 + day % 3}\n' for day in range(-90, 1)]
    send(service, 'sales', 'date,item_id,units\n' + ''.join(rows))
    send(service, 'supply', 'item_id,supplier_id,lead_time_days,review_period_days,unit_cost\n'
                            'A,mill,5,7,10\nB,forge,9,7,3\n')
    send(service, 'stock', f'date,item_id,on_hand_units\n{date_of(0)},A,40\n{date_of(0)},B,120\n')
    return service


def line_of(service, item, *options):
    return next(row for row in ask(service, 'reorder', '--all-items', *options) if row['item_id'] == item)


def test_a_rerun_writes_nothing_twice(t):
    service = shop(t)
    first = ask(service, 'reorder')
    t.equal([row['state'] for row in first], ['suggested', 'suggested'])
    t.equal(ask(service, 'reorder'), first, 'the second run')
    kept = ask(service, 'suggestion', 'list')
    t.equal([row['suggestion_id'] for row in kept], sorted(row['suggestion_id'] for row in first))
    t.equal({row['order_units'] for row in kept}, {row['order_units'] for row in first})
    send(service, 'stock', f'date,item_id,on_hand_units\n{date_of(0)},A,36\n')
    again = line_of(service, 'A')
    t.near(int(again['order_units']), int(first[0]['order_units']) + 4, 1, 'units after a correction of stock')
    kept = ask(service, 'suggestion', 'list')
    t.equal(len(kept), 2, 'superseded, not appended')
    t.equal(len(ask(service, 'suggestion', 'trail', again['suggestion_id'])), 2)


def test_only_the_plain_live_plan_is_kept(t):
    service = shop(t)
    for options in (('--as-of', date_of(0)), ('--budget', '100'), ('--supplier', 'mill'),
                    ('--what-if-lead-time-days', '3'), ('--assume-stock', '0')):
        t.equal({row['state'] for row in ask(service, 'reorder', *options)}, {''}, f'state with {options}')
    t.equal(ask(service, 'suggestion', 'list'), [], 'kept')
    t.equal([row['state'] for row in ask(service, 'reorder', '--item', 'A')], ['suggested'])
    t.equal([row['item_id'] for row in ask(service, 'suggestion', 'list')], ['A'])


def test_a_suggestion_that_is_no_longer_needed_is_taken_back(t):
    service = shop(t)
    ask(service, 'reorder')
    send(service, 'stock', f'date,item_id,on_hand_units\n{date_of(0)},A,2000\n')
    t.equal(line_of(service, 'A')['suggestion_id'], '')
    kept = {row['item_id']: row for row in ask(service, 'suggestion', 'list')}
    t.equal((kept['A']['state'], kept['A']['closed_by']), ('closed', 'superseded'))
    refused(t, service, 'later plan', 'suggestion', 'approve', kept['A']['suggestion_id'])
    send(service, 'stock', f'date,item_id,on_hand_units\n{date_of(0)},A,40\n')
    t.equal(line_of(service, 'A')['suggestion_id'], kept['A']['suggestion_id'], 'the id of the day')
    t.equal({row['state'] for row in ask(service, 'suggestion', 'list')}, {'suggested'})


def test_an_approved_one_stands_whatever_the_plan_says(t):
    service = shop(t)
    first = line_of(service, 'A')
    ask(service, 'suggestion', 'approve', first['suggestion_id'])
    ask(service, 'suggestion', 'approve', first['suggestion_id'], '--author', 'other')
    t.equal(len(ask(service, 'suggestion', 'trail', first['suggestion_id'])), 2, 'approved once')
    send(service, 'stock', f'date,item_id,on_hand_units\n{date_of(0)},A,36\n')
    line = line_of(service, 'A')
    t.equal((line['state'], line['order_units'], line['suggestion_id']),
            ('approved', first['order_units'], first['suggestion_id']))
    t.equal(line['previous_order_units'], first['order_units'])
    more = int(line['planned_units']) - int(first['order_units'])
    t.near(more, 4, 1, 'what the plan says more now')
    causes = {name: float(line[f'change_{name}_units']) for name in ('stock', 'inbound', 'demand', 'terms', 'rounding')}
    t.equal(causes['stock'], 4.0)
    t.near(sum(causes.values()), more, 0.01, 'sum of the causes')
    t.equal([row['state'] for row in ask(service, 'suggestion', 'list', '--state', 'approved')], ['approved'])
    terms = {row['term']: row for row in ask(service, 'explain', 'reorder', '--item', 'A')}
    t.contains(terms['standing_units']['source'], 'approved')
    t.equal(float(terms['change_stock_units']['value']), 4.0)


def test_an_open_one_is_inbound_from_the_next_day_on(t):
    service = shop(t)
    first = {row['item_id']: row for row in ask(service, 'reorder')}
    ask(service, 'suggestion', 'approve', first['A']['suggestion_id'])
    ask(service, 'suggestion', 'override', first['B']['suggestion_id'], '500', '--reason', 'price goes up')
    send(service, 'sales', sales(1, 4))
    lines = {row['item_id']: row for row in ask(service, 'reorder', '--all-items')}
    t.equal(float(lines['A']['inbound_units']), float(first['A']['order_units']))
    t.equal(float(lines['B']['inbound_units']), 500.0)
    t.true(int(lines['A']['order_units']) < 10, 'no second order of the same need')
    t.equal(lines['B']['order_units'], '0')
    terms = {row['term']: row for row in ask(service, 'explain', 'reorder', '--item', 'B')}
    t.equal(float(terms['suggested_inbound']['value']), 500.0)
    t.contains(terms['suggested_inbound']['source'], first['B']['suggestion_id'])
    exported = ask(service, 'suggestion', 'export')
    t.equal({row['item_id']: row['order_units'] for row in exported}, {'A': first['A']['order_units'], 'B': '500'})
    t.equal(exported[0]['arrival_date'],
            (datetime.date.fromisoformat(first['A']['arrival_date']) + datetime.timedelta(1)).isoformat(),
            'arrival of what was exported a day later')
    t.equal(ask(service, 'suggestion', 'export'), [], 'the second export')
    after = {row['item_id']: row for row in ask(service, 'reorder', '--all-items')}
    t.equal(float(after['B']['inbound_units']), 500.0)


def test_an_override_to_0_orders_nothing_today(t):
    service = shop(t)
    first = line_of(service, 'A')
    ask(service, 'suggestion', 'override', first['suggestion_id'], '0', '--reason', 'will be delisted')
    line = next(row for row in ask(service, 'reorder') if row['item_id'] == 'A')
    t.equal((line['state'], line['order_units']), ('overridden', '0'))
    t.equal(line['planned_units'], first['order_units'])
    t.equal(ask(service, 'suggestion', 'export'), [])
    trail = ask(service, 'suggestion', 'trail', first['suggestion_id'])
    t.equal([(row['author'], row['from_state'], row['to_state'], row['order_units']) for row in trail],
            [('plan', '', 'suggested', first['order_units']), ('buyer', 'suggested', 'overridden', '0')])
    t.equal(trail[1]['suggestion_reason'], 'will be delisted')
    send(service, 'sales', sales(1, 4))
    t.equal(line_of(service, 'A')['state'], 'suggested', 'state on the next day')


def test_an_inbound_line_takes_its_place(t):
    service = shop(t)
    first = line_of(service, 'A')
    ask(service, 'suggestion', 'approve', first['suggestion_id'])
    ask(service, 'suggestion', 'export', '--supplier', 'mill')
    send(service, 'sales', sales(1, 4))
    send(service, 'inbound', 'order_id,item_id,units,eta_date,suggestion_id\n'
                             f'PO1,A,{first["order_units"]},{first["arrival_date"]},{first["suggestion_id"]}\n')
    line = line_of(service, 'A')
    t.equal(float(line['inbound_units']), float(first['order_units']), 'counted once')
    kept = next(row for row in ask(service, 'suggestion', 'list') if row['suggestion_id'] == first['suggestion_id'])
    t.equal((kept['state'], kept['closed_by'], kept['author']), ('closed', 'inbound', 'inbound'))
    send(service, 'inbound', f'order_id,item_id,units,eta_date\nPO1,A,0,{first["arrival_date"]}\n')
    line = line_of(service, 'A')
    t.equal(float(line['inbound_units']), 0.0, 'after the cancellation')
    t.true(int(line['order_units']) >= int(first['order_units']), 'the need comes back')


def test_a_need_that_comes_back_the_same_day_gets_an_id_of_its_own(t):
    service = shop(t)
    first = line_of(service, 'A')
    ask(service, 'suggestion', 'approve', first['suggestion_id'])
    ask(service, 'suggestion', 'export')
    cancelled = ('order_id,item_id,units,eta_date,suggestion_id\n'
                 f'PO1,A,0,{first["arrival_date"]},{first["suggestion_id"]}\n')
    send(service, 'inbound', cancelled)
    second = line_of(service, 'A')
    t.equal(second['suggestion_id'], first['suggestion_id'] + '-2')
    t.equal((second['order_units'], second['state']), (first['order_units'], 'suggested'))
    ask(service, 'suggestion', 'approve', second['suggestion_id'])
    send(service, 'inbound', cancelled)
    t.equal(line_of(service, 'A')['state'], 'approved', 'state after the old line came once more')


def test_a_wrong_date_that_is_deleted_leaves_no_second_order(t):
    service = shop(t)
    send(service, 'sales', f'date,item_id,units\n{date_of(2)},A,4\n')
    early = {row['item_id']: row for row in ask(service, 'reorder')}
    ask(service, 'suggestion', 'approve', early['A']['suggestion_id'])
    send(service, 'sales', f'date,item_id,units,op\n{date_of(2)},A,4,delete\n')
    lines = {row['item_id']: row for row in ask(service, 'reorder', '--all-items')}
    t.equal(float(lines['A']['inbound_units']), float(early['A']['order_units']), 'the approved one of the wrong day')
    states = {row['suggestion_id']: row['state'] for row in ask(service, 'suggestion', 'list')}
    t.equal(states[early['B']['suggestion_id']], 'closed', 'the suggested one of the wrong day')
    t.equal(states[lines['B']['suggestion_id']], 'suggested', 'that of the right day')


def test_one_that_nobody_delivers_expires(t):
    service = shop(t)
    first = line_of(service, 'A')
    ask(service, 'suggestion', 'approve', first['suggestion_id'])
    ask(service, 'suggestion', 'export')
    arrival = (datetime.date.fromisoformat(first['arrival_date']) - AS_OF).days
    send(service, 'sales', 'date,item_id,units\n' + ''.join(f'{date_of(day)},A,0\n' for day in range(1, arrival + 14)))
    line = line_of(service, 'A')
    t.equal(float(line['inbound_units']), float(first['order_units']), 'still expected')
    t.contains(line['reason'], 'LATE_INBOUND')
    send(service, 'sales', f'date,item_id,units\n{date_of(arrival + 14)},A,0\n')
    t.equal(float(line_of(service, 'A')['inbound_units']), 0.0, 'given up')
    kept = next(row for row in ask(service, 'suggestion', 'list') if row['suggestion_id'] == first['suggestion_id'])
    t.equal((kept['state'], kept['closed_by']), ('closed', 'expired'))


def test_an_export_can_be_fetched_again(t):
    service = shop(t)
    ids = [row['suggestion_id'] for row in ask(service, 'reorder')]
    ask(service, 'suggestion', 'approve', *ids)
    first = ask(service, 'suggestion', 'export', '--request-id', 'night-1')
    t.equal(len(first), 2)
    t.equal(ask(service, 'suggestion', 'export', '--request-id', 'night-1'), first)
    t.equal(ask(service, 'suggestion', 'export', '--request-id', 'night-2'), [])
    refused(t, service, 'another supplier', 'suggestion', 'export', '--request-id', 'night-1', '--supplier', 'mill')


def test_an_export_of_one_supplier_leaves_the_others(t):
    service = shop(t)
    ids = [row['suggestion_id'] for row in ask(service, 'reorder')]
    ask(service, 'suggestion', 'approve', *ids)
    t.equal([row['supplier_id'] for row in ask(service, 'suggestion', 'export', '--supplier', 'forge')], ['forge'])
    t.equal([row['supplier_id'] for row in ask(service, 'suggestion', 'export')], ['mill'])


def test_what_cannot_be_done_is_refused_whole(t):
    service = shop(t)
    ids = [row['suggestion_id'] for row in ask(service, 'reorder')]
    refused(t, service, 'nothing-like-it', 'suggestion', 'approve', ids[0], 'nothing-like-it')
    t.equal({row['state'] for row in ask(service, 'suggestion', 'list')}, {'suggested'}, 'none or all')
    refused(t, service, 'unknown', 'suggestion', 'override', 'S1', '5', '--reason', 'x')
    refused(t, service, 'unknown', 'suggestion', 'trail', 'S1')
    refused(t, service, '--reason', 'suggestion', 'override', ids[0], '5', code=2)
    refused(t, service, 'UNITS', 'suggestion', 'override', ids[0], '2.5', '--reason', 'x', code=2)
    refused(t, service, 'ID', 'suggestion', 'approve', code=2)
    refused(t, service, '--state', 'suggestion', 'list', '--state', 'lost', code=2)
    nobody = service.run('suggestion', 'approve', ids[0], environment={'USER': ''})
    t.equal(nobody.returncode, 2)
    ask(service, 'suggestion', 'approve', ids[0])
    ask(service, 'suggestion', 'export')
    refused(t, service, 'exported', 'suggestion', 'approve', ids[0])
    refused(t, service, 'exported', 'suggestion', 'override', ids[0], '5', '--reason', 'x')


def test_decisions_survive_kill_and_need_no_refit(t):
    folder = t.directory()
    service = shop(t, data_dir=folder)
    first = line_of(service, 'A')
    before = json.loads(service.run('status', '--format', 'json').stdout)['status']
    ask(service, 'suggestion', 'approve', first['suggestion_id'])
    after = json.loads(service.run('status', '--format', 'json').stdout)['status']
    t.equal((after['data_revision'], after['snapshot_id'], after['snapshot_stale']),
            (before['data_revision'], before['snapshot_id'], False))
    service.process.kill()
    service.process.wait()
    service = t.service(data_dir=folder)
    t.equal(line_of(service, 'A')['state'], 'approved')


class Wire:
    """SuggestionService from a foreign client."""

    def __init__(self, service):
        self.messages = rpc_client.Messages()
        self.client = rpc_client.Client(service.address, self.messages)

    def call(self, name, kind='unary_unary', **fields):
        request = self.messages[f'peakstock.v1.{name}Request'](**fields)
        method = self.client.method(kind, f'/peakstock.v1.SuggestionService/{name}', f'peakstock.v1.{name}Response')
        answer = method(request)
        return answer if kind == 'unary_unary' else list(answer)

    def refusal(self, name, **fields):
        try:
            self.call(name, **fields)
        except rpc_client.grpc.RpcError as refusal:
            return refusal.code().name, refusal.details()
        raise AssertionError(f'{name} was not refused')


def test_the_wire_pages_and_refuses(t):
    service = shop(t)
    ids = sorted(row['suggestion_id'] for row in ask(service, 'reorder'))
    wire = Wire(service)
    page = wire.call('ListSuggestions', page={'page_size': 1})
    t.equal([row.suggestion_id for row in page.suggestions], ids[:1])
    page = wire.call('ListSuggestions', page={'page_size': 1, 'page_token': page.page.next_page_token})
    t.equal(([row.suggestion_id for row in page.suggestions], page.page.next_page_token), (ids[1:], ''))
    t.equal(wire.refusal('ListSuggestions', page={'page_size': 10001})[0], 'INVALID_ARGUMENT')
    t.equal(wire.refusal('ListSuggestions', state='lost')[0], 'INVALID_ARGUMENT')
    t.equal(wire.refusal('ApproveSuggestions', author='ann')[0], 'INVALID_ARGUMENT')
    t.equal(wire.refusal('ApproveSuggestions', author='ann', suggestion_ids=[ids[0]] * 10001)[0], 'INVALID_ARGUMENT')
    t.equal(wire.refusal('ApproveSuggestions', suggestion_ids=ids)[0], 'INVALID_ARGUMENT')
    t.equal(len(wire.call('ApproveSuggestions', author='ann', suggestion_ids=[ids[0]] * 10000).suggestions), 1)
    for fields in ({'order_units': -1, 'reason': 'x'}, {'order_units': 10**9 + 1, 'reason': 'x'},
                   {'order_units': 1}, {'order_units': 1, 'reason': 'x' * 513}):
        t.equal(wire.refusal('OverrideSuggestion', suggestion_id=ids[1], author='ann', **fields)[0],
                'INVALID_ARGUMENT', str(fields)[:60])
    kept = wire.call('OverrideSuggestion', suggestion_id=ids[1], author='ann', order_units=10**9, reason='x' * 512)
    t.equal(kept.suggestion.order_units, 10**9)
    answers = wire.call('ExportSuggestions', kind='unary_stream', request_id='r1', author='ann')
    t.equal((len(answers[0].suggestions), answers[-1].summary.suggestion_count, answers[-1].summary.replayed),
            (2, 2, False))
    answers = wire.call('ExportSuggestions', kind='unary_stream', request_id='r1', author='ann')
    t.equal((answers[-1].summary.suggestion_count, answers[-1].summary.replayed), (2, True))


def test_tables_speak_both_languages(t):
    service = shop(t)
    ids = [row['suggestion_id'] for row in ask(service, 'reorder')]
    ask(service, 'suggestion', 'approve', ids[0])
    t.contains(service.run('suggestion', 'list').stdout, 'approved')
    t.contains(service.run('--lang', 'zh', 'suggestion', 'list').stdout, '已批准')
    t.contains(service.run('reorder').stdout, 'approved')
    t.contains(service.run('--lang', 'zh', 'reorder').stdout, '已批准')
    document = json.loads(service.run('--format', 'json', 'suggestion', 'list').stdout)
    t.equal([row['state'] for row in document['rows']], ['approved', 'suggested'])


if __name__ == '__main__':
    harness.main(globals())
