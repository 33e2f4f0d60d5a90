import { kindsOf } from '../append.js';
import { UnreadableRecord, type EventStore } from '../event-store.js';
import type { FactCatalogue } from '../facts.js';
import { GroupedStore } from '../grouped-store.js';
import type { Scrub } from '../scrub.js';
import { adviceFor, isFilled } from './failure.js';
import { HeadNote, headNoteOf, type Head } from './head-note.js';
import { UnusableLog } from './open-database.js';
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
 * @throws UnusableLog where the file is another program's, of a newer version, damaged, or has lost its newest records
 */
export function openSqliteEventStore(
  file: string,
  catalogue: FactCatalogue,
  kinds: readonly string[],
): SqliteEventStore {
  const note = openNote(file);
  const log = openNoted(file, () => new SqliteLog(file, catalogue, kindsOf(kinds)), note);
  const writer = new SqliteWriter(file, kindsOf(kinds));
  const scrub = new SqliteScrub(file, catalogue, () => log.head());
  const store = new GroupedStore(
    {
      log,
      commit: async (additions) => {
        await writer.write(additions);
        log.advance(additions);
        const newest = additions.at(-1)?.record;
        if (newest) note.write(newest);
      },
      close: async () => {
        await scrub.close();
        await writer.close();
        note.close();
        log.close();
      },
    },
    catalogue,
    kinds,
  );
  return { store, scrub };
}

/** @throws UnusableLog */
function openNote(file: string): HeadNote {
  try {
    return new HeadNote(file);
  } catch (error) {
    throw new UnusableLog(
      `${headNoteOf(file)} cannot be opened (${(error as Error).message}): ${adviceFor(error, 'delete it')}`,
      {
        cause: error,
      },
    );
  }
}

/** @throws UnusableLog where the log is not one that the note can be about */
function openNoted(file: string, open: () => SqliteLog, note: HeadNote): SqliteLog {
  const noted = note.read();
  let log: SqliteLog | undefined;
  try {
    // Before anything is made in its place.
    if (noted && !isFilled(file)) throw lost(file, 'is missing or empty', noted);
    log = open();
    if (!noted) return log;
    if (log.head() < noted.position)
      throw lost(file, `has lost its newest records (it ends at position ${String(log.head())})`, noted);
    const [there] = log.readWritten({ after: noted.position - 1, upTo: noted.position });
    if (there?.record.hash !== noted.hash) throw lost(file, 'is another log than the one that was here', noted);
    return log;
  } catch (error) {
    log?.close();
    note.close();
    if (!(error instanceof UnreadableRecord)) throw error;
    throw new UnusableLog(`${file} is damaged: ${error.message}. Restore it from a backup`, { cause: error });
  }
}

const lost = (file: string, what: string, { position }: Head): UnusableLog =>
  new UnusableLog(
    `${file} ${what}: it had come to position ${String(position)}. Restore it from its newest backup, with the restore command, or delete ${headNoteOf(file)} to go on without what was lost`,
  );
