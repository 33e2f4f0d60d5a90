import { BACKWARDS, END, KurrentDBClient, NO_STREAM, START, type EventData } from '@kurrent/kurrentdb-client';
import type { SealedRecord } from '../event-store.js';
import { withoutCredentials, logStream, redacted, type ClusterAddress } from './address.js';
import { asEvent, type ClusterEvent } from './cluster-event.js';
import { failureOf, TooLate, within } from './failure.js';

/** Milliseconds that a call may take. */
const APPEND_WITHIN = 5_000;
const READ_WITHIN = 5_000;

/** What a subscription tells. */
export interface Following {
  /** One more event, in order. */
  event(event: ClusterEvent): void;
  /** It has ended, or was never begun, and why. */
  ended(reason: Error): void;
}

/** A subscription that can be held up and given up. */
export interface Subscription {
  pause(): void;
  resume(): void;
  stop(): void;
}

/** The calendar's stream on the cluster: every call is bounded in time, and no error carries a credential. */
export class ClusterLog {
  readonly stream: string;
  #client: KurrentDBClient;

  constructor(private readonly address: ClusterAddress) {
    this.stream = logStream(address);
    this.#client = connect(address);
  }

  /** Where it is, for a person: without credentials. */
  get place(): string {
    return `${withoutCredentials(this.address.url)} (stream ${this.stream})`;
  }

  /**
   * Appends records right after position `after`. The same records again at the same place are answered as the first time.
   * @throws WrongExpectedVersionError where the stream is further on, TooLate, or another error of the client
   */
  async append(records: readonly SealedRecord[], after: number): Promise<void> {
    await this.#call(APPEND_WITHIN, 'an append', (client) =>
      client.appendToStream(this.stream, records.map(asEvent), {
        streamState: after === 0 ? NO_STREAM : BigInt(after - 1),
        deadline: APPEND_WITHIN,
      }),
    );
  }

  /** Position of the newest record, as the leader has it; 0 where there is none. */
  async head(): Promise<number> {
    const [newest] = await this.#read({ direction: BACKWARDS, fromRevision: END, maxCount: 1 });
    return newest ? Number(newest.revision) + 1 : 0;
  }

  /** The event at a position; undefined where there is none (any more). */
  async at(position: number): Promise<ClusterEvent | undefined> {
    const [event] = await this.#read({ fromRevision: BigInt(position - 1), maxCount: 1 });
    return event;
  }

  /** What would make the stream forget records, by name: `$maxCount`, `$maxAge`, `$tb`; null where nothing would. */
  async forgets(): Promise<string | null> {
    const { metadata } = await this.#call(READ_WITHIN, 'a read of the metadata', (client) =>
      client.getStreamMetadata(this.stream),
    );
    const limits = metadata as Readonly<Record<string, unknown>> | undefined;
    const found = ['maxCount', 'maxAge', 'truncateBefore', '$maxCount', '$maxAge', '$tb'].filter(
      (name) => limits?.[name] !== undefined && limits[name] !== null,
    );
    return found.length === 0 ? null : found.map((name) => `${name} ${String(limits?.[name])}`).join(', ');
  }

  /** Follows the stream from after a position on. */
  follow(after: number, to: Following): Subscription {
    const subscription = this.#client.subscribeToStream(this.stream, {
      fromRevision: after === 0 ? START : BigInt(after - 1),
    });
    let over = false;
    const end = (reason: Error): void => {
      if (over) return;
      over = true;
      to.ended(reason);
    };
    subscription.on('data', ({ event }) => {
      if (event && !over) to.event(event);
    });
    subscription.on('error', (error) => end(this.#clean(error)));
    subscription.on('end', () => end(new Error('the cluster ended the subscription')));
    subscription.on('close', () => end(new Error('the subscription was closed')));
    return {
      pause: () => void subscription.pause(),
      resume: () => void subscription.resume(),
      stop: () => {
        over = true;
        subscription.unsubscribe().catch(() => undefined);
      },
    };
  }

  /** Appends to another stream of the calendar. */
  async appendTo(stream: string, events: EventData[], options: { readonly mustBeNew: boolean }): Promise<void> {
    await this.#call(APPEND_WITHIN, 'an append', (client) =>
      client.appendToStream(stream, events, {
        ...(options.mustBeNew ? { streamState: NO_STREAM } : {}),
        deadline: APPEND_WITHIN,
      }),
    );
  }

  /** The first event of another stream of the calendar; undefined where there is none. */
  async firstOf(stream: string): Promise<ClusterEvent | undefined> {
    const [event] = await this.#read({ fromRevision: START, maxCount: 1 }, stream);
    return event;
  }

  /** Deletes another stream of the calendar. */
  async delete(stream: string): Promise<void> {
    await this.#call(APPEND_WITHIN, 'a deletion', (client) => client.deleteStream(stream, { deadline: APPEND_WITHIN }));
  }

  async close(): Promise<void> {
    await within(READ_WITHIN, 'closing', this.#client.dispose()).catch(() => undefined);
  }

  async #read(
    options: Parameters<KurrentDBClient['readStream']>[1],
    stream = this.stream,
  ): Promise<readonly ClusterEvent[]> {
    try {
      return await this.#call(READ_WITHIN, 'a read', async (client) => {
        const events: ClusterEvent[] = [];
        for await (const { event } of client.readStream(stream, { requiresLeader: true, ...options }))
          if (event) events.push(event);
        return events;
      });
    } catch (error) {
      if (failureOf(error) === 'missing') return [];
      throw error;
    }
  }

  /** One call, bounded in time. A connection that does not answer is given up for a new one. */
  async #call<Result>(
    milliseconds: number,
    what: string,
    call: (client: KurrentDBClient) => Promise<Result>,
  ): Promise<Result> {
    const client = this.#client;
    try {
      return await within(milliseconds, what, call(client));
    } catch (error) {
      if (error instanceof TooLate && client === this.#client) {
        this.#client = connect(this.address);
        client.dispose().catch(() => undefined);
      }
      throw this.#clean(error as Error);
    }
  }

  #clean(error: Error): Error {
    error.message = redacted(error.message, this.address.url);
    return error;
  }
}

/** @throws Error without credentials for a connection string that the client does not take */
function connect({ url }: ClusterAddress): KurrentDBClient {
  let problem: string;
  try {
    return KurrentDBClient.connectionString(url);
  } catch (error) {
    // The client's own error repeats the connection string, password and all.
    problem = redacted((error as Error).message, url);
  }
  throw new Error(`KURRENTDB_URL cannot be used: ${problem}`);
}
