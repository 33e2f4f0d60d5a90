import type { Append, EventStore, LogRecord, NewRecord, RecordQuery } from '../../../src/event-store/event-store.js';
import { batch } from '../../support/invented-facts.js';

/** The log that a test of the contract is about: a new and empty one for each test. */
export class LogUnderTest {
  #log: EventStore | undefined;

  constructor(readonly open: () => EventStore | Promise<EventStore>) {}

  get log(): EventStore {
    if (!this.#log) throw new Error('no log is open');
    return this.#log;
  }

  async begin(): Promise<void> {
    this.#log = await this.open();
  }

  /** Every record. */
  readonly whole = (): LogRecord[] => [...this.log.read({})];

  readonly append = (...records: NewRecord[]): Promise<readonly LogRecord[]> => this.log.append(batch(records));

  readonly positions = (query: RecordQuery): number[] => [...this.log.read(query)].map(({ position }) => position);

  /** Refused with that error, and nothing at all has changed. */
  readonly refuses = async (attempt: Append, error: new (...args: never[]) => Error): Promise<Error> => {
    const { log, whole } = this;
    const before = whole();
    const thrown: unknown = await log.append(attempt).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(thrown).toBeInstanceOf(error);
    expect(whole()).toEqual(before);
    expect(log.head()).toBe(before.length);
    for (const { stream, id } of attempt.records) {
      const stored = before.filter((one) => one.stream === stream);
      expect(log.revisionOf(stream)).toBe(stored.length - 1);
      expect(log.find(id)).toEqual(before.find((one) => one.id === id));
    }
    return thrown as Error;
  };
}
