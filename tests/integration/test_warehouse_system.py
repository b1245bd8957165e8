#!/usr/bin/python3
"""A warehouse system in another language: Python stubs generated from proto/, speaking to the real service."""
import datetime
import importlib
import os
import subprocess
import sys
import time
import uuid

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import harness

try:
    import grpc
except ImportError:
    grpc = None

EPOCH = datetime.date(1970, 1, 1)
FIRST = (datetime.date(2026, 1, 5) - EPOCH).days
DAYS = 90
_stubs = {}


def stubs(t):
    """(name -> generated module) of peakstock.v1, made by protoc and Debian's gRPC plug-in."""
    if grpc is None:
        raise harness.Skip('python3-grpcio is not installed')
    if _stubs:
        return _stubs
    plugin = '/usr/bin/grpc_python_plugin'
    if not os.path.exists(plugin):
        raise harness.Skip('protobuf-compiler-grpc is not installed')
    import tempfile
    out = tempfile.mkdtemp(prefix='peakstock-stubs-')
    root = os.path.join(harness.SOURCE_DIR, 'proto')
    names = sorted(name[:-len('.proto')] for name in os.listdir(os.path.join(root, 'peakstock', 'v1')))
    subprocess.run(['protoc', '-I', root, f'--python_out={out}', f'--grpc_python_out={out}',
                    f'--plugin=protoc-gen-grpc_python={plugin}',
                    *[f'peakstock/v1/{name}.proto' for name in names]], check=True)
    sys.path.insert(0, out)
    for name in names:
        _stubs[name] = importlib.import_module(f'peakstock.v1.{name}_pb2')
        _stubs[name + '_rpc'] = importlib.import_module(f'peakstock.v1.{name}_pb2_grpc')
    return _stubs


class Shop:
    """A channel to the service with one stub per service."""

    def __init__(self, t, service):
        self.m = stubs(t)
        self.channel = grpc.insecure_channel(service.address, options=[('grpc.enable_http_proxy', 0)])
        self.imports = self.m['history_rpc'].ImportServiceStub(self.channel)
        self.forecasts = self.m['forecast_rpc'].ForecastServiceStub(self.channel)
        self.reorders = self.m['reorder_rpc'].ReorderServiceStub(self.channel)
        self.catalog = self.m['catalog_rpc'].CatalogServiceStub(self.channel)
        self.admin = self.m['admin_rpc'].AdminServiceStub(self.channel)

    def parts(self, kind, batches, request_id=None, count=None, trailer=True, **header):
        history = self.m['history']
        yield history.ImportRequest(header=history.ImportHeader(
            request_id=request_id or uuid.uuid4().hex, kind=kind, mode=history.IMPORT_MODE_UPSERT, **header))
        sent = 0
        for batch in batches:
            sent += max(len(getattr(batch, field.name)) for field in batch.DESCRIPTOR.fields
                        if field.label == field.LABEL_REPEATED and field.message_type)
            yield history.ImportRequest(batch=batch)
        if trailer:
            yield history.ImportRequest(trailer=history.ImportTrailer(row_count=sent if count is None else count))

    def send(self, kind, batches, **options):
        return self.imports.Import(self.parts(kind, batches, **options), timeout=harness.patience(harness.WAIT_SECONDS))

    def send_sales(self, first=FIRST, days=DAYS, **options):
        history = self.m['history']
        rows = [history.SalesRow(date_epoch_days=first + day, item_id=f'箱-{item}', units=10 * item + day % 7)
                for day in range(days) for item in (1, 2, 3)]
        batch = history.ImportBatch(column_names=['date', 'item_id', 'units'], sales=rows)
        return self.send(history.IMPORT_KIND_SALES, [batch], **options)


def failure(action):
    try:
        action()
    except grpc.RpcError as error:
        return error
    raise AssertionError('the call did not fail')


def test_sales_go_in_and_the_next_answer_has_seen_them(t):
    with t.service() as service:
        shop = Shop(t, service)
        reply = shop.send_sales()
        t.equal((reply.row_count, reply.inserted_row_count, reply.created_item_count), (3 * DAYS, 3 * DAYS, 3))
        answer = shop.forecasts.GenerateForecast(shop.m['forecast'].GenerateForecastRequest(item_id='箱-2'))
        t.equal(answer.snapshot.data_revision, reply.data_revision)
        t.equal(answer.series[0].date_epoch_days[0], FIRST + DAYS)
        t.equal(len(answer.series[0].mean_units), 28)
        t.near(sum(answer.series[0].mean_units) / 28, 23, 4, 'mean of an item that sells 20 to 26 a day')
        t.equal([column.probability for column in answer.series[0].quantiles], [0.1, 0.5, 0.9])


def test_a_whole_shop_streams_in_the_order_of_its_ids(t):
    with t.service() as service:
        shop = Shop(t, service)
        shop.send_sales()
        request = shop.m['forecast'].StreamForecastsRequest(
            options=shop.m['forecast'].ForecastOptions(horizon_days=14, total=True, probabilities=[0.95]))
        replies = list(shop.forecasts.StreamForecasts(request))
        t.true(replies[0].HasField('snapshot'), 'the first message names the snapshot')
        series = [one for reply in replies for one in reply.series]
        t.equal([one.item_id for one in series], ['箱-1', '箱-2', '箱-3'])
        t.equal([len(one.mean_units) for one in series], [1, 1, 1])
        t.true(all(one.quantiles[0].units[0] >= one.mean_units[0] for one in series), 'P95 above the mean')


