// A Node client of the echo server: node rpc_node.js ADDRESS PROTO_DIR TIMEOUT_SECONDS. Prints one JSON object of what it saw.
'use strict';
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

const [address, protoDir, timeoutSeconds] = process.argv.slice(2);
const definition = loader.loadSync('grpc/health/v1/health.proto', {includeDirs: [protoDir], defaults: true});

// google.rpc.Status has no service of its own: code = field 1, message = field 2, small values, by hand.
const serialize = ({code, message}) => {
  const text = Buffer.from(message);
  return Buffer.concat([Buffer.from([8, code, 18, text.length]), text]);
};
const deserialize = (bytes) => (bytes[0] === 8 ? bytes[1] : 0);

const client = new grpc.Client(address, grpc.credentials.createInsecure());
const health = new (grpc.loadPackageDefinition(definition).grpc.health.v1.Health)(
  address, grpc.credentials.createInsecure());

const unary = (name, request) => new Promise((resolve) => client.makeUnaryRequest(
  `/test.Echo/${name}`, serialize, deserialize, request, {deadline: Date.now() + 1000 * timeoutSeconds},
  (error, reply) => resolve(error ? {error} : {reply})));
const check = () => new Promise((resolve, reject) => health.Check({service: ''}, (error, reply) => (
  error ? reject(error) : resolve(reply.status))));
const download = (request) => new Promise((resolve, reject) => {
  let count = 0;
  client.makeServerStreamRequest('/test.Echo/Repeat', serialize, deserialize, request)
    .on('data', () => { count++; }).on('end', () => resolve(count)).on('error', reject);
});
const upload = (count) => new Promise((resolve, reject) => {
  const call = client.makeClientStreamRequest('/test.Echo/Sum', serialize, deserialize,
                                              (error, reply) => (error ? reject(error) : resolve(reply)));
  for (let i = 0; i < count; i++) call.write({code: 1, message: 'part'});
  call.end();
});

(async () => {
  const seen = {};
  seen.echo = (await unary('Echo', {code: 7, message: '仓库'})).reply;
  const {error} = await unary('Fail', {code: 1, message: 'xxx'});
  seen.failCode = error.code;
  seen.detailBytes = error.metadata.get('grpc-status-details-bin')[0].length;
  seen.unknownCode = (await unary('Nothing', {code: 1, message: ''})).error.code;
  seen.download = await download({code: 100, message: 'row'});
  seen.upload = await upload(100);
  seen.health = await check();
  console.log(JSON.stringify(seen));
  process.exit(0);
})().catch((error) => { console.error(error); process.exit(1); });
