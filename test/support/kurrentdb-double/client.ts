import { randomUUID } from 'node:crypto';
import {
  jsonEvent,
  KurrentDBClient,
  type EventData,
  type ReadStreamOptions,
  type ResolvedEvent,
} from '@kurrent/kurrentdb-client';

const connected: KurrentDBClient[] = [];

/** A real client; `disconnectAll` ends what it has open. */
export function connect(url: string): KurrentDBClient {
  const client = KurrentDBClient.connectionString(url);
  connected.push(client);
  return client;
}

export async function disconnectAll(): Promise<void> {
  await Promise.all(connected.splice(0).map(async (client) => client.dispose()));
}

/** A stream that no test has used before. */
export const newStream = (): string => `double-test-${randomUUID()}`;

/** A small event: `note(1)`, `note(2)`, … */
export const note = (number: number, id: string = randomUUID()): EventData =>
  jsonEvent({ id, type: 'Noted', data: { number } });

/** What a read brings. */
export async function read(
  client: KurrentDBClient,
  stream: string,
  options: ReadStreamOptions = {},
): Promise<ResolvedEvent[]> {
  const events: ResolvedEvent[] = [];
  for await (const event of client.readStream(stream, options)) events.push(event);
  return events;
}

/** The numbers of the notes that a read brings. */
export async function notes(
  client: KurrentDBClient,
  stream: string,
  options: ReadStreamOptions = {},
): Promise<unknown[]> {
  return (await read(client, stream, options)).map(({ event }) => (event?.data as { number?: number }).number);
}

/** How a call fails. */
export async function failure(call: Promise<unknown>): Promise<Error> {
  try {
    await call;
  } catch (error) {
    return error as Error;
  }
  throw new Error('the call did not fail');
}
