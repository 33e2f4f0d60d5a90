import { kindsOf, type Addition } from '../../src/event-store/append.js';
import { LogUnavailable } from '../../src/event-store/event-store.js';
import type { FactCatalogue } from '../../src/event-store/facts.js';
import { GroupedStore, Overtaken } from '../../src/event-store/grouped-store.js';
import { MemoryLog } from '../../src/event-store/in-memory/in-memory-event-store.js';
import { settled } from './slow-disk.js';

/** Two or more stores on one log in a common place, each with a copy of its own that it brings up to date. */
export class CommonLog {
  readonly additions: Addition[] = [];
  /** Makes the next question after the newest record fail. */
  away = false;
  /** Makes every commit fail. */
  full = false;
  /** Open while what has been recorded is not answered. */
  silent: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly catalogue: FactCatalogue,
    private readonly kinds: readonly string[],
  ) {}

  server(): GroupedStore {
    const log = new MemoryLog(this.catalogue, kindsOf(this.kinds));
    const store: GroupedStore = new GroupedStore(
      {
        log,
        commit: async (additions) => {
          await settled();
          if (this.full) throw new LogUnavailable('the common place is full');
          if (this.additions.length > log.head()) throw new Overtaken();
          this.additions.push(...additions);
          await this.silent;
          log.advance(additions);
        },
        takeIn: async () => {
          await settled();
          const others = this.additions.slice(log.head());
          return others.length === 0 ? undefined : { additions: others, apply: () => log.advance(others) };
        },
        isNewest: async (position) => {
          await settled();
          if (this.away) throw new LogUnavailable('the common place cannot be reached');
          const head = this.additions.length;
          if (head <= position) return true;
          store.refresh();
          while (store.head() < head) await settled();
          return false;
        },
        close: () => Promise.resolve(),
      },
      this.catalogue,
      this.kinds,
    );
    return store;
  }
}
