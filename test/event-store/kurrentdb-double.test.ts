import { randomUUID } from 'node:crypto';
import {
  binaryEvent,
  END,
  jsonEvent,
  MaxAppendSizeExceededError,
  StreamDeletedError,
  StreamNotFoundError,
  WrongExpectedVersionError,
  type AppendStreamState,
  type EventData,
  type KurrentDBClient,
  type StreamSubscription,
} from '@kurrent/kurrentdb-client';
import { connect, disconnectAll, failure, newStream, note, notes, read } from '../support/kurrentdb-double/client.js';
import { KurrentDbDouble } from '../support/kurrentdb-double/kurrentdb-double.js';

/**
 * What a single server does for the real client. The tests run against the server at KURRENTDB_URL where that is set,
 * so that it shows where the double differs, and otherwise against the double.
 */
let client: KurrentDBClient;
let double: KurrentDbDouble | undefined;

beforeAll(async () => {
  if (process.env.KURRENTDB_URL === undefined) double = await KurrentDbDouble.start();
  client = connect(process.env.KURRENTDB_URL ?? double?.url ?? '');
});

afterAll(async () => {
  await disconnectAll();
  await double?.stop();
});

/** A stream with the notes 0, 1, … up to a count. */
async function streamOf(count: number): Promise<string> {
  const stream = newStream();
  await client.appendToStream(
    stream,
    Array.from({ length: count }, (_, number) => note(number)),
  );
  return stream;
}

/** The next so many notes of a subscription, which it then ends. */
async function take(subscription: StreamSubscription, count: number): Promise<unknown[]> {
  const taken: unknown[] = [];
  for await (const { event } of subscription) {
    taken.push((event?.data as { number?: number }).number);
    if (taken.length === count) break;
  }
  return taken;
}

describe('an append', () => {
  test('keeps its events in their order, after those that were there', async () => {
    const stream = newStream();
    expect(await client.appendToStream(stream, [note(0), note(1)])).toMatchObject({
      success: true,
      nextExpectedRevision: 1n,
    });
    expect(await client.appendToStream(stream, note(2))).toMatchObject({ nextExpectedRevision: 2n });
    const events = await read(client, stream);
    expect(events.map(({ event }) => [event?.revision, event?.type, event?.data])).toEqual([
      [0n, 'Noted', { number: 0 }],
      [1n, 'Noted', { number: 1 }],
      [2n, 'Noted', { number: 2 }],
    ]);
    expect(events.map(({ event }) => event?.streamId)).toEqual([stream, stream, stream]);
  });

  test('keeps JSON and bytes, metadata of both kinds, ids and the time', async () => {
    const stream = newStream();
    const ids = [randomUUID(), randomUUID()];
    const bytes = Uint8Array.of(0, 1, 254, 255);
    const before = Date.now();
    await client.appendToStream(stream, [
      jsonEvent({ id: ids[0] ?? '', type: 'Written', data: { name: 'Zoë' }, metadata: { by: 'me' } }),
      binaryEvent({ id: ids[1] ?? '', type: 'Scanned', data: bytes, metadata: bytes }),
    ]);
    const [written, scanned] = await read(client, stream);
    expect(written?.event).toMatchObject({ id: ids[0], isJson: true, data: { name: 'Zoë' }, metadata: { by: 'me' } });
    expect(scanned?.event).toMatchObject({ id: ids[1], isJson: false, type: 'Scanned' });
    expect(Buffer.from(scanned?.event?.data as Uint8Array).equals(bytes)).toBe(true);
    expect(Buffer.from(scanned?.event?.metadata as Uint8Array).equals(bytes)).toBe(true);
    // The client reads the time of a record in whole seconds.
    expect(written?.event?.created.getTime()).toBeGreaterThanOrEqual(Math.floor(before / 1000) * 1000);
    expect(written?.event?.created.getTime()).toBeLessThanOrEqual(Date.now());
  });

  test.each<[expected: AppendStreamState, there: number]>([
    ['any', 0],
    ['any', 3],
    ['no_stream', 0],
    ['stream_exists', 3],
    [2n, 3],
  ])('that expects %s is kept where the stream has %i events', async (streamState, there) => {
    const stream = there > 0 ? await streamOf(there) : newStream();
    const result = await client.appendToStream(stream, note(9), { streamState });
    expect(result).toMatchObject({ success: true, nextExpectedRevision: BigInt(there) });
  });

  test.each<[expected: AppendStreamState, there: number, actual: bigint | 'no_stream']>([
    ['no_stream', 3, 2n],
    ['stream_exists', 0, 'no_stream'],
    [0n, 0, 'no_stream'],
    [1n, 3, 2n],
    [5n, 3, 2n],
  ])(
    'that expects %s is refused where the stream has %i events, and told of %s',
    async (streamState, there, actualState) => {
      const stream = there > 0 ? await streamOf(there) : newStream();
      const error = await failure(client.appendToStream(stream, note(9), { streamState }));
      expect(error).toBeInstanceOf(WrongExpectedVersionError);
      expect(error).toMatchObject({ streamName: stream, expectedState: streamState, actualState });
    },
  );

  test('with credentials of its own is a call of its own, and answered alike', async () => {
    const stream = newStream();
    const credentials = { username: 'admin', password: 'changeit' };
    expect(await client.appendToStream(stream, [note(0), note(1)], { credentials })).toMatchObject({
      success: true,
      nextExpectedRevision: 1n,
    });
    const again = failure(client.appendToStream(stream, note(2), { credentials, streamState: 0n }));
    expect(await again).toMatchObject({ expectedState: 0n, actualState: 1n });
    expect(await notes(client, stream)).toEqual([0, 1]);
  });

  test('in several parts is one append', async () => {
    const stream = newStream();
    const events = Array.from({ length: 50 }, (_, number) => note(number));
    await client.appendToStream(stream, events, { batchAppendSize: 200, streamState: 'no_stream' });
    expect(await notes(client, stream)).toEqual(Array.from({ length: 50 }, (_, number) => number));
  });

  test('of nothing leaves the stream as it is', async () => {
    const stream = await streamOf(2);
    await client.appendToStream(stream, []);
    expect(await notes(client, stream)).toEqual([0, 1]);
  });
});