def test_a_replayed_request_has_no_second_effect(t):
    with t.service() as service:
        shop = Shop(t, service)
        first = shop.send_sales(request_id='night-1')
        again = shop.send_sales(request_id='night-1', days=5)
        t.true(again.replayed and not first.replayed, 'only the second is a replay')
        t.equal((again.data_revision, again.row_count), (first.data_revision, first.row_count))
        t.equal(shop.admin.GetStatus(shop.m['admin'].GetStatusRequest()).sales_row_count, 3 * DAYS)


def test_an_upload_without_its_trailer_changes_nothing(t):
    with t.service() as service:
        shop = Shop(t, service)
        shop.send_sales()
        for broken in ({'trailer': False}, {'count': 1}):
            error = failure(lambda broken=broken: shop.send_sales(first=FIRST + DAYS, days=1, **broken))
            t.true(error.code() in (grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.CANCELLED), str(error.code()))
        status = shop.admin.GetStatus(shop.m['admin'].GetStatusRequest())
        t.equal((status.sales_row_count, status.data_revision), (3 * DAYS, 1))


def test_all_violations_of_a_request_come_at_once(t):
    with t.service() as service:
        shop = Shop(t, service)
        shop.send_sales()
        options = shop.m['forecast'].ForecastOptions(horizon_days=401, probabilities=[0.5, 1.5], as_of_date='soon')
        error = failure(lambda: shop.forecasts.GenerateForecast(
            shop.m['forecast'].GenerateForecastRequest(item_id='箱-1', options=options)))
        t.equal(error.code(), grpc.StatusCode.INVALID_ARGUMENT)
        detail = dict(error.trailing_metadata())['grpc-status-details-bin']
        for field in (b'options.horizon_days', b'options.probabilities', b'options.as_of_date'):
            t.true(field in detail, f'{field} in the details')
        t.equal(failure(lambda: shop.forecasts.GenerateForecast(
            shop.m['forecast'].GenerateForecastRequest(item_id='无'))).code(), grpc.StatusCode.NOT_FOUND)


def test_terms_and_stock_become_an_order_with_dates(t):
    with t.service() as service:
        shop = Shop(t, service)
        history = shop.m['history']
        shop.send_sales()
        shop.send(history.IMPORT_KIND_SUPPLY, [history.ImportBatch(supply=[
            history.SupplyRow(item_id='箱-3', lead_time_days=10, pack_size_units=12, supplier_id='s1',
                              unit_cost_micros=5_000_000)])])
        shop.send(history.IMPORT_KIND_STOCK, [history.ImportBatch(stock=[
            history.StockRow(date_epoch_days=FIRST + DAYS - 1, item_id='箱-3', on_hand_units=100)])])
        line = shop.reorders.PlanItemReorder(
            shop.m['reorder'].PlanItemReorderRequest(item_id='箱-3')).line
        t.equal(line.arrival_date_epoch_days, FIRST + DAYS + 10)
        t.equal(line.order_units % 12, 0)
        t.true(line.order_units > 100, 'more than the stock, which lasts three days')
        t.equal(line.order_amount_micros, line.order_units * 5_000_000)
        t.equal(line.reasons[0].code, 'SHORTAGE_BEFORE_ARRIVAL')
        replies = list(shop.reorders.PlanReorders(shop.m['reorder'].PlanReordersRequest()))
        t.equal(replies[-1].summary.no_stock_count, 2)
        t.equal([one.item_id for reply in replies for one in reply.lines], ['箱-3'])


def test_what_is_stored_can_be_listed_page_by_page(t):
    with t.service() as service:
        shop = Shop(t, service)
        shop.send_sales()
        catalog, common = shop.m['catalog'], shop.m['common']
        seen, token = [], ''
        for _ in range(100):
            page = shop.catalog.ListSales(catalog.ListSalesRequest(
                page=common.PageRequest(page_size=50, page_token=token)))
            seen += [(row.date_epoch_days, row.item_id, row.units) for row in page.rows]
            token = page.page.next_page_token
            if not token:
                break
        t.equal(len(seen), 3 * DAYS)
        t.equal(len(set(seen)), 3 * DAYS)
        t.equal(shop.catalog.GetItem(catalog.GetItemRequest(item_id='箱-1')).item.item_id, '箱-1')


def test_calls_in_flight_finish_when_the_service_is_told_to_stop(t):
    with t.service() as service:
        shop = Shop(t, service)
        shop.send_sales()
        request = shop.m['forecast'].StreamForecastsRequest(
            options=shop.m['forecast'].ForecastOptions(horizon_days=400))
        stream = shop.forecasts.StreamForecasts(request)
        next(stream)
        service.process.terminate()
        time.sleep(0.05)
        t.equal(sum(len(reply.series) for reply in stream), 3)
        t.equal(service.wait(), 0, 'exit status')


if __name__ == '__main__':
    harness.main(globals())
