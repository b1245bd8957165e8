"""Input and output of the Python peers as pandas frames; they run in an environment of their own."""
import os
import sys

import pandas

LEVELS = [index / 20 for index in range(1, 20)]
COLUMNS = [f'q{round(100 * level):02d}' for level in LEVELS]


class Task:
    """What the command line hands to an adapter: METHOD FOLDER ORIGIN HORIZONS OUT.csv (README.md)."""

    def __init__(self):
        self.method, self.folder, origin, horizons, self.answer = sys.argv[1:]
        self.origin, self.horizons = pandas.Timestamp(origin), [int(text) for text in horizons.split(',')]
        self.horizon, self.answers = max(self.horizons), []

    def read(self, name):
        path = os.path.join(self.folder, name)
        return pandas.read_csv(path, dtype={'item': str}, parse_dates=['date']) if os.path.exists(path) else None

    def frame(self):
        """(one row per item and day from the first sale to the horizon, units missing after the origin; regressors)."""
        sales = self.read('sales.csv')
        days = pandas.date_range(self.origin + pandas.Timedelta(days=1), periods=self.horizon)
        future = pandas.MultiIndex.from_product([sales.item.unique(), days],
                                                names=['item', 'date']).to_frame(index=False)
        frame = pandas.concat([sales, future], ignore_index=True)
        for name, keys in (('shared.csv', ['date']), ('own.csv', ['item', 'date']), ('price.csv', ['item', 'date'])):
            beside = self.read(name)
            if beside is not None:
                frame = frame.merge(beside, on=keys, how='left')
        frame = frame.sort_values(['item', 'date'], ignore_index=True)
        if 'price' in frame:
            frame.price = frame.groupby('item').price.bfill()
        if 'closed' not in frame:
            frame['closed'] = 0
        names = [name for name in frame.columns if name not in ('item', 'date', 'units', 'closed')]
        return frame.fillna({name: 0 for name in names}), names

    def add(self, item, days, mean, quantiles=None, closed=None):
        """Days of one item (frames' rows); nothing is sold on closed ones. A day may be a text such as total28."""
        days = pandas.Series(list(days)).astype(str).str[:10]
        answer = pandas.DataFrame({'item': item, 'origin': self.origin.date(), 'date': days, 'mean': mean})
        for name in COLUMNS:
            answer[name] = quantiles[name] if quantiles is not None and name in quantiles else None
        amounts = ['mean', *COLUMNS]
        answer[amounts] = answer[amounts].astype(float).clip(lower=0)
        if closed is not None:
            answer.loc[closed.to_numpy() == 1, amounts] = 0
        self.answers.append(answer)

    def write(self):
        pandas.concat(self.answers).to_csv(self.answer, index=False)