describe('an append that is repeated with its event ids', () => {
  // An event id is remembered for the stream that it was first written to: each test has its own.
  let events: EventData[];
  beforeEach(() => {
    events = [note(0), note(1), note(2)];
  });

  test.each<AppendStreamState>([1n, 'any', 'stream_exists'])(
    'and expects %s again, is answered as the first time, though others have written since',
    async (streamState) => {
      const stream = await streamOf(2);
      const first = await client.appendToStream(stream, events, { streamState });
      await client.appendToStream(stream, [note(7), note(8)]);
      expect(await client.appendToStream(stream, events, { streamState })).toEqual(first);
      expect(await notes(client, stream)).toEqual([0, 1, 0, 1, 2, 7, 8]);
    },
  );

  test('and expects no stream again, is answered as the first time', async () => {
    const stream = newStream();
    const first = await client.appendToStream(stream, events, { streamState: 'no_stream' });
    expect(await client.appendToStream(stream, events, { streamState: 'no_stream' })).toEqual(first);
    expect(await notes(client, stream)).toEqual([0, 1, 2]);
  });

  test.each<[what: string, streamState: AppendStreamState, count: number]>([
    ['the first alone', 1n, 1],
    ['the first two', 1n, 2],
    ['the first two, expecting any', 'any', 2],
  ])('in part, with %s, is answered with the revision of the last of them', async (_, streamState, count) => {
    const stream = await streamOf(2);
    await client.appendToStream(stream, events, { streamState });
    const result = await client.appendToStream(stream, events.slice(0, count), { streamState });
    expect(result).toMatchObject({ success: true, nextExpectedRevision: BigInt(1 + count) });
    expect(await notes(client, stream)).toEqual([0, 1, 0, 1, 2]);
  });

  test.each<[what: string, streamState: AppendStreamState, again: (events: EventData[]) => EventData[]]>([
    ['with one more event', 1n, (events) => [...events, note(3)]],
    ['with one more event, expecting any', 'any', (events) => [...events, note(3)]],
    ['with one changed', 1n, (events) => events.with(1, note(5))],
    ['in another order', 1n, (events) => events.toReversed()],
    ['expecting another revision', 0n, (events) => events],
  ])('%s is refused', async (_, streamState, again) => {
    const stream = await streamOf(2);
    await client.appendToStream(stream, events);
    const error = await failure(client.appendToStream(stream, again(events), { streamState }));
    expect(error).toMatchObject({ type: 'wrong-expected-version', actualState: 4n });
    expect(await notes(client, stream)).toEqual([0, 1, 0, 1, 2]);
  });

  test('and expects the head that it made, is kept again', async () => {
    const stream = await streamOf(2);
    await client.appendToStream(stream, events, { streamState: 1n });
    await client.appendToStream(stream, events, { streamState: 4n });
    expect(await notes(client, stream)).toEqual([0, 1, 0, 1, 2, 0, 1, 2]);
  });
});

