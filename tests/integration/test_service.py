#!/usr/bin/python3
"""The service as its operator sees it: start and stop, one store one service, read your writes, restarts, as-of, full
disk."""
import datetime
import os
import signal
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import harness

FIRST = datetime.date(2026, 1, 5)


def sales(day_count, item_count=3, start=0, factor=1):
    """Sales rows of a small, weekly patterned shop."""
    rows = ['date,item_id,units']
    for day in range(start, start + day_count):
        date = FIRST + datetime.timedelta(day)
        for item in range(item_count):
            rows.append(f'{date},item-{item},{factor * (10 * (item + 1) + 3 * date.weekday() + day % 4)}')
    return '\n'.join(rows) + '\n'


def date(day):
    return str(FIRST + datetime.timedelta(day))


def import_text(t, service, kind, text, *options):
    return service.run('--quiet', 'import', kind, t.file(f'{kind}.csv', text), *options)


def forecast(service, *options):
    result = service.run('--quiet', '--format', 'csv', 'forecast', '--all', *options)
    assert result.returncode == 0, result.stderr
    return result.stdout


def test_a_stopped_service_ends_with_0_and_starts_again_from_its_stored_snapshot(t):
    data = t.directory()
    with t.service(data_dir=data) as service:
        t.equal(import_text(t, service, 'sales', sales(120)).returncode, 0)
        before = forecast(service)
        t.equal(service.run('--quiet', 'fit').returncode, 0)
        t.equal(service.stop(), 0, 'exit status')
    with t.service(data_dir=data) as service:
        t.equal(forecast(service), before, 'forecast after the restart')
        t.true(not any('event=fit ' in line for line in service.lines), 'no refit after the restart')


def test_a_stop_at_any_moment_after_the_start_is_clean(t):
    for number in (signal.SIGTERM, signal.SIGINT):
        for _ in range(10):
            with t.service() as service:
                t.equal(service.stop(number), 0, 'exit status')
                t.contains(service.lines[-1], 'event=stopped')


def test_an_answer_has_seen_every_acknowledged_import(t):
    with t.service() as service:
        import_text(t, service, 'sales', sales(60))
        for step in range(5):
            t.equal(import_text(t, service, 'sales', sales(1, start=60 + step)).returncode, 0)
            rows = forecast(service, '--horizon', '1').splitlines()
            t.equal(rows[1].split(',')[2], date(61 + step), 'first day ahead')


def test_an_earlier_as_of_uses_nothing_later(t):
    with t.service() as service:
        import_text(t, service, 'sales', sales(90))
        alone = forecast(service)
        import_text(t, service, 'sales', sales(40, start=90, factor=9))
        t.equal(forecast(service, '--as-of', date(89)), alone, 'forecast as of day 89')
        t.true(forecast(service) != alone, 'the live forecast has moved')


def test_results_do_not_depend_on_the_thread_count(t):
    answers = []
    for threads in ('1', '4'):
        with t.service('--threads', threads) as service:
            items = 'item_id,category\n' + ''.join(f'item-{i},c{i % 4}\n' for i in range(12))
            import_text(t, service, 'items', items)
            import_text(t, service, 'sales', sales(150, item_count=12))
            answers.append(forecast(service, '--horizon', '40'))
    t.equal(answers[0], answers[1], 'forecasts of 1 and 4 threads')


def test_a_complete_through_mark_is_the_as_of_day(t):
    with t.service() as service:
        import_text(t, service, 'sales', sales(60), '--complete-through', date(65))
        t.equal(forecast(service, '--horizon', '1').splitlines()[1].split(',')[2], date(66))


def test_a_second_service_on_the_same_store_refuses(t):
    with t.service() as service:
        second = harness.run([os.path.join(t.build_dir, 'peakstockd'), '--data', service.data_dir,
                              '--listen', '127.0.0.1:0'])
        t.equal(second.returncode, 1)
        t.contains(second.stderr, service.data_dir)
        t.equal(service.run('status').returncode, 0)


