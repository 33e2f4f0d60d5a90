import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { inMilliseconds, kindsOf, planAppend, type LogState } from '../append.js';
import { LogUnavailable, type Append, type EventStore, type LogRecord, type RecordQuery } from '../event-store.js';
import type { FactCatalogue } from '../facts.js';
import { open } from '../record.js';

/** Marks a database file as this program's ("MCAL"). */
const APPLICATION_ID = 0x4d43414c;
const SCHEMA_VERSION = 1;

const SCHEMA = `
  CREATE TABLE record (
    position    INTEGER PRIMARY KEY,
    id          TEXT NOT NULL UNIQUE,
    stream      TEXT NOT NULL,
    revision    INTEGER NOT NULL,
    type        TEXT NOT NULL,
    actor       TEXT NOT NULL,
    command_id  TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    body        TEXT NOT NULL,
    hash        TEXT NOT NULL,
    UNIQUE (stream, revision)
  ) STRICT;
  CREATE INDEX record_type ON record (type, position);
  CREATE INDEX record_actor ON record (actor, position);
  CREATE INDEX record_command ON record (command_id);
  CREATE INDEX record_recorded_at ON record (recorded_at);
  CREATE TABLE stream (
    name     TEXT PRIMARY KEY,
    kind     TEXT NOT NULL,
    first    INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    hash     TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX stream_kind ON stream (kind, first);
  CREATE TABLE claim (name TEXT PRIMARY KEY, position INTEGER NOT NULL) STRICT, WITHOUT ROWID;
`;

/** A file that cannot be used as the log; the message names it and says what to do. */
export class UnusableLog extends Error {
  override readonly name = 'UnusableLog';
}

interface StoredRow {
  readonly body: string;
  readonly hash: string;
}

/** The log in one SQLite file: an acknowledged append is on the disk (WAL, synchronous=FULL). */
export class SqliteEventStore implements EventStore, LogState {
  readonly #db: DatabaseSync;
  readonly #kindOf: (stream: string) => string;
  readonly #statements = new Map<string, StatementSync>();
  #head: number;
  #newestRecordedAt: string | null;