describe('the size of an append', () => {
  const dataOf = (bytes: number): Uint8Array => new Uint8Array(bytes);
  const inTwo = (bytes: number, metadata?: Uint8Array): ReturnType<typeof binaryEvent>[] =>
    [bytes / 2, bytes / 2].map((half) =>
      binaryEvent({ type: 'Scanned', data: dataOf(half), ...(metadata ? { metadata } : {}) }),
    );

  test('may be 1 MiB of data', async () => {
    const stream = newStream();
    await client.appendToStream(stream, inTwo(1024 * 1024));
    expect(await read(client, stream)).toHaveLength(2);
  });

  test.each([{}, { credentials: { username: 'admin', password: 'changeit' } }])(
    'may not be more, and nothing of it is kept (%j)',
    async (options) => {
      const stream = newStream();
      const error = await failure(client.appendToStream(stream, inTwo(1024 * 1024 + 2), options));
      expect(error).toBeInstanceOf(MaxAppendSizeExceededError);
      expect(error).toMatchObject({ maxAppendSize: 1024 * 1024 });
      expect(await failure(read(client, stream))).toBeInstanceOf(StreamNotFoundError);
    },
  );
});

describe('a read', () => {
  const all = Array.from({ length: 70 }, (_, number) => number);
  let stream: string;
  beforeAll(async () => {
    stream = await streamOf(70);
  });

  test.each([
    ['from the start', {}, all],
    ['from a revision, which it includes', { fromRevision: 67n }, [67, 68, 69]],
    ['with a limit', { fromRevision: 30n, maxCount: 40 }, all.slice(30)],
    ['with a limit below a page', { fromRevision: 1n, maxCount: 2 }, [1, 2]],
    ['from beyond the end', { fromRevision: 70n }, []],
    ['from far beyond the end', { fromRevision: 700n, maxCount: 1 }, []],
    ['backwards from the end', { direction: 'backwards', fromRevision: END }, all.toReversed()],
    ['backwards, the last one', { direction: 'backwards', fromRevision: END, maxCount: 1 }, [69]],
    ['backwards from a revision', { direction: 'backwards', fromRevision: 2n }, [2, 1, 0]],
    ['backwards from the start', { direction: 'backwards', fromRevision: 0n }, [0]],
  ] as const)('%s brings what is there', async (_, options, expected) => {
    expect(await notes(client, stream, options)).toEqual(expected);
  });

  test('of a stream that is not there says so', async () => {
    const missing = newStream();
    const error = await failure(read(client, missing, { direction: 'backwards', fromRevision: END, maxCount: 1 }));
    expect(error).toBeInstanceOf(StreamNotFoundError);
    expect(error).toMatchObject({ streamName: missing });
  });
});

describe("a stream's metadata", () => {
  test('is kept beside the stream, and may be there before it', async () => {
    const stream = newStream();
    expect(await client.getStreamMetadata(stream)).toEqual({ streamName: stream });
    await client.setStreamMetadata(stream, { maxCount: 7, owner: 'me' });
    await client.setStreamMetadata(stream, { maxAge: 60 });
    expect(await client.getStreamMetadata(stream)).toMatchObject({ metadata: { maxAge: 60 } });
    expect(await read(client, `$$${stream}`)).toHaveLength(1);
  });

  test.each([
    ['$maxCount', { maxCount: 2 }, [3, 4]],
    ['$tb', { truncateBefore: 3 }, [3, 4]],
    ['$tb beyond the end', { truncateBefore: 8 }, []],
    ['both', { truncateBefore: 4, maxCount: 3 }, [4]],
    ['an age that all are below', { maxAge: 3600 }, [0, 1, 2, 3, 4]],
  ])('with %s hides the older events, and nothing else', async (_, metadata, expected) => {
    const stream = await streamOf(5);
    await client.setStreamMetadata(stream, metadata);
    expect(await notes(client, stream)).toEqual(expected);
    expect(await notes(client, stream, { direction: 'backwards', fromRevision: END })).toEqual(expected.toReversed());
    expect(await client.appendToStream(stream, note(5), { streamState: 4n })).toMatchObject({
      nextExpectedRevision: 5n,
    });
  });
});

