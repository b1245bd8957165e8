"""One scorer for all methods: the figures of docs/accuracy.md, of one origin and one set of items.

A forecast is {item: {key: (mean, {level: quantile})}}; a key is a day (ordinal), or ('total', horizon) for the sum over
the horizon, whose quantiles do not add. Quantiles may be absent. """
import math

LEVELS = (0.1, 0.5, 0.9)


def pinball(level, quantile, sold):
    return level * (sold - quantile) if sold > quantile else (1 - level) * (quantile - sold)


def at_most(quantiles, units):
    """P(demand <= units) as far as quantiles tell: halfway between the levels around it."""
    if units < 0:
        return 0
    below = max((level for level, value in quantiles.items() if value <= units), default=0)
    above = min((level for level, value in quantiles.items() if value > units), default=1)
    return (below + max(above, below)) / 2


class Coverage:
    """Outcomes at or below P10, P50, P90: as they are, and by the randomised PIT in expectation."""

    def __init__(self):
        self.count, self.raw, self.randomised = 0, [0, 0, 0], [0, 0, 0]

    def add(self, mean, quantiles, sold):
        if not quantiles or mean <= 0 and sold == 0:  # nothing told, or a certain outcome
            return
        whole = {level: max(0, round(value)) for level, value in quantiles.items()}
        below, upto = at_most(whole, sold - 1), at_most(whole, sold)
        self.count += 1
        for index, level in enumerate(LEVELS):
            self.raw[index] += sold <= whole[level]
            part = sold < whole[level] if sold != whole[level] or upto <= below else (level - below) / (upto - below)
            self.randomised[index] += min(1, max(0, part))

    def shares(self, which):
        return [100 * value / self.count for value in getattr(self, which)] if self.count else [None] * 3


def scales(past):
    """Mean squared and mean absolute one-day difference since the first sale (M5)."""
    changes = [after - before for before, after in zip(past, past[1:])] or [0]
    return sum(change * change for change in changes) / len(changes), sum(map(abs, changes)) / len(changes)


def sum_series(series):
    """Daily sums of series that end on the same day."""
    longest = max(map(len, series))
    return [sum(days) for days in zip(*([0] * (longest - len(one)) + one for one in series))]


class Window:
    """What is to be forecast from one origin: the items, their past, and what was sold over the horizon."""

    def __init__(self, history, items, origin, horizon):
        self.items, self.origin, self.horizon = items, origin, horizon
        self.past = {item: history.past(item, origin) for item in items}
        self.sold = {item: history.future(item, origin, horizon) for item in items}
        self.scales = {item: scales(past) for item, past in self.past.items()}
        self.total_scale = scales(sum_series(list(self.past.values())))[0]
        self.money = {item: self.turnover(history, item) for item in items}

    def turnover(self, history, item):
        """Money of the 28 days before the origin; units where there are no prices."""
        recent = self.past[item][-28:]
        return sum(units * (history.price(item, self.origin + 1 - len(recent) + index) or 1)
                   for index, units in enumerate(recent) if units)

    def score(self, forecast):
        """Figures by name; None where the method says nothing about it. `window_wape` is of totals of the horizon."""
        window_error = window_bias = error = sold_units = 0
        rmsse = weighted_loss = money = loss = loss_count = 0
        total_error = [0.0] * self.horizon
        days_cover, totals_cover = Coverage(), Coverage()
        for item in self.items:
            sold, told = self.sold[item], forecast[item]
            daily = [told[self.origin + 1 + index] for index in range(self.horizon)]
            means = [mean for mean, _ in daily]
            total, total_quantiles = told.get(('total', self.horizon), (sum(means), None))
            window_error += abs(total - sum(sold))
            window_bias += total - sum(sold)
            sold_units += sum(sold)
            totals_cover.add(total, total_quantiles, sum(sold))
            errors = [mean - units for mean, units in zip(means, sold)]
            error += sum(map(abs, errors))
            total_error = [before + one for before, one in zip(total_error, errors)]
            square, absolute = self.scales[item]
            if square > 0:
                rmsse += self.money[item] * math.sqrt(sum(one * one for one in errors) / self.horizon / square)
                money += self.money[item]
            for (mean, quantiles), units in zip(daily, sold):
                days_cover.add(mean, quantiles, units)
            if absolute > 0 and all(quantiles for _, quantiles in daily):
                one = sum(pinball(level, quantiles[level], units) for (_, quantiles), units in zip(daily, sold)
                          for level in LEVELS) / (len(LEVELS) * self.horizon * absolute)
                loss, loss_count = loss + one, loss_count + 1
                weighted_loss += self.money[item] * one
        sold_units = max(1, sold_units)
        return {
            'window_wape': window_error / sold_units, 'bias': window_bias / sold_units, 'wape': error / sold_units,
            'rmsse': rmsse / money if money else None,
            'total_rmsse': math.sqrt(sum(one * one for one in total_error) / self.horizon / (self.total_scale or 1)),
            'pinball': loss / loss_count if loss_count else None,
            'weighted_pinball': weighted_loss / money if loss_count and money else None,
            'window_coverage': totals_cover.shares('raw'), 'coverage': days_cover.shares('randomised')}
