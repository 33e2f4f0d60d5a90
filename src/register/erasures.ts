import type { LogReader, LogRecord } from '../event-store/event-store.js';
import type { FactOf } from '../event-store/facts.js';
import type { PersonKeys } from '../event-store/personal-data.js';
import { PersonErased } from './events.js';

/**
 * Deletes the keys of the persons who are erased on the log. Every server does that for itself, as soon as it has the
 * record, and again at start: so neither a crash in between nor a key file from an older backup brings a name back.
 */
export class Erasures {
  /** Position up to which it has been done; undefined before the first time. */
  #applied: number | undefined;

  constructor(
    private readonly log: LogReader,
    private readonly keys: PersonKeys,
  ) {}

  /** Deletes what is to be deleted and has not been. @throws LogUnavailable where the keys cannot be written */
  apply(): void {
    const head = this.log.head();
    if (this.#applied === head) return;
    for (const { position, hash, data } of this.log.read({
      type: PersonErased.type,
      after: this.#from(),
      upTo: head,
    })) {
      const { person } = data as FactOf<typeof PersonErased>['data'];
      this.keys.erase(person, { position, hash });
      this.#applied = position;
    }
    this.#applied = head;
  }

  /** These have become durable: what is to be deleted is, before an append is acknowledged; a failure is tried again. */
  follow(records: readonly LogRecord[]): void {
    if (!records.some(({ type }) => type === PersonErased.type)) return;
    try {
      this.apply();
    } catch {
      // `#applied` is where it was: the next attempt begins there, and says why where it fails too.
    }
  }

  /** After which position. A key file that has been erased from for another log, or by a lost part of this one, knows nothing. */
  #from(): number {
    if (this.#applied !== undefined) return this.#applied;
    const last = this.keys.lastErasure();
    if (!last || last.position > this.log.head()) return 0;
    const [written] = this.log.readWritten({ after: last.position - 1, upTo: last.position });
    return written?.record.hash === last.hash ? last.position : 0;
  }
}

/** Drops from a key file what is erased on a log: for a key file that was restored. */
export const dropErased = (log: LogReader, keys: PersonKeys): void => new Erasures(log, keys).apply();