describe('a deleted stream', () => {
  test('reads as missing, and goes on at the next revision', async () => {
    const stream = await streamOf(3);
    await client.deleteStream(stream, { expectedRevision: 2n });
    expect(await failure(read(client, stream))).toBeInstanceOf(StreamNotFoundError);
    expect(await failure(client.appendToStream(stream, note(3), { streamState: 'stream_exists' }))).toBeInstanceOf(
      StreamDeletedError,
    );
    expect(await client.appendToStream(stream, note(3), { streamState: 'no_stream' })).toMatchObject({
      nextExpectedRevision: 3n,
    });
    expect(await notes(client, stream)).toEqual([3]);
    expect(await client.getStreamMetadata(stream)).toMatchObject({ metadata: { truncateBefore: 3 } });
  });

  test('is not deleted where another revision was expected, or nothing is there', async () => {
    const stream = await streamOf(3);
    const wrong = await failure(client.deleteStream(stream, { expectedRevision: 1n }));
    expect(wrong).toMatchObject({ type: 'wrong-expected-version', expectedState: 1n, actualState: 2n });
    expect(await failure(client.deleteStream(newStream()))).toBeInstanceOf(WrongExpectedVersionError);
    expect(await notes(client, stream)).toEqual([0, 1, 2]);
  });

  test('that has a tombstone is gone for good', async () => {
    const stream = await streamOf(3);
    await client.tombstoneStream(stream);
    expect(await failure(read(client, stream))).toBeInstanceOf(StreamDeletedError);
    expect(await failure(client.appendToStream(stream, note(3)))).toBeInstanceOf(StreamDeletedError);
    expect(await failure(client.tombstoneStream(stream))).toBeInstanceOf(StreamDeletedError);
    expect(await failure(take(client.subscribeToStream(stream), 1))).toBeInstanceOf(StreamDeletedError);
  });
});

describe('a subscription', () => {
  test('brings what is there, says that it has caught up, and goes on with what is appended', async () => {
    const stream = await streamOf(40);
    const subscription = client.subscribeToStream(stream);
    const caughtUp = new Promise((resolve) => subscription.once('caughtUp', resolve));
    const taken = take(subscription, 42);
    await caughtUp;
    await client.appendToStream(stream, [note(40), note(41)]);
    expect(await taken).toEqual(Array.from({ length: 42 }, (_, number) => number));
  });

  test('from a revision begins after it', async () => {
    const stream = await streamOf(3);
    expect(await take(client.subscribeToStream(stream, { fromRevision: 1n }), 1)).toEqual([2]);
  });

  test('from beyond the end passes over what is appended before that', async () => {
    const stream = await streamOf(1);
    const subscription = client.subscribeToStream(stream, { fromRevision: 2n });
    const taken = take(subscription, 1);
    await new Promise((resolve) => subscription.once('caughtUp', resolve));
    await client.appendToStream(stream, [note(1), note(2), note(3)]);
    expect(await taken).toEqual([3]);
  });

  test('from the end begins with what is appended next', async () => {
    const stream = await streamOf(3);
    const subscription = client.subscribeToStream(stream, { fromRevision: END });
    const taken = take(subscription, 1);
    await new Promise((resolve) => subscription.once('caughtUp', resolve));
    await client.appendToStream(stream, note(3));
    expect(await taken).toEqual([3]);
  });

  test('to a stream that is not there waits for it', async () => {
    const stream = newStream();
    const subscription = client.subscribeToStream(stream);
    const taken = take(subscription, 1);
    await new Promise((resolve) => subscription.once('confirmation', resolve));
    await client.appendToStream(stream, note(0));
    expect(await taken).toEqual([0]);
  });

  test('ends with an error when its stream gets a tombstone', async () => {
    const stream = await streamOf(1);
    const subscription = client.subscribeToStream(stream);
    const taken = failure(take(subscription, 5));
    await new Promise((resolve) => subscription.once('caughtUp', resolve));
    await client.tombstoneStream(stream);
    expect(await taken).toBeInstanceOf(StreamDeletedError);
  });

  test('has the time of a record to the millisecond', async () => {
    const stream = newStream();
    const before = Date.now();
    await client.appendToStream(stream, note(0));
    for await (const { event } of client.subscribeToStream(stream)) {
      expect(event?.created.getTime()).toBeGreaterThanOrEqual(before - 1);
      expect(event?.created.getTime()).toBeLessThanOrEqual(Date.now() + 1);
      break;
    }
  });
});
