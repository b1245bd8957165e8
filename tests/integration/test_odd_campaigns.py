#!/usr/bin/python3
"""Campaigns, clearance, assortment, review and key figures of odd shops: every answer is whole, its numbers are finite,
what counts is not below zero and probabilities lie within 0 and 1; what cannot be answered is one clear sentence."""
import datetime
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import harness

AS_OF = datetime.date(2026, 11, 22)
day = harness.days_from(AS_OF)
BILLION = 1_000_000_000
SIGNED = {'position_units', 'on_hand_units', 'stock_at_start_units', 'pushable', 'missing_units_difference'}
UNITLESS = ('_count', '_units', '_probability')
GENERAL = (['clearance'], ['clearance', '--by-date', '+1'], ['clearance', 'path'],
           ['clearance', 'path', '--since', '-40'],
           ['assortment', '--all-items'], ['review', '--decisions', '1000', '--include-open'], ['kpi', '--by', 'role'],
           ['kpi', '--by', 'channel', '--from', '-9', '--to', '0'])


def table(header, rows):
    return header + '\n' + ''.join(','.join(map(str, row)) + '\n' for row in rows)


def history(days=200, items='abc', units=lambda back: 5 + back % 7, **more):
    return [(day(-back), item, units(back), *more.values()) for back in range(days - 1, -1, -1) for item in items]


def sales(rows, more=''):
    return ('sales', table('date,item_id,units' + more, rows))


ITEMS = ('items', 'item_id,category,role,unit_cost,list_price\na,c1,traffic,5,10\nb,c1,profit,4,12\nc,c2,,3,9\n')
STOCK = ('stock', f'date,item_id,on_hand_units\n{day(0)},a,30\n{day(0)},b,3000\n{day(0)},c,0\n')
SUPPLY = ('supply', 'item_id,lead_time_days,supplier_id,unit_cost\na,7,s,5\nb,3,s,4\nc,10,r,3\n')
PLAIN = (sales(history()), ITEMS, STOCK, SUPPLY)
DOUBLE12 = ('promotions', table('promotion_id,start_date,end_date,kind,phase,discount_ratio,traffic_ratio',
                                [('P', day(16), day(18), 'double12', 'warmup', 0.1, 1),
                                 ('P', day(19), day(20), 'double12', 'peak', 0.3, 2)]))
PROMOTIONS = 'promotion_id,start_date,end_date,kind,phase'


def refuse_constant(text):
    raise ValueError(f'{text} in an answer')


def complaints(value, path=''):
    """What is wrong with the numbers of one answer, which came as JSON."""
    if isinstance(value, dict):
        for name, part in value.items():
            yield from complaints(part, f'{path}.{name}')
        quantiles = [value[name] for name in ('q50_units', 'q90_units') if value.get(name) is not None]
        if quantiles != sorted(quantiles):
            yield f'{path}: {value}'
    elif isinstance(value, list):
        for i, part in enumerate(value):
            yield from complaints(part, f'{path}[{i}]')
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        name = path.rsplit('.', 1)[-1]
        if name.endswith(UNITLESS) and name not in SIGNED and value < 0:
            yield f'{path} is {value}'
        if name.endswith('_probability') and value > 1:
            yield f'{path} is {value}'
        if abs(value) > 1e300:
            yield f'{path} is {value}'


def is_one_sentence(t, result, label):
    """A refusal: exit code 1, nothing on stdout, few words that say what and what to do."""
    t.equal(result.returncode, 1, f'{label}: {result.stderr[:500]}')
    t.equal(result.stdout, '', label)
    t.true(10 < len(result.stderr) < 600, f'{label}: a short message, not {result.stderr[:700]!r}')


