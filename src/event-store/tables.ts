/**
 * What a projection writes to and is read from: tables of rows, each under a key. Rows are plain JSON values and are
 * never changed in place: a changed row is put anew.
 */
export interface Table<Row> {
  readonly name: string;
  /** Keeps the row's type with the table; never there at run time. */
  readonly row?: Row;
}

/** Names a table of a projection: a word without a slash. */
export const table = <Row>(name: string): Table<Row> => ({ name });

/** Which rows to read, in the order of their keys, which are ASCII. All conditions hold together. */
export interface RowQuery {
  /** Only keys that begin so. */
  readonly prefix?: string | undefined;
  /** Only keys from this one on (inclusive). */
  readonly from?: string | undefined;
  /** Only keys up to this one (inclusive). */
  readonly to?: string | undefined;
  /** Only keys after this one. */
  readonly after?: string | undefined;
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

/** A stretch of whole keys (`<table>/<key>`): from `lower` up to, but not with, `upper`. */
export interface Stretch {
  readonly lower: string;
  readonly upper: string;
}

/** Rows that are stored, by whole key. */
export interface StoredRows {
  get(key: string): unknown;
  read(stretch: Stretch): Iterable<Entry<unknown>>;
}

/** A change to a row: its new value, or that it is gone. */
export type Change = { readonly row: unknown } | 'deleted';

/**
 * Stored rows with what has been changed since on top of them, in layers: the newest takes the changes, those below are
 * being stored.
 */
export class LayeredTables implements Tables {
  /** Oldest first; the last takes the changes. */
  readonly #layers: Map<string, Change>[] = [new Map<string, Change>()];
  /** The changed keys of all layers in order; undefined once there is another. */
  #ordered: readonly string[] | undefined;

  constructor(private readonly stored: StoredRows) {}

  get<Row>(table: Table<Row>, key: string): Row | undefined {
    const whole = wholeKey(table, key);
    const change = this.#changeOf(whole);
    if (change === 'deleted') return undefined;
    return (change ? change.row : this.stored.get(whole)) as Row | undefined;
  }

  *rows<Row>(table: Table<Row>, query: RowQuery = {}): Iterable<Entry<Row>> {
    const start = table.name.length + 1;
    for (const [key, row] of this.#merged(stretchOf(table, query))) yield [key.slice(start), row as Row];
  }

  put<Row>(table: Table<Row>, key: string, row: Row): void {
    this.#change(wholeKey(table, key), { row });
  }

  delete(table: Table<unknown>, key: string): void {
    this.#change(wholeKey(table, key), 'deleted');
  }

  /** How many changes the newest layer has. */
  get changed(): number {
    return this.#newest.size;
  }

  /** Ends the newest layer, to be stored, and begins another. */
  freeze(): ReadonlyMap<string, Change> {
    const frozen = this.#newest;
    this.#layers.push(new Map());
    return frozen;
  }

  /** The oldest layer is stored now. */
  settle(): void {
    this.#layers.shift();
    this.#ordered = undefined;
  }

  /** Forgets the changes of the newest layer. */
  forget(): void {
    this.#newest.clear();
    this.#ordered = undefined;
  }

  get #newest(): Map<string, Change> {
    return this.#layers.at(-1) as Map<string, Change>;
  }

  #changeOf(key: string): Change | undefined {
    for (let index = this.#layers.length - 1; index >= 0; index -= 1) {
      const change = this.#layers[index]?.get(key);
      if (change !== undefined) return change;
    }
    return undefined;
  }

  #change(key: string, change: Change): void {
    if (!this.#newest.has(key)) this.#ordered = undefined;
    this.#newest.set(key, change);
  }

  *#merged(stretch: Stretch): Iterable<Entry<unknown>> {
    const changed = this.#changedWithin(stretch);
    let next = 0;
    for (const [key, row] of this.stored.read(stretch)) {
      for (; next < changed.length && (changed[next] ?? '') < key; next += 1)
        yield* this.#changedEntry(changed[next] ?? '');
      if (changed[next] === key) {
        yield* this.#changedEntry(key);
        next += 1;
      } else yield [key, row];
    }
    for (; next < changed.length; next += 1) yield* this.#changedEntry(changed[next] ?? '');
  }

  *#changedEntry(key: string): Iterable<Entry<unknown>> {
    const change = this.#changeOf(key);
    if (change !== undefined && change !== 'deleted') yield [key, change.row];
  }

  #changedWithin({ lower, upper }: Stretch): readonly string[] {
    if (this.#layers.every(({ size }) => size === 0)) return [];
    const ordered = (this.#ordered ??= [...new Set(this.#layers.flatMap((layer) => [...layer.keys()]))].sort(inOrder));
    return ordered.slice(firstAtOrAfter(ordered, lower), firstAtOrAfter(ordered, upper));
  }
}

const wholeKey = (table: Table<unknown>, key: string): string => `${table.name}/${key}`;

/** The smallest text that is greater than every text that begins so. */
const beyond = (prefix: string): string =>
  prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1);

/** The smallest text that is greater than this one. */
const following = (text: string): string => `${text}\u0001`;

function stretchOf(table: Table<unknown>, { prefix = '', from, to, after }: RowQuery): Stretch {
  const whole = (key: string): string => wholeKey(table, key);
  const lowers = [whole(prefix)];
  const uppers = [beyond(whole(prefix))];
  if (from !== undefined) lowers.push(whole(from));
  if (to !== undefined) uppers.push(following(whole(to)));
  if (after !== undefined) lowers.push(following(whole(after)));
  return { lower: lowers.sort(inOrder).at(-1) ?? '', upper: uppers.sort(inOrder)[0] ?? '' };
}

const inOrder = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Index of the first text that is not smaller. */
function firstAtOrAfter(ordered: readonly string[], text: string): number {
  let [low, high] = [0, ordered.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ordered[middle] ?? '') < text) low = middle + 1;
    else high = middle;
  }
  return low;
}
