import { kindsOf } from '../append.js';
import type { EventStore } from '../event-store.js';
import type { FactCatalogue } from '../facts.js';
import { GroupedStore } from '../grouped-store.js';
import type { Scrub } from '../scrub.js';
import { SqliteScrub } from './scrub.js';
import { SqliteLog } from './sqlite-log.js';
import { SqliteWriter } from './sqlite-writer.js';

/** The log, open, and the check of what is stored of it. */
export interface SqliteEventStore {
  readonly store: EventStore;
  readonly scrub: Scrub;
}

/**
 * The log in one SQLite file: an acknowledged append is on the disk (WAL, synchronous=FULL), and a thread of its own
 * waits for it.
 * @throws UnusableLog where the file is another program's, of a newer version, or damaged
 */
export function openSqliteEventStore(
  file: string,
  catalogue: FactCatalogue,
  kinds: readonly string[],
): SqliteEventStore {
  const log = new SqliteLog(file, catalogue, kindsOf(kinds));
  const writer = new SqliteWriter(file, kindsOf(kinds));
  const scrub = new SqliteScrub(file, catalogue, () => log.head());
  const store = new GroupedStore(
    {
      log,
      commit: async (additions) => {
        await writer.write(additions);
        log.advance(additions);
      },
      close: async () => {
        scrub.close();
        await writer.close();
        log.close();
      },
    },
    catalogue,
    kinds,
  );
  return { store, scrub };
}