  /**
   * Opens the file, or makes it.
   * @throws UnusableLog where the file is another program's, of a newer version, or damaged
   */
  constructor(
    file: string,
    private readonly catalogue: FactCatalogue,
    kinds: readonly string[],
  ) {
    this.#kindOf = kindsOf(kinds);
    const { db, newest } = openDatabase(file);
    this.#db = db;
    this.#head = newest?.position ?? 0;
    this.#newestRecordedAt = newest?.recorded_at ?? null;
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- the port's appends may wait; this one commits at once
  async append(batch: Append): Promise<readonly LogRecord[]> {
    const plan = this.#transaction(() => {
      const planned = planAppend(batch, this, this.catalogue, this.#kindOf);
      if ('repeated' in planned) return planned;
      for (const { record, body, claims } of planned.additions) {
        this.#run(
          'INSERT INTO record (position, id, stream, revision, type, actor, command_id, recorded_at, body, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
          record.position,
          record.id,
          record.stream,
          record.revision,
          record.type,
          record.actor.id,
          record.commandId,
          record.recordedAt,
          body,
          record.hash,
        );
        this.#run(
          'INSERT INTO stream (name, kind, first, revision, hash) VALUES (?, ?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET revision = excluded.revision, hash = excluded.hash',
          record.stream,
          this.#kindOf(record.stream),
          record.position,
          record.revision,
          record.hash,
        );
        for (const name of claims) this.#run('INSERT INTO claim (name, position) VALUES (?, ?)', name, record.position);
      }
      return planned;
    });
    if ('repeated' in plan) return plan.repeated;
    const recorded = plan.additions.map(({ record }) => record);
    const last = recorded.at(-1);
    if (last) {
      this.#head = last.position;
      this.#newestRecordedAt = last.recordedAt;
    }
    return recorded;
  }

  head(): number {
    return this.#head;
  }

  newestRecordedAt(): string | null {
    return this.#newestRecordedAt;
  }

  positionAt(instant: string): number {
    const row = this.#get<{ position: number }>(
      'SELECT position FROM record WHERE recorded_at <= ? ORDER BY recorded_at DESC, position DESC LIMIT 1',
      inMilliseconds(instant),
    );
    return row?.position ?? 0;
  }

  streamHead(stream: string): { revision: number; hash: string | null } {
    const row = this.#get<{ revision: number; hash: string }>(
      'SELECT revision, hash FROM stream WHERE name = ?',
      stream,
    );
    return row ?? { revision: -1, hash: null };
  }

  revisionOf(stream: string, upTo?: number): number {
    if (upTo === undefined || upTo >= this.#head) return this.streamHead(stream).revision;
    const row = this.#get<{ revision: number }>(
      'SELECT revision FROM record WHERE stream = ? AND position <= ? ORDER BY revision DESC LIMIT 1',
      stream,
      upTo,
    );
    return row?.revision ?? -1;
  }

  readStream(stream: string, fromRevision = 0, upTo?: number): readonly LogRecord[] {
    const rows = this.#statement(
      'SELECT body, hash FROM record WHERE stream = ? AND revision >= ? AND position <= ? ORDER BY revision',
    ).all(stream, fromRevision, upTo ?? this.#head) as unknown as StoredRow[];
    return rows.map((row) => this.#open(row));
  }

  *read(query: RecordQuery): Iterable<LogRecord> {
    const conditions = ['position > ?', 'position <= ?'];
    const values: SQLInputValue[] = [query.after ?? 0, query.upTo ?? this.#head];
    for (const [column, value] of [
      ['stream', query.stream],
      ['type', query.type],
      ['actor', query.actor],
      ['command_id', query.commandId],
    ] as const)
      if (value !== undefined) {
        conditions.push(`${column} = ?`);
        values.push(value);
      }
    // A statement of its own: the caller may read on while others are read.
    const statement = this.#db.prepare(
      `SELECT body, hash FROM record WHERE ${conditions.join(' AND ')} ORDER BY position LIMIT ?`,
    );
    for (const row of statement.iterate(...values, query.limit ?? -1)) yield this.#open(row as unknown as StoredRow);
  }

  find(id: string): LogRecord | undefined {
    const record = this.written(id);
    return record && this.catalogue.current(record);
  }

  written(id: string): LogRecord | undefined {
    const row = this.#get<StoredRow>('SELECT body, hash FROM record WHERE id = ?', id);
    return row && open(row.body, row.hash);
  }

  streamsOf(kind: string, upTo?: number): readonly string[] {
    const rows = this.#statement('SELECT name FROM stream WHERE kind = ? AND first <= ? ORDER BY first').all(
      kind,
      upTo ?? this.#head,
    ) as unknown as { name: string }[];
    return rows.map(({ name }) => name);
  }

  claimedAt(name: string): number | undefined {
    return this.#get<{ position: number }>('SELECT position FROM claim WHERE name = ?', name)?.position;
  }

  close(): void {
    if (this.#db.isOpen) this.#db.close();
  }

  #open({ body, hash }: StoredRow): LogRecord {
    return this.catalogue.current(open(body, hash));
  }

  /**
   * Runs one durable transaction. Whatever fails in it leaves the log as it was.
   * @throws LogUnavailable where it is the database or the disk that fails
   */
  #transaction<Result>(work: () => Result): Result {
    try {
      this.#db.exec('BEGIN IMMEDIATE');
      const result = work();
      this.#db.exec('COMMIT');
      return result;
    } catch (error) {
      if (this.#db.isOpen && this.#db.isTransaction) this.#db.exec('ROLLBACK');
      if ((error as { code?: unknown }).code !== 'ERR_SQLITE_ERROR') throw error;
      throw new LogUnavailable(`the log cannot be written: ${(error as Error).message}`, { cause: error });
    }
  }

  #statement(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known) return known;
    const statement = this.#db.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  #get<Row>(sql: string, ...values: SQLInputValue[]): Row | undefined {
    return this.#statement(sql).get(...values) as Row | undefined;
  }

  #run(sql: string, ...values: SQLInputValue[]): void {
    this.#statement(sql).run(...values);
  }
}

interface Opened {
  readonly db: DatabaseSync;
  /** The newest record; undefined for an empty log. */
  readonly newest: { readonly position: number; readonly recorded_at: string } | undefined;
}

function openDatabase(file: string): Opened {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(file, { timeout: 5_000 });
    const { application_id } = db.prepare('PRAGMA application_id').get() as { application_id: number };
    const { user_version } = db.prepare('PRAGMA user_version').get() as { user_version: number };
    const { tables } = db.prepare('SELECT count(*) AS tables FROM sqlite_schema').get() as { tables: number };
    if (tables > 0 && application_id !== APPLICATION_ID)
      throw new UnusableLog(`${file} is the database of another program: point DATA_DIR at another folder`);
    if (user_version > SCHEMA_VERSION)
      throw new UnusableLog(`${file} was written by a newer version of this program: start that version`);
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;');
    if (tables === 0)
      db.exec(
        `BEGIN IMMEDIATE; ${SCHEMA} PRAGMA application_id = ${String(APPLICATION_ID)}; PRAGMA user_version = ${String(SCHEMA_VERSION)}; COMMIT`,
      );
    const newest = db.prepare('SELECT position, recorded_at FROM record ORDER BY position DESC LIMIT 1').get();
    return { db, newest: newest as Opened['newest'] };
  } catch (error) {
    db?.close();
    if (error instanceof UnusableLog) throw error;
    throw new UnusableLog(
      `${file} cannot be opened as the log (${(error as Error).message}): restore it from a backup, or point DATA_DIR at another folder`,
      { cause: error },
    );
  }
}
