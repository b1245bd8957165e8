"""Calls any method of a server from Python's gRPC, with message classes made from the .proto files at run time.

Generated modules are no option: google/rpc and grpc/health would hide Python's own google and grpc packages.
"""
import os
import subprocess
import tempfile

import harness

try:
    import grpc
    from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
except ImportError:
    grpc = None


class Messages:
    """messages['grpc.health.v1.HealthCheckRequest'] is the class of that message."""

    def __init__(self):
        root = os.path.join(harness.SOURCE_DIR, 'proto')
        protos = [os.path.relpath(os.path.join(folder, name), root)
                  for folder, _, names in os.walk(root) for name in names if name.endswith('.proto')]
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, 'set.bin')
            subprocess.run(['protoc', '-I', root, '-I', '/usr/include', '--include_imports',
                            f'--descriptor_set_out={path}', *sorted(protos)], check=True)
            with open(path, 'rb') as source:
                self.files = descriptor_pb2.FileDescriptorSet.FromString(source.read())
        self.pool = descriptor_pool.DescriptorPool()
        for file in self.files.file:
            self.pool.Add(file)
        self.factory = message_factory.MessageFactory(self.pool)

    def __getitem__(self, name):
        return self.factory.GetPrototype(self.pool.FindMessageTypeByName(name))


PATIENT = object()


class Method:
    """A method of a server. A call may take harness.WAIT_SECONDS, patiently, unless `timeout` says otherwise; None: for
    ever."""

    def __init__(self, method):
        self.method = method

    def __call__(self, request, timeout=PATIENT):
        return self.method(request, timeout=self._seconds(timeout))

    def future(self, request, timeout=PATIENT):
        return self.method.future(request, timeout=self._seconds(timeout))

    @staticmethod
    def _seconds(timeout):
        return harness.patience(harness.WAIT_SECONDS) if timeout is PATIENT else timeout


class Client:
    """A channel; `address` HOST:PORT. Replies and requests are messages, or bytes where `raw` is asked for."""

    def __init__(self, address, messages, options=()):
        if grpc is None:
            raise harness.Skip('python3-grpcio is not installed')
        self.messages = messages
        self.channel = grpc.insecure_channel(address, options=[('grpc.use_local_subchannel_pool', 1),
                                                               ('grpc.enable_http_proxy', 0), *options])

    def method(self, kind, path, reply, raw=False):
        """kind: unary_unary, unary_stream, stream_unary, stream_stream."""
        encode = (lambda message: message) if raw else (lambda message: message.SerializeToString())
        return Method(getattr(self.channel, kind)(path, request_serializer=encode,
                                                  response_deserializer=self.messages[reply].FromString))

    def close(self):
        self.channel.close()

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.close()


def failure_of(action):
    """The grpc.RpcError that action() must raise."""
    try:
        action()
    except grpc.RpcError as error:
        return error
    raise AssertionError('the call did not fail')


def details_of(error, messages):
    """(google.rpc.Status, [(field, description), ...]) of a failed call."""
    for key, value in error.trailing_metadata() or ():
        if key == 'grpc-status-details-bin':
            status = messages['google.rpc.Status'].FromString(value)
            violations = []
            for detail in status.details:
                bad_request = messages['google.rpc.BadRequest'].FromString(detail.value)
                violations += [(item.field, item.description) for item in bad_request.field_violations]
            return status, violations
    raise AssertionError('no grpc-status-details-bin')
