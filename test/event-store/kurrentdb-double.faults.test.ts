import { once } from 'node:events';
import {
  AccessDeniedError,
  DeadlineExceededError,
  jsonEvent,
  UnavailableError,
  UnknownError,
  KurrentDBClient,
  type EventData,
  type StreamSubscription,
} from '@kurrent/kurrentdb-client';
import { connect, disconnectAll, failure, newStream, note, notes, read } from '../support/kurrentdb-double/client.js';
import { KurrentDbDouble } from '../support/kurrentdb-double/kurrentdb-double.js';
import type { VersionName } from '../support/kurrentdb-double/versions.js';

/** What happens on demand, and what it looks like through the real client. */
let double: KurrentDbDouble;
let client: KurrentDBClient;
let stream: string;

beforeEach(async () => {
  double = await KurrentDbDouble.start();
  client = connect(double.url);
  stream = newStream();
  // The first calls of a client overtake each other.
  await client.appendToStream(newStream(), note(0));
});

afterEach(async () => {
  await disconnectAll();
  await double.stop();
});

const numbers = (): unknown[] => double.stream(stream).map(({ data }) => (data as { number: number }).number);

/** Whether a call is still waiting for its answer. */
const isWaiting = async (call: Promise<unknown>): Promise<boolean> =>
  (await Promise.race([call.catch(() => 'failed'), Promise.resolve('waiting')])) === 'waiting';

describe('an append that meets', () => {
  test.each([false, true])('silence is never answered, kept or not (%s), and the next one is', async (kept) => {
    const fault = double.fault({ on: 'append', how: 'silence', kept });
    const first = client.appendToStream(stream, note(1));
    await client.appendToStream(stream, note(2));
    expect(await isWaiting(first)).toBe(true);
    expect(fault.met).toBe(1);
    expect(numbers()).toEqual(kept ? [1, 2] : [2]);
    double.resetConnections();
    expect(await failure(first)).toBeInstanceOf(UnavailableError);
  });

  test('silence after it was kept is answered as the first time when it is repeated', async () => {
    const event = note(1);
    const fault = double.fault({ on: 'append', how: 'silence', kept: true });
    const first = failure(client.appendToStream(stream, event, { streamState: 'no_stream' }));
    await fault.befallen;
    await client.appendToStream(stream, note(2));
    expect(await client.appendToStream(stream, event, { streamState: 'no_stream' })).toMatchObject({
      success: true,
      nextExpectedRevision: 0n,
    });
    expect(numbers()).toEqual([1, 2]);
    double.resetConnections();
    await first;
  });

  test.each([false, true])('a reset connection fails, kept or not (%s)', async (kept) => {
    double.fault({ on: 'append', how: 'reset', kept });
    expect(await failure(client.appendToStream(stream, note(1)))).toBeInstanceOf(UnavailableError);
    await client.appendToStream(stream, note(2));
    expect(numbers()).toEqual(kept ? [1, 2] : [2]);
  });

  test.each([false, true])('a time-out of the server fails, kept or not (%s)', async (kept) => {
    double.fault({ on: 'append', how: 'timeout', kept });
    expect(await failure(client.appendToStream(stream, note(1)))).toBeInstanceOf(DeadlineExceededError);
    expect(numbers()).toEqual(kept ? [1] : []);
  });

  test('a server that is not ready is told so in words alone', async () => {
    double.fault({ on: 'append', how: 'not-ready', times: 2 });
    for (const number of [1, 2]) {
      const error = await failure(client.appendToStream(stream, note(number)));
      expect(error).toBeInstanceOf(UnknownError);
      expect(error.message).toBe('Could not recognize Server Is Not Ready');
    }
    await client.appendToStream(stream, note(3));
    expect(numbers()).toEqual([3]);
  });

  test.each([
    ['too-busy', UnknownError, 'Could not recognize Server Is Busy'],
    ['access-denied', AccessDeniedError, ''],
    ['unauthenticated', AccessDeniedError, '16 UNAUTHENTICATED: Unauthenticated'],
    ['handler-failed', UnknownError, '2 UNKNOWN: Exception was thrown by handler.'],
  ] as const)('%s fails accordingly', async (how, kind, message) => {
    double.fault({ on: 'append', how });
    const error = await failure(client.appendToStream(stream, note(1)));
    expect(error).toBeInstanceOf(kind);
    expect(error.message).toBe(message);
    expect(numbers()).toEqual([]);
  });

  test('the clean end of its stream is never answered, and neither is any other of that client', async () => {
    // The client keeps the stream that has ended, whatever becomes of its connection: it has to be thrown away.
    const lost = KurrentDBClient.connectionString(double.url);
    await lost.appendToStream(newStream(), note(0));
    const fault = double.fault({ on: 'append', how: 'end' });
    const first = lost.appendToStream(stream, note(1));
    await fault.befallen;
    const second = lost.appendToStream(stream, note(2));
    await client.appendToStream(stream, note(3));
    double.resetConnections();
    await client.appendToStream(stream, note(4)).catch(() => undefined);
    expect(await isWaiting(first)).toBe(true);
    expect(await isWaiting(second)).toBe(true);
    expect(numbers()).not.toContain(1);
    expect(numbers()).not.toContain(2);
  });

  test('a delay is answered after it, and in its turn', async () => {
    double.fault({ on: 'append', how: 'delay', milliseconds: 30 });
    await Promise.all([
      client.appendToStream(stream, note(1)),
      client.appendToStream(stream, note(2), { streamState: 0n }),
    ]);
    expect(numbers()).toEqual([1, 2]);
  });

  test('a fault for another stream or another node is served', async () => {
    double.fault({ on: 'append', how: 'not-ready', stream: 'another' });
    double.fault({ on: 'append', how: 'not-ready', node: 1 });
    await client.appendToStream(stream, note(1));
    const lifted = double.fault({ on: 'append', how: 'not-ready', times: 'always' });
    await failure(client.appendToStream(stream, note(2)));
    lifted.lift();
    await client.appendToStream(stream, note(3));
    expect(numbers()).toEqual([1, 3]);
  });

  test('a fault in a call of its own fails alike', async () => {
    const credentials = { username: 'admin', password: 'changeit' };
    double.fault({ on: 'append', how: 'not-ready' });
    const error = await failure(client.appendToStream(stream, note(1), { credentials }));
    expect(error).toBeInstanceOf(UnavailableError);
    expect(error.message).toBe('14 UNAVAILABLE: Server Is Not Ready');
  });
});