class Shop:
    """A service with the files of one odd shop."""

    def __init__(self, t, *imports):
        self.t = t
        self.service = t.service()
        for kind, content, *options in imports:
            self.add(kind, content, *options)

    def add(self, kind, content, *options):
        result = self.service.run('import', kind, self.t.file(f'{kind}.csv', content), *options)
        self.t.equal(result.returncode, 0, f'import {kind}: {result.stderr[:300]}')

    def ask(self, *command):
        label = ' '.join(command)
        result = self.service.run('--format', 'json', *command)
        self.t.equal(result.returncode, 0, f'{label}: {result.stderr[:500]}')
        answer = json.loads(result.stdout, parse_constant=refuse_constant)
        self.t.equal(list(complaints(answer))[:3], [], label)
        return answer

    def refuses(self, *command):
        result = self.service.run('--format', 'json', *command)
        is_one_sentence(self.t, result, ' '.join(command))
        return result.stderr

    def survives(self, *promotions, as_of=AS_OF, refused=()):
        """Everything is answered, but those of `refused`, which are in a sentence; the answers by command."""
        def dated(word):
            return str(as_of + datetime.timedelta(days=int(word))) if word[0] in '+-' and word[1:].isdigit() else word
        answers = {}
        for command in GENERAL:
            words = [dated(word) if word != '0' else str(as_of) for word in command]
            if ' '.join(command) in refused:
                self.refuses(*words)
            else:
                answers[' '.join(command)] = self.ask(*words)
        for promotion in promotions:
            if promotion in refused:
                check = self.refuses('promo', 'check', promotion)
                self.t.contains(check, promotion)
                self.t.contains(self.refuses('promo', 'plan', promotion), promotion)
                continue
            answers['check', promotion] = self.checked(promotion)
            answers['plan', promotion] = self.planned(promotion)
        for first, second in zip(promotions, promotions[1:]):
            self.compares(first, second)
        for promotion in promotions:
            self.compares(promotion)
        self.t.equal(self.service.stop(), 0, 'exit status')
        return answers

    def checked(self, promotion):
        answer = self.ask('promo', 'check', promotion)
        for line in answer['rows']:
            cover = line['cover_probability']
            self.t.true((cover is None) == (line['state'] in (None, '')), f'state and cover of {line}')
            gaps = [line[name] for name in ('gap_q50_units', 'gap_q90_units') if line[name] is not None]
            self.t.equal(gaps, sorted(gaps), f'gaps of {line}')
        total = [row for row in answer.get('roll_ups', []) if row['scope'] == 'total']
        if total:
            self.t.equal(total[0]['line_count'], len(answer['rows']), f'lines of {promotion}')
        return answer

    def planned(self, promotion):
        answer = self.ask('promo', 'plan', promotion)
        ordered = sum(row['order_units'] for row in answer['rows'])
        self.t.equal(ordered, sum(line['order_units'] for line in answer['lines']), f'orders and lines of {promotion}')
        for line in answer['lines']:
            if line['planned_cover_probability'] is not None:
                self.t.true(line['planned_cover_probability'] >= (line['cover_probability'] or 0), f'cover of {line}')
        for order in answer['rows']:
            self.t.true(order['campaign_units'] <= order['order_units'], f'campaign part of {order}')
        return answer

    def compares(self, *promotions):
        result = self.service.run('--format', 'json', 'promo', 'compare', *promotions)
        if result.returncode == 0:
            answer = json.loads(result.stdout, parse_constant=refuse_constant)
            self.t.equal(list(complaints(answer))[:3], [], f'compare {promotions}')
        else:
            is_one_sentence(self.t, result, f'compare {promotions}')


def survives(t, *imports, promotions=('P',), **options):
    return Shop(t, *imports).survives(*promotions, **options)


def test_nothing_sold_and_a_single_sale(t):
    survives(t, sales(history(units=lambda back: 0)), ITEMS, STOCK, SUPPLY, DOUBLE12)
    nothing_before = ('clearance path --since -40',)
    survives(t, sales([(day(-30), 'a', 1), (day(0), 'b', 0)]), ITEMS, STOCK, SUPPLY, DOUBLE12, refused=nothing_before)
    survives(t, sales([(day(0), 'a', 1)]), ITEMS, STOCK, SUPPLY, DOUBLE12, refused=nothing_before)


