#!/usr/bin/python3
"""The scorer of `./run bench peers` against figures worked out by hand."""
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, '..', 'support'), os.path.join(HERE, '..', 'bench', 'peers')]
import harness
import plain
from score import Coverage, Window

ORIGIN = 100


class History:
    """Two items: `a` sold 2, 4, 2, 4 at a price of 5 and then 3, 5; `b` sold 1, 1, 0 at a price of 10 and then 0, 2."""

    pasts = {'a': [2, 4, 2, 4], 'b': [1, 1, 0]}
    futures = {'a': [3, 5], 'b': [0, 2]}

    def past(self, item, origin):
        return self.pasts[item]

    def future(self, item, origin, horizon):
        return self.futures[item][:horizon]

    def price(self, item, day):
        return {'a': 5, 'b': 10}[item]


def figures(quantiles=None):
    window = Window(History(), ['a', 'b'], ORIGIN, 2)
    return window.score({item: {ORIGIN + 1: (mean, quantiles), ORIGIN + 2: (mean, quantiles)}
                         for item, mean in (('a', 4), ('b', 0.5))})


def test_totals_and_days_are_divided_by_units_sold(t):
    got = figures()
    t.near(got['window_wape'], (0 + 1) / 10, 1e-12)
    t.near(got['bias'], (0 - 1) / 10, 1e-12)
    t.near(got['wape'], (1 + 1 + 0.5 + 1.5) / 10, 1e-12)


def test_rmsse_is_weighted_by_the_money_of_the_past(t):
    # a: errors 1, 1 on squared changes of 4, money 60; b: errors 0.5, 1.5 on (0 + 1) / 2, money 20.
    wanted = (60 * (1 / 4) ** 0.5 + 20 * (1.25 / 0.5) ** 0.5) / 80
    t.near(figures()['rmsse'], wanted, 1e-12)


def test_the_sum_is_aligned_on_the_origin(t):
    # Sums 2, 5, 3, 4: changes 3, -2, 1; forecast 4.5 against 3 and 7.
    t.near(figures()['total_rmsse'], ((1.5 ** 2 + 2.5 ** 2) / 2 / (14 / 3)) ** 0.5, 1e-12)


def test_pinball_is_scaled_by_the_mean_change(t):
    got = figures({0.1: 1, 0.5: 2, 0.9: 4})
    a = (0.1 * 2 + 0.5 * 1 + 0.1 * 1) + (0.1 * 4 + 0.5 * 3 + 0.9 * 1)
    b = (0.9 * 1 + 0.5 * 2 + 0.1 * 4) + (0.1 * 1 + 0 + 0.1 * 2)
    t.near(got['pinball'], (a / 6 / 2 + b / 6 / 0.5) / 2, 1e-12)
    t.equal(figures()['pinball'], None)


def test_a_tie_counts_in_part_by_the_randomised_pit(t):
    cover = Coverage()
    # Nothing sold: P(0) lies between 0.5 and 0.9, taken as 0.7; of it the P10 covers 1/7, the P50 5/7.
    cover.add(0.8, {0.1: 0, 0.5: 0, 0.9: 2}, 0)
    t.equal(cover.shares('raw'), [100, 100, 100])
    for got, wanted in zip(cover.shares('randomised'), (100 / 7, 500 / 7, 100)):
        t.near(got, wanted, 1e-9)


def test_a_certain_outcome_is_covered_by_nobody(t):
    cover = Coverage()
    cover.add(0, {0.1: 0, 0.5: 0, 0.9: 0}, 0)
    t.equal(cover.shares('raw'), [None] * 3)


def test_plain_forecasts_of_a_constant_are_that_constant(t):
    for name, method in plain.METHODS.items():
        told = method([3] * 60, ORIGIN, [7])
        t.near(told[ORIGIN + 7][0], 3, 1e-12, name)
        t.near(told['total', 7][0], 21, 1e-9, name)


if __name__ == '__main__':
    harness.main(globals())
