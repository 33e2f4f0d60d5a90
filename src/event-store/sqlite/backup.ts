import { existsSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';
import type { FactCatalogue } from '../facts.js';
import { RecordCheck } from './check-record.js';
import { dataFolderFiles, makeFolder, takeDataFolder } from './data-folder.js';
import { headNoteOf } from './head-note.js';
import type { LogReader } from '../event-store.js';
import { PersonKeys } from '../personal-data.js';
import { openDatabase, UnusableLog } from './open-database.js';
import { openToRead } from './sqlite-log.js';
import { removeTablesFile } from './tables-file.js';

/** Told how far copying or checking is: records or pages done, of all. */
export type Progress = (done: number, all: number) => void;

/** What a backup holds. */
export interface BackedUp {
  readonly records: number;
  /** Hash of the newest record; null for an empty log. */
  readonly hash: string | null;
}

/** All pages at once: one state of the log, however much is written meanwhile. */
const ALL_PAGES = 2 ** 31 - 1;
/** Records that are checked between two reports of progress. */
const STEP = 2_000;

/**
 * Copies the log of a data folder into one file, while a server may be writing to it, and checks every record of the
 * copy. The file appears under its name only when it is whole.
 * @throws UnusableLog where there is no log, the file exists already, or the copy is not as it was written
 */
export async function backUpLog(
  folder: string,
  file: string,
  catalogue: FactCatalogue,
  progress: Progress,
): Promise<BackedUp> {
  const { log } = dataFolderFiles(folder);
  if (!existsSync(log)) throw new UnusableLog(`${folder} holds no log`);
  return intoNewFile(file, async (partial) => {
    await copy(log, partial);
    return checked(partial, catalogue, progress);
  });
}

/** Copies the keys of persons into one file. They are kept apart from the log: together they reveal what is personal. */
export async function backUpKeys(folder: string, file: string): Promise<void> {
  const { persons } = dataFolderFiles(folder);
  if (!existsSync(persons)) throw new UnusableLog(`${folder} holds no keys of persons`);
  await intoNewFile(file, (partial) => copy(persons, partial));
}

/**
 * Puts a backup of the log into a data folder that has none, and checks every record of it first. Projections are made
 * again from it.
 * @throws UnusableLog where the folder has a log or is in use, or the backup is not as it was written
 */
export async function restoreLog(
  file: string,
  folder: string,
  catalogue: FactCatalogue,
  progress: Progress,
): Promise<BackedUp> {
  if (!existsSync(file)) throw new UnusableLog(`${file} does not exist`);
  const taken = takeDataFolder(folder);
  try {
    // What the folder's log had come to, and what was made from it, is nothing to the one that is restored.
    removeTablesFile(taken.projections);
    rmSync(headNoteOf(taken.log), { force: true });
    return await intoNewFile(taken.log, async (partial) => {
      await copy(file, partial);
      return checked(partial, catalogue, progress);
    });
  } finally {
    taken.release();
  }
}

/**
 * Puts a backup of the keys of persons into a data folder that has none, without those that are to be dropped: what was
 * erased after the backup was made must not come back.
 * @param drop deletes them from the copy, before it is put there; it is given the folder's log, where there is one
 * @throws UnusableLog where the folder has keys or is in use, or the backup is something else
 */
export async function restoreKeys(
  file: string,
  folder: string,
  catalogue: FactCatalogue,
  drop: (log: LogReader, keys: PersonKeys) => void,
): Promise<void> {
  if (!existsSync(file)) throw new UnusableLog(`${file} does not exist`);
  const taken = takeDataFolder(folder);
  try {
    await intoNewFile(taken.persons, async (partial) => {
      await copy(file, partial);
      const keys = new PersonKeys(partial);
      try {
        if (!existsSync(taken.log)) return;
        const log = openToRead(taken.log, catalogue);
        drop(log, keys);
        log.close();
      } finally {
        keys.close();
      }
    });
  } finally {
    taken.release();
  }
}

/** Makes a file whole under another name, then gives it its own. */
async function intoNewFile<Result>(file: string, make: (partial: string) => Promise<Result>): Promise<Result> {
  // What was not yet taken from a write-ahead log would be mixed into the new file.
  for (const there of [file, `${file}-wal`])
    if (existsSync(there)) throw new UnusableLog(`${there} exists already: move it away first, nothing is overwritten`);
  makeFolder(dirname(file));
  const partial = join(dirname(file), `.${String(process.pid)}-partial.sqlite`);
  const remove = (): void => {
    for (const part of ['', '-journal', '-wal', '-shm']) rmSync(`${partial}${part}`, { force: true });
  };
  try {
    remove();
    const result = await make(partial);
    renameSync(partial, file);
    return result;
  } finally {
    remove();
  }
}

async function copy(from: string, to: string): Promise<void> {
  const source = new DatabaseSync(from, { readOnly: true, timeout: 30_000 });
  try {
    await backup(source, to, { rate: ALL_PAGES });
  } finally {
    source.close();
  }
  // A file of its own, without a log of changes beside it.
  const made = new DatabaseSync(to);
  made.exec('PRAGMA journal_mode = DELETE;');
  made.close();
}

function checked(file: string, catalogue: FactCatalogue, progress: Progress): BackedUp {
  const { db, newest } = openDatabase(file);
  try {
    const check = new RecordCheck(db, catalogue);
    const records = newest?.position ?? 0;
    for (let done = 0; done < records;) {
      const upTo = Math.min(records, done + STEP);
      const fault = check.faultBetween(done, upTo);
      if (fault !== undefined) throw new UnusableLog(`the copy is damaged: ${fault}`);
      progress((done = upTo), records);
    }
    const row = db.prepare('SELECT hash FROM record WHERE position = ?').get(records);
    db.exec('PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE');
    return { records, hash: (row?.hash as string | undefined) ?? null };
  } finally {
    db.close();
  }
}