def test_new_items_with_and_without_a_reference(t):
    survives(t, *PLAIN, DOUBLE12, ('items', 'item_id,category,launch_date,reference_item_id,list_price,unit_cost\n'
                                           f'n1,c1,{day(-3)},a,10,5\nn2,c9,{day(5)},,10,5\nn3,c1,{day(18)},b,10,\n'
                                           f'n4,c1,{day(60)},n4,10,5\nn5,,{day(17)},nobody,,\n'),
             ('stock', f'date,item_id,on_hand_units\n{day(0)},n1,50\n{day(0)},n2,5\n{day(0)},n4,500\n'),
             ('supply', 'item_id,lead_time_days\nn1,5\nn2,400\nn3,0\nn5,7\n'))


def test_positions_below_zero_and_goods_that_are_late(t):
    survives(t, *PLAIN, DOUBLE12,
             ('stock', 'date,item_id,on_hand_units,reserved_units,unsellable_units\n'
                       f'{day(0)},a,-{BILLION},{BILLION},{BILLION}\n{day(0)},b,10,5000,0\n{day(-30)},c,-5,0,0\n'),
             ('inbound', 'order_id,line,item_id,units,eta_date,confirmed_ratio,supplier_id\n'
                         f'O1,1,a,{BILLION},{day(-200)},1,s\nO1,2,a,{BILLION},{day(16)},0.5,s\nO2,1,b,0,{day(3)},1,s\n'
                         f'O3,1,c,10,{day(-1)},0,s\nO3,2,c,10,{day(-1)},0,s\nO4,1,c,7,2099-12-31,1,\n'))


def test_terms_of_supply_at_their_ends(t):
    header = 'item_id,supplier_id,lead_time_days,lead_time_sd_days,review_period_days,min_order_units,pack_size_units,'\
             'unit_cost,order_cost,max_stock_units'
    for rows in ([('a', 's', 0, 0, 1, '', '', 5, '', ''), ('b', 's', 0, 0, 400, '', '', 4, '', ''),
                  ('c', 'r', 2, 0, 60, '', '', '', '', 0)],
                 [('a', 's', 7, 400, 7, 500_000, '', 5, '', ''), ('b', 's', 400, 400, 400, '', '', 4, '', ''),
                  ('c', 'r', 3, 1, 7, 10, 1000, 3, '', 5)],
                 [('a', 's', 7, 0, 7, BILLION, BILLION, 9_000_000_000, 9_000_000_000, ''),
                  ('c', 'r', 3, 0, 7, 7, 5, 0, 0, '')]):
        shop = Shop(t, *PLAIN, DOUBLE12, ('supply', table(header, rows)))
        shop.survives('P')


def test_prices_below_cost_and_margins_of_nothing(t):
    survives(t, *PLAIN, ('items', 'item_id,unit_cost,list_price,selling_cost_ratio\na,10,5,0.1\nb,10,10,1\nc,0,0,0\n'),
             DOUBLE12)
    survives(t, *PLAIN, ('items', 'item_id,unit_cost,list_price\na,,\nb,9000000000,0.000001\nc,0,9000000000\n'),
             DOUBLE12)
    survives(t, *PLAIN, ('promotions', table(PROMOTIONS + ',net_price,discount_ratio,traffic_ratio', [
        ('P', day(3), day(5), 'other', 'peak', 0, 0, 1), ('Q', day(3), day(5), 'other', 'peak', '', 1, 1),
        ('R', day(3), day(5), 'other', 'peak', 9_000_000_000, 0, 1000),
        ('S', day(3), day(5), 'other', 'peak', '', 0, 0)])),
             promotions='PQRS')


def test_lives_that_end_before_goods_arrive(t):
    survives(t, *PLAIN, DOUBLE12,
             ('items', f'item_id,end_date,shelf_life_days\na,{day(5)},1\nb,{day(17)},36500\nc,{day(-20)},\n'))


