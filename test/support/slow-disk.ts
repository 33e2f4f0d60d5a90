import { kindsOf } from '../../src/event-store/append.js';
import { LogUnavailable, type EventStore } from '../../src/event-store/event-store.js';
import type { FactCatalogue } from '../../src/event-store/facts.js';
import { GroupedStore } from '../../src/event-store/grouped-store.js';
import { MemoryLog } from '../../src/event-store/in-memory/in-memory-event-store.js';

/** A log in memory whose disk answers when the test says so. */
export class SlowDisk {
  readonly log: MemoryLog;
  readonly store: EventStore;
  /** Ids of the records of each commit, in order; the last may still be under way. */
  readonly commits: string[][] = [];
  readonly #answers: ((works: boolean) => void)[] = [];

  constructor(catalogue: FactCatalogue, kinds: readonly string[]) {
    this.log = new MemoryLog(catalogue, kindsOf(kinds));
    this.store = new GroupedStore(
      {
        log: this.log,
        commit: async (additions) => {
          this.commits.push(additions.map(({ record: { id } }) => id));
          const works = await new Promise<boolean>((resolve) => this.#answers.push(resolve));
          if (!works) throw new LogUnavailable('the disk is full');
          this.log.advance(additions);
        },
        close: () => Promise.resolve(),
      },
      catalogue,
      kinds,
    );
  }

  /** Answers the commit that is under way, if any, and lets what follows from it happen. */
  async answer(works: boolean): Promise<void> {
    await settled();
    this.#answers.shift()?.(works);
    await settled();
  }

  async answerAll(): Promise<void> {
    do await this.answer(true);
    while (this.#answers.length > 0);
  }
}

/** All promises that can go on have gone on. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Makes a promise's outcome a word that can be compared at any time. */
export function watched(promise: Promise<unknown>): { outcome: string } {
  const watch = { outcome: 'under way' };
  promise.then(
    () => (watch.outcome = 'recorded'),
    (error: unknown) => (watch.outcome = (error as Error).name),
  );
  return watch;
}
