import type { DatabaseSync } from 'node:sqlite';
import { type SQLInputValue, type StatementSync } from 'node:sqlite';
import { inMilliseconds, type Addition, type LogState } from '../append.js';
import {
  LogUnavailable,
  UnreadableRecord,
  type Claim,
  type LogReader,
  type LogRecord,
  type RecordQuery,
  type SealedRecord,
  type StreamHead,
} from '../event-store.js';
import { UnknownEvent, type FactCatalogue } from '../facts.js';
import { open } from '../record.js';
import { BoundedMap } from '../bounded-map.js';
import { RecordCheck } from './check-record.js';
import { isDamage, sqliteCode } from './failure.js';
import { openDatabase, openForReading, UnusableLog } from './open-database.js';

interface StoredRow {
  readonly position: number;
  readonly body: string;
  readonly hash: string;
}

/** How many streams' heads are kept in memory. */
const HEADS = 20_000;
/** How many of the newest records are checked when the log is opened; the others are in the background. */
const NEWEST = 256;

/** What is durable in the SQLite file, read on a connection of its own. */
export class SqliteLog implements LogReader, LogState {
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  readonly #heads = new BoundedMap<string, StreamHead>(HEADS);
  /** Names of the streams of each kind that was asked for, in order of their first records. */
  readonly #kinds = new Map<string, string[]>();
  #head: number;
  #newestRecordedAt: string | null;

  /**
   * Opens the file, or makes it.
   * @throws UnusableLog where the file is another program's, of a newer version, or damaged
   */
  constructor(
    file: string,
    private readonly catalogue: FactCatalogue,
    private readonly kindOf: (stream: string) => string,
    { db, newest } = openDatabase(file),
  ) {
    this.#db = db;
    this.#head = newest?.position ?? 0;
    this.#newestRecordedAt = newest?.recordedAt ?? null;
    const fault = this.#faultInNewest();
    if (fault === undefined) return;
    db.close();
    throw new UnusableLog(`${file} is damaged: ${fault}. Restore it from a backup`);
  }

  #faultInNewest(): string | undefined {
    try {
      return new RecordCheck(this.#db, this.catalogue).faultBetween(Math.max(0, this.#head - NEWEST), this.#head);
    } catch (error) {
      return `its newest records cannot be read: ${(error as Error).message}`;
    }
  }

  /** These have been made durable after the head. */
  advance(additions: readonly Addition[]): void {
    for (const { record } of additions) {
      this.#heads.set(record.stream, { revision: record.revision, hash: record.hash });
      if (record.revision === 0) this.#kinds.get(this.kindOf(record.stream))?.push(record.stream);
    }
    const last = additions.at(-1)?.record;
    if (!last) return;
    this.#head = last.position;
    this.#newestRecordedAt = last.recordedAt;
  }

  head(): number {
    return this.#head;
  }

  newestRecordedAt(): string | null {
    return this.#newestRecordedAt;
  }

  positionAt(instant: string): number {
    const stamp = inMilliseconds(instant);
    // Times never go back along the log, so the positions up to an instant are found by halving.
    let [known, beyond] = [0, this.#head + 1];
    while (beyond - known > 1) {
      const middle = Math.floor((known + beyond) / 2);
      const row = this.#get<{ recorded_at: string }>('SELECT recorded_at FROM record WHERE position = ?', middle);
      if (row !== undefined && row.recorded_at <= stamp) known = middle;
      else beyond = middle;
    }
    return known;
  }

  streamHead(stream: string): StreamHead {
    const known = this.#heads.get(stream);
    if (known) return known;
    // What is in the file already, and not part of the log yet, is not seen.
    const row = this.#get<StreamHead>(
      'SELECT revision, hash FROM record WHERE stream = ? AND position <= ? ORDER BY revision DESC LIMIT 1',
      stream,
      this.#head,
    );
    const head = row ?? { revision: -1, hash: null };
    this.#heads.set(stream, head);
    return head;
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
    const rows = this.#all<StoredRow>(
      'SELECT position, body, hash FROM record WHERE stream = ? AND revision >= ? AND position <= ? ORDER BY revision',
      stream,
      fromRevision,
      upTo ?? this.#head,
    );
    return rows.map((row) => this.#open(row));
  }

  *read(query: RecordQuery): Iterable<LogRecord> {
    if (query.occurredBy === undefined) yield* this.#read(query);
    else yield* this.#readOccurred(query, query.occurredBy);
  }

  /** All that was recorded by then, and after that what was recorded late: the rest need not be looked at. */
  *#readOccurred(query: RecordQuery, occurredBy: string): Iterable<LogRecord> {
    const known = this.positionAt(occurredBy);
    const { after = 0, upTo = this.#head, limit = Infinity } = query;
    let left = limit;
    for (const record of this.#read({ ...query, upTo: Math.min(upTo, known) })) {
      left -= 1;
      yield record;
    }
    if (left > 0) yield* this.#read({ ...query, after: Math.max(after, known), limit: left }, true);
  }