def test_a_new_traffic_ratio_of_a_million_is_refused_in_a_sentence(t):
    shop = Shop(t, *PLAIN)
    for value in ('1e6', '1000000', '-1', 'nan'):
        path = t.file('p.csv', table(PROMOTIONS + ',traffic_ratio', [('P', day(1), day(2), 'other', 'peak', value)]))
        result = shop.service.run('import', 'promotions', path)
        is_one_sentence(t, result, value)
        t.contains(result.stderr, 'traffic_ratio')


def test_promotions_of_every_time_and_length(t):
    rows = [('inside', day(2), day(4)), ('running', day(-2), day(3)), ('lastday', day(-2), day(0)),
            ('next', day(1), day(1)),
            ('ended', day(-20), day(-15)), ('long', day(5), day(404)), ('longrun', day(-150), day(249)),
            ('twin1', day(2), day(4)), ('twin2', day(2), day(4)), ('far', day(700), day(705)),
            ('past', '1990-01-01', '1990-01-02'), ('century', '1990-01-01', '2099-12-31'),
            ('lasteve', '2099-12-31', '2099-12-31')]
    shop = Shop(t, *PLAIN, ('promotions', table(PROMOTIONS, [(*row, 'double12', 'peak') for row in rows])))
    answered = []
    for name, *_ in rows:
        for verb, check in (('check', shop.checked), ('plan', shop.planned)):
            result = shop.service.run('--format', 'json', 'promo', verb, name)
            if result.returncode == 0:
                check(name)
                answered.append((verb, name))
            else:
                is_one_sentence(t, result, f'{verb} {name}')
        shop.compares(name)
        shop.compares('ended', name)
        shop.compares(name, 'ended')
    for name in ('inside', 'running', 'next', 'twin1', 'twin2'):
        t.true(('check', name) in answered and ('plan', name) in answered, f'{name} is answered')
    t.equal(shop.checked('twin1')['rows'], shop.checked('twin2')['rows'], 'two of the same window')
    shop.survives()


def test_scopes_of_nothing(t):
    rows = [('E1', 'nowhere', '', '', ''), ('E2', '', 'nobody', '', ''), ('E3', '', '', 'noplace', ''),
            ('E4', '', '', '', 'nochannel'),
            ('E5', 'c1', 'c', '', ''), ('E6', '', 'a', 'noplace', 'nochannel')]
    shop = Shop(t, *PLAIN,
                ('promotions', table('promotion_id,start_date,end_date,category,item_id,warehouse_id,channel',
                                                [(row[0], day(5), day(8), *row[1:]) for row in rows])))
    for name, *_ in rows:
        for verb, check in (('check', shop.checked), ('plan', shop.planned)):
            result = shop.service.run('--format', 'json', 'promo', verb, name)
            if result.returncode == 0:
                check(name)
            else:
                is_one_sentence(t, result, f'{verb} {name}')
                t.contains(result.stderr, 'known item, category or warehouse', f'{verb} {name}')
        shop.compares(name)
    text = shop.service.run('promo', 'check', 'E4').stdout
    t.true('\n:' not in text, 'a promotion without a name has no empty name in its sentence')
    text = shop.service.run('promo', 'plan', 'E2').stdout
    t.true(text.count('(nothing)') < 2, 'sums of nothing are not shown')
    shop.survives()


def test_presales_of_every_kind(t):
    header = PROMOTIONS + ',ship_by_date,balance_date,committed_units,item_id'
    rows = [('only', day(2), day(6), 'double12', 'presale', '', '', '', ''),
            ('before', day(10), day(12), 'double12', 'peak', day(5), '', '', ''),
            ('before', day(2), day(6), 'double12', 'presale', day(1), '', '', ''),
            ('absurd', day(10), day(12), 'double12', 'peak', '2099-12-31', '1990-01-01', 0, ''),
            ('absurd', day(-3), day(6), 'double12', 'presale', '1990-01-01', '2099-12-31', BILLION, ''),
            ('after', day(14), day(16), 'double12', 'presale', '', '', '', ''),
            ('after', day(10), day(12), 'double12', 'peak', '', '', 5, 'a'),
            ('both', day(-4), day(6), 'double12', 'presale', day(20), day(7), 1, 'a'),
            ('both', day(7), day(9), 'double12', 'peak', '', '', 1, 'a')]
    deposits = [(day(back), promotion, item, units)
                for promotion in ('only', 'before', 'absurd', 'both', 'after', 'never')
                for back, item, units in ((-3, 'a', 50), (-2, 'a', 20), (-1, 'a', BILLION), (0, 'b', 0),
                                          (0, 'unknown', 7), (30, 'c', 5))]
    survives(t, *PLAIN, ('promotions', table(header, rows)),
             ('deposits', table('date,promotion_id,item_id,deposit_units', deposits)),
             ('deposits', table('date,promotion_id,item_id,deposit_units,balance_paid_units',
                                [(day(0), 'both', 'a', 10, BILLION), (day(-1), 'both', 'b', 0, 5)])),
             promotions=('only', 'before', 'absurd', 'after', 'both'))


