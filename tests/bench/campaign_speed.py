"""usage: campaign_speed.py BUILD_DIR ITEM_COUNT THREAD_COUNT: what the campaign's commands take on a warm snapshot.

One thread and THREAD_COUNT are timed in turn on the same store; the answers are compared byte by byte."""
import os
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import harness  # noqa: E402
import sample_truth  # noqa: E402

COMMANDS = ('reorder', 'promo check double12-2026', 'promo plan double12-2026',
            'promo compare double12-2025 double12-2026',
            'clearance', 'assortment', 'review', 'kpi --by category')
SECONDS = 1800


def processor_seconds(service):
    with open(f'/proc/{service.process.pid}/stat', encoding='ascii') as stat:
        words = stat.read().rsplit(')', 1)[1].split()
    return (int(words[11]) + int(words[12])) / os.sysconf('SC_CLK_TCK')


def ask(service, command):
    result = service.run('--quiet', '--timeout', str(SECONDS), '--format', 'csv', *command.split(), seconds=SECONDS)
    if result.returncode != 0:
        sys.exit(f'{command}: {result.stderr}')
    return result.stdout


def series_count(service):
    return ask(service, 'reorder --all-items').count('\n') - 1


def measure(build_dir, store, threads):
    """Wall seconds, processor seconds and answer of each command, warm: the better of two."""
    rows = []
    with harness.Service(build_dir, store, ('--threads', str(threads))) as service:
        for command in COMMANDS:
            ask(service, command)
            best = None
            for _ in range(2):
                begun, used = time.monotonic(), processor_seconds(service)
                answer = ask(service, command)
                took = time.monotonic() - begun, processor_seconds(service) - used, answer
                best = took if best is None or took[0] < best[0] else best
            rows.append(best)
        count = series_count(service)
        service.stop()
    return count, rows


def main():
    build_dir, items, threads = os.path.abspath(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    with tempfile.TemporaryDirectory(prefix='peakstock-bench-') as folder:
        shop, store = os.path.join(folder, 'shop'), os.path.join(folder, 'store')
        sample_truth.simulate(build_dir, shop, 7, '--item-count', items, '--days', '730')
        with harness.Service(build_dir, store) as service:
            for kind in sample_truth.KINDS:
                path = os.path.join(shop, f'{kind}.csv')
                ask(service, f'import {kind} {path}')
            service.stop()
        count, one = measure(build_dir, store, 1)
        _, many = measure(build_dir, store, threads)
    print(f'{items} items, {count} series x 730 days; {threads} threads beside one')
    print(f'{"command":42} {"1 thread, s":>11} {"cpu, s":>8} {"us a series":>11} {f"{threads} threads, s":>12} '
          f'{"ratio":>6}  answers')
    for command, first, second in zip(COMMANDS, one, many):
        print(f'{command:42} {first[0]:11.2f} {first[1]:8.2f} {1e6 * first[1] / count:11.0f} {second[0]:12.2f} '
              f'{first[0] / second[0]:6.2f}  {"identical" if first[2] == second[2] else "DIFFERENT"}')


if __name__ == '__main__':
    main()
