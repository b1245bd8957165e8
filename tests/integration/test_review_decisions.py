#!/usr/bin/python3
"""What a review asks for on a shop that a person can count, and how acting on it ends the asking."""
import datetime
import os
import sqlite3
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import harness  # noqa: E402
from sample_truth import ask  # noqa: E402

AS_OF = datetime.date(2026, 10, 20)
day = harness.days_from(AS_OF)
DAYS = 300


def write(t, service, kind, header, *rows):
    t.tell(service, kind, [header, *rows])


def sold(item, back):
    """Units of a day; the others of the category sell what they always do."""
    if item == 'dead':
        return 1 if back > 150 else 0
    if item == 'star':
        return 12 if back < 14 else 4
    return 10


def shop(t):
    service = t.service()
    items = ('plain', 'plain2', 'plain3', 'cheap', 'dead', 'star', 'back')
    write(t, service, 'items', 'item_id,category,unit_cost,list_price,role',
          *(f'{item},cups,{10},{10 if item == "cheap" else 30},' for item in items))
    write(t, service, 'sales', 'date,item_id,units,paid_amount,available_ratio,returned_units',
          *(f'{day(-back)},{item},{sold(item, back)},{30 * sold(item, back)},1,'
            f'{4 if item == "back" and back < 30 else 0}'
            for back in range(DAYS) for item in items if sold(item, back)))
    write(t, service, 'stock', 'date,item_id,on_hand_units',
          *(f'{day(0)},{item},{80 if item == "dead" else 600}' for item in items))
    write(t, service, 'supply', 'item_id,lead_time_days,holding_cost_per_unit_day',
          *(f'{item},7,0.02' for item in items))
    return service


def decisions(service, *options):
    rows = ask(service, 'review', '--include-open', *options)
    return {row['scope_id']: row for row in rows if row['scope'] == 'item'}


def test_each_kind_is_found_with_its_worth(t):
    service = shop(t)
    # Every unit of cheap loses nothing at cost, but costs of selling make it a loss.
    write(t, service, 'items', 'item_id,selling_cost_ratio', 'cheap,0.1')
    found = decisions(service)
    t.equal({item: row['proposed_action'] for item, row in found.items()},
            {'cheap': 'reprice', 'dead': 'clearance', 'star': 'push', 'back': 'inspect_returns'})
    t.contains(found['cheap']['reason'], 'SELLS_BELOW_COST')
    t.near(float(found['cheap']['value']), 1.0 * 300, 20, 'a yuan short on 30 days of 10')
    t.contains(found['dead']['reason'], 'DEAD_STOCK')
    t.near(float(found['star']['units']), 14 * 8, 2, '168 instead of 56')
    t.near(float(found['star']['value']), 14 * 8 * 20, 40, 'at a margin of 20')
    t.near(float(found['back']['value']), (120 - 0.08 * 300) * 20, 1, '120 of 300 came back, 24 may')


def test_acting_ends_the_asking(t):
    service = shop(t)
    t.equal(set(decisions(service)) >= {'cheap', 'dead'}, True)
    write(t, service, 'prices', 'date,item_id,price', f'{day(0)},cheap,30')
    write(t, service, 'promotions', 'promotion_id,start_date,end_date,item_id,discount_ratio',
          f'clear-october,{day(1)},{day(20)},dead,0.4')
    found = decisions(service)
    t.true('cheap' not in found and 'dead' not in found, f'{sorted(found)} without what was acted on')


def test_a_late_order_is_chased_until_it_comes(t):
    service = shop(t)
    write(t, service, 'stock', 'date,item_id,on_hand_units', f'{day(0)},plain,30')
    write(t, service, 'inbound', 'order_id,item_id,units,eta_date', f'PO-1,plain,500,{day(-2)}')
    row = decisions(service)['plain']
    t.equal((row['proposed_action'], row['units']), ('chase_inbound', '500'))
    write(t, service, 'inbound', 'order_id,item_id,units,eta_date', f'PO-1,plain,0,{day(-2)}')
    write(t, service, 'stock', 'date,item_id,on_hand_units', f'{day(0)},plain,530')
    t.true('plain' not in decisions(service), 'nothing to do once it has come')