def test_deposits_without_sales_or_promotion(t):
    deposits = table('date,promotion_id,item_id,deposit_units',
                     [(day(0), 'ghost', 'a', BILLION), (day(0), 'ghost', 'z', 1)])
    shop = Shop(t, *PLAIN, DOUBLE12, ('deposits', deposits))
    shop.refuses('promo', 'check', 'ghost')
    shop.refuses('promo', 'plan', 'ghost')
    shop.survives('P')


def test_targets_of_nothing_and_of_everything(t):
    rows = [(day(-21), day(8), metric, value, scope, '')
            for metric in ('gmv', 'units', 'turnover_days', 'active_item_ratio', 'return_ratio')
            for value, scope in ((0, ''), ('1000000000000000', 'c1'), (0.000001, 'nowhere'))]
    rows += [(day(-10), day(30), 'gmv', 5, '', ''), (day(-3650), day(3650), 'gmv', 7, '', ''),
             (day(0), day(0), 'units', 1, '', ''),
             ('1990-01-01', '2099-12-31', 'units', '1000000000000000', '', ''), (day(16), day(20), 'gmv', 0, '', 'P'),
             (day(16), day(20), 'units', '1000000000000000', '', 'P'), (day(-5), day(-4), 'gmv', 3, '', 'nothing')]
    survives(t, *PLAIN, DOUBLE12,
             ('targets', table('period_start,period_end,metric,value,category,promotion_id', rows)))
    shop = Shop(t, *PLAIN)
    for value in ('-1', '-0.000001', '1e16', 'inf'):
        path = t.file('t.csv', f'period_start,period_end,metric,value\n{day(0)},{day(9)},gmv,{value}\n')
        result = shop.service.run('import', 'targets', path)
        is_one_sentence(t, result, value)


def test_components_in_circles_and_gifts_of_gifts(t):
    gifts = [('a', 'b', 1, 'gift', '', '2026-01-01', ''), ('b', 'c', 10_000, 'gift', 'P', '', ''),
             ('c', 'd', 1, 'gift', '', '', day(18)),
             ('d', 'e', 1, 'bundle', '', day(18), ''), ('e', 'f', 10_000, 'multipack', '', '', '')]
    header = 'parent_item_id,component_item_id,units,kind,promotion_id,valid_from,valid_to'
    survives(t, *PLAIN, DOUBLE12, ('components', table(header, gifts)))
    circle = Shop(t, *PLAIN, DOUBLE12)
    path = t.file('circle.csv',
                  table(header, [('a', 'b', 1, 'bundle', '', '', ''), ('b', 'a', 1, 'bundle', '', '', '')]))
    result = circle.service.run('import', 'components', path)
    if result.returncode != 0:
        is_one_sentence(t, result, 'import of a circle')
    else:
        t.contains(circle.refuses('promo', 'check', 'P'), 'circle')
        t.contains(circle.refuses('review'), 'circle')


