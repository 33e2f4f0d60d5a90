import {
  END,
  StreamDeletedError,
  StreamNotFoundError,
  WrongExpectedVersionError,
  type StreamSubscription,
} from '@kurrent/kurrentdb-client';
import { failure, newStream, note, notes, read } from '../support/kurrentdb-double/client.js';
import { serverUnderTest } from '../support/kurrentdb-double/server-under-test.js';

/**
 * What a single server does with the reads, subscriptions and deletes of the real client: the double, or the server at
 * KURRENTDB_URL.
 */
const server = serverUnderTest();

/** The next so many notes of a subscription, which it then ends. */
async function take(subscription: StreamSubscription, count: number): Promise<unknown[]> {
  const taken: unknown[] = [];
  for await (const { event } of subscription) {
    taken.push((event?.data as { number?: number }).number);
    if (taken.length === count) break;
  }
  return taken;
}

describe('a read', () => {
  const all = Array.from({ length: 70 }, (_, number) => number);
  let stream: string;
  beforeAll(async () => {
    stream = await server.streamOf(70);
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
    expect(await notes(server.client, stream, options)).toEqual(expected);
  });

  test('of a stream that is not there says so', async () => {
    const missing = newStream();
    const error = await failure(
      read(server.client, missing, { direction: 'backwards', fromRevision: END, maxCount: 1 }),
    );
    expect(error).toBeInstanceOf(StreamNotFoundError);
    expect(error).toMatchObject({ streamName: missing });
  });
});

describe("a stream's metadata", () => {
  test('is kept beside the stream, and may be there before it', async () => {
    const stream = newStream();
    expect(await server.client.getStreamMetadata(stream)).toEqual({ streamName: stream });
    await server.client.setStreamMetadata(stream, { maxCount: 7, owner: 'me' });
    await server.client.setStreamMetadata(stream, { maxAge: 60 });
    expect(await server.client.getStreamMetadata(stream)).toMatchObject({ metadata: { maxAge: 60 } });
    expect(await read(server.client, `$$${stream}`)).toHaveLength(1);
  });

  test.each([
    ['$maxCount', { maxCount: 2 }, [3, 4]],
    ['$tb', { truncateBefore: 3 }, [3, 4]],
    ['$tb beyond the end', { truncateBefore: 8 }, []],
    ['both', { truncateBefore: 4, maxCount: 3 }, [4]],
    ['an age that all are below', { maxAge: 3600 }, [0, 1, 2, 3, 4]],
  ])('with %s hides the older events, and nothing else', async (_, metadata, expected) => {
    const stream = await server.streamOf(5);
    await server.client.setStreamMetadata(stream, metadata);
    expect(await notes(server.client, stream)).toEqual(expected);
    expect(await notes(server.client, stream, { direction: 'backwards', fromRevision: END })).toEqual(
      expected.toReversed(),
    );
    expect(await server.client.appendToStream(stream, note(5), { streamState: 4n })).toMatchObject({
      nextExpectedRevision: 5n,
    });
  });
});

describe('a deleted stream', () => {
  test('reads as missing, and goes on at the next revision', async () => {
    const stream = await server.streamOf(3);
    await server.client.deleteStream(stream, { expectedRevision: 2n });
    expect(await failure(read(server.client, stream))).toBeInstanceOf(StreamNotFoundError);
    expect(
      await failure(server.client.appendToStream(stream, note(3), { streamState: 'stream_exists' })),
    ).toBeInstanceOf(StreamDeletedError);
    expect(await server.client.appendToStream(stream, note(3), { streamState: 'no_stream' })).toMatchObject({
      nextExpectedRevision: 3n,
    });
    expect(await notes(server.client, stream)).toEqual([3]);
    expect(await server.client.getStreamMetadata(stream)).toMatchObject({ metadata: { truncateBefore: 3 } });
  });

  test('is not deleted where another revision was expected, or nothing is there', async () => {
    const stream = await server.streamOf(3);
    const wrong = await failure(server.client.deleteStream(stream, { expectedRevision: 1n }));
    expect(wrong).toMatchObject({ type: 'wrong-expected-version', expectedState: 1n, actualState: 2n });
    expect(await failure(server.client.deleteStream(newStream()))).toBeInstanceOf(WrongExpectedVersionError);
    expect(await notes(server.client, stream)).toEqual([0, 1, 2]);
  });

  test('that has a tombstone is gone for good', async () => {
    const stream = await server.streamOf(3);
    await server.client.tombstoneStream(stream);
    expect(await failure(read(server.client, stream))).toBeInstanceOf(StreamDeletedError);
    expect(await failure(server.client.appendToStream(stream, note(3)))).toBeInstanceOf(StreamDeletedError);
    expect(await failure(server.client.tombstoneStream(stream))).toBeInstanceOf(StreamDeletedError);
    expect(await failure(take(server.client.subscribeToStream(stream), 1))).toBeInstanceOf(StreamDeletedError);
  });
});

describe('a subscription', () => {
  test('brings what is there, says that it has caught up, and goes on with what is appended', async () => {
    const stream = await server.streamOf(40);
    const subscription = server.client.subscribeToStream(stream);
    const caughtUp = new Promise((resolve) => subscription.once('caughtUp', resolve));
    const taken = take(subscription, 42);
    await caughtUp;
    await server.client.appendToStream(stream, [note(40), note(41)]);
    expect(await taken).toEqual(Array.from({ length: 42 }, (_, number) => number));
  });

  test('from a revision begins after it', async () => {
    const stream = await server.streamOf(3);
    expect(await take(server.client.subscribeToStream(stream, { fromRevision: 1n }), 1)).toEqual([2]);
  });

  test('from beyond the end passes over what is appended before that', async () => {
    const stream = await server.streamOf(1);
    const subscription = server.client.subscribeToStream(stream, { fromRevision: 2n });
    const taken = take(subscription, 1);
    await new Promise((resolve) => subscription.once('caughtUp', resolve));
    await server.client.appendToStream(stream, [note(1), note(2), note(3)]);
    expect(await taken).toEqual([3]);
  });

  test('from the end begins with what is appended next', async () => {
    const stream = await server.streamOf(3);
    const subscription = server.client.subscribeToStream(stream, { fromRevision: END });
    const taken = take(subscription, 1);
    await new Promise((resolve) => subscription.once('caughtUp', resolve));
    await server.client.appendToStream(stream, note(3));
    expect(await taken).toEqual([3]);
  });

  test('to a stream that is not there waits for it', async () => {
    const stream = newStream();
    const subscription = server.client.subscribeToStream(stream);
    const taken = take(subscription, 1);
    await new Promise((resolve) => subscription.once('confirmation', resolve));
    await server.client.appendToStream(stream, note(0));
    expect(await taken).toEqual([0]);
  });

  test('ends with an error when its stream gets a tombstone', async () => {
    const stream = await server.streamOf(1);
    const subscription = server.client.subscribeToStream(stream);
    const taken = failure(take(subscription, 5));
    await new Promise((resolve) => subscription.once('caughtUp', resolve));
    await server.client.tombstoneStream(stream);
    expect(await taken).toBeInstanceOf(StreamDeletedError);
  });

  test('has the time of a record to the millisecond', async () => {
    const stream = newStream();
    const before = Date.now();
    await server.client.appendToStream(stream, note(0));
    for await (const { event } of server.client.subscribeToStream(stream)) {
      expect(event?.created.getTime()).toBeGreaterThanOrEqual(before - 1);
      expect(event?.created.getTime()).toBeLessThanOrEqual(Date.now() + 1);
      break;
    }
  });
});
