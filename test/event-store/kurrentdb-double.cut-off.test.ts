import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect as connectOver } from 'node:http2';
import { connect as connectTo } from 'node:net';
import { StreamNotFoundError } from '@kurrent/kurrentdb-client';
import { connect, disconnectAll, failure, newStream, read } from '../support/kurrentdb-double/client.js';
import { KurrentDbDouble } from '../support/kurrentdb-double/kurrentdb-double.js';
import { bytes, EMPTY, message } from '../support/kurrentdb-double/wire.js';

/** A message of gRPC on its way: not compressed, and so long. */
function frame(content: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(content.length, 1);
  return Buffer.concat([head, content]);
}

/** What an append to no stream yet begins with. */
const options = (stream: string): Buffer => bytes(1, message(bytes(1, bytes(3, stream)), bytes(3, EMPTY)));

/** An event of an append. */
const proposed = (id: string): Buffer =>
  bytes(
    2,
    message(bytes(1, bytes(2, id)), bytes(2, message(bytes(1, 'type'), bytes(2, 'Noted'))), bytes(4, '{"number":1}')),
  );

let double: KurrentDbDouble;
beforeAll(async () => {
  double = await KurrentDbDouble.start();
});
afterAll(async () => {
  await disconnectAll();
  await double.stop();
});

/** The real server was seen to do the same. */
test('an append whose client is killed before it has sent the last part keeps nothing', async () => {
  const stream = newStream();
  const { port } = new URL(double.url.replace(/^\w+/, 'http'));
  const socket = connectTo(Number(port), '127.0.0.1');
  const session = connectOver(`http://127.0.0.1:${port}`, { createConnection: () => socket });
  await once(session, 'connect');
  const call = session.request(
    {
      ':method': 'POST',
      ':path': '/event_store.client.streams.Streams/Append',
      'content-type': 'application/grpc',
      te: 'trailers',
    },
    { endStream: false },
  );
  for (const one of [session, call]) one.on('error', () => undefined);
  call.write(frame(options(stream)));
  call.write(frame(proposed(randomUUID())));
  // What was sent before the answer to this has arrived.
  expect(await new Promise((resolve) => session.ping(resolve))).toBeNull();
  socket.destroy();
  await once(socket, 'close');
  const client = connect(double.url);
  expect(await failure(read(client, stream))).toBeInstanceOf(StreamNotFoundError);
});
