import { randomUUID } from 'node:crypto';
import {
  binaryEvent,
  jsonEvent,
  MaxAppendSizeExceededError,
  StreamNotFoundError,
  WrongExpectedVersionError,
  type AppendStreamState,
  type EventData,
} from '@kurrent/kurrentdb-client';
import { failure, newStream, note, notes, read } from '../support/kurrentdb-double/client.js';
import { serverUnderTest } from '../support/kurrentdb-double/server-under-test.js';

/** What a single server does with the appends of the real client: the double, or the server at KURRENTDB_URL. */
const server = serverUnderTest();

describe('an append', () => {
  test('keeps its events in their order, after those that were there', async () => {
    const stream = newStream();
    expect(await server.client.appendToStream(stream, [note(0), note(1)])).toMatchObject({
      success: true,
      nextExpectedRevision: 1n,
    });
    expect(await server.client.appendToStream(stream, note(2))).toMatchObject({ nextExpectedRevision: 2n });
    const events = await read(server.client, stream);
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
    await server.client.appendToStream(stream, [
      jsonEvent({ id: ids[0] ?? '', type: 'Written', data: { name: 'Zoë' }, metadata: { by: 'me' } }),
      binaryEvent({ id: ids[1] ?? '', type: 'Scanned', data: bytes, metadata: bytes }),
    ]);
    const [written, scanned] = await read(server.client, stream);
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
    const stream = there > 0 ? await server.streamOf(there) : newStream();
    const result = await server.client.appendToStream(stream, note(9), { streamState });
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
      const stream = there > 0 ? await server.streamOf(there) : newStream();
      const error = await failure(server.client.appendToStream(stream, note(9), { streamState }));
      expect(error).toBeInstanceOf(WrongExpectedVersionError);
      expect(error).toMatchObject({ streamName: stream, expectedState: streamState, actualState });
    },
  );

  test('with credentials of its own is a call of its own, and answered alike', async () => {
    const stream = newStream();
    const credentials = { username: 'admin', password: 'changeit' };
    expect(await server.client.appendToStream(stream, [note(0), note(1)], { credentials })).toMatchObject({
      success: true,
      nextExpectedRevision: 1n,
    });
    const again = failure(server.client.appendToStream(stream, note(2), { credentials, streamState: 0n }));
    expect(await again).toMatchObject({ expectedState: 0n, actualState: 1n });
    expect(await notes(server.client, stream)).toEqual([0, 1]);
  });

  test('in several parts is one append', async () => {
    const stream = newStream();
    const events = Array.from({ length: 50 }, (_, number) => note(number));
    await server.client.appendToStream(stream, events, { batchAppendSize: 200, streamState: 'no_stream' });
    expect(await notes(server.client, stream)).toEqual(Array.from({ length: 50 }, (_, number) => number));
  });

  test('of nothing leaves the stream as it is', async () => {
    const stream = await server.streamOf(2);
    await server.client.appendToStream(stream, []);
    expect(await notes(server.client, stream)).toEqual([0, 1]);
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
      const stream = await server.streamOf(2);
      const first = await server.client.appendToStream(stream, events, { streamState });
      await server.client.appendToStream(stream, [note(7), note(8)]);
      expect(await server.client.appendToStream(stream, events, { streamState })).toEqual(first);
      expect(await notes(server.client, stream)).toEqual([0, 1, 0, 1, 2, 7, 8]);
    },
  );

  test('and expects no stream again, is answered as the first time', async () => {
    const stream = newStream();
    const first = await server.client.appendToStream(stream, events, { streamState: 'no_stream' });
    expect(await server.client.appendToStream(stream, events, { streamState: 'no_stream' })).toEqual(first);
    expect(await notes(server.client, stream)).toEqual([0, 1, 2]);
  });

  test.each<[what: string, streamState: AppendStreamState, count: number]>([
    ['the first alone', 1n, 1],
    ['the first two', 1n, 2],
    ['the first two, expecting any', 'any', 2],
  ])('in part, with %s, is answered with the revision of the last of them', async (_, streamState, count) => {
    const stream = await server.streamOf(2);
    await server.client.appendToStream(stream, events, { streamState });
    const result = await server.client.appendToStream(stream, events.slice(0, count), { streamState });
    expect(result).toMatchObject({ success: true, nextExpectedRevision: BigInt(1 + count) });
    expect(await notes(server.client, stream)).toEqual([0, 1, 0, 1, 2]);
  });

  test.each<[what: string, streamState: AppendStreamState, again: (events: EventData[]) => EventData[]]>([
    ['with one more event', 1n, (events) => [...events, note(3)]],
    ['with one more event, expecting any', 'any', (events) => [...events, note(3)]],
    ['with one changed', 1n, (events) => events.with(1, note(5))],
    ['in another order', 1n, (events) => events.toReversed()],
    ['expecting another revision', 0n, (events) => events],
  ])('%s is refused', async (_, streamState, again) => {
    const stream = await server.streamOf(2);
    await server.client.appendToStream(stream, events);
    const error = await failure(server.client.appendToStream(stream, again(events), { streamState }));
    expect(error).toMatchObject({ type: 'wrong-expected-version', actualState: 4n });
    expect(await notes(server.client, stream)).toEqual([0, 1, 0, 1, 2]);
  });

  test('to another stream is kept there, however often', async () => {
    await server.client.appendToStream(newStream(), events);
    const other = newStream();
    await server.client.appendToStream(other, events);
    await server.client.appendToStream(other, events);
    expect(await notes(server.client, other)).toEqual([0, 1, 2, 0, 1, 2]);
  });

  test('and expects the head that it made, is kept again', async () => {
    const stream = await server.streamOf(2);
    await server.client.appendToStream(stream, events, { streamState: 1n });
    await server.client.appendToStream(stream, events, { streamState: 4n });
    expect(await notes(server.client, stream)).toEqual([0, 1, 0, 1, 2, 0, 1, 2]);
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
    await server.client.appendToStream(stream, inTwo(1024 * 1024));
    expect(await read(server.client, stream)).toHaveLength(2);
  });

  test.each([{}, { credentials: { username: 'admin', password: 'changeit' } }])(
    'may not be more, and nothing of it is kept (%j)',
    async (options) => {
      const stream = newStream();
      const error = await failure(server.client.appendToStream(stream, inTwo(1024 * 1024 + 2), options));
      expect(error).toBeInstanceOf(MaxAppendSizeExceededError);
      expect(error).toMatchObject({ maxAppendSize: 1024 * 1024 });
      expect(await failure(read(server.client, stream))).toBeInstanceOf(StreamNotFoundError);
    },
  );
});
