import { BACKWARDS, END, KurrentDBClient, NO_STREAM, START, type EventData } from '@kurrent/kurrentdb-client';
import { UnusableLog } from '../sqlite/open-database.js';
import {
  credentialsOf,
  forClient,
  isInsecure,
  logStream,
  redacted,
  withoutCredentials,
  type ClusterAddress,
  type Credentials,
} from './address.js';
import { asEvent, type ClusterEvent, type ClusterRecord } from './cluster-event.js';
import { failureOf, isDeleted, TooLate, within } from './failure.js';

/** Unanswered calls in a row after which a connection is given up. */
const FAILURES = 2;

/** Credentials for a server that asks for none. */
const NOBODY: Credentials = { username: 'nobody', password: 'none' };

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
  /** Ends it; resolves once its connection is given up too, which need not be waited for. */
  stop(): Promise<void>;
}

/** The calendar's stream on the cluster: every call is bounded in time, and no error carries a credential. */
export class ClusterLog {
  readonly stream: string;
  readonly #credentials: Credentials | undefined;
  #client: KurrentDBClient;
  /** Calls in a row that were not answered. */
  #failures = 0;
  /** Connections that were given up because a node was silent. */
  #silences = 0;
  /** The connection asks one host alone for the others. */
  #isNarrow = false;
  /** When the first call was made that the cluster has not answered, with none answered since. Milliseconds since 1970. */
  #awaySince: number | undefined;
  #disturbances = 0;

  /** @param callWithin milliseconds that a call may take */
  constructor(
    private readonly address: ClusterAddress,
    private readonly callWithin: number,
  ) {
    this.stream = logStream(address);
    this.#credentials = credentialsOf(address.url);
    this.#client = connect(address);
  }

  /** Where it is, for a person: without credentials. */
  get place(): string {
    return `${withoutCredentials(this.address.url)} (stream ${this.stream})`;
  }

  /** For how long the cluster has answered no call, or could take none; 0 where it answered the newest. Milliseconds. */
  get awayFor(): number {
    return this.#awaySince === undefined ? 0 : Date.now() - this.#awaySince;
  }

  /**
   * How often a call or a subscription has failed so far. While this stays as it is, the same nodes have answered all
   * the time, so the stream cannot have been exchanged for another.
   */
  get disturbances(): number {
    return this.#disturbances;
  }

