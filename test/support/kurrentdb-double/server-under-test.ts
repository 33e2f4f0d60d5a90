import type { EventData, KurrentDBClient } from '@kurrent/kurrentdb-client';
import { connect, disconnectAll, newStream, note } from './client.js';
import { KurrentDbDouble } from './kurrentdb-double.js';

/** A single server and a client of it, for the tests of one file. */
export interface ServerUnderTest {
  readonly client: KurrentDBClient;
  /** A new stream with the notes 0, 1, … up to a count. */
  streamOf(count: number): Promise<string>;
}

/**
 * The server at KURRENTDB_URL where that is set, so that what the tests say of a server is shown by a real one, and
 * otherwise the double. For the top of a file of tests: it is started before them and stopped after.
 */
export function serverUnderTest(): ServerUnderTest {
  let client: KurrentDBClient | undefined;
  let double: KurrentDbDouble | undefined;
  beforeAll(async () => {
    const url = process.env.KURRENTDB_URL;
    if (url === undefined) double = await KurrentDbDouble.start();
    client = connect(url ?? double?.url ?? '');
  });
  afterAll(async () => {
    await disconnectAll();
    await double?.stop();
  });
  const started = (): KurrentDBClient => {
    if (!client) throw new Error('the server is not started yet');
    return client;
  };
  return {
    get client() {
      return started();
    },
    streamOf: async (count) => {
      const stream = newStream();
      const events: EventData[] = Array.from({ length: count }, (_, number) => note(number));
      await started().appendToStream(stream, events);
      return stream;
    },
  };
}
