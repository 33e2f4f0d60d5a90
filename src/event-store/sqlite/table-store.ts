import { existsSync, renameSync, rmSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { BoundedMap } from '../bounded-map.js';
import type { Change, Entry, StoredRows, Stretch } from '../tables.js';
import { LogUnavailable } from '../event-store.js';
import { UnusableLog } from './open-database.js';

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
const CACHED_ROWS = 20_000;
/** How many rows of a retired generation are deleted at once. */
const ROWS_DROPPED_AT_ONCE = 2_000;

/**
 * Keeps the rows of projections in a file of their own, which can be deleted and is made again from the log. After a
 * power cut it may lack the newest rows, never rows or a checkpoint alone (WAL, synchronous=NORMAL).
 */
export class TableStore {
  readonly #db: DatabaseSync;
  readonly #put: StatementSync;
  readonly #checkpoint: StatementSync;

  /**
   * @param file path of the file, made where it is missing; `:memory:` for tests
   * @throws UnusableLog for a file of another program
   */
  constructor(file: string) {
    this.#db = openTables(file);
    this.#put = this.#db.prepare('INSERT OR REPLACE INTO row (generation, key, epoch, body) VALUES (?, ?, ?, ?)');
    this.#checkpoint = this.#db.prepare('UPDATE generation SET checkpoint = ?, hash = ? WHERE id = ?');
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

  /** Saves changes and the checkpoint that they bring the generation to, together. */
  save(
    generation: number,
    epoch: number,
    at: { readonly checkpoint: number; readonly hash: string | null },
    changes: ReadonlyMap<string, Change>,
  ): void {
    this.#transaction(() => {
      for (const [key, change] of changes)
        this.#put.run(generation, key, epoch, change === 'deleted' ? null : JSON.stringify(change.row));
      this.#checkpoint.run(at.checkpoint, at.hash, generation);
    });
  }

  /** The generation answers from now on; others of its name are retired. */
  goLive(generation: Generation): void {
    this.#transaction(() => {
      this.#db
        .prepare("UPDATE generation SET status = 'retired' WHERE name = ? AND id <> ?")
        .run(generation.name, generation.id);
      this.#db.prepare("UPDATE generation SET status = 'live' WHERE id = ?").run(generation.id);
    });
  }

  /** Takes a generation out of use. */
  retire(generation: number): void {
    this.#db.prepare("UPDATE generation SET status = 'retired' WHERE id = ?").run(generation);
  }

  /** Deletes a part of what is retired. True while there is more. */
  dropRetired(): boolean {
    const retired = this.#db.prepare("SELECT id FROM generation WHERE status = 'retired' LIMIT 1").get();
    if (!retired) return false;
    const id = Number(retired.id);
    const { changes } = this.#db
      .prepare('DELETE FROM row WHERE generation = ? AND key IN (SELECT key FROM row WHERE generation = ? LIMIT ?)')
      .run(id, id, ROWS_DROPPED_AT_ONCE);
    if (changes === 0) this.#db.prepare('DELETE FROM generation WHERE id = ?').run(id);
    return true;
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

  close(): void {
    if (this.#db.isOpen) this.#db.close();
  }

  /** @throws LogUnavailable where the database or the disk fails; nothing has changed then */
  #transaction(work: () => void): void {
    try {
      this.#db.exec('BEGIN IMMEDIATE');
      work();
      this.#db.exec('COMMIT');
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      throw new LogUnavailable(`the projections cannot be saved: ${(error as Error).message}`, { cause: error });
    }
  }
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
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -32000;');
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
    return new TableStore(file);
  } catch (error) {
    if (error instanceof UnusableLog || !existsSync(file)) throw error;
    for (const part of ['-wal', '-shm']) rmSync(`${file}${part}`, { force: true });
    renameSync(file, `${file}.damaged`);
    return new TableStore(file);
  }
}
