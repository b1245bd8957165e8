#!/usr/bin/python3
"""Backtests and explanations as a foreign client sees them: limits, refusals, the order of a stream."""
import datetime
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import harness
import rpc_client

PACKAGE = 'peakstock.v1.'
LAST = datetime.date(2026, 11, 22)


class Shop:
    """A running service with 120 days of two items, and a client to it."""

    def __init__(self, t):
        if rpc_client.grpc is None:
            raise harness.Skip('python3-grpcio is not installed')
        t.needs('peakstockd')
        self.service = t.service()
        rows = [f'{LAST - datetime.timedelta(back)},{item},{3 + back % 4}' for back in range(119, -1, -1)
                for item in ('a', 'b')]
        path = t.file('sales.csv', 'date,item_id,units\n' + '\n'.join(rows) + '\n')
        t.equal(self.service.run('--quiet', 'import', 'sales', path).returncode, 0)
        self.messages = rpc_client.Messages()
        self.client = rpc_client.Client(self.service.address, self.messages)

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.client.close()

    def call(self, method, kind, **fields):
        request = self.messages[PACKAGE + method + 'Request'](**fields)
        return self.client.method(kind, f'/{PACKAGE}ForecastService/{method}',
                                  PACKAGE + method + 'Response')(request)

    def backtest(self, **fields):
        return list(self.call('BacktestForecasts', 'unary_stream', **fields))

    def explain(self, **fields):
        return self.call('ExplainForecast', 'unary_unary', **fields)


def refused(t, shop, action, *fields):
    error = rpc_client.failure_of(action)
    t.equal(error.code(), rpc_client.grpc.StatusCode.INVALID_ARGUMENT)
    t.equal([field for field, _ in rpc_client.details_of(error, shop.messages)[1]], list(fields))


def test_a_backtest_streams_snapshot_progress_and_figures(t):
    with Shop(t) as shop:
        stream = shop.backtest(origin_count=3, horizon_days=7, by='velocity')
        t.equal(stream[0].snapshot.as_of_date, str(LAST))
        t.equal([m.total_count for m in stream], [3] * len(stream))
        t.equal(sorted(m.done_count for m in stream), [m.done_count for m in stream])
        metrics = [metric for message in stream for metric in message.metrics]
        t.equal((metrics[0].scope, metrics[0].metric, metrics[0].value), ('total', 'window_count', 6))
        t.equal({m.scope for m in metrics}, {'total', 'velocity'})
        t.equal((metrics[0].from_date, metrics[0].to_date), (str(LAST - datetime.timedelta(20)), str(LAST)))


def test_a_backtest_at_its_limits_answers_and_past_them_is_refused(t):
    with Shop(t) as shop:
        t.true(shop.backtest(origin_count=26, horizon_days=1)[-1].done_count == 26, '26 origins')
        for wrong, field in (({'origin_count': 27}, 'origin_count'), ({'origin_count': -1}, 'origin_count'),
                             ({'horizon_days': 401}, 'horizon_days'), ({'horizon_days': -1}, 'horizon_days'),
                             ({'by': 'moon'}, 'by'), ({'as_of_date': '2026-13-01'}, 'as_of_date')):
            refused(t, shop, lambda w=wrong: shop.backtest(**w), field)
        refused(t, shop, lambda: shop.backtest(origin_count=99, horizon_days=999, by='x'),
                'origin_count', 'horizon_days', 'by')
        error = rpc_client.failure_of(lambda: shop.backtest(horizon_days=400))
        t.equal(error.code(), rpc_client.grpc.StatusCode.FAILED_PRECONDITION, 'too little history is no bad request')


def test_an_explanation_adds_up_on_the_wire(t):
    with Shop(t) as shop:
        found = shop.explain(item_id='a', date='2026-12-12').explanations
        t.equal((len(found), found[0].date, found[0].bucket_days), (1, '2026-12-12', 1))
        total = found[0].level_units + sum(factor.units for factor in found[0].factors)
        t.near(total, found[0].mean_units, 1e-9 * (1 + total))
        t.equal(found[0].open_bucket_count, 120)
        t.equal([round(q.probability, 3) for q in found[0].quantiles], [0.1, 0.5, 0.9])
        t.equal(shop.explain(item_id='b').explanations[0].date, str(LAST + datetime.timedelta(1)))
        t.equal(shop.explain(item_id='b', date=str(LAST + datetime.timedelta(400))).explanations[0].item_id, 'b')
        refused(t, shop, lambda: shop.explain(item_id='b', date=str(LAST + datetime.timedelta(401))), 'date')
        refused(t, shop, lambda: shop.explain(date='x'), 'date', 'item_id')
        error = rpc_client.failure_of(lambda: shop.explain(item_id='c'))
        t.equal(error.code(), rpc_client.grpc.StatusCode.NOT_FOUND)


if __name__ == '__main__':
    harness.main(globals())