def test_suppliers_without_capacity_and_lanes_to_themselves(t):
    shop = [sales([(day(-back), item, 4 + back % 3, warehouse) for back in range(120) for item in 'abc'
                   for warehouse in ('w1', 'w2')],
                  ',warehouse_id'), ITEMS, SUPPLY, DOUBLE12,
            ('suppliers', 'supplier_id,capacity_units_per_week,min_order_amount,order_weekdays\n'
                           's,0,9000000000,\nr,1,0,7\n'),
            ('warehouses', table('warehouse_id,shelving_days,outbound_units_per_day,capacity_litres',
                                 [('w1', 400, 0, 0), ('w2', 0, 1, 1), ('empty', 0, 0, 0)])),
            ('lanes', table('from_warehouse_id,to_warehouse_id,transfer_days,unit_cost',
                            [('w2', 'w1', 0, 0), ('w1', 'w2', 400, 9_000_000_000)])),
            ('stock', table('date,item_id,on_hand_units,warehouse_id', [(day(0), item, 5000, 'w2') for item in 'ab']))]
    first = Shop(t, *shop)
    itself = t.file('lane.csv', 'from_warehouse_id,to_warehouse_id,transfer_days\nw1,w1,0\n')
    result = first.service.run('import', 'lanes', itself)
    if result.returncode != 0:
        is_one_sentence(t, result, 'a lane to itself')
    first.survives('P')


def test_spring_festival_closures_of_suppliers_and_of_everything(t):
    closures = table('party_kind,party_id,start_date,end_date,last_order_date',
                     [('supplier', 's', day(3), day(30), day(-400)), ('supplier', 'r', '1990-01-01', '2099-12-31', ''),
                      ('warehouse', 'main', day(1), day(40), ''), ('warehouse', 'noplace', day(1), day(1), '')])
    survives(t, *PLAIN, DOUBLE12, ('closures', closures))


def test_a_campaign_of_a_leap_day(t):
    leap = datetime.date(2028, 2, 28)
    rows = [(leap - datetime.timedelta(days=back), item, 5 + back % 3) for back in range(400) for item in 'ab']
    survives(t, sales(rows), ITEMS, SUPPLY,
             ('stock', 'date,item_id,on_hand_units\n2028-02-28,a,50\n2028-02-28,b,900\n'),
             ('promotions', PROMOTIONS
              + '\nP,2028-02-29,2028-02-29,women_day,peak\nQ,2024-02-29,2024-02-29,women_day,peak\n'),
             promotions=('P',), as_of=leap)


def test_more_returns_than_sales_and_never_in_stock(t):
    survives(t, sales([(*row, 1000) for row in history()], ',returned_units'), ITEMS, STOCK, SUPPLY, DOUBLE12)
    survives(t, sales([(*row, row[2]) for row in history()], ',cancelled_units'), ITEMS, STOCK, SUPPLY, DOUBLE12)
    survives(t, sales([(*row, 0) for row in history(units=lambda back: 0)], ',available_ratio'), ITEMS, STOCK, SUPPLY,
             DOUBLE12)
    survives(t, sales([(*row, '0.000001') for row in history()], ',available_ratio'), ITEMS, STOCK, SUPPLY, DOUBLE12)


def test_no_money_to_spend(t):
    shop = Shop(t, *PLAIN, DOUBLE12)
    answer = shop.ask('reorder', '--budget', '0')
    t.equal(sum(float(row['order_amount'] or 0) for row in answer['rows']), 0.0, 'orders of no money')


def test_a_weekly_shop(t):
    weeks = table('date,item_id,units,available_ratio', [(day(-7 * week - 6), f'w{item}', 20 + week % 3 * item, 1)
                                                         for week in range(120) for item in range(4)])
    shop = Shop(t, ('sales', weeks, '--bucket', 'week'),
                ('items', 'item_id,category,unit_cost,list_price\nw0,c,1,2\nw1,c,1,2\nw2,d,1,2\n'),
                ('stock', table('date,item_id,on_hand_units', [(day(0), f'w{item}', 10 ** item) for item in range(4)])),
                ('supply', 'item_id,lead_time_days\nw0,7\nw1,400\n'),
                ('promotions', PROMOTIONS
                 + f'\nP,{day(16)},{day(20)},double12,peak\nQ,{day(1)},{day(1)},double12,peak\n'
                                            f'R,{day(-300)},{day(-297)},double12,peak\n'
                                            f'S,{day(-1)},{day(2)},other,peak\n'),
                ('deposits', f'date,promotion_id,item_id,deposit_units\n{day(-1)},P,w0,500\n'),
                ('targets', f'period_start,period_end,metric,value\n{day(-21)},{day(8)},gmv,900\n'))
    shop.survives('P', 'Q', 'R', 'S', as_of=AS_OF - datetime.timedelta(days=6), refused=('R',))


