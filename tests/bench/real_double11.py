"""Days 10 and 11 of a real Double 11 from its days 1 to 9 alone (folder jd-double11-2022 of the benchmark data)."""
import collections
import csv
import lzma
import os
import tempfile

import harness
import sample_truth

FOLDER = 'jd-double11-2022'
FIRST_DAYS, PEAK = [f'2022-11-{day:02d}' for day in range(1, 10)], ('2022-11-10', '2022-11-11')
# The platform's public timetable: a first wave on 1 to 3 November, the second from the evening of the 10th.
PROMOTIONS = ('promotion_id,name,kind,phase,start_date,end_date\n'
              'double11-2022,Double 11,double11,peak,2022-11-01,2022-11-03\n'
              'double11-2022,Double 11,double11,peak,2022-11-10,2022-11-11\n')


def read(folder):
    """({(item, warehouse): {date: units}}, {item: category}); an item is a product of one seller."""
    units, category = collections.defaultdict(dict), {}
    with open(os.path.join(folder, 'products.csv'), newline='', encoding='utf-8') as file:
        of_product = {row['product_no']: row['category1'] for row in csv.DictReader(file)}
    with lzma.open(os.path.join(folder, 'shipments.csv.xz'), 'rt', encoding='utf-8') as file:
        for row in csv.DictReader(file):
            item = f"{row['seller_no']}/{row['product_no']}"
            category[item] = of_product.get(row['product_no'], '')
            day = units[item, row['warehouse_no']]
            day[row['date']] = day.get(row['date'], 0) + int(row['qty'])
    return units, category


def write(folder, units, category):
    with open(os.path.join(folder, 'items.csv'), 'w', newline='', encoding='utf-8') as file:
        csv.writer(file).writerows([('item_id', 'category'), *sorted(category.items())])
    with open(os.path.join(folder, 'sales.csv'), 'w', newline='', encoding='utf-8') as file:
        writer = csv.writer(file)
        writer.writerow(('date', 'item_id', 'warehouse_id', 'units'))
        writer.writerows((date, item, warehouse, days.get(date, 0))
                         for (item, warehouse), days in units.items() for date in FIRST_DAYS)
    with open(os.path.join(folder, 'promotions.csv'), 'w', encoding='utf-8') as file:
        file.write(PROMOTIONS)


def forecast(build_dir, units, category):
    """Rows of the total of the two peak days, by series."""
    with tempfile.TemporaryDirectory(prefix='peakstock-double11-') as folder:
        write(folder, units, category)
        with harness.Service(build_dir, os.path.join(folder, 'store')) as service:
            for kind in ('items', 'promotions'):
                sample_truth.ask(service, 'import', kind, os.path.join(folder, f'{kind}.csv'))
            sample_truth.ask(service, 'import', 'sales', os.path.join(folder, 'sales.csv'), '--complete-through',
                             FIRST_DAYS[-1])
            rows = sample_truth.ask(service, 'forecast', '--all', '--horizon', '2', '--total')
            checks = sample_truth.ask(service, 'promo', 'check', 'double11-2022')
            service.stop()
    return rows, checks


def report(units, rows, checks):
    sold = error = mean = naive = 0
    inside = collections.Counter()
    for row in rows:
        days = units[row['item_id'], row['warehouse_id']]
        peak = sum(days.get(date, 0) for date in PEAK)
        sold += peak
        mean += float(row['mean_units'])
        error += abs(peak - float(row['mean_units']))
        naive += abs(peak - 2 * sum(days.get(date, 0) for date in FIRST_DAYS) / len(FIRST_DAYS))
        if float(row['mean_units']) >= 1:
            inside['rows'] += 1
            inside.update(q for q in ('q10_units', 'q50_units', 'q90_units') if peak <= float(row[q]))
    low = sum('LOW_EVIDENCE' in row['reason'] for row in checks)
    updated = sum('CAMPAIGN_LEVEL_UPDATED' in row['reason'] for row in checks)
    print(f'{len(rows)} series; sold on the two days {sold}, forecast {mean:.0f}: {mean / sold:.2f} of it')
    print(f'WAPE by series {error / sold:.3f} (mean of days 1 to 9 as forecast: {naive / sold:.3f})')
    print('sold at most ' + ', '.join(f'P{q[1:3]}: {inside[q] / inside["rows"]:.2f}'
                                      for q in ('q10_units', 'q50_units', 'q90_units')) +
          f' of {inside["rows"]} series with a forecast of at least 1')
    print(f'evidence: nine days, all inside the campaign; {low} of {len(checks)} lines LOW_EVIDENCE, '
          f'{updated} CAMPAIGN_LEVEL_UPDATED')


def main(build_dir, data_dir):
    folder = os.path.join(data_dir, FOLDER)
    if not os.path.isdir(folder):
        print(f'\nreal Double 11: skipped, {folder} is not there')
        return
    print('\nreal Double 11 of 2022, days 10 and 11 from days 1 to 9')
    units, category = read(folder)
    report(units, *forecast(build_dir, units, category))