  *#read(query: RecordQuery, late = false): Iterable<LogRecord> {
    const conditions = ['position > ?', 'position <= ?', ...(late ? ['occurred_at < recorded_at'] : [])];
    const values: SQLInputValue[] = [query.after ?? 0, Math.min(query.upTo ?? this.#head, this.#head)];
    for (const [column, value] of [
      ['stream', query.stream],
      ['type', query.type],
      ['actor', query.actor],
    ] as const)
      if (value !== undefined) {
        conditions.push(`${column} = ?`);
        values.push(value);
      }
    if (query.occurredBy !== undefined) {
      conditions.push('occurred_at <= ?');
      values.push(inMilliseconds(query.occurredBy));
    }
    // A statement of its own: the caller may read on while others are read.
    const statement = this.#reading(() =>
      this.#db.prepare(
        `SELECT position, body, hash FROM record WHERE ${conditions.join(' AND ')} ORDER BY position LIMIT ?`,
      ),
    );
    const most = Number.isFinite(query.limit) ? (query.limit ?? -1) : -1;
    for (const row of this.#rows(statement, ...values, most)) yield this.#open(row);
  }

  *readWritten({ after = 0, upTo }: Pick<RecordQuery, 'after' | 'upTo'>): Iterable<SealedRecord> {
    const end = Math.min(upTo ?? this.#head, this.#head);
    const statement = this.#reading(() =>
      this.#db.prepare(
        'SELECT position, body, hash FROM record WHERE position > ? AND position <= ? ORDER BY position',
      ),
    );
    for (const row of this.#rows(statement, after, end)) yield { record: opened(row), body: row.body };
  }

  /** Id and hash of the record at a position; undefined if there is none. */
  identityAt(position: number): { readonly id: string; readonly hash: string } | undefined {
    if (position > this.#head) return undefined;
    return this.#get('SELECT id, hash FROM record WHERE position = ?', position);
  }

  find(id: string): LogRecord | undefined {
    const record = this.written(id);
    return record && this.catalogue.current(record);
  }

  written(id: string): LogRecord | undefined {
    const row = this.#get<StoredRow>(
      'SELECT position, body, hash FROM record WHERE id = ? AND position <= ?',
      id,
      this.#head,
    );
    return row && opened(row);
  }

  streamsOf(kind: string, upTo?: number): readonly string[] {
    if (upTo === undefined || upTo >= this.#head) return [...this.#ofKind(kind)];
    return this.#all<{ name: string }>(
      'SELECT name FROM stream WHERE kind = ? AND first <= ? ORDER BY first',
      kind,
      upTo,
    ).map(({ name }) => name);
  }

  #ofKind(kind: string): readonly string[] {
    const known = this.#kinds.get(kind);
    if (known) return known;
    const rows = this.#all<{ name: string }>(
      'SELECT name FROM stream WHERE kind = ? AND first <= ? ORDER BY first',
      kind,
      this.#head,
    );
    const names = rows.map(({ name }) => name);
    this.#kinds.set(kind, names);
    return names;
  }

  claimOf(name: string): Claim | undefined {
    return this.#get<Claim>(
      'SELECT position, hash FROM claim JOIN record USING (position) WHERE name = ? AND position <= ?',
      name,
      this.#head,
    );
  }

  close(): void {
    if (this.#db.isOpen) this.#db.close();
  }

  /** @throws UnknownEvent, or UnreadableRecord for what is not as it was written; both name the position */
  #open(row: StoredRow): LogRecord {
    const record = opened(row);
    try {
      return this.catalogue.current(record);
    } catch (error) {
      const message = `the record at position ${String(row.position)}: ${(error as Error).message}`;
      throw error instanceof UnknownEvent
        ? new UnknownEvent(message, { cause: error })
        : new UnreadableRecord(message, { cause: error });
    }
  }

  *#rows(statement: StatementSync, ...values: SQLInputValue[]): Iterable<StoredRow> {
    let last = 0;
    try {
      for (const row of statement.iterate(...values) as Iterable<unknown>) {
        last = (row as StoredRow).position;
        yield row as StoredRow;
      }
    } catch (error) {
      throw unreadable(error, last === 0 ? '' : ` after position ${String(last)}`);
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
    return this.#reading(() => this.#statement(sql).get(...values) as Row | undefined);
  }

  #all<Row>(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.#reading(() => this.#statement(sql).all(...values) as unknown as Row[]);
  }

  #reading<Result>(read: () => Result): Result {
    try {
      return read();
    } catch (error) {
      throw unreadable(error);
    }
  }
}

/** @throws UnreadableRecord where the record is not as it was written */
function opened({ position, body, hash }: StoredRow): LogRecord {
  try {
    return open(body, hash);
  } catch (error) {
    throw new UnreadableRecord(`the record at position ${String(position)} is damaged: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

/** What it means that the database cannot be read: damage that stays, or a disk that fails now. */
function unreadable(error: unknown, where = ''): unknown {
  if (sqliteCode(error) === undefined) return error;
  const message = `the log cannot be read${where}: ${(error as Error).message}`;
  return isDamage(error)
    ? new UnreadableRecord(message, { cause: error })
    : new LogUnavailable(message, { cause: error });
}

/**
 * The log of a file as it is now, to be read alone, while a server may be writing to it.
 * @throws UnusableLog
 */
export const openToRead = (file: string, catalogue: FactCatalogue): SqliteLog =>
  new SqliteLog(
    file,
    catalogue,
    () => {
      throw new Error('what is only read does not advance');
    },
    openForReading(file),
  );
