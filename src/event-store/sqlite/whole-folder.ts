import { existsSync } from 'node:fs';
import { PersonKeys } from '../personal-data.js';
import type { DataFolder } from './data-folder.js';
import { isFilled } from './failure.js';
import { UnusableLog } from './open-database.js';

/*
 * The log and the keys of persons belong together, and each is copied and restored apart from the other. A folder in
 * which one of them was lost must not be taken for a new calendar. The log's file is made, on the disk, before the keys'
 * file, and that one before anything is recorded; so nothing here can be what a crash at a first start leaves behind.
 */

/**
 * Called before the log is opened.
 * @throws UnusableLog where persons have keys, but the log is missing or has nothing in it
 */
export function refuseLostLog({ log, persons }: Pick<DataFolder, 'log' | 'persons'>): void {
  if (isFilled(log) || !isFilled(persons)) return;
  const keys = new PersonKeys(persons);
  const persisted = keys.count();
  keys.close();
  if (persisted > 0)
    throw new UnusableLog(
      `${log} ${existsSync(log) ? 'is empty' : 'is missing'}, though ${persons} holds the keys of persons named on it: restore the log from a backup, or, to begin a new calendar, point DATA_DIR at another folder`,
    );
}

/**
 * Opens the keys of persons beside an open log.
 * @param head the log's newest position
 * @throws UnusableLog where the log has records, but the file of the keys is missing; or where that file cannot be used
 */
export function openPersonKeys({ persons }: Pick<DataFolder, 'persons'>, head: number): PersonKeys {
  if (head > 0 && !existsSync(persons))
    throw new UnusableLog(
      `${persons} is missing, though the log has records: restore it from its own backup. If it is lost for good, put an empty file there: the names and addresses on the log can then never be read again`,
    );
  return new PersonKeys(persons);
}
