import type { EventLine, ReadRecord } from './event-line.js';
import { event, type Fault } from './fault.js';

/** The first line that is not as it should be, and what the lines after it still tell of it. */
interface Suspect {
  readonly fault: Fault;
  /** The position that belonged there. */
  readonly expected: number;
  /** The position that stands there, where that is another. */
  readonly found: number | undefined;
  /** The event that belonged there stands further down. */
  expectedLater: boolean;
  /** The event that stands there stands further down again. */
  foundAgain: boolean;
}

/**
 * Checks that events stand one after the other without gaps, each chained to the one before it in its stream, none
 * recorded before the one that it follows. The first that is not is named; the rest is read only for what was done to it.
 */
export class EventOrder {
  /** Events so far that are as they should be. */
  count = 0;
  newestHash: string | null = null;
  #newestRecordedAt = '';
  readonly #streams = new Map<string, { revision: number; hash: string }>();
  #suspect: Suspect | undefined;

  /** True while nothing is wrong. */
  get isWhole(): boolean {
    return this.#suspect === undefined;
  }

  /** What is wrong, and with which event first. */
  get fault(): Fault | undefined {
    return this.#suspect && judged(this.#suspect);
  }

  /** Takes in the next line. False where it is not as it should be, or one before it was not. */
  take(read: EventLine, line: number): boolean {
    const expected = this.count + 1;
    if (this.#suspect) {
      if (!('record' in read)) return false;
      if (read.record.position === this.#suspect.expected) this.#suspect.expectedLater = true;
      if (read.record.position === this.#suspect.found) this.#suspect.foundAgain = true;
      return false;
    }
    if ('problem' in read) return this.#suspected('changed', expected, line, `${event(expected)}: ${read.problem}`);
    const { hash, record } = read;
    const { position } = record;
    if (position > expected)
      return this.#suspected('missing', expected, line, missing(expected, position - 1), position);
    if (position < expected)
      return this.#suspected('inserted', expected, line, `${event(position)} stands there a second time`, position);
    const unchained = this.#notChained(record);
    if (unchained !== undefined) return this.#suspected('unchained', expected, line, unchained);
    if (record.recordedAt < this.#newestRecordedAt)
      return this.#suspected(
        'time',
        expected,
        line,
        `${event(expected)} was recorded at ${record.recordedAt}, before the event that it follows`,
      );
    this.count = expected;
    this.newestHash = hash;
    this.#newestRecordedAt = record.recordedAt;
    this.#chain(record, hash);
    return true;
  }

  /** Something that is not in the order of events is wrong with this one. */
  suspect(fault: Fault): void {
    this.#suspect ??= { fault, expected: -1, found: undefined, expectedLater: false, foundAgain: false };
  }

  #suspected(kind: Fault['kind'], expected: number, line: number, detail: string, found?: number): false {
    const position = kind === 'inserted' ? (found ?? expected) : expected;
    this.#suspect = {
      fault: { kind, position, line, detail },
      expected,
      found,
      expectedLater: false,
      foundAgain: false,
    };
    return false;
  }

  #notChained({ stream, revision, previousHash, position }: ReadRecord): string | undefined {
    const before = this.#streams.get(stream);
    if (revision === (before?.revision ?? -1) + 1 && previousHash === (before?.hash ?? null)) return undefined;
    return `${event(position)} does not follow the event before it in ${stream}: one of the two was changed and hashed anew, or one between them was taken out`;
  }

  #chain({ stream, revision }: ReadRecord, hash: string): void {
    const known = this.#streams.get(stream);
    if (known) Object.assign(known, { revision, hash });
    else this.#streams.set(stream, { revision, hash });
  }
}

const missing = (from: number, to: number): string =>
  from === to ? `${event(from)} is missing` : `the events ${String(from)} to ${String(to)} are missing`;

/** What was done, as far as the lines after it tell. */
function judged({ fault, expected, found, expectedLater, foundAgain }: Suspect): Fault {
  if (fault.kind === 'missing' && foundAgain)
    return {
      ...fault,
      kind: 'inserted',
      position: found ?? null,
      detail: `${event(found ?? 0)} stands before ${event(expected)}, and again in its own place`,
    };
  if (fault.kind === 'missing' && expectedLater)
    return { ...fault, kind: 'reordered', detail: `${event(found ?? 0)} stands where ${event(expected)} belongs` };
  if ((fault.kind === 'changed' || fault.kind === 'unchained' || fault.kind === 'time') && expectedLater)
    return { ...fault, kind: 'inserted', detail: `before ${event(expected)} stands one that is not of this history` };
  return fault;
}
