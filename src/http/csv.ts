import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { stringify } from 'csv-stringify/sync';

/** What a cell of a CSV table can be made of; null is an empty cell. */
export type CsvValue = string | number | boolean | null | undefined;

/** A table to be sent as CSV: its columns, and its rows as they are asked for. */
export interface CsvTable {
  /** The file's name without `.csv`. */
  readonly name: string;
  /**
   * What makes this content this and no other, as plain JSON: the same version, the same content. The entity tag is made
   * of it, so that a table of any length has one before its first row is written.
   */
  readonly version: unknown;
  readonly columns: readonly string[];
  readonly rows: Iterable<readonly CsvValue[]>;
}

/** Makes a table of rows of one type, each column a name and what it takes from a row. */
export function csvTable<Row>(table: {
  readonly name: string;
  readonly version: unknown;
  readonly columns: Readonly<Record<string, (row: Row) => CsvValue>>;
  readonly rows: Iterable<Row>;
}): CsvTable {
  const { name, version, columns, rows } = table;
  const values = Object.values(columns);
  return { name, version, columns: Object.keys(columns), rows: cells(rows, values) };
}

function* cells<Row>(
  rows: Iterable<Row>,
  columns: readonly ((row: Row) => CsvValue)[],
): Generator<readonly CsvValue[]> {
  for (const row of rows) yield columns.map((column) => column(row));
}

/** Rows that are written in one go; between two goes others are served. */
const ROWS_AT_ONCE = 250;

/**
 * A table as CSV (RFC 4180: CRLF, a header, quotes where they are needed), in UTF-8. It is written no faster than it is
 * taken, and never all at once.
 */
export const csvStream = (table: CsvTable): Readable => Readable.from(chunks(table), { objectMode: false });

async function* chunks({ columns, rows }: CsvTable): AsyncGenerator<string> {
  let lines: CsvValue[][] = [[...columns]];
  for (const row of rows) {
    lines.push([...row]);
    if (lines.length < ROWS_AT_ONCE) continue;
    yield written(lines);
    lines = [];
    await setImmediate();
  }
  if (lines.length > 0) yield written(lines);
}

const written = (lines: readonly CsvValue[][]): string =>
  stringify(
    lines.map((line) => line.map(cell)),
    // A lone line break needs quotes as well, whatever ends the records.
    { record_delimiter: 'windows', quoted_match: /[\r\n]/ },
  );

/**
 * Text that a spreadsheet would take for a formula: it begins, after any blanks, with one of `= + - @` (or their
 * full-width forms), or with a tab or a line break.
 */
const FORMULA = /^(\s*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]|[\t\r\n])/;

/** A cell as text. What a spreadsheet would calculate gets an apostrophe before it, and stays text; numbers stay numbers. */
const cell = (value: CsvValue): string =>
  typeof value === 'string' && FORMULA.test(value) ? `'${value}` : String(value ?? '');

export const JSON_TYPE = 'application/json';
export const CSV_TYPE = 'text/csv';

/** Whether an `Accept` header would rather have CSV than JSON. Where it likes both the same, JSON it is. */
export function prefersCsv(accept: string | undefined): boolean {
  if (accept === undefined) return false;
  const ranges = accept.split(',').map((range) => {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    const quality = parameters.find((parameter) => parameter.startsWith('q='));
    return { type, quality: quality === undefined ? 1 : Number(quality.slice(2)) || 0 };
  });
  const qualityOf = (type: string): number =>
    [type, `${type.slice(0, type.indexOf('/'))}/*`, '*/*']
      .map((wanted) => ranges.find((range) => range.type === wanted)?.quality)
      .find((quality) => quality !== undefined) ?? 0;
  return qualityOf(CSV_TYPE) > qualityOf(JSON_TYPE);
}
