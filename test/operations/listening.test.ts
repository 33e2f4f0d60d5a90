import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { closeGently } from '../../src/operations/listening.js';
import { TestApi } from '../support/api.js';
import { ADMIN_KEY } from '../support/client.js';

let api: TestApi;
beforeEach(async () => {
  api = await TestApi.start();
});
afterEach(async () => {
  await api.stop();
});

/** A client that has sent this much of a request, and waits. */
async function halfway(request: string): Promise<Socket> {
  const { hostname, port } = new URL(api.url);
  const socket = connect(Number(port), hostname).setEncoding('utf8');
  socket.write(request);
  // What was sent before this answer has arrived, too.
  await api.get('/parties', `Bearer ${ADMIN_KEY}`);
  return socket;
}

test('a server that stops cuts those who are not done in time, and ends', async () => {
  const inItsBody = await halfway(
    `POST /commands/RaiseChange HTTP/1.1\r\nHost: calendar\r\nAuthorization: Bearer ${ADMIN_KEY}\r\n` +
      'Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"changeId":',
  );
  const inItsHeaders = await halfway('GET /health/live HTTP/1.1\r\nHost: cal');
  const cut = [inItsBody, inItsHeaders].map((socket) => once(socket.resume(), 'close'));
  await closeGently(api.server.app, 50);
  await Promise.all(cut);
});
