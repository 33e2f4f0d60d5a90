import { isUtf8 } from 'node:buffer';
import { parse } from 'csv-parse/sync';

/** One record of a CSV file. `row` counts from 1; the header is 0. */
export interface CsvRecord {
  readonly row: number;
  /** Its cells; none where they could not be told apart. */
  readonly cells: readonly string[];
  /** Why it cannot be used, whatever its cells say. */
  readonly problem?: string | undefined;
}

interface Line {
  readonly text: string;
  readonly quotes: number;
  readonly problem?: string | undefined;
}

/** Longest record, in bytes, and most lines of one: beyond that a quote was left open. */
const LONGEST_RECORD = 128 * 1024;
const MOST_LINES = 100;

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const BYTE_ORDER_MARK = '\uFEFF';

const NOT_UTF8 = 'is not UTF-8 text but in another encoding, such as Latin-1: save the file as UTF-8';
const TOO_LONG = `is longer than ${String(LONGEST_RECORD / 1024)} KiB`;
const QUOTES = 'has quotes that do not match: a cell with a quote in it is written "like ""this"""';

/**
 * Reads CSV (RFC 4180: LF or CRLF, quoted cells, a byte order mark or none) as its bytes come in, in bounded memory. A
 * record that cannot be read is told as such and costs no other: a quote that is left open ends with its line, not with
 * the file.
 */
export class CsvRecords {
  /** Bytes of a line that has not ended yet. */
  #pending: Uint8Array[] = [];
  #pendingBytes = 0;
  /** Lines of a record whose quotes are open. */
  #open: Line[] = [];
  #row = -1;
  #begun = false;

  /** The records that end within these bytes. */
  *push(bytes: Uint8Array): Iterable<CsvRecord> {
    let from = 0;
    for (let end = bytes.indexOf(LINE_FEED); end >= 0; end = bytes.indexOf(LINE_FEED, from)) {
      this.#hold(bytes.subarray(from, end));
      yield* this.#take(this.#endLine());
      from = end + 1;
    }
    this.#hold(bytes.subarray(from));
  }

  /** What is left when no more bytes come. */
  *end(): Iterable<CsvRecord> {
    if (this.#pendingBytes > 0) yield* this.#take(this.#endLine());
    while (this.#open.length > 0) yield* this.#giveUp();
  }

  #hold(bytes: Uint8Array): void {
    this.#pendingBytes += bytes.length;
    // Copied, for the chunk that it comes from may be used again; of what is too long no more than is needed to know it.
    if (bytes.length > 0 && this.#pendingBytes <= LONGEST_RECORD) this.#pending.push(Buffer.from(bytes));
  }

  #endLine(): Line {
    const tooLong = this.#pendingBytes > LONGEST_RECORD;
    const line = Buffer.concat(this.#pending);
    this.#pending = [];
    this.#pendingBytes = 0;
    if (tooLong) return { text: '', quotes: 0, problem: TOO_LONG };
    const bytes = line.at(-1) === CARRIAGE_RETURN ? line.subarray(0, -1) : line;
    const readable = isUtf8(bytes);
    const whole = bytes.toString(readable ? 'utf8' : 'latin1');
    const text = !this.#begun && whole.startsWith(BYTE_ORDER_MARK) ? whole.slice(BYTE_ORDER_MARK.length) : whole;
    this.#begun = true;
    return { text, quotes: quotesIn(text), ...(readable ? {} : { problem: NOT_UTF8 }) };
  }

  *#take(line: Line): Iterable<CsvRecord> {
    if (this.#open.length === 0 && line.text === '' && line.problem === undefined) return;
    this.#open.push(line);
    const quotes = this.#open.reduce((sum, one) => sum + one.quotes, 0);
    if (quotes % 2 === 0) {
      const record = cellsOf(this.#open);
      if (record) {
        yield this.#record(record);
        this.#open = [];
      } else yield* this.#giveUp();
      return;
    }
    const bytes = this.#open.reduce((sum, one) => sum + one.text.length, 0);
    if (bytes > LONGEST_RECORD || this.#open.length === MOST_LINES) yield* this.#giveUp();
  }

  /** The first line is no record; the others may be. */
  *#giveUp(): Iterable<CsvRecord> {
    const [, ...others] = this.#open;
    this.#open = [];
    yield this.#record({ cells: [], problem: QUOTES });
    for (const line of others) yield* this.#take(line);
  }

  #record(record: Omit<CsvRecord, 'row'>): CsvRecord {
    this.#row += 1;
    return { ...record, row: this.#row };
  }
}

function quotesIn(text: string): number {
  let quotes = 0;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) quotes += 1;
  return quotes;
}

/** The cells of the lines as one record; undefined where their quotes do not match. */
function cellsOf(lines: readonly Line[]): Omit<CsvRecord, 'row'> | undefined {
  const problem = lines.find((line) => line.problem !== undefined)?.problem;
  const text = lines.map((line) => line.text).join('\n');
  if (!text.includes('"')) return { cells: text.split(','), problem };
  try {
    const [cells, more] = parse(text, { record_delimiter: '\n', relax_column_count: true });
    return cells && !more ? { cells, problem } : undefined;
  } catch {
    return undefined;
  }
}