def test_ids_of_64_bytes_and_hundreds_of_names(t):
    longest = ['汉' * 21 + 'z', '😀' * 16, '"=A1,\'%s']
    quoted = ['"' + name.replace('"', '""') + '"' for name in longest]
    shop = Shop(t, sales([(day(-back), name, 4, name) for back in range(60) for name in quoted], ',warehouse_id'),
                ('stock', table('date,item_id,on_hand_units,warehouse_id',
                                [(day(0), name, 1000, name) for name in quoted])),
                ('supply', table('item_id,lead_time_days,supplier_id', [(name, 5, name) for name in quoted])),
                ('items', table('item_id,category,list_price,unit_cost', [(name, name, 10, 4) for name in quoted])),
                ('promotions', table(PROMOTIONS + ',warehouse_id',
                                     [(name, day(5), day(8), name, 'peak', name) for name in quoted])),
                ('targets', table('period_start,period_end,metric,value,category,promotion_id',
                                  [(day(-5), day(8), 'gmv', 900, name, name) for name in quoted])))
    answers = shop.survives(*longest)
    for name in longest:
        t.equal([row['item_id'] for row in answers['check', name]['rows']], [name], 'the item of its warehouse')


def test_items_and_categories_that_change_their_names(t):
    shop = Shop(t, *PLAIN, DOUBLE12)
    before = shop.checked('P')
    shop.ask('review')
    shop.add('items', 'item_id,name,category\na,新名,c3\nb,,c3\nc,改,c1\n')
    after = shop.checked('P')
    t.equal(sorted(row['item_id'] for row in before['rows']), sorted(row['item_id'] for row in after['rows']))
    t.true({'c1', 'c3'} <= {row['scope_id'] for row in after['roll_ups'] if row['scope'] == 'category'},
           'the new categories')
    shop.add('items', 'item_id,op\na,delete\n')
    shop.survives('P')


def test_covariates_of_128_names_around_a_campaign(t):
    rows = [(day(i), f'n{k}', (i * k) % 5) for k in range(128) for i in range(-120, 30)]
    survives(t, *PLAIN, DOUBLE12, ('covariates', table('date,name,value', rows)))
    survives(t, *PLAIN, DOUBLE12,
             ('covariates', table('date,name,value', [(day(i), 'closed', 1) for i in range(-199, 60)])))


def test_units_and_money_at_their_ends(t):
    most = 9_000_000_000
    survives(t, sales([(*row, most) for row in history(units=lambda back: BILLION)], ',paid_amount'), SUPPLY, DOUBLE12,
             ('items', f'item_id,category,unit_cost,list_price\n'
                       f'a,c1,{most},{most}\nb,c1,0.000001,{most}\nc,c2,{most},0.000001\n'),
             ('stock', table('date,item_id,on_hand_units', [(day(0), item, BILLION) for item in 'abc'])),
             ('targets', f'period_start,period_end,metric,value\n{day(-21)},{day(8)},gmv,1000000000000000\n'))


def test_five_thousand_promotions(t):
    rows = [(f'P{i}', day(-900 + i % 1000), day(-899 + i % 1000), ('double12', 'other', '618')[i % 3], 'peak')
            for i in range(5000)]
    shop = Shop(t, sales(history(400)), ITEMS, STOCK, SUPPLY, ('promotions', table(PROMOTIONS, rows)))
    shop.survives('P950', 'P920')


if __name__ == '__main__':
    harness.main(globals())
