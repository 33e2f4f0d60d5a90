/** The thread that checks the structure of the log's file, which can take seconds. It imports nothing of the program. */
import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';

const { file } = workerData as { file: string };

/** `ok`, or the first thing that is wrong. */
function check(): string {
  try {
    const db = new DatabaseSync(file, { readOnly: true, timeout: 5_000 });
    try {
      return String(Object.values(db.prepare('PRAGMA quick_check(1)').get() ?? {})[0]);
    } finally {
      db.close();
    }
  } catch (error) {
    return (error as Error).message;
  }
}

parentPort?.postMessage(check());