def test_a_port_in_use_is_named(t):
    with t.service() as service:
        second = harness.run([os.path.join(t.build_dir, 'peakstockd'), '--data', t.directory(),
                              '--listen', service.address])
        t.equal(second.returncode, 1)
        t.contains(second.stderr, service.address)


def test_wrong_settings_end_with_2_and_say_why(t):
    program = os.path.join(t.build_dir, 'peakstockd')
    for arguments, word in ((['--listen', 'nowhere'], 'HOST:PORT'), (['--colour', 'red'], 'colour'),
                            (['--calendar', 'moon'], 'auto'), (['--web', '127.0.0.1:80'], 'off'),
                            (['--threads', '65'], '64'), (['--data'], 'value'),
                            (['--refit-cells-max', '1000000000001'], '1000000000000'),
                            (['--refit-cells-max', '-1'], '0')):
        result = harness.run([program, '--data', t.directory(), *arguments])
        t.equal(result.returncode, 2, str(arguments))
        t.contains(result.stderr, word)
    for arguments in ([], ['--threads', '64'], ['--refit-cells-max', '0'], ['--refit-cells-max', '1000000000000']):
        t.equal(harness.run([program, '--check-config', '--data', 'x', *arguments]).returncode, 0, str(arguments))
    t.contains(harness.run([program, '--version']).stdout, 'OpenBLAS')


def test_flags_override_the_environment_which_overrides_the_file(t):
    program = os.path.join(t.build_dir, 'peakstockd')
    config = t.file('peakstock.conf', '# a comment\nlisten = wrong-in-file\n')
    check = [program, '--check-config', '--data', 'x', '--config', config]
    t.equal(harness.run(check).returncode, 2)
    good = {'PEAKSTOCK_LISTEN': '127.0.0.1:7117'}
    t.equal(harness.run(check, environment=good).returncode, 0)
    t.equal(harness.run([*check, '--listen', 'wrong'], environment=good).returncode, 2)


def test_store_properties_are_fixed_at_creation(t):
    data = t.directory()
    with t.service('--currency', 'EUR', '--calendar', 'none', data_dir=data) as service:
        t.contains(service.run('status').stdout, 'EUR')
    second = harness.run([os.path.join(t.build_dir, 'peakstockd'), '--data', data, '--currency', 'USD',
                          '--listen', '127.0.0.1:0'])
    t.equal(second.returncode, 1)
    t.contains(second.stderr, 'EUR')


def test_an_empty_store_says_what_to_do(t):
    with t.service() as service:
        for command in (['forecast', '--all'], ['reorder'], ['clearance'], ['review'], ['kpi']):
            result = service.run('--quiet', *command)
            t.equal(result.returncode, 1, command[0])
            t.contains(result.stderr, 'import sales')
        t.equal(service.run('status').returncode, 0)


def test_a_full_disk_refuses_the_import_and_leaves_the_store_as_it_was(t):
    place = t.directory()
    mount = subprocess.run(['mount', '-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', place],
                           capture_output=True, check=False)
    if mount.returncode != 0:
        raise harness.Skip('no small file system can be mounted here')
    try:
        with t.service(data_dir=os.path.join(place, 'store')) as service:
            t.equal(import_text(t, service, 'sales', sales(60)).returncode, 0)
            before = forecast(service)
            full = import_text(t, service, 'sales', sales(400, item_count=900))
            t.equal(full.returncode, 1)
            t.contains(full.stderr.lower(), 'disk')
            t.equal(forecast(service), before, 'forecast after the refusal')
            t.equal(import_text(t, service, 'sales', sales(1, start=60)).returncode, 0, 'a small import')
    finally:
        subprocess.run(['umount', '-l', place], check=False)


if __name__ == '__main__':
    harness.main(globals())