describe('a delete that meets', () => {
  beforeEach(async () => client.appendToStream(stream, note(1)).then(() => undefined));

  test.each([false, true])('a server that is not ready fails, kept or not (%s)', async (kept) => {
    double.fault({ on: 'delete', how: 'not-ready', kept });
    expect(await failure(client.deleteStream(stream))).toBeInstanceOf(UnavailableError);
    expect(double.stream(`$$${stream}`)).toHaveLength(kept ? 1 : 0);
  });

  test('silence is given up at its deadline', async () => {
    double.fault({ on: 'delete', how: 'silence' });
    expect(await failure(client.deleteStream(stream, { deadline: 20 }))).toBeInstanceOf(DeadlineExceededError);
  });
});

describe('a read that meets', () => {
  beforeEach(async () => {
    await client.appendToStream(stream, [note(1), note(2), note(3)]);
  });

  test.each(['reset', 'not-ready', 'too-busy'] as const)('%s fails as unavailable', async (how) => {
    double.fault({ on: 'read', how });
    expect(await failure(read(client, stream))).toBeInstanceOf(UnavailableError);
    expect(await notes(client, stream)).toEqual([1, 2, 3]);
  });

  test('a clean end half way looks complete', async () => {
    double.fault({ on: 'read', how: 'end', afterRecords: 2 });
    expect(await notes(client, stream)).toEqual([1, 2]);
  });

  test('a reset half way fails', async () => {
    double.fault({ on: 'read', how: 'reset', afterRecords: 2 });
    expect(await failure(read(client, stream))).toBeInstanceOf(UnavailableError);
  });

  test('silence waits for ever', async () => {
    const fault = double.fault({ on: 'read', how: 'silence' });
    const first = notes(client, stream);
    const failed = failure(first);
    await fault.befallen;
    expect(await notes(client, stream)).toEqual([1, 2, 3]);
    expect(await isWaiting(first)).toBe(true);
    double.resetConnections();
    expect(await failed).toBeInstanceOf(UnavailableError);
  });

  test('a delay is answered after it', async () => {
    double.fault({ on: 'read', how: 'delay', milliseconds: 20 });
    expect(await notes(client, stream)).toEqual([1, 2, 3]);
  });
});

