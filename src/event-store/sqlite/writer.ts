/**
 * The thread that writes the log: it alone waits for the disk. It knows nothing of records but their rows, and imports
 * nothing of the program.
 */
import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';

/** A row of the table `record`, in the order of its columns, with the kind of its stream and the names that it claims. */
export type Row = readonly [
  record: readonly [
    position: number,
    id: string,
    stream: string,
    revision: number,
    type: string,
    actor: string,
    occurredAt: string,
    recordedAt: string,
    body: string,
    hash: string,
  ],
  kind: string,
  claims: readonly string[],
];

/** Asks for rows to be made durable, all or none; `null`: close and end. */
export type WriterRequest = readonly Row[] | null;
/** What became of them: nothing to say, why they are not on the log, or why it is not known whether they are. */
export type WriterAnswer = { readonly done: true } | { readonly failed: string } | { readonly unknown: string };

/** SQLite's codes for what could not be written at all: no room, and a write that failed. */
const NOT_WRITTEN: readonly unknown[] = [13, 778];

const { file, synchronous } = workerData as { file: string; synchronous: 'FULL' | 'NORMAL' };
const port = parentPort;
let db: DatabaseSync | undefined;

/** Opened with the first rows, so that a server that only reads starts without it. */
function open(): DatabaseSync {
  const opened = new DatabaseSync(file, { timeout: 5_000 });
  opened.exec(`PRAGMA synchronous = ${synchronous}`);
  return opened;
}

function write(database: DatabaseSync, rows: readonly Row[]): void {
  const record = database.prepare(
    'INSERT INTO record (position, id, stream, revision, type, actor, occurred_at, recorded_at, body, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const stream = database.prepare(
    'INSERT INTO stream (name, kind, first, revision, hash) VALUES (?, ?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET revision = excluded.revision, hash = excluded.hash',
  );
  const claim = database.prepare('INSERT INTO claim (name, position) VALUES (?, ?)');
  for (const [row, kind, claims] of rows) {
    const [position, , name, revision] = row;
    record.run(...row);
    stream.run(name, kind, position, revision, row[9]);
    for (const claimed of claims) claim.run(claimed, position);
  }
}

function commit(rows: readonly Row[]): WriterAnswer {
  try {
    db ??= open();
    db.exec('BEGIN IMMEDIATE');
    write(db, rows);
  } catch (error) {
    if (db?.isTransaction) db.exec('ROLLBACK');
    return { failed: (error as Error).message };
  }
  try {
    db.exec('COMMIT');
    return { done: true };
  } catch (error) {
    const { message, errcode } = error as Error & { errcode?: number };
    if (db.isTransaction) db.exec('ROLLBACK');
    return NOT_WRITTEN.includes(errcode) ? { failed: message } : makeVoid(db, message);
  }
}

/**
 * A commit that failed when it was to be synced stands whole in the write-ahead log, though nobody sees it: after a
 * crash it would be taken for a good one. The next transaction is written over it.
 */
function makeVoid(database: DatabaseSync, failed: string): WriterAnswer {
  try {
    const { user_version } = database.prepare('PRAGMA user_version').get() as { user_version: number };
    database.exec(`PRAGMA user_version = ${String(user_version)}`);
    return { failed };
  } catch (error) {
    return { unknown: `${failed}, and then: ${(error as Error).message}` };
  }
}

port?.on('message', (request: WriterRequest) => {
  if (request !== null) {
    port.postMessage(commit(request));
    return;
  }
  db?.close();
  port.close();
});
