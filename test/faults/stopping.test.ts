import 'reflect-metadata';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { catalogue } from '../../src/catalogue.js';
import type { LogRecord } from '../../src/event-store/event-store.js';
import { dataFolderFiles } from '../../src/event-store/sqlite/data-folder.js';
import { openToRead } from '../../src/event-store/sqlite/sqlite-log.js';
import { BuiltServer, killServers } from '../support/built-server.js';
import { ADMIN_KEY } from '../support/client.js';
import { faultsOf } from '../support/hash-chain.js';
import { CHANGE, Load } from '../support/load.js';
import { removeTemporaryFolders } from '../support/temporary-folder.js';

afterEach(killServers);
afterAll(removeTemporaryFolders);

function recordsOf(folder: string): readonly LogRecord[] {
  const log = openToRead(dataFolderFiles(folder).log, catalogue());
  const records = [...log.readWritten({})].map(({ record }) => record);
  log.close();
  return records;
}

/** Resolves once the server takes no new connection. */
async function takesNoMore(url: string): Promise<void> {
  const { hostname, port } = new URL(url);
  for (;;) {
    const socket = connect(Number(port), hostname);
    try {
      await once(socket, 'connect');
    } catch {
      return;
    } finally {
      socket.destroy();
    }
  }
}

/** A client that has sent this to the server, which has read it. */
async function sent(server: BuiltServer, text: string): Promise<Socket> {
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname).setEncoding('utf8');
  socket.write(text);
  // What was sent before this answer has arrived, too.
  await server.request('GET', '/parties', { as: `Bearer ${ADMIN_KEY}` });
  return socket;
}

/** What loads a module of test/support before the server. */
const loading = (name: string): string => `--import=${join(import.meta.dirname, '../support', `${name}.ts`)}`;

/** Sends half of a command that raises SLOW-1, and gives what sends the rest and returns the answer. */
async function halfACommand(server: BuiltServer): Promise<() => Promise<string>> {
  const key = await server.keyOf('scheduler');
  const body = JSON.stringify({ ...CHANGE, changeId: 'SLOW-1' });
  const head =
    `POST /commands/RaiseChange HTTP/1.1\r\nHost: calendar\r\nAuthorization: Bearer ${key}\r\n` +
    `Content-Type: application/json\r\nContent-Length: ${String(body.length)}\r\n\r\n`;
  const socket = await sent(server, head + body.slice(0, 20));
  return async () => {
    socket.write(body.slice(20));
    return ((await once(socket, 'data')) as [string])[0];
  };
}

