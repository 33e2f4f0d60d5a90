import { closeSync, openSync, readFileSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import type { StoredRecord } from './messages.js';

/** A record as the journal has it. */
type Written = Omit<StoredRecord, 'data' | 'metadata'> & { readonly data: string; readonly metadata: string };

/** One line for what was written at once, so that a line cut short loses all of it or nothing. */
const toLine = (records: readonly StoredRecord[]): string =>
  `${JSON.stringify(
    records.map((record) => ({
      ...record,
      data: record.data.toString('base64'),
      metadata: record.metadata.toString('base64'),
    })),
  )}\n`;

const fromLine = (line: Buffer): readonly StoredRecord[] =>
  (JSON.parse(line.toString()) as readonly Written[]).map(({ data, metadata, ...record }) => ({
    ...record,
    data: Buffer.from(data, 'base64'),
    metadata: Buffer.from(metadata, 'base64'),
  }));

/**
 * The log in a file, for a double in a process of its own that is killed and started again with the same data. What is
 * written outlives the process, not the machine: the double is no place to keep anything.
 */
export class Journal {
  #file: number;

  constructor(private readonly path: string) {
    this.#file = openSync(path, 'a');
  }

  /** The records of the file. A last line that a killed process left unfinished was never answered: it is cut off. */
  load(): readonly StoredRecord[] {
    const content = readFileSync(this.path);
    const records: StoredRecord[] = [];
    let start = 0;
    for (let end = content.indexOf('\n'); end >= 0; end = content.indexOf('\n', start)) {
      records.push(...fromLine(content.subarray(start, end)));
      start = end + 1;
    }
    if (start < content.length) truncateSync(this.path, start);
    return records;
  }

  add(records: readonly StoredRecord[]): void {
    writeSync(this.#file, toLine(records));
  }

  rewrite(records: readonly StoredRecord[]): void {
    closeSync(this.#file);
    writeFileSync(this.path, records.map((record) => toLine([record])).join(''));
    this.#file = openSync(this.path, 'a');
  }

  close(): void {
    closeSync(this.#file);
  }
}