  /**
   * Appends records right after position `after`. The same records again at the same place are answered as the first time.
   * @param within milliseconds that the call may take
   * @throws WrongExpectedVersionError if the stream does not end at that position, TooLate, or another error of the client
   */
  async append(records: readonly ClusterRecord[], after: number, within = this.callWithin): Promise<void> {
    await this.#call(
      'an append',
      (client) =>
        client.appendToStream(this.stream, records.map(asEvent), {
          ...this.#writing(within),
          streamState: after === 0 ? NO_STREAM : BigInt(after - 1),
        }),
      within,
    );
  }

  /** The newest event, as the leader has it; undefined if the stream is empty. */
  async newest(): Promise<ClusterEvent | undefined> {
    const [newest] = await this.#read({ direction: BACKWARDS, fromRevision: END, maxCount: 1 });
    return newest;
  }

  /** Position of the newest record, as the leader has it; 0 where there is none. */
  async head(): Promise<number> {
    const newest = await this.newest();
    return newest ? Number(newest.revision) + 1 : 0;
  }

  /** The event at a position; undefined where there is none (any more). */
  async at(position: number): Promise<ClusterEvent | undefined> {
    const [event] = await this.#read({ fromRevision: BigInt(position - 1), maxCount: 1 });
    return event;
  }

  /** The events after a position, in order; no more than so many. */
  async after(position: number, maxCount: number): Promise<readonly ClusterEvent[]> {
    return this.#read({ fromRevision: BigInt(position), maxCount });
  }

  /** What would make the stream forget records, by name: `$maxCount`, `$maxAge`, `$tb`; null where nothing would. */
  async forgets(): Promise<string | null> {
    const { metadata } = await this.#call('a read of the metadata', (client) =>
      client.getStreamMetadata(this.stream, this.#reading()),
    );
    const limits = metadata as Readonly<Record<string, unknown>> | undefined;
    const found = ['maxCount', 'maxAge', 'truncateBefore', '$maxCount', '$maxAge', '$tb'].filter(
      (name) => limits?.[name] !== undefined && limits[name] !== null,
    );
    return found.length === 0 ? null : found.map((name) => `${name} ${String(limits?.[name])}`).join(', ');
  }

  /**
   * Follows the stream from after a position on, by a client of its own: one that is held up would hold up the appends
   * and reads of the others too.
   */
  follow(after: number, to: Following): Subscription {
    const client = connect(this.address);
    const subscription = client.subscribeToStream(this.stream, {
      ...this.#reading(),
      fromRevision: after === 0 ? START : BigInt(after - 1),
    });
    let over = false;
    const end = (reason: Error): void => {
      if (over) return;
      over = true;
      this.#disturbances += 1;
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
      stop: async () => {
        over = true;
        await subscription.unsubscribe().catch(() => undefined);
        await this.#giveUp(client);
      },
    };
  }

  /**
   * Appends an event to another stream of the calendar, after the event of that revision; undefined: where there is none.
   * @throws WrongExpectedVersionError where the stream is further on, or another error of the client
   */
  async appendTo(stream: string, event: EventData, after: bigint | undefined): Promise<void> {
    await this.#call('an append', (client) =>
      client.appendToStream(stream, event, { ...this.#writing(), streamState: after ?? NO_STREAM }),
    );
  }

  /** The newest event of another stream of the calendar; undefined where there is none, or it was deleted. */
  async newestOf(stream: string): Promise<ClusterEvent | undefined> {
    try {
      const [event] = await this.#read({ direction: BACKWARDS, fromRevision: END, maxCount: 1 }, stream);
      return event;
    } catch (error) {
      if (isDeleted(error)) return undefined;
      throw error;
    }
  }

  /** Deletes another stream of the calendar while its newest event is that one; it can be begun anew. */
  async deleteAt(stream: string, revision: bigint): Promise<void> {
    await this.#call('a deletion', (client) =>
      client.deleteStream(stream, { ...this.#writing(), expectedRevision: revision }),
    );
  }

  /** Deletes another stream of the calendar for good, where that has not been done: nothing can be appended to it again. */
  async tombstone(stream: string): Promise<void> {
    try {
      await this.#call('a deletion', (client) => client.tombstoneStream(stream, this.#writing()));
    } catch (error) {
      if (!isDeleted(error)) throw error;
    }
  }

  async close(): Promise<void> {
    await within(this.callWithin, 'closing', this.#client.dispose()).catch(() => undefined);
  }

  async #read(
    options: Parameters<KurrentDBClient['readStream']>[1],
    stream = this.stream,
  ): Promise<readonly ClusterEvent[]> {
    try {
      return await this.#call('a read', async (client) => {
        const events: ClusterEvent[] = [];
        for await (const { event } of client.readStream(stream, {
          ...this.#reading(),
          requiresLeader: true,
          ...options,
        }))
          if (event) events.push(event);
        return events;
      });
    } catch (error) {
      if (failureOf(error) === 'missing') return [];
      throw error;
    }
  }

  /**
   * One call, bounded in time. A connection that does not answer, or two calls that fail on it one after the other, is
   * given up for a new one: after some failures the client's own would fail for ever. After one that does not answer
   * each new one asks the next host alone: a client that may ask any waits for a silent one again and again, by chance.
   */
  async #call<Result>(
    what: string,
    call: (client: KurrentDBClient) => Promise<Result>,
    milliseconds = this.callWithin,
  ): Promise<Result> {
    const client = this.#client;
    const began = Date.now();
    try {
      const result = await within(milliseconds, what, call(client));
      this.#failures = 0;
      this.#awaySince = undefined;
      return result;
    } catch (error) {
      const failure = failureOf(error);
      if (failure === 'unclear' || failure === 'not-now') {
        this.#awaySince = Math.min(began, this.#awaySince ?? began);
        this.#disturbances += 1;
      } else this.#awaySince = undefined;
      const isSilent = error instanceof TooLate;
      if (failure === 'unclear') this.#failures += isSilent || this.#isNarrow ? FAILURES : 1;
      if (this.#failures >= FAILURES && client === this.#client) {
        this.#failures = 0;
        this.#isNarrow = isSilent;
        this.#client = connect(this.address, isSilent ? (this.#silences += 1) : undefined);
        void this.#giveUp(client);
      }
      throw this.#clean(error as Error);
    }
  }

  /**
   * Ends what a client has under way. Half of it is native, a tenth of a megabyte, and is freed only where that half has
   * been asked for something: so it is, whatever comes of it.
   */
  async #giveUp(client: KurrentDBClient): Promise<void> {
    await client.dispose().catch(() => undefined);
    const read = client.readStream(this.stream, { ...this.#reading(), maxCount: 1 })[Symbol.asyncIterator]();
    await read.next().catch(() => undefined);
  }

  #reading(): { readonly credentials?: Credentials } {
    return this.#credentials ? { credentials: this.#credentials } : {};
  }

  /**
   * With credentials the client appends by a call of its own; without, by a stream that all appends share, which can
   * stay broken, or silent past every deadline. An insecure server asks for none, so it can be given any.
   */
  #writing(deadline = this.callWithin): { readonly credentials?: Credentials; readonly deadline: number } {
    const credentials = this.#credentials ?? (isInsecure(this.address.url) ? NOBODY : undefined);
    return { deadline, ...(credentials ? { credentials } : {}) };
  }

  #clean(error: Error): Error {
    error.message = redacted(error.message, this.address.url);
    return error;
  }
}

/** @throws UnusableLog, without credentials, for a connection string that the client does not take */
function connect({ url }: ClusterAddress, host?: number): KurrentDBClient {
  let problem: string;
  try {
    return KurrentDBClient.connectionString(forClient(url, host));
  } catch (error) {
    // The client's own error repeats the connection string, password and all.
    problem = redacted((error as Error).message, url);
  }
  throw new UnusableLog(`KURRENTDB_URL cannot be used: ${problem}`);
}
