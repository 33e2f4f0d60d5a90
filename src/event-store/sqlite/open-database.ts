import { existsSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { APPLICATION_ID, MIGRATIONS, SCHEMA, SCHEMA_VERSION } from './schema.js';

/** A file that cannot be used as the log; the message names it and says what to do. */
export class UnusableLog extends Error {
  override readonly name: string = 'UnusableLog';
}

/** The log's file, open. */
export interface OpenedLog {
  readonly db: DatabaseSync;
  /** The newest record; undefined for an empty log. */
  readonly newest: { readonly position: number; readonly recordedAt: string } | undefined;
}

/**
 * Opens the log's file; makes it where it is missing, and brings an older one to this version.
 * @throws UnusableLog
 */
export function openDatabase(file: string): OpenedLog {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(file, { timeout: 5_000 });
    const { application_id } = db.prepare('PRAGMA application_id').get() as { application_id: number };
    const { user_version } = db.prepare('PRAGMA user_version').get() as { user_version: number };
    const { tables } = db.prepare('SELECT count(*) AS tables FROM sqlite_schema').get() as { tables: number };
    if (tables > 0 && application_id !== APPLICATION_ID)
      throw new UnusableLog(`${file} is the database of another program: point DATA_DIR at another folder`);
    if (user_version > SCHEMA_VERSION)
      throw new UnusableLog(`${file} was written by a newer version of this program: start that version`);
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;');
    if (tables === 0) step(db, `${SCHEMA} PRAGMA application_id = ${String(APPLICATION_ID)};`, SCHEMA_VERSION);
    else
      for (let version = user_version; version < SCHEMA_VERSION; version += 1)
        step(db, MIGRATIONS[version] ?? '', version + 1);
    refuseDamage(file, db);
    return { db, newest: newestIn(db) };
  } catch (error) {
    db?.close();
    if (error instanceof UnusableLog) throw error;
    throw new UnusableLog(
      `${file} cannot be opened as the log (${(error as Error).message}): restore it from a backup, or point DATA_DIR at another folder`,
      { cause: error },
    );
  }
}

/**
 * Opens the log's file to be read alone, as it is, while a server may be writing to it.
 * @throws UnusableLog where there is none, or it is not one of this version
 */
export function openForReading(file: string): OpenedLog {
  if (!existsSync(file)) throw new UnusableLog(`there is no log at ${file}: point DATA_DIR at the data folder`);
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(file, { readOnly: true, timeout: 5_000 });
    const { application_id } = db.prepare('PRAGMA application_id').get() as { application_id: number };
    const { user_version } = db.prepare('PRAGMA user_version').get() as { user_version: number };
    if (application_id !== APPLICATION_ID) throw new UnusableLog(`${file} is the database of another program`);
    if (user_version !== SCHEMA_VERSION)
      throw new UnusableLog(`${file} is of another version of this program: start its server once with this one`);
    return { db, newest: newestIn(db) };
  } catch (error) {
    db?.close();
    if (error instanceof UnusableLog) throw error;
    throw new UnusableLog(`${file} cannot be read as the log: ${(error as Error).message}`, { cause: error });
  }
}

function newestIn(db: DatabaseSync): OpenedLog['newest'] {
  const newest = db.prepare('SELECT position, recorded_at FROM record ORDER BY position DESC LIMIT 1').get() as
    { position: number; recorded_at: string } | undefined;
  return newest && { position: newest.position, recordedAt: newest.recorded_at };
}

/** Files up to this size are checked whole at start, larger ones in the background. Bytes. */
const CHECKED_AT_START = 64 * 1024 * 1024;

/** @throws Error where the file is cut off, or its structure is damaged */
function refuseDamage(file: string, db: DatabaseSync): void {
  const { page_count } = db.prepare('PRAGMA page_count').get() as { page_count: number };
  const { page_size } = db.prepare('PRAGMA page_size').get() as { page_size: number };
  const there = statSync(file).size + (statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0);
  if (there < page_count * page_size)
    throw new Error(`it has ${String(there)} bytes of ${String(page_count * page_size)}: it has been cut off`);
  if (there > CHECKED_AT_START) return;
  const [found] = Object.values(db.prepare('PRAGMA quick_check(1)').get() ?? {});
  if (found !== 'ok') throw new Error(`its structure is damaged: ${String(found)}`);
}

/** Changes the tables and the version in one transaction. */
function step(db: DatabaseSync, statements: string, version: number): void {
  db.exec(`BEGIN IMMEDIATE; ${statements} PRAGMA user_version = ${String(version)}; COMMIT`);
}