def test_a_red_promotion_and_a_price_below_cost_in_it_are_raised(t):
    service = shop(t)
    write(t, service, 'stock', 'date,item_id,on_hand_units', f'{day(0)},plain,60')
    write(t, service, 'promotions', 'promotion_id,start_date,end_date,item_id,net_price',
          f'party,{day(5)},{day(9)},plain,9', f'party,{day(5)},{day(9)},plain2,25')
    row = decisions(service)['plain']
    t.contains(row['reason'], 'PRICE_BELOW_COST')
    check = {line['item_id']: line for line in ask(service, 'promo', 'check', 'party')}
    t.equal(check['plain']['state'], 'RED')
    t.contains(row['reason'], check['plain']['reason'].split(';')[0])
    t.true('plain2' not in decisions(service), 'a promotion that is covered and earns is no decision')


def test_the_next_day_lists_only_what_has_changed(t):
    service = shop(t)
    t.equal({row['change'] for row in decisions(service).values()}, {'new'})
    text = service.run('review').stdout
    t.true('open from earlier days' not in text, 'the same day says the same')
    write(t, service, 'sales', 'date,item_id,units,paid_amount,available_ratio',
          *(f'{day(1)},{item},{sold(item, 0)},{30 * sold(item, 0)},1'
            for item in ('plain', 'plain2', 'plain3', 'cheap', 'star', 'back')))
    listed = {row['scope_id']: row for row in ask(service, 'review') if row['scope'] == 'item'}
    every = decisions(service)
    t.true(len(listed) < len(every), f'{sorted(listed)} of {sorted(every)}')
    for item in set(every) - set(listed):
        t.equal((every[item]['change'], every[item]['since_date']), ('open', day(0)), item)
    t.contains(service.run('review').stdout, 'open from earlier days')
    past = [row for row in ask(service, 'review', '--as-of', day(0)) if row['scope'] == 'item']
    t.equal({row['change'] for row in past}, {'new'}, 'a day past as it was seen')


def test_what_lies_beyond_the_list_is_still_new_tomorrow(t):
    service = shop(t)
    first = [row for row in ask(service, 'review', '--decisions', '1') if row['scope'] == 'item']
    t.equal(len(first), 1)
    write(t, service, 'sales', 'date,item_id,units,paid_amount,available_ratio',
          *(f'{day(1)},{item},{sold(item, 0)},{30 * sold(item, 0)},1'
            for item in ('plain', 'plain2', 'plain3', 'cheap', 'star', 'back')))
    second = {row['scope_id']: row['change'] for row in ask(service, 'review') if row['scope'] == 'item'}
    t.true(first[0]['scope_id'] not in second, 'what was listed is open')
    t.equal(set(second.values()), {'new'}, 'the others have not been seen yet')


def test_a_review_is_answered_though_the_store_cannot_keep_it(t):
    service = shop(t)
    store = sqlite3.connect(os.path.join(service.data_dir, 'peakstock.db'), isolation_level=None)
    store.execute('BEGIN IMMEDIATE')
    result = service.run('--format', 'csv', 'review')
    store.execute('ROLLBACK')
    store.close()
    t.equal(result.returncode, 0, result.stderr)
    t.contains(result.stderr, 'could not be noted')
    listed = decisions(service)
    t.true(len(listed) > 0, 'something to decide')
    t.equal({row['change'] for row in listed.values()}, {'new'}, 'all of it is listed')


def test_a_review_that_is_killed_leaves_the_store_whole(t):
    service = shop(t)
    before = decisions(service)
    for number in range(6):
        write(t, service, 'stock', 'date,item_id,on_hand_units',
              *(f'{day(0)},{item},{5 + number}' for item in ('plain', 'star')))
        clients = [harness.Program([os.path.join(t.build_dir, 'peakstock'), '--server', service.address, 'review'])
                   for _ in range(4)]
        time.sleep(0.02 * number)
        service.process.kill()
        service.wait()
        for client in clients:
            client.wait()
            client.close()
        service = t.service(data_dir=service.data_dir)
        store = sqlite3.connect(os.path.join(service.data_dir, 'peakstock.db'))
        t.equal(store.execute('PRAGMA integrity_check').fetchall(), [('ok',)], 'the store')
        store.close()
    t.equal(set(before) - set(decisions(service)) - {'plain', 'star'}, set(), 'what was asked before is asked still')


if __name__ == '__main__':
    harness.main(globals())
