import { existsSync, renameSync, rmSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { BoundedMap } from '../bounded-map.js';
import type { Change, Entry, StoredRows, Stretch } from '../tables.js';
import { LogUnavailable } from '../event-store.js';
import { UnusableLog } from './open-database.js';
import { TableThread } from './table-thread.js';
import { writeTable, type TableWrite, type TableWritten } from './table-writer.js';

/** Marks a database file as this program's projections ("MCPR"). */
const APPLICATION_ID = 0x4d435052;

/**
 * Rows of every projection. A projection is stored as a generation: another version, or the same one rebuilt, is a
 * generation of its own beside it. Positions are divided into epochs; a row stands from the epoch in which it was
 * written until a later epoch writes the same key, so that what was there at the end of any epoch is still there.
 */
const SCHEMA = `
  CREATE TABLE generation (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    name       TEXT NOT NULL,
    version    INTEGER NOT NULL,
    epoch_size INTEGER NOT NULL,
    status     TEXT NOT NULL,
    checkpoint INTEGER NOT NULL,
    hash       TEXT
  ) STRICT;
  CREATE TABLE row (
    generation INTEGER NOT NULL,
    key        TEXT NOT NULL,
    epoch      INTEGER NOT NULL,
    body       TEXT,
    PRIMARY KEY (generation, key, epoch)
  ) STRICT, WITHOUT ROWID;
`;

/** One build of one version of a projection. */
export interface Generation {
  readonly id: number;
  readonly name: string;
  readonly version: number;
  readonly epochSize: number;
  /** `building` until it has caught up once; `retired` when another has taken its place. */
  readonly status: 'building' | 'live' | 'retired';
  /** Position of the last record that is in its rows. */
  readonly checkpoint: number;
  /** Hash of that record; null at position 0. */
  readonly hash: string | null;
}

/** How many rows of a generation are kept in memory, parsed. */
const CACHED_ROWS = 5_000;
/**
 * Keeps the rows of projections in a file of their own, which can be deleted and is made again from the log. After a
 * power cut it may lack the newest rows, never rows or a checkpoint alone (WAL, synchronous=NORMAL).
 */
export class TableStore {
  readonly #db: DatabaseSync;
  readonly #thread: TableThread | undefined;

  /**
   * @param file path of the file, made where it is missing; `:memory:` for tests
   * @param inThread whether a thread of its own writes, so that nobody else waits for the disk
   * @throws UnusableLog for a file of another program
   */
  constructor(file: string, inThread = false) {
    this.#db = openTables(file);
    this.#thread = inThread ? new TableThread(file) : undefined;
  }

  /** Every generation, oldest first. */
  generations(): Generation[] {
    return this.#db
      .prepare(
        'SELECT id, name, version, epoch_size AS epochSize, status, checkpoint, hash FROM generation ORDER BY id',
      )
      .all() as unknown as Generation[];
  }

  /** A new generation without rows. */
  create(name: string, version: number, epochSize: number): Generation {
    const { lastInsertRowid } = this.#db
      .prepare("INSERT INTO generation (name, version, epoch_size, status, checkpoint) VALUES (?, ?, ?, 'building', 0)")
      .run(name, version, epochSize);
    return { id: Number(lastInsertRowid), name, version, epochSize, status: 'building', checkpoint: 0, hash: null };
  }

  /** Saves changes and the checkpoint that they bring the generation to, together. @throws LogUnavailable */
  save(
    generation: number,
    epoch: number,
    { checkpoint, hash }: { readonly checkpoint: number; readonly hash: string | null },
    changes: ReadonlyMap<string, Change>,
  ): MaybeLater<void> {
    const rows = [...changes].map(
      ([key, change]) => [key, change === 'deleted' ? null : JSON.stringify(change.row)] as const,
    );
    return andThen(this.#write({ save: { generation, epoch, checkpoint, hash, rows } }), () => undefined);
  }

  /** The generation answers from now on; others of its name are retired. @throws LogUnavailable */
  goLive({ id: generation, name }: Generation): MaybeLater<void> {
    return andThen(this.#write({ goLive: { generation, name } }), () => undefined);
  }

  /** Takes a generation out of use. @throws LogUnavailable */
  retire(generation: number): MaybeLater<void> {
    return andThen(this.#write({ retire: generation }), () => undefined);
  }

  /** Deletes a part of what is retired. True while there is more. @throws LogUnavailable */
  dropRetired(): MaybeLater<boolean> {
    return this.#write('drop retired');
  }

  /** The newest rows of a generation; those read are kept in memory. Every change goes through `save` and `forget`. */
  newest(generation: number): CachedRows {
    return new CachedRows(this.past(generation, Number.MAX_SAFE_INTEGER));
  }

  /** The rows as they were at the end of an epoch. */
  past(generation: number, epoch: number): StoredRows {
    const one = this.#db.prepare(
      'SELECT body FROM row WHERE generation = ? AND key = ? AND epoch <= ? ORDER BY epoch DESC LIMIT 1',
    );
    const read = (order: 'ASC' | 'DESC'): StatementSync =>
      this.#db.prepare(
        `SELECT key, body FROM row WHERE generation = ? AND key >= ? AND key < ? AND epoch <= ? ORDER BY key ${order}, epoch DESC`,
      );
    return {
      get: (key) => parsed(one.get(generation, key, epoch)?.body as string | null | undefined),
      *read({ lower, upper, descending }: Stretch): Iterable<Entry<unknown>> {
        let last: string | undefined;
        // A statement of its own: the caller may read another stretch in between.
        for (const row of read(descending ? 'DESC' : 'ASC').iterate(generation, lower, upper, epoch)) {
          const { key, body } = row as { key: string; body: string | null };
          if (key === last) continue;
          last = key;
          if (body !== null) yield [key, parsed(body)];
        }
      },
    };
  }

  /** Finishes what is being written, and closes. */
  async close(): Promise<void> {
    await this.#thread?.close();
    if (this.#db.isOpen) this.#db.close();
  }

  #write(write: TableWrite): MaybeLater<boolean> {
    if (this.#thread) return this.#thread.write(write).then(outcomeOf);
    return outcomeOf(writeTable(this.#db, write));
  }
}

/** What is done at once here, and later where a thread does it. */
export type MaybeLater<Result> = Result | Promise<Result>;

/** Goes on with a result, at once or later as it comes. */
export const andThen = <Result, Next>(result: MaybeLater<Result>, next: (result: Result) => Next): MaybeLater<Next> =>
  result instanceof Promise ? result.then(next) : next(result);

/** @throws LogUnavailable where the database or the disk failed; nothing has changed then */
function outcomeOf(written: TableWritten): boolean {
  if ('failed' in written) throw new LogUnavailable(`the projections cannot be saved: ${written.failed}`);
  return written.more;
}

const parsed = (body: string | null | undefined): unknown =>
  body === null || body === undefined ? undefined : JSON.parse(body);

/** Rows with those that were read or written last kept in memory. */
export class CachedRows implements StoredRows {
  readonly #cache = new BoundedMap<string, { readonly row: unknown }>(CACHED_ROWS);

  constructor(private readonly stored: StoredRows) {}

  get(key: string): unknown {
    const known = this.#cache.get(key);
    if (known) return known.row;
    const row = this.stored.get(key);
    this.#cache.set(key, { row });
    return row;
  }

  read(stretch: Stretch): Iterable<Entry<unknown>> {
    return this.stored.read(stretch);
  }

  /** These changes have been saved. */
  saved(changes: ReadonlyMap<string, Change>): void {
    for (const [key, change] of changes) this.#cache.set(key, { row: change === 'deleted' ? undefined : change.row });
  }
}

function openTables(file: string): DatabaseSync {
  const db = new DatabaseSync(file, { timeout: 5_000 });
  try {
    const { application_id } = db.prepare('PRAGMA application_id').get() as { application_id: number };
    const { tables } = db.prepare('SELECT count(*) AS tables FROM sqlite_schema').get() as { tables: number };
    if (tables > 0 && application_id !== APPLICATION_ID)
      throw new UnusableLog(`${file} is the database of another program: point DATA_DIR at another folder`);
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -16000;');
    if (tables === 0) db.exec(`BEGIN IMMEDIATE; ${SCHEMA} PRAGMA application_id = ${String(APPLICATION_ID)}; COMMIT`);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/**
 * Opens the projections of a data folder. A file that cannot be read any more is put aside as `<file>.damaged`, and all
 * projections are made again from the log: nothing in it is the only copy.
 * @throws UnusableLog for a file of another program
 */
export function openTableStore(file: string): TableStore {
  try {
    return new TableStore(file, true);
  } catch (error) {
    if (error instanceof UnusableLog || !existsSync(file)) throw error;
    for (const part of ['-wal', '-shm']) rmSync(`${file}${part}`, { force: true });
    renameSync(file, `${file}.damaged`);
    return new TableStore(file, true);
  }
}
