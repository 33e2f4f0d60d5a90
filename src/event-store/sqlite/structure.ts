/**
 * The program that checks the structure of a database file and its indexes, the file being its argument. It imports
 * nothing of the other program, and lets everybody else go first.
 */
import { constants, setPriority } from 'node:os';
import { DatabaseSync } from 'node:sqlite';

/** SQLite's codes for a file that is damaged, or cannot be read at all. */
const DAMAGE: readonly unknown[] = [11, 26, 266, 522];

/** `ok`, or the first thing that is wrong. @throws Error where it cannot be checked now */
function check(file: string): string {
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

setPriority(constants.priority.PRIORITY_LOW);
try {
  process.stdout.write(check(process.argv[2] ?? ''));
} catch (error) {
  process.stderr.write((error as Error).message);
  process.exitCode = 1;
}
