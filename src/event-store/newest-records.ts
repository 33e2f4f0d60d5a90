import { LogUnavailable, type EventStore, type LogRecord } from './event-store.js';
import { ProjectionStopped } from './projection.js';

/** How many of the newest records are kept in memory. */
const NEWEST = 1_000;

/** Reads a log forward; records that have just become durable are at hand, older ones are read from it. */
export class NewestRecords {
  /** Records that became durable last, without gaps. */
  #newest: LogRecord[] = [];

  constructor(private readonly store: EventStore) {
    store.follow((records) => {
      this.#newest.push(...records);
      if (this.#newest.length > 2 * NEWEST) this.#newest = this.#newest.slice(-NEWEST);
    });
  }

  /** Records in their order, and in place of one that cannot be read why every projection stops there. @throws LogUnavailable */
  *between(after: number, upTo: number): Iterable<LogRecord | ProjectionStopped> {
    const first = this.#newest[0]?.position ?? Infinity;
    try {
      yield* first > after + 1
        ? this.store.read({ after, upTo })
        : this.#newest.slice(after + 1 - first, upTo + 1 - first);
    } catch (error) {
      if (error instanceof LogUnavailable) throw error;
      yield new ProjectionStopped((error as Error).message, { cause: error });
    }
  }
}
