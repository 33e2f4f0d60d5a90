import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { BoundedMap } from '../bounded-map.js';
import { LogUnavailable } from '../event-store.js';
import { ProjectionBuilding } from '../projection.js';
import type { Change, Entry, StoredRows, Stretch } from '../tables.js';
import { StructureCheck } from './check-structure.js';
import { isDamage, isDamageCode, sqliteCode } from './failure.js';
import { sumOfRow, writeTable, type TableWrite, type TableWritten } from './table-writer.js';
import { openTablesFile, putAside } from './tables-file.js';
import { Thread } from './thread.js';

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

/** Where a row stands. */
interface Place {
  readonly generation: number;
  readonly key: string;
  readonly epoch: number;
}

/** A stored row. */
interface Row extends Place {
  readonly body: string | null;
  readonly sum: number;
}

/** Told that stored rows are not what was saved: those of one generation, or, where it is undefined, all that there are. */
type Damaged = (generation: number | undefined) => void;

/** How many rows of a generation are kept in memory, parsed. */
const CACHED_ROWS = 5_000;
/** How many rows are checked at once. */
const ROWS_CHECKED_AT_ONCE = 500;
/** Before the first row. */
const BEGINNING: Place = { generation: 0, key: '', epoch: -1 };

/**
 * Keeps the rows of projections in a file of their own, which can be deleted and is made again from the log. After a
 * power cut it may lack the newest rows, never rows or a checkpoint alone (WAL, synchronous=NORMAL). Every row is checked
 * when it is read: what is not as it was saved is never answered from.
 */
export class TableStore {
  #db: DatabaseSync;
  #thread: Thread<TableWrite, TableWritten> | undefined;
  /** Threads that wrote to what was put aside have ended. */
  #ended: Promise<unknown> = Promise.resolve();
  readonly #structure = new StructureCheck();
  #damaged: Damaged = () => undefined;
  /** The row that was checked last; undefined where all have been. */
  #checked: Place | undefined = BEGINNING;
  /** What has been found damaged, and what became of it: for a person to read. */
  readonly found: string[] = [];

  /**
   * @param file path of the file, made where it is missing; `:memory:` for tests
   * @param inThread whether a thread of its own writes, so that nobody else waits for the disk
   * @param isShared whether another process works on it: damage is left to that
   * @throws UnusableLog for a file of another program, or one that cannot be opened now
   */
  constructor(
    private readonly file: string,
    private readonly inThread = false,
    private readonly isShared = false,
  ) {
    this.#db = this.#opened();
    this.#thread = this.#startThread();
  }

  /** Who is told of damage, before whoever met it is. */
  whenDamaged(damaged: Damaged): void {
    this.#damaged = damaged;
  }

  /** Every generation, oldest first. */
  generations(): Generation[] {
    const sql =
      'SELECT id, name, version, epoch_size AS epochSize, status, checkpoint, hash FROM generation ORDER BY id';
    return this.#using('read', () => this.#db.prepare(sql).all() as unknown as Generation[]);
  }

