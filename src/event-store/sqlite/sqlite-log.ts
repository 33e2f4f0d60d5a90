import type { DatabaseSync } from 'node:sqlite';
import { type SQLInputValue, type StatementSync } from 'node:sqlite';
import { inMilliseconds, type Addition, type LogState } from '../append.js';
import { LogUnavailable, type LogReader, type LogRecord, type RecordQuery, type SealedRecord } from '../event-store.js';
import type { FactCatalogue } from '../facts.js';
import { open } from '../record.js';
import { BoundedMap } from '../bounded-map.js';
import { RecordCheck } from './check-record.js';
import { openDatabase, openForReading, UnusableLog } from './open-database.js';

interface StoredRow {
  readonly body: string;
  readonly hash: string;
}

/** A stream's newest revision and hash. */
interface StreamHead {
  readonly revision: number;
  readonly hash: string | null;
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
    const fault = new RecordCheck(db, catalogue).faultBetween(Math.max(0, this.#head - NEWEST), this.#head);
    if (fault === undefined) return;
    db.close();
    throw new UnusableLog(`${file} is damaged: ${fault}. Restore it from a backup`);
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
      'SELECT body, hash FROM record WHERE stream = ? AND revision >= ? AND position <= ? ORDER BY revision',
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
      this.#db.prepare(`SELECT body, hash FROM record WHERE ${conditions.join(' AND ')} ORDER BY position LIMIT ?`),
    );
    for (const row of statement.iterate(...values, Number.isFinite(query.limit) ? (query.limit ?? -1) : -1))
      yield this.#open(row as unknown as StoredRow);
  }

  *readWritten({ after = 0, upTo }: Pick<RecordQuery, 'after' | 'upTo'>): Iterable<SealedRecord> {
    const end = Math.min(upTo ?? this.#head, this.#head);
    const statement = this.#reading(() =>
      this.#db.prepare('SELECT body, hash FROM record WHERE position > ? AND position <= ? ORDER BY position'),
    );
    for (const row of statement.iterate(after, end)) {
      const { body, hash } = row as unknown as StoredRow;
      yield { record: open(body, hash), body };
    }
  }

  find(id: string): LogRecord | undefined {
    const record = this.written(id);
    return record && this.catalogue.current(record);
  }

  written(id: string): LogRecord | undefined {
    const row = this.#get<StoredRow>('SELECT body, hash FROM record WHERE id = ? AND position <= ?', id, this.#head);
    return row && open(row.body, row.hash);
  }

  streamsOf(kind: string, upTo?: number): readonly string[] {
    if (upTo === undefined || upTo >= this.#head) return [...this.#ofKind(kind)];
    return this.#all<{ name: string }>(
      'SELECT name FROM stream WHERE kind = ? AND first <= ? ORDER BY first',
      kind,
      upTo,
    ).map(({ name }) => name);
  }

  countOf(kind: string): number {
    return this.#ofKind(kind).length;
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

  claimedAt(name: string): number | undefined {
    return this.#get<{ position: number }>(
      'SELECT position FROM claim WHERE name = ? AND position <= ?',
      name,
      this.#head,
    )?.position;
  }

  close(): void {
    if (this.#db.isOpen) this.#db.close();
  }

  #open({ body, hash }: StoredRow): LogRecord {
    return this.catalogue.current(open(body, hash));
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

  /** @throws LogUnavailable where it is the database or the disk that fails */
  #reading<Result>(read: () => Result): Result {
    try {
      return read();
    } catch (error) {
      if ((error as { code?: unknown }).code !== 'ERR_SQLITE_ERROR') throw error;
      throw new LogUnavailable(`the log cannot be read: ${(error as Error).message}`, { cause: error });
    }
  }
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
