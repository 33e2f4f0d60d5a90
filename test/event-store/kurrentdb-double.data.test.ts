import { once } from 'node:events';
import { join } from 'node:path';
import { UnavailableError, type StreamSubscription } from '@kurrent/kurrentdb-client';
import { connect, disconnectAll, failure, newStream, note, notes } from '../support/kurrentdb-double/client.js';
import { KurrentDbDouble, type DoubleOptions } from '../support/kurrentdb-double/kurrentdb-double.js';
import { killOwnProcesses, startOwnProcess } from '../support/kurrentdb-double/own-process.js';
import type { VersionName } from '../support/kurrentdb-double/versions.js';
import { removeTemporaryFolders, temporaryFolder } from '../support/temporary-folder.js';

const doubles: KurrentDbDouble[] = [];

async function start(options: DoubleOptions = {}): Promise<KurrentDbDouble> {
  const double = await KurrentDbDouble.start(options);
  doubles.push(double);
  return double;
}

afterEach(async () => {
  await disconnectAll();
  await killOwnProcesses();
  await Promise.all(doubles.splice(0).map(async (double) => double.stop()));
});
afterAll(removeTemporaryFolders);

describe('what a subscription is told', () => {
  /** What it says of being caught up with a stream that is there, and with one that is not. */
  async function told(version: VersionName): Promise<unknown[][]> {
    const double = await start({ version });
    double.setClock(() => Date.UTC(2026, 9, 1, 9));
    const client = connect(double.url);
    const stream = newStream();
    await client.appendToStream(stream, note(1));
    return Promise.all([stream, newStream()].map(async (name) => saidBy(client.subscribeToStream(name), name, double)));
  }

  /** All that it says up to the second record; the stream gets it when the first things are said. */
  async function saidBy(subscription: StreamSubscription, stream: string, double: KurrentDbDouble): Promise<unknown[]> {
    const said: unknown[] = [];
    subscription.on('confirmation', () => said.push('confirmed'));
    subscription.on('caughtUp', (info: unknown) => said.push(info));
    const confirmed = once(subscription, 'confirmation');
    const last = `${stream}-last`;
    void confirmed.then(() => setImmediate(() => double.inject(stream, { type: last, data: {} })));
    for await (const { event } of subscription) {
      said.push(event?.revision);
      if (event?.type === last) break;
    }
    return said;
  }

  const date = new Date('2026-10-01T09:00:00Z');
  test.each<[VersionName, unknown[], unknown[]]>([
    ['22.10', ['confirmed', 0n, 1n], ['confirmed', 0n]],
    ['23.10', ['confirmed', 0n, {}, 1n], ['confirmed', 0n]],
    ['24.10', ['confirmed', 0n, {}, 1n], ['confirmed', {}, 0n]],
    ['25.0', ['confirmed', 0n, { date, revision: 0n }, 1n], ['confirmed', { date }, 0n]],
  ])('by a server %s is what that version says', async (version, ofStream, ofNone) => {
    expect(await told(version)).toEqual([ofStream, ofNone]);
  });
});

describe('the data of a double', () => {
  test('has the time that a test sets, and hides what is older than $maxAge', async () => {
    const double = await start();
    const client = connect(double.url);
    const stream = newStream();
    await client.setStreamMetadata(stream, { maxAge: 60 });
    for (const [number, time] of ['09:00:00', '09:00:30', '09:01:15'].entries()) {
      double.setClock(() => Date.parse(`2026-10-01T${time}.250Z`));
      await client.appendToStream(stream, note(number));
    }
    expect(double.stream(stream).map(({ created }) => created.toISOString())).toEqual([
      '2026-10-01T09:00:00.250Z',
      '2026-10-01T09:00:30.250Z',
      '2026-10-01T09:01:15.250Z',
    ]);
    expect(await notes(client, stream)).toEqual([1, 2]);
  });

  test('may get a record from another program', async () => {
    const double = await start();
    double.inject('log', { type: 'Foreign', data: { a: 1 } }, { type: 'Bytes', data: Uint8Array.of(1), metadata: {} });
    expect(double.stream('log')).toMatchObject([
      { revision: 0, type: 'Foreign', data: { a: 1 }, metadata: undefined },
      { revision: 1, type: 'Bytes', data: Buffer.of(1), metadata: {} },
    ]);
    expect(await notes(connect(double.url), 'log')).toHaveLength(2);
  });

  test('may be lost back to a backup, and every connection with it', async () => {
    const double = await start();
    const client = connect(double.url);
    const stream = newStream();
    await client.appendToStream(stream, note(1));
    const backup = double.backup();
    await client.appendToStream(stream, note(2));
    const subscription = client.subscribeToStream(stream).resume();
    const lost = once(subscription, 'end');
    await once(subscription, 'caughtUp');
    double.restore(backup);
    expect(await failure(lost)).toBeInstanceOf(UnavailableError);
    await client.appendToStream(stream, note(3), { streamState: 0n });
    expect(await notes(client, stream)).toEqual([1, 3]);
  });
});

describe('a double in a process of its own', () => {
  test('does what it is asked, and has its data and its port again after kill -9', async () => {
    const data = join(temporaryFolder(), 'log.jsonl');
    const first = await startOwnProcess('--data', data, '--max-append-size', '2000');
    const stream = newStream();
    const client = connect(first.url);
    await client.appendToStream(stream, [note(1), note(2)]);
    await first.ask('fault', { on: 'append', how: 'not-ready', times: 'always' });
    expect((await failure(client.appendToStream(stream, note(3)))).message).toContain('Not Ready');
    await first.ask('liftFaults');
    await first.ask('inject', stream, { type: 'Noted', data: { number: 4 } });
    expect(await first.ask('stream', stream)).toHaveLength(3);
    await first.kill();
    const { port } = new URL(first.url);
    const second = await startOwnProcess('--data', data, '--ports', port);
    expect(second.url).toBe(first.url);
    expect(await notes(connect(second.url), stream)).toEqual([1, 2, 4]);
  });

  test('refuses what it does not know', async () => {
    const own = await startOwnProcess('--nodes', '3', '--secure', '--user', 'admin:changeit');
    await expect(own.ask('kill', 9)).rejects.toThrow('the double has no node 9');
    expect((await fetch(`${own.control}/nothing`, { method: 'POST' })).status).toBe(404);
    await connect(own.url).appendToStream(newStream(), note(1));
  });
});
