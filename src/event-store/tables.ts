/**
 * What a projection writes to and is read from: tables of rows, each under a key. Rows are plain JSON values and are
 * never changed in place: a changed row is put anew.
 */
export interface Table<Row> {
  readonly name: string;
  /** Keeps the row's type with the table; never there at run time. */
  readonly row?: Row;
}

/** Names a table of a projection. */
export const table = <Row>(name: string): Table<Row> => ({ name });

/** Which rows to read, in the order of their keys (by code unit). All conditions hold together. */
export interface RowQuery {
  /** Only keys that begin so. */
  readonly prefix?: string | undefined;
  /** Only keys from this one on (inclusive). */
  readonly from?: string | undefined;
  /** Only keys up to this one (inclusive). */
  readonly to?: string | undefined;
  /** Only keys after this one (before it, where descending). */
  readonly after?: string | undefined;
  readonly descending?: boolean | undefined;
}

/** A row and its key. */
export type Entry<Row> = readonly [key: string, row: Row];

/** Tables as they are read. */
export interface TablesReader {
  get<Row>(table: Table<Row>, key: string): Row | undefined;
  /** Rows in the order of their keys; reads no further than the caller does. */
  rows<Row>(table: Table<Row>, query?: RowQuery): Iterable<Entry<Row>>;
}

/** Tables as a projection changes them. */
export interface Tables extends TablesReader {
  put<Row>(table: Table<Row>, key: string, row: Row): void;
  delete(table: Table<unknown>, key: string): void;
}

/** Whether a query asks for a key, where it lies in reach at all. */
const wanted = (key: string, { prefix = '', from, to }: RowQuery): boolean =>
  key.startsWith(prefix) && (from === undefined || key >= from) && (to === undefined || key <= to);

interface MemoryTable {
  readonly rows: Map<string, unknown>;
  /** The keys in order; undefined once they have changed. */
  keys: readonly string[] | undefined;
}

/** Tables in memory. */
export class MemoryTables implements Tables {
  readonly #tables = new Map<string, MemoryTable>();

  get<Row>(table: Table<Row>, key: string): Row | undefined {
    return this.#tables.get(table.name)?.rows.get(key) as Row | undefined;
  }

  *rows<Row>(table: Table<Row>, query: RowQuery = {}): Iterable<Entry<Row>> {
    const stored = this.#tables.get(table.name);
    if (!stored) return;
    const keys = (stored.keys ??= [...stored.rows.keys()].sort(byCodeUnit));
    const { after, descending = false } = query;
    for (const key of descending ? keys.toReversed() : keys) {
      if (after !== undefined && (descending ? key >= after : key <= after)) continue;
      if (wanted(key, query)) yield [key, stored.rows.get(key) as Row];
    }
  }

  put<Row>(table: Table<Row>, key: string, row: Row): void {
    const stored = this.#tables.get(table.name) ?? { rows: new Map<string, unknown>(), keys: undefined };
    this.#tables.set(table.name, stored);
    if (!stored.rows.has(key)) stored.keys = undefined;
    stored.rows.set(key, row);
  }

  delete(table: Table<unknown>, key: string): void {
    const stored = this.#tables.get(table.name);
    if (stored?.rows.delete(key)) stored.keys = undefined;
  }
}

const byCodeUnit = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