describe('a subscription that meets', () => {
  beforeEach(async () => {
    await client.appendToStream(stream, [note(1), note(2), note(3)]);
  });

  /** The notes that a subscription brings until it ends, and how it does. */
  async function followed(): Promise<{ brought: unknown[]; error: unknown }> {
    const brought: unknown[] = [];
    try {
      for await (const { event } of client.subscribeToStream(stream))
        brought.push((event?.data as { number: number }).number);
      return { brought, error: undefined };
    } catch (error) {
      return { brought, error };
    }
  }

  test('a clean end ends without an error', async () => {
    double.fault({ on: 'subscribe', how: 'end', afterRecords: 2 });
    expect(await followed()).toEqual({ brought: [1, 2], error: undefined });
  });

  test.each([
    ['reset', UnavailableError],
    ['consumer-too-slow', UnknownError],
    ['not-ready', UnavailableError],
  ] as const)('%s after a while ends with an error', async (how, kind) => {
    double.fault({ on: 'subscribe', how, afterRecords: 2 });
    const { error } = await followed();
    expect(error).toBeInstanceOf(kind);
  });

  /** A subscription that has caught up, and how it ends. */
  async function live(): Promise<{ subscription: StreamSubscription; ended: Promise<unknown> }> {
    const subscription = client.subscribeToStream(stream).resume() as StreamSubscription;
    const ended = once(subscription, 'end').catch((error: unknown) => error);
    await once(subscription, 'caughtUp');
    return { subscription, ended };
  }

  test('silence after a while brings nothing more, until its connection is reset', async () => {
    double.fault({ on: 'subscribe', how: 'silence', afterRecords: 2 });
    const silent = followed();
    const { ended } = await live();
    expect(await isWaiting(silent)).toBe(true);
    double.resetConnections();
    const { brought, error } = await silent;
    expect(brought).toEqual([1, 2]);
    expect(error).toBeInstanceOf(UnavailableError);
    expect(await ended).toBeInstanceOf(UnavailableError);
  });

  test.each([
    ['is ended', (): void => double.endSubscriptions(), undefined],
    ['is dropped', (): void => double.dropSubscriptions(), UnknownError],
    ['loses its connection', (): void => double.resetConnections(), UnavailableError],
    ['loses its node', (): void => double.kill(0), UnavailableError],
  ] as const)('nothing, until it %s while it is live, says so', async (_, befall, kind) => {
    const { ended } = await live();
    expect(double.subscriptions).toBe(1);
    befall();
    if (kind) expect(await ended).toBeInstanceOf(kind);
    else expect(await ended).toEqual([]);
  });
});

describe('a live reader that takes nothing', () => {
  const text = 'x'.repeat(10_000);
  const batch = (): EventData[] => Array.from({ length: 50 }, () => jsonEvent({ type: 'Noted', data: { text } }));

  /** A subscription that was paused while ten megabytes were appended, and how it ends. */
  async function paused(version: VersionName): Promise<{ subscription: StreamSubscription; ended: Promise<unknown> }> {
    await double.stop();
    double = await KurrentDbDouble.start({ version, patience: 0 });
    // On one connection a reader that takes nothing would hold up the answers to the appends too.
    const [writer, reader] = [connect(double.url), connect(double.url)];
    await writer.appendToStream(stream, note(0));
    const subscription = reader.subscribeToStream(stream);
    const ended = once(subscription, 'end').catch((error: unknown) => error);
    await once(subscription.resume(), 'caughtUp');
    subscription.pause();
    for (let written = 0; written < 20; written += 1) await writer.appendToStream(stream, batch());
    return { subscription, ended };
  }

  test('is dropped by a server up to 23.10', async () => {
    const { subscription, ended } = await paused('23.10');
    subscription.resume();
    const error = await ended;
    expect(error).toBeInstanceOf(UnknownError);
    expect((error as Error).message).toContain('10 ABORTED: Operation timed out: Consumer too slow to handle event');
  });

  test('is told that it fell behind by a later one, and catches up', async () => {
    const { subscription } = await paused('24.10');
    let told = 0;
    subscription.on('fellBehind', () => (told += 1));
    const revisions: (bigint | undefined)[] = [];
    for await (const { event } of subscription) if (revisions.push(event?.revision) === 1000) break;
    expect(revisions).toEqual(Array.from({ length: 1000 }, (_, index) => BigInt(index + 1)));
    expect(told).toBeGreaterThan(0);
  });
});