describe('a server that is told to stop', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)(
    'by %s answers what it has accepted, records nothing else, and ends well',
    async (signal) => {
      const server = await BuiltServer.start();
      const load = new Load(server, 8, 40);
      await load.reached;
      server.signal(signal);
      server.signal(signal);
      expect(await server.ended).toEqual({ code: 0, signal: null });
      await load.ended;
      expect(load.others).toEqual([]);
      expect(server.err).toBe('');
      const records = recordsOf(server.folder);
      expect(faultsOf(records)).toEqual([]);
      const raised = records.filter(({ type }) => type === 'ChangeRaised').map(({ stream }) => stream);
      expect(raised.sort()).toEqual([...load.acknowledged.keys()].map(({ changeId }) => `change-${changeId}`).sort());
    },
  );

  test('waits for a command that is still arriving', async () => {
    const server = await BuiltServer.start();
    const finish = await halfACommand(server);
    const { url, ended } = server;
    server.signal('SIGTERM');
    await takesNoMore(url);
    expect(await finish()).toMatch(/^HTTP\/1\.1 201 /);
    expect(await ended).toEqual({ code: 0, signal: null });
    expect(recordsOf(server.folder).at(-1)?.stream).toBe('change-SLOW-1');
  });

  test('and hears of it together with a request says that it is not ready, and takes no other on that connection', async () => {
    const ask = 'GET /health/ready HTTP/1.1\r\nHost: calendar\r\n\r\n';
    const answers: string[] = [];
    // The system may hand the signal to a thread of the process that runs only after the request has been answered.
    while (!/^HTTP\/1\.1 503 .*"status":"stopping"/s.test(answers.at(-1) ?? '')) {
      expect(answers.length).toBeLessThan(5);
      const server = await BuiltServer.start();
      const socket = await sent(server, ask);
      expect(((await once(socket, 'data')) as [string])[0]).toMatch(/^HTTP\/1\.1 200 /);
      const { ended } = server;
      // While the process stands still, the signal comes first and the request after it.
      server.signal('SIGSTOP');
      server.signal('SIGTERM');
      socket.write(ask);
      server.signal('SIGCONT');
      answers.push(((await once(socket, 'data')) as [string])[0]);
      await once(socket, 'close');
      expect(await ended).toEqual({ code: 0, signal: null });
    }
  });

  test('and hears of it after a request has come says that it is not ready', async () => {
    const server = await BuiltServer.start({ env: { NODE_OPTIONS: loading('signalled-in-request') } });
    const { ended } = server;
    const { status, body } = await server.request('GET', '/health/ready', { headers: { 'x-signal': 'SIGTERM' } });
    expect([status, body.status]).toEqual([503, 'stopping']);
    expect(await ended).toEqual({ code: 0, signal: null });
  });

  test('while it starts ends before it has touched its data folder', async () => {
    const server = new BuiltServer();
    server.launch({ env: { NODE_OPTIONS: loading('signalled-at-start') } });
    expect(await server.ended).toEqual({ code: 0, signal: null });
    expect([server.out, server.err, readdirSync(server.folder)]).toEqual(['', '', []]);
  });

  test('together with the processes that it has begun tells of nothing that went wrong', async () => {
    const server = await BuiltServer.start({
      env: { NODE_OPTIONS: loading('held-structure-check') },
      under: ['setsid'],
    });
    const finish = await halfACommand(server);
    const { url, ended } = server;
    process.kill(-server.pid, 'SIGTERM');
    await takesNoMore(url);
    await finish();
    expect(await ended).toEqual({ code: 0, signal: null });
    expect(server.log.filter(({ level }) => level > 30)).toEqual([]);
  });

  test('is waited for by the one that is to take its place', async () => {
    const server = await BuiltServer.start();
    const finish = await halfACommand(server);
    const { url, ended } = server;
    server.signal('SIGTERM');
    await takesNoMore(url);
    const next = new BuiltServer(server.folder);
    next.launch();
    await next.says(/waiting for another process to stop/);
    expect(await finish()).toMatch(/^HTTP\/1\.1 201 /);
    expect(await ended).toEqual({ code: 0, signal: null });
    await next.listening();
    expect((await next.get('/changes/SLOW-1')).status).toBe(200);
    await next.stop();
    expect(next.err).toBe('');
  });
});

test('a clock that jumps back refuses nothing, and no time on the log goes back', async () => {
  const server = await BuiltServer.start();
  const at = async (now: string, changeId: string): Promise<void> => {
    await server.request('POST', '/test/clock', { body: { now } });
    expect((await server.command('RaiseChange', { ...CHANGE, changeId })).status).toBe(201);
  };
  await at('2026-10-01T12:00:00Z', 'C-1');
  await at('2026-10-01T09:30:00Z', 'C-2');
  await server.kill();
  await server.start({ env: { TEST_CLOCK: '2026-09-30T00:00:00Z' } });
  await at('2026-09-30T00:00:01Z', 'C-3');
  await at('2026-10-01T12:00:01Z', 'C-4');
  await server.stop();
  const records = recordsOf(server.folder);
  expect(faultsOf(records)).toEqual([]);
  const times = records.filter(({ type }) => type === 'ChangeRaised').map(({ recordedAt }) => recordedAt);
  expect(times).toEqual([
    '2026-10-01T12:00:00.000Z',
    '2026-10-01T12:00:00.000Z',
    '2026-10-01T12:00:00.000Z',
    '2026-10-01T12:00:01.000Z',
  ]);
});
