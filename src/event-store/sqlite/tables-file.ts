import { existsSync, renameSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { adviceFor, isDamage, NoDatabase, refuseNoDatabase } from './failure.js';
import { UnusableLog } from './open-database.js';
import { sumOfGeneration } from './table-writer.js';

/** Marks a database file as this program's projections ("MCPR"). */
const APPLICATION_ID = 0x4d435052;
/** Raised with every change of the tables. A file of another version is made again from the log. */
const SCHEMA_VERSION = 2;

/**
 * Rows of every projection. A projection is stored as a generation: another version, or the same one rebuilt, is a
 * generation of its own beside it. Positions are divided into epochs; a row stands from the epoch in which it was
 * written until a later epoch writes the same key, so that what was there at the end of any epoch is still there.
 * `sum` is over what else is in the row, so that a bit that flips in it is noticed.
 */
const SCHEMA = `
  CREATE TABLE generation (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    name       TEXT NOT NULL,
    version    INTEGER NOT NULL,
    epoch_size INTEGER NOT NULL,
    status     TEXT NOT NULL,
    checkpoint INTEGER NOT NULL,
    hash       TEXT,
    sum        INTEGER
  ) STRICT;
  CREATE TABLE row (
    generation INTEGER NOT NULL,
    key        TEXT NOT NULL,
    epoch      INTEGER NOT NULL,
    body       TEXT,
    sum        INTEGER NOT NULL,
    PRIMARY KEY (generation, key, epoch)
  ) STRICT, WITHOUT ROWID;
`;

/**
 * Opens a file of projections, made where it is missing. One that is damaged is put aside as `<file>.damaged`, and one
 * of another version is removed: nothing in them is the only copy, and all projections are made again from the log.
 * @param found told why the file was put aside or removed
 * @param isShared whether another process works on it: then nothing is done to it
 * @throws UnusableLog for a file of another program, or one that cannot be opened now
 */
export function openTablesFile(file: string, found: (what: string) => void, isShared = false): DatabaseSync {
  try {
    const opened = open(file);
    if (opened) return opened;
    if (isShared) throw new UnusableLog(`${file} is of another version of this program`);
    found(`${file} is of another version of this program: all projections are made again from the log`);
    removeTablesFile(file);
    return open(file) as DatabaseSync;
  } catch (error) {
    if (error instanceof UnusableLog) throw error;
    if (isShared || !isDamage(error) || !existsSync(file))
      throw new UnusableLog(
        `${file} cannot be opened as the projections (${(error as Error).message}): ${adviceFor(error, isShared ? 'start the server again' : 'delete it, it is made again from the log')}`,
        { cause: error },
      );
    found(putAside(file, (error as Error).message));
    return openTablesFile(file, found);
  }
}

/** Moves a damaged file out of the way, and says so. */
export function putAside(file: string, why: string): string {
  for (const part of ['-wal', '-shm']) rmSync(`${file}${part}`, { force: true });
  if (existsSync(file)) renameSync(file, `${file}.damaged`);
  return `${file} is damaged (${why}): it is put aside as ${file}.damaged, and all projections are made again from the log`;
}

/** Removes a file of projections: they are made again from the log. */
export function removeTablesFile(file: string): void {
  for (const part of ['', '-wal', '-shm']) rmSync(`${file}${part}`, { force: true });
}

/** Undefined for a file of another version. */
function open(file: string): DatabaseSync | undefined {
  refuseNoDatabase(file);
  const db = new DatabaseSync(file, { timeout: 5_000 });
  try {
    const { application_id } = db.prepare('PRAGMA application_id').get() as { application_id: number };
    const { user_version } = db.prepare('PRAGMA user_version').get() as { user_version: number };
    const { tables } = db.prepare('SELECT count(*) AS tables FROM sqlite_schema').get() as { tables: number };
    if (tables > 0 && application_id !== APPLICATION_ID)
      throw new UnusableLog(`${file} is the database of another program: point DATA_DIR at another folder`);
    if (tables > 0 && user_version !== SCHEMA_VERSION) {
      db.close();
      return undefined;
    }
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -16000;');
    if (tables === 0)
      db.exec(
        `BEGIN IMMEDIATE; ${SCHEMA} PRAGMA application_id = ${String(APPLICATION_ID)}; PRAGMA user_version = ${String(SCHEMA_VERSION)}; COMMIT`,
      );
    refuseDamage(db);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** What is read at every start is read here first. @throws NoDatabase where a generation is not as it was saved */
function refuseDamage(db: DatabaseSync): void {
  const generations = db.prepare('SELECT id, checkpoint, hash, sum FROM generation').all() as unknown as {
    id: number;
    checkpoint: number;
    hash: string | null;
    sum: number | null;
  }[];
  for (const { id, checkpoint, hash, sum } of generations)
    if (checkpoint === 0 ? sum !== null : sum !== sumOfGeneration(id, checkpoint, hash))
      throw new NoDatabase('where a projection has come to is not as it was saved');
}
