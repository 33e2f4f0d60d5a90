import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { CLOSING_BEGINS, closingLine, headerLine, TypesSeen } from '../export/export-format.js';
import { readEventLine } from './event-line.js';
import { EventOrder } from './event-order.js';
import { event, type Fault } from './fault.js';
import { GrowingTree } from './growing-tree.js';
import { SignedHeads } from './signed-heads.js';

/** What has been read of an export, once all of it has. */
export interface CheckedExport {
  /** The first thing that is wrong with it. */
  readonly fault: Fault | undefined;
  /** Events that are as they should be, from the first on. */
  readonly events: number;
  readonly newestHash: string | null;
  readonly heads: SignedHeads;
  /** Roots at the sizes that were asked for, as far as the events went. */
  readonly roots: ReadonlyMap<number, string>;
}

const LF = 10;
const RECORDS = /"records":(\d{1,15}),/;
/** No line is longer, LF apart. Bytes. */
const LONGEST_LINE = 64 * 1024 * 1024;

/** Checks an export that is pushed through it piece by piece, and keeps none of it. */
export class ExportCheck {
  readonly #sum = createHash('sha256');
  readonly #order = new EventOrder();
  readonly #tree = new GrowingTree();
  readonly #heads = new SignedHeads(this.#tree);
  readonly #types = new TypesSeen();
  readonly #roots = new Map<number, string>();
  /** The beginning of a line whose end has not come. */
  #rest: Buffer = Buffer.alloc(0);
  #line = 0;
  /** As the header says. */
  #records: number | undefined;
  #closing: string | undefined;
  #fault: Fault | undefined;

  /** @param sizes at which the root of the tree is wanted */
  constructor(private readonly sizes: ReadonlySet<number> = new Set()) {
    this.#wanted();
  }

  /** How far it is: events read, and all of them as the header says. */
  get progress(): { readonly events: number; readonly all: number | undefined } {
    return { events: Math.max(0, this.#line - 1), all: this.#records };
  }

  /** What the whole lines so far come to. */
  get soFar(): { readonly events: number; readonly newestHash: string | null; readonly isWhole: boolean } {
    const { count, newestHash, isWhole } = this.#order;
    return { events: count, newestHash, isWhole: isWhole && this.#fault === undefined };
  }

  /** Takes in the next bytes. */
  push(bytes: Buffer): void {
    const end = bytes.lastIndexOf(LF) + 1;
    if (end === 0) {
      this.#rest = Buffer.concat([this.#rest, bytes]);
      if (this.#rest.length <= LONGEST_LINE) return;
      this.#found(
        'changed',
        this.#order.count + 1,
        `the line is longer than any event: ${event(this.#order.count + 1)} was changed`,
      );
      this.#rest = Buffer.alloc(0);
      return;
    }
    const lines =
      this.#rest.length === 0 ? bytes.subarray(0, end) : Buffer.concat([this.#rest, bytes.subarray(0, end)]);
    this.#rest = Buffer.from(bytes.subarray(end));
    this.#lines(lines);
  }

  /** All of it has been pushed. */
  finish(): CheckedExport {
    return {
      fault: this.#firstFault() ?? this.#faultAtEnd(),
      events: this.#order.count,
      newestHash: this.#order.newestHash,
      heads: this.#heads,
      roots: this.#roots,
    };
  }

  #lines(lines: Buffer): void {
    const readable = isUtf8(lines);
    let summed = 0;
    for (let start = 0; start < lines.length;) {
      const end = lines.indexOf(LF, start);
      const line = lines.subarray(start, end);
      this.#line += 1;
      if (this.#line === 1) this.#header(line);
      else if (this.#closing !== undefined) this.#found('closing', null, 'there is something after the closing line');
      else if (line.toString('latin1', 0, CLOSING_BEGINS.length) === CLOSING_BEGINS) {
        this.#sum.update(lines.subarray(summed, start));
        summed = lines.length;
        this.#closing = line.toString('utf8');
      } else this.#event(line, readable || isUtf8(line));
      start = end + 1;
    }
    this.#sum.update(lines.subarray(summed));
  }

  #header(line: Buffer): void {
    const text = line.toString('utf8');
    const records = RECORDS.exec(text)?.[1];
    if (records !== undefined && text === headerLine(Number(records))) this.#records = Number(records);
    else this.#found('header', null, 'the first line is not the header of an export that this program can read');
  }

  #event(line: Buffer, readable: boolean): void {
    const read = readable ? readEventLine(line) : { problem: 'it is not UTF-8' };
    if (!this.#order.take(read, this.#line) || 'problem' in read) return;
    const { record, text } = read;
    this.#types.see(record.type, record.version);
    const fault = this.#heads.take(record, text, this.#line);
    if (fault) this.#order.suspect(fault);
    this.#tree.add(this.#order.newestHash ?? '');
    this.#wanted();
  }

  #wanted(): void {
    const { size } = this.#tree;
    if (this.sizes.has(size)) this.#roots.set(size, this.#tree.root());
  }

  #firstFault(): Fault | undefined {
    const inOrder = this.#order.fault;
    if (!inOrder || (this.#fault && (this.#fault.line ?? 0) < (inOrder.line ?? 0))) return this.#fault;
    // What stands where the closing line belongs, and is none, is no event either.
    if (inOrder.kind === 'changed' && inOrder.position === (this.#records ?? 0) + 1)
      return { ...inOrder, kind: 'closing', position: null, detail: 'the closing line is not what it should be' };
    return inOrder;
  }

  /** Every event that was there is right; what is wrong can only be at the end. */
  #faultAtEnd(): Fault | undefined {
    const { count, newestHash } = this.#order;
    if (this.#line === 0)
      return { kind: 'cut-off', position: null, line: 1, detail: 'the file ends before its first line does' };
    if (this.#closing === undefined)
      return this.#at(
        'cut-off',
        null,
        this.#rest.length > 0 || count < (this.#records ?? 0)
          ? `the file ends after ${event(count)} of ${String(this.#records)}, without a closing line`
          : 'the closing line is missing',
      );
    if (this.#rest.length > 0) return this.#at('closing', null, 'there is something after the closing line');
    const closing = closingLine({
      newestHash,
      records: count,
      sha256: this.#sum.digest('hex'),
      types: this.#types.all(),
    });
    if (this.#records === count)
      return closing === this.#closing
        ? undefined
        : this.#at('closing', null, 'the closing line is not what it should be');
    const stated = Number(RECORDS.exec(this.#closing)?.[1]);
    if (stated === count)
      return {
        kind: 'header',
        position: null,
        line: 1,
        detail: `the header says ${String(this.#records)} events, and there are ${String(count)}`,
      };
    return count < (this.#records ?? 0)
      ? this.#at('missing', count + 1, `the events from ${String(count + 1)} to ${String(this.#records)} are missing`)
      : this.#at(
          'inserted',
          (this.#records ?? 0) + 1,
          `there are more events than the ${String(this.#records)} that the file says`,
        );
  }

  #found(kind: Fault['kind'], position: number | null, detail: string): void {
    this.#fault ??= this.#at(kind, position, detail);
  }

  #at(kind: Fault['kind'], position: number | null, detail: string): Fault {
    return { kind, position, line: this.#line, detail };
  }
}
