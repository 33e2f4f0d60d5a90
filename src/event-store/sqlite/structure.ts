/**
 * The thread that checks the structure of a database file and its indexes, which can take seconds. It imports nothing of
 * the program.
 */
import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';

const { file } = workerData as { file: string };

/** SQLite's codes for a file that is damaged, or cannot be read at all. */
const DAMAGE: readonly unknown[] = [11, 26, 266, 522];

/** `ok`, or the first thing that is wrong. @throws Error where it cannot be checked now */
function check(): string {
  try {
    const db = new DatabaseSync(file, { readOnly: true, timeout: 5_000 });
    try {
      return String(Object.values(db.prepare('PRAGMA integrity_check(1)').get() ?? {})[0]);
    } finally {
      db.close();
    }
  } catch (error) {
    const { message, errcode = 0 } = error as Error & { errcode?: number };
    if (DAMAGE.includes(errcode) || DAMAGE.includes(errcode & 0xff)) return message;
    throw error;
  }
}

parentPort?.postMessage(check());
