"""A service that answers what a test says, so that the client can be shown every answer, the rare and the broken
too."""
import csv
import io
from concurrent import futures

import harness
import rpc_client

PACKAGE = 'peakstock.v1.'
DAY = 20780  # 2026-11-23


class Puppet:
    """A server whose methods answer what the test says; keeps the requests it saw."""

    def __init__(self, test):
        if rpc_client.grpc is None:
            raise harness.Skip('python3-grpcio is not installed')
        self.client = test.needs('peakstock')
        self.messages = rpc_client.Messages()
        self.requests = []
        self.answers = {}
        self.server = rpc_client.grpc.server(futures.ThreadPoolExecutor(2))
        self.port = self.server.add_insecure_port('127.0.0.1:0')
        self.server.add_generic_rpc_handlers((self,))
        self.server.start()

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.server.stop(None)

    def message(self, name, **fields):
        return self.messages[PACKAGE + name](**fields)

    def service(self, call):
        """Of grpc.GenericRpcHandler: finds the method's handler."""
        method = call.method.rsplit('/', 1)[1]
        if method not in self.answers:
            return None
        request, answers, is_stream = self.answers[method]

        def note(message):
            self.requests.append(message)

        def stream(message, context):
            note(message)
            yield from (answer.SerializeToString() for answer in answers)

        def unary(message, context):
            note(message)
            return answers[0].SerializeToString()

        decode = self.messages[PACKAGE + request].FromString
        if is_stream:
            return rpc_client.grpc.unary_stream_rpc_method_handler(stream, request_deserializer=decode)
        return rpc_client.grpc.unary_unary_rpc_method_handler(unary, request_deserializer=decode)

    def stream(self, method, request, answers):
        self.answers[method] = (request, answers, True)

    def unary(self, method, request, answer):
        self.answers[method] = (request, [answer], False)

    def run(self, *arguments, environment=None):
        return harness.run([self.client, '--server', f'127.0.0.1:{self.port}', *arguments],
                           environment=environment)

    def snapshot(self):
        return self.message('SnapshotRef', snapshot_id='s7', data_revision=42, as_of_date='2026-11-22',
                            model_version='1', config_hash='abc', calendar_version='cn-2026')

    def reasons(self, *codes):
        return [self.message('Reason', code=code) for code in codes]


def rows_of(text):
    return list(csv.DictReader(io.StringIO(text)))


def done(t, result):
    t.equal(result.returncode, 0, f'exit code ({result.stderr.strip()})')
    return result.stdout
