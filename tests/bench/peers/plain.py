"""Plain forecasts that need nothing installed: mean of 28 days, simple exponential smoothing, last week's weekday.

Quantiles are normal with the spread of the past one-step (naive: one-week) errors, of whole non-negative units; sums
take days as independent, but for the shared error of the level. """
import math
import statistics

LEVELS = [index / 20 for index in range(1, 20)]
DEVIATES = [statistics.NormalDist().inv_cdf(level) for level in LEVELS]


def told(mean, deviation):
    return mean, {level: max(0.0, mean + z * deviation) for level, z in zip(LEVELS, DEVIATES)}


def forecast(origin, horizons, means, deviation, level_deviation):
    """Days and totals of one item; `level_deviation` is the part of the error that all days share."""
    rows = {origin + 1 + index: told(mean, math.hypot(deviation, level_deviation)) for index, mean in enumerate(means)}
    for horizon in horizons:
        spread = math.hypot(math.sqrt(horizon) * deviation, horizon * level_deviation)
        rows['total', horizon] = told(sum(means[:horizon]), spread)
    return rows


def deviation_of(errors):
    return math.sqrt(sum(error * error for error in errors) / max(1, len(errors)))


def mean28(past, origin, horizons):
    recent = past[-28:]
    mean = sum(recent) / 28
    deviation = deviation_of([value - mean for value in recent])
    return forecast(origin, horizons, [mean] * max(horizons), deviation, deviation / math.sqrt(28))


def ses(past, origin, horizons):
    """Simple exponential smoothing, its weight by least squares of one-step errors over a grid."""
    def run(alpha):
        level, errors = sum(past[:28]) / len(past[:28]), []
        for value in past:
            errors.append(value - level)
            level += alpha * errors[-1]
        return deviation_of(errors), alpha, level
    deviation, alpha, level = min(run(alpha) for alpha in (0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5))
    return forecast(origin, horizons, [max(0.0, level)] * max(horizons), deviation, alpha * deviation)


def seasonal_naive(past, origin, horizons):
    week = [0] * max(0, 7 - len(past)) + past[-7:]
    means = [float(week[index % 7]) for index in range(max(horizons))]
    deviation = deviation_of([after - before for before, after in zip(past, past[7:])])
    return forecast(origin, horizons, means, deviation, 0.0)


METHODS = {'mean of 28 days': mean28, 'SES': ses, 'seasonal naive': seasonal_naive}
