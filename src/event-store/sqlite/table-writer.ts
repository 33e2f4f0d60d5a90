/**
 * What is written to the file of the projections, and the thread that writes it in a server: only it waits for the disk.
 * It imports nothing of the program.
 */
import { DatabaseSync } from 'node:sqlite';
import { isMainThread, parentPort, workerData } from 'node:worker_threads';

/** A write, done whole or not at all. */
export type TableWrite =
  | {
      readonly save: {
        readonly generation: number;
        readonly epoch: number;
        /** Position and hash of the last record that is in the rows. */
        readonly checkpoint: number;
        readonly hash: string | null;
        /** Keys and their rows as JSON; null: the row is gone. */
        readonly rows: readonly (readonly [key: string, body: string | null])[];
      };
    }
  /** The generation answers from now on; others of its name are retired. */
  | { readonly goLive: { readonly generation: number; readonly name: string } }
  | { readonly retire: number }
  /** Deletes a part of what is retired; done when there is nothing more. */
  | 'drop retired';

/** What became of a write: whether there is more of the kind to do, or why nothing has changed. */
export type TableWritten = { readonly more: boolean } | { readonly failed: string };

/** How many rows of a retired generation are deleted at once. */
const ROWS_DROPPED_AT_ONCE = 2_000;

/** Does one write in a transaction of its own. */
export function writeTable(db: DatabaseSync, write: TableWrite): TableWritten {
  try {
    db.exec('BEGIN IMMEDIATE');
    const more = within(db, write);
    db.exec('COMMIT');
    return { more };
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK');
    return { failed: (error as Error).message };
  }
}

function within(db: DatabaseSync, write: TableWrite): boolean {
  if (write === 'drop retired') return dropRetired(db);
  if ('retire' in write) db.prepare("UPDATE generation SET status = 'retired' WHERE id = ?").run(write.retire);
  else if ('goLive' in write) {
    const { generation, name } = write.goLive;
    db.prepare("UPDATE generation SET status = 'retired' WHERE name = ? AND id <> ?").run(name, generation);
    db.prepare("UPDATE generation SET status = 'live' WHERE id = ?").run(generation);
  } else {
    const { generation, epoch, checkpoint, hash, rows } = write.save;
    const put = db.prepare('INSERT OR REPLACE INTO row (generation, key, epoch, body) VALUES (?, ?, ?, ?)');
    for (const [key, body] of rows) put.run(generation, key, epoch, body);
    db.prepare('UPDATE generation SET checkpoint = ?, hash = ? WHERE id = ?').run(checkpoint, hash, generation);
  }
  return false;
}

function dropRetired(db: DatabaseSync): boolean {
  const retired = db.prepare("SELECT id FROM generation WHERE status = 'retired' LIMIT 1").get();
  if (!retired) return false;
  const id = Number(retired.id);
  const { changes } = db
    .prepare('DELETE FROM row WHERE generation = ? AND key IN (SELECT key FROM row WHERE generation = ? LIMIT ?)')
    .run(id, id, ROWS_DROPPED_AT_ONCE);
  if (changes === 0) db.prepare('DELETE FROM generation WHERE id = ?').run(id);
  return true;
}

/** Serves writes one after the other; `null`: close and end. */
function serve(file: string): void {
  const port = parentPort;
  const db = new DatabaseSync(file, { timeout: 5_000 });
  db.exec('PRAGMA synchronous = NORMAL; PRAGMA cache_size = -16000');
  port?.on('message', (write: TableWrite | null) => {
    if (write !== null) {
      port.postMessage(writeTable(db, write));
      return;
    }
    db.close();
    port.close();
  });
}

const tables = isMainThread ? undefined : (workerData as { readonly tables?: string } | null)?.tables;
if (tables !== undefined) serve(tables);
