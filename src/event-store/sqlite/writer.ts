/**
 * The thread that writes the log: it alone waits for the disk. It knows nothing of records but their rows, and imports
 * nothing of the program.
 */
import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';

/** A row of the table `record`, with the kind of its stream and the names that it claims. */
export interface Row {
  readonly position: number;
  readonly id: string;
  readonly stream: string;
  readonly kind: string;
  readonly revision: number;
  readonly type: string;
  readonly actor: string;
  readonly recordedAt: string;
  readonly body: string;
  readonly hash: string;
  readonly claims: readonly string[];
}

/** Asks for rows to be made durable, all or none; `null`: close and end. */
export type WriterRequest = readonly Row[] | null;
/** What became of them: nothing to say, or why they are not on the log. */
export type WriterAnswer = { readonly done: true } | { readonly failed: string };

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
    'INSERT INTO record (position, id, stream, revision, type, actor, recorded_at, body, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const stream = database.prepare(
    'INSERT INTO stream (name, kind, first, revision, hash) VALUES (?, ?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET revision = excluded.revision, hash = excluded.hash',
  );
  const claim = database.prepare('INSERT INTO claim (name, position) VALUES (?, ?)');
  for (const row of rows) {
    const { position, id, revision, type, actor, recordedAt, body, hash } = row;
    record.run(position, id, row.stream, revision, type, actor, recordedAt, body, hash);
    stream.run(row.stream, row.kind, position, revision, hash);
    for (const name of row.claims) claim.run(name, position);
  }
}

function commit(rows: readonly Row[]): WriterAnswer {
  try {
    db ??= open();
    db.exec('BEGIN IMMEDIATE');
    write(db, rows);
    db.exec('COMMIT');
    return { done: true };
  } catch (error) {
    if (db?.isTransaction) db.exec('ROLLBACK');
    return { failed: (error as Error).message };
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
