#!/usr/bin/env python3
"""Error and coverage of a campaign's window as the days go on: simulated Double 12 of seeds 101.., a real Double 11.

usage: campaign_window.py BUILD_DIR DATA_DIR [SEEDS=5] [SURPRISE_PERCENT=0,30] [FIRST_SEED=101]

WAPE of the units of each series over the whole window (sold so far + forecast of what is ahead) and of what is ahead
alone, the latter beside the forecast of the same days made before the start and beside somebody who knows every day's
true mean. SURPRISE: standard deviation of a campaign's log lift around what its kind usually does, half of the variance
the shop's. """
import collections
import os
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import harness  # noqa: E402
import real_double11  # noqa: E402
import sample_truth  # noqa: E402
from sample_truth import FIRST_DAY, LAST_DAY, day_of, rows_of, series_of  # noqa: E402

PROMOTION = 'double12-2026'
# Name, as-of day, and whether the current campaign's deposits are told.
STAGES = [('3 weeks before', '2026-11-17', False), ('day before', '2026-12-07', False),
          ('with deposits', '2026-12-07', True), ('after 1 day', '2026-12-08', True),
          ('after 2 days', '2026-12-09', True), ('after 3 days', '2026-12-10', True)]
MEAN_LEAST = 3


class Stage:
    """Answers as of a day: means by series and day, and the band of what is ahead of the window."""

    def __init__(self, service, as_of):
        self.day = day_of(as_of)
        horizon = str(LAST_DAY - self.day)
        self.means = collections.defaultdict(dict)
        for row in sample_truth.ask(service, 'forecast', '--all', '--horizon', horizon, '--as-of', as_of):
            self.means[series_of(row)][day_of(row['date'])] = float(row['mean_units'])
        self.band = {series_of(row): (float(row['q50_units']), float(row['q90_units']))
                     for row in sample_truth.ask(service, 'promo', 'check', PROMOTION, '--as-of', as_of)}
        self.first_day = max(FIRST_DAY, self.day + 1)


class Campaign:
    """A simulated shop, asked at every stage."""

    def __init__(self, build_dir, seed, surprise_percent, stages=STAGES):
        with tempfile.TemporaryDirectory(prefix='peakstock-campaign-') as folder:
            files = os.path.join(folder, 'shop')
            sample_truth.simulate(build_dir, files, seed, '--surprise-percent', surprise_percent)
            self.demand = sample_truth.demand_by_day(files)
            self.expected = collections.defaultdict(dict)
            for row in rows_of(os.path.join(files, 'truth', 'expected_demand.csv')):
                if day_of(row['date']) > 0:
                    self.expected[series_of(row)][day_of(row['date'])] = float(row['mean_units'])
            with harness.Service(build_dir, os.path.join(folder, 'store')) as service:
                sample_truth.import_files(service, files)
                sample_truth.import_future(service, files, 'sales')
                self.stages = {name: Stage(service, as_of) for name, as_of, told in stages if not told}
                sample_truth.import_future(service, files, 'deposits')
                self.stages.update({name: Stage(service, as_of) for name, as_of, told in stages if told})
                service.stop()

    def _units(self, series, first_day, last_day):
        return sum(self.demand[series].get(day, 0) for day in range(first_day, last_day + 1))

    def error(self, means, first_day):
        """WAPE of the units of first_day..LAST_DAY."""
        error = wanted = 0
        for series in self.demand:
            units = self._units(series, first_day, LAST_DAY)
            error += abs(units - sum(means[series].get(day, 0) for day in range(first_day, LAST_DAY + 1)))
            wanted += units
        return error / wanted

    def whole_error(self, stage):
        """WAPE of the whole window: what was sold is known."""
        wanted = sum(self._units(series, FIRST_DAY, LAST_DAY) for series in self.demand)
        ahead = sum(self._units(series, stage.first_day, LAST_DAY) for series in self.demand)
        return self.error(stage.means, stage.first_day) * ahead / wanted

    def least_error(self, stage):
        """The whole window of somebody who knows every day's true mean."""
        return self.error(self.expected, stage.first_day) * self.whole_error(stage) / self.error(stage.means,
                                                                                                stage.first_day)

    def coverage(self, stage):
        """Parts of the series that wanted at most P50 and P90 of what is ahead."""
        rows = [(self._units(series, stage.first_day, LAST_DAY), *band) for series, band in stage.band.items()
                if band[0] >= MEAN_LEAST]
        return [sum(units <= row[at] for units, *row in rows) / len(rows) for at in (0, 1)]

    def figures(self, stage):
        before = self.stages['day before']
        return [self.whole_error(stage), self.error(stage.means, stage.first_day),
                self.error(before.means, stage.first_day), self.error(self.expected, stage.first_day),
                *self.coverage(stage), self.least_error(stage)]


def simulated(build_dir, seeds, surprise_percent):
    sums = collections.defaultdict(list)
    for seed in seeds:
        campaign = Campaign(build_dir, seed, surprise_percent)
        for name, stage in campaign.stages.items():
            sums[name].append(campaign.figures(stage))
    print(f'\nsimulated Double 12, seeds {seeds[0]}..{seeds[-1]}, surprise {surprise_percent} %')
    print(f'{"":<16}' + ''.join(f'{name:>12}' for name in ('whole', 'ahead', 'as before', 'best', 'P50', 'P90')))
    means = {name: [sum(column) / len(column) for column in zip(*rows)] for name, rows in sums.items()}
    for name, values in means.items():
        print(f'{name:<16}' + ''.join(f'{value:>12.3f}' for value in values[:6]))
    first, *_, first_least = means['day before']
    for name in ('with deposits', 'after 2 days'):
        last, *_, last_least = means[name]
        print(f'{name}: error of the whole window {last / first - 1:+.0%} against the day before; what is more than '
              f'chance leaves {first - first_least:.3f} -> {last - last_least:.3f}')


def main():
    if len(sys.argv) not in (3, 4, 5, 6):
        sys.exit(__doc__)
    build_dir, data_dir = os.path.abspath(sys.argv[1]), sys.argv[2]
    count = int(sys.argv[3]) if len(sys.argv) > 3 else 5
    first = int(sys.argv[5]) if len(sys.argv) > 5 else 101
    for surprise in (sys.argv[4] if len(sys.argv) > 4 else '0,30').split(','):
        simulated(build_dir, range(first, first + count), surprise)
    real_double11.main(build_dir, data_dir)


if __name__ == '__main__':
    main()