  /** A new generation without rows. @throws LogUnavailable */
  create(name: string, version: number, epochSize: number): Generation {
    const id = this.#using('saved', () => {
      const insert = this.#db.prepare(
        "INSERT INTO generation (name, version, epoch_size, status, checkpoint) VALUES (?, ?, ?, 'building', 0)",
      );
      return Number(insert.run(name, version, epochSize).lastInsertRowid);
    });
    return { id, name, version, epochSize, status: 'building', checkpoint: 0, hash: null };
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

  /**
   * Checks a part of the stored rows, whether anybody asks for them or not. True while there are more to be checked.
   * @throws ProjectionBuilding where one is damaged, LogUnavailable where they cannot be read
   */
  check(): boolean {
    const after = this.#checked;
    if (!after) return false;
    const generation = this.generations().find(({ id, status }) => id >= after.generation && status !== 'retired');
    if (!generation) {
      this.#checked = undefined;
      return false;
    }
    const { key, epoch } = generation.id === after.generation ? after : BEGINNING;
    const rows = this.#using(
      'read',
      () =>
        this.#db
          .prepare(
            `SELECT generation, key, epoch, body, sum FROM row WHERE generation = ? AND (key, epoch) > (?, ?)
             ORDER BY key, epoch LIMIT ${String(ROWS_CHECKED_AT_ONCE)}`,
          )
          .all(generation.id, key, epoch) as unknown as Row[],
    );
    for (const row of rows) {
      this.#checked = row;
      this.#bodyOf(row, row.generation);
    }
    if (rows.length === 0) this.#checked = { ...BEGINNING, generation: generation.id + 1 };
    return true;
  }

  /**
   * Checks the structure of the file, so that a row which cannot be found any more is noticed too.
   * @throws ProjectionBuilding where it is damaged, Error where it cannot be checked now
   */
  async checkStructure(): Promise<void> {
    const db = this.#db;
    const fault = await this.#structure.faultIn(this.file);
    if (fault !== undefined && db === this.#db && db.isOpen) throw this.#beginAgain(fault);
  }

  /** The newest rows of a generation; those read are kept in memory. Every change goes through `save` and `saved`. */
  newest(generation: number): CachedRows {
    return new CachedRows(this.past(generation, Number.MAX_SAFE_INTEGER));
  }

  /**
   * The rows as they were at the end of an epoch.
   * @returns rows whose reading throws ProjectionBuilding where they are damaged, LogUnavailable where they cannot be read
   */
  past(generation: number, epoch: number): StoredRows {
    const columns = 'SELECT generation, key, epoch, body, sum FROM row WHERE generation = ? AND';
    const one = this.#using('read', () =>
      this.#db.prepare(`${columns} key = ? AND epoch <= ? ORDER BY epoch DESC LIMIT 1`),
    );
    const many = (): StatementSync =>
      this.#db.prepare(`${columns} key >= ? AND key < ? AND epoch <= ? ORDER BY key, epoch DESC`);
    return {
      get: (key) => {
        const row = this.#using('read', () => one.get(generation, key, epoch) as Row | undefined);
        return row && this.#bodyOf(row, generation);
      },
      // A statement of its own: the caller may read another stretch in between.
      read: ({ lower, upper }: Stretch): Iterable<Entry<unknown>> =>
        this.#entries(() => many().iterate(generation, lower, upper, epoch), generation),
    };
  }

  /** Finishes what is being written, and closes. */
  async close(): Promise<void> {
    await this.#structure.end();
    await this.#thread?.close();
    await this.#ended;
    if (this.#db.isOpen) this.#db.close();
  }

  *#entries(read: () => Iterable<unknown>, generation: number): Iterable<Entry<unknown>> {
    let last: string | undefined;
    try {
      for (const row of read() as Iterable<Row>) {
        if (row.key === last) continue;
        last = row.key;
        const body = this.#bodyOf(row, generation);
        if (row.body !== null) yield [row.key, body];
      }
    } catch (error) {
      throw this.#failed('read', error);
    }
  }

  /** What is in a row; undefined where it says that there is none. @throws ProjectionBuilding where it is damaged */
  #bodyOf(row: Row, generation: number): unknown {
    const { key, epoch, body, sum } = row;
    if (row.generation === generation && sum === sumOfRow(generation, key, epoch, body))
      return body === null ? undefined : JSON.parse(body);
    const what = `${this.file} is damaged: the row ${key} of ${this.#nameOf(generation)} is not as it was saved`;
    throw this.#tell(`${what}. The projection is made again from the log`, generation);
  }

  #nameOf(generation: number): string {
    return this.generations().find(({ id }) => id === generation)?.name ?? 'a projection';
  }

  #opened(): DatabaseSync {
    return openTablesFile(this.file, (what) => this.found.push(what), this.isShared);
  }

  #startThread(): Thread<TableWrite, TableWritten> | undefined {
    return this.inThread ? new Thread('table-writer', { tables: this.file }) : undefined;
  }

  #write(write: TableWrite): MaybeLater<boolean> {
    const thread = this.#thread;
    if (!thread) return this.#outcomeOf(writeTable(this.#db, write), thread);
    return thread
      .ask(write)
      .then((written) => this.#outcomeOf('ended' in written ? { failed: written.ended } : written, thread));
  }

  /** @throws LogUnavailable where the database or the disk failed, ProjectionBuilding where the file is damaged */
  #outcomeOf(written: TableWritten, thread: Thread<TableWrite, TableWritten> | undefined): boolean {
    if (!('failed' in written)) return written.more;
    // Another file may have taken its place meanwhile.
    if (isDamageCode(written.code) && !this.isShared && thread === this.#thread) throw this.#beginAgain(written.failed);
    throw new LogUnavailable(`the projections cannot be saved: ${written.failed}`);
  }

  #using<Result>(purpose: 'read' | 'saved', use: () => Result): Result {
    try {
      return use();
    } catch (error) {
      throw this.#failed(purpose, error);
    }
  }

  /** What it means that the database fails: damage that stays, or a disk that fails now. */
  #failed(purpose: 'read' | 'saved', error: unknown): unknown {
    if (sqliteCode(error) === undefined) return error;
    const { message } = error as Error;
    if (isDamage(error) && !this.isShared) return this.#beginAgain(message);
    return new LogUnavailable(`the projections cannot be ${purpose}: ${message}`, { cause: error });
  }

  /** The file is damaged in its structure: another is begun in its place. */
  #beginAgain(why: string): ProjectionBuilding {
    this.#ended = Promise.all([this.#ended, this.#thread?.close()]);
    this.#db.close();
    const what = putAside(this.file, why);
    this.#db = this.#opened();
    this.#thread = this.#startThread();
    this.#checked = BEGINNING;
    return this.#tell(what, undefined);
  }

  #tell(what: string, generation: number | undefined): ProjectionBuilding {
    if (!this.found.includes(what)) this.found.push(what);
    this.#damaged(generation);
    return new ProjectionBuilding(what);
  }
}

/** What is done at once here, and later where a thread does it. */
export type MaybeLater<Result> = Result | Promise<Result>;

/** Goes on with a result, at once or later as it comes. */
export const andThen = <Result, Next>(result: MaybeLater<Result>, next: (result: Result) => Next): MaybeLater<Next> =>
  result instanceof Promise ? result.then(next) : next(result);

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
