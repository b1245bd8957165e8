#!/usr/bin/python3
"""The rpc layer as @grpc/grpc-js sees it, where node and that module are installed (also through NODE_PATH)."""
import json
import os
import shutil
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import harness


def test_node_makes_calls_of_every_kind(t):
    t.needs('tests/echo_server')
    if not shutil.which('node'):
        raise harness.Skip('node is not installed')
    if harness.run(['node', '-e', "require('@grpc/grpc-js'); require('@grpc/proto-loader')"]).returncode != 0:
        raise harness.Skip('@grpc/grpc-js and @grpc/proto-loader are not installed')
    server = t.program('echo_server', '127.0.0.1:0')
    result = harness.run(['node', os.path.join(harness.SOURCE_DIR, 'tests', 'support', 'rpc_node.js'),
                          harness.listen_address(server), os.path.join(harness.SOURCE_DIR, 'proto'),
                          f'{harness.patience(20):g}'])
    t.equal((result.returncode, result.stderr), (0, ''))
    seen = json.loads(result.stdout)
    t.true(seen.pop('detailBytes') > 50, 'details')
    t.equal(seen, {'echo': 7, 'failCode': 3, 'unknownCode': 12, 'download': 100, 'upload': 100, 'health': 1})


if __name__ == '__main__':
    harness.main(globals())
