import { randomUUID } from 'node:crypto';
import type { Journal } from './journal.js';
import { TOMBSTONE_REVISION, type Expected, type ProposedEvent, type StoredRecord } from './messages.js';

/** What became of an append, a delete or a tombstone. */
export type Written =
  | { readonly outcome: 'kept'; readonly revision: number; readonly position: number }
  | { readonly outcome: 'wrong-expected-revision'; readonly current: number }
  | { readonly outcome: 'stream-deleted' };

/** What can be read of a stream: revisions `first` to `last`, or nothing (`first` above `last`). */
export type Extent =
  | { readonly is: 'missing' }
  | { readonly is: 'deleted' }
  | { readonly is: 'there'; readonly first: number; readonly last: number };

/** The part of a stream's metadata that bounds what is read. */
interface Limits {
  readonly maxCount?: number | undefined;
  readonly maxAgeSeconds?: number | undefined;
  readonly truncateBefore?: number | undefined;
}

/** `$tb` of a stream that was soft deleted: the largest int64, as JSON reads it. */
const SOFT_DELETED = 2 ** 63;
const META = '$$';

/**
 * The data of a cluster, once for all its nodes: streams of records in one log, with the rules of the server's index
 * writer (`IndexWriter.CheckCommit`) and index reader.
 */
export class Store {
  readonly #log: StoredRecord[] = [];
  readonly #streams = new Map<string, StoredRecord[]>();
  readonly #tombstones = new Map<string, StoredRecord>();
  readonly #watchers = new Map<string, Set<() => void>>();
  /** Records by event id: all that makes an append with `any` repeatable, and forgotten with the leader. */
  #byId = new Map<string, StoredRecord>();
  #position = 0;

  /** @param clock milliseconds since 1970, stamped on records and compared with `$maxAge` */
  constructor(
    private readonly clock: () => number,
    private readonly journal?: Journal,
  ) {
    for (const record of journal?.load() ?? []) this.#keep(record);
  }

  /** Appends all the events or none; an append that is repeated answers with its first result. */
  append(stream: string, expected: Expected, events: readonly ProposedEvent[]): Written {
    const ids = events.map(({ id }) => id);
    const current = this.#last(stream);
    const check = this.#check(stream, expected, ids);
    if (check !== 'ok') return check;
    const isUndeleted = this.#isSoftDeleted(stream);
    const original = stream.startsWith(META) ? stream.slice(META.length) : undefined;
    const isMetaOfDeleted = original !== undefined && this.#isSoftDeleted(original);
    const added = events.map((event, index) => this.#stamp(stream, current + 1 + index, event));
    this.#write(added);
    if (isUndeleted) this.#writeMetadata(stream, { ...this.#rawMetadata(stream), $tb: current + 1 });
    if (isMetaOfDeleted)
      this.#writeMetadata(original, { ...this.#rawMetadata(original), $tb: this.#last(original) + 1 });
    return { outcome: 'kept', revision: current + added.length, position: added.at(-1)?.position ?? this.#position };
  }

  /** Soft delete: the stream reads as missing until something is appended to it. */
  delete(stream: string, expected: Expected): Written {
    const check = this.#check(stream, expected, [randomUUID()]);
    if (check !== 'ok') return check;
    if (this.#last(stream) < 0 && this.#last(META + stream) < 0)
      return { outcome: 'wrong-expected-revision', current: -1 };
    return { outcome: 'kept', revision: -1, position: this.#writeMetadata(stream, { $tb: SOFT_DELETED }) };
  }

  /** Hard delete: the stream is gone for good. */
  tombstone(stream: string, expected: Expected): Written {
    const check = this.#check(stream, expected, [randomUUID()]);
    if (check !== 'ok') return check;
    const empty = { id: randomUUID(), type: '$streamDeleted', isJson: false, data: Buffer.alloc(0) };
    const record = this.#stamp(stream, TOMBSTONE_REVISION, { ...empty, metadata: empty.data });
    this.#write([record]);
    return { outcome: 'kept', revision: -1, position: record.position };
  }

  /** What can be read of a stream, by a node that has the log up to a position. */
  extent(stream: string, upTo = Infinity): Extent {
    const tombstone = this.#tombstones.get(stream);
    if (tombstone !== undefined && tombstone.position <= upTo) return { is: 'deleted' };
    const last = this.#last(stream, upTo);
    const limits = this.#limits(stream, upTo);
    if (last < 0 || limits.truncateBefore === SOFT_DELETED) return { is: 'missing' };
    const first = Math.max(0, limits.truncateBefore ?? 0, last + 1 - (limits.maxCount ?? Infinity));
    return { is: 'there', first: this.#firstYoungEnough(stream, first, last, limits.maxAgeSeconds), last };
  }

  /** Records `from` to `to` of a stream, both included, whether its metadata lets them be read or not. */
  records(stream: string, from: number, to: number): readonly StoredRecord[] {
    return (this.#streams.get(stream) ?? []).slice(from, to + 1);
  }

  tombstoneOf(stream: string): StoredRecord | undefined {
    return this.#tombstones.get(stream);
  }

  /** The position of the newest record of the log. */
  get position(): number {
    return this.#position;
  }

  /** Forgets everything after a position, as a restored backup has. */
  restore(position: number): void {
    const kept = this.#log.filter((record) => record.position <= position);
    this.#log.length = 0;
    this.#streams.clear();
    this.#tombstones.clear();
    this.#byId.clear();
    for (const record of kept) this.#keep(record);
    this.#position = position;
    this.journal?.rewrite(kept);
  }

  /** A new leader does not have the event ids that the old one had in memory. */
  forgetEventIds(): void {
    this.#byId = new Map();
  }

  /** Calls back after each write to a stream; the result ends that. */
  watch(stream: string, written: () => void): () => void {
    const watchers = this.#watchers.get(stream) ?? new Set();
    this.#watchers.set(stream, watchers.add(written));
    return () => watchers.delete(written);
  }

  #check(stream: string, expected: Expected, ids: readonly string[]): Written | 'ok' {
    if (this.#tombstones.has(stream)) return { outcome: 'stream-deleted' };
    const current = this.#last(stream);
    const wrong: Written = { outcome: 'wrong-expected-revision', current };
    if (expected === 'stream-exists') {
      if (this.#isSoftDeleted(stream)) return { outcome: 'stream-deleted' };
      if (current < 0 && this.#last(META + stream) < 0) return wrong;
    }
    if (expected === 'any' || expected === 'stream-exists') {
      const known = ids
        .map((id) => this.#byId.get(id))
        .map((record) => (record?.stream === stream ? record : undefined));
      if (known[0] === undefined) return 'ok';
      return firstResult(known) ?? wrong;
    }
    const start = expected === 'no-stream' ? -1 : expected;
    if (start > current) return wrong;
    if (start === current) return 'ok';
    const there = this.records(stream, start + 1, start + ids.length);
    const known = ids.map((id, index) => (there[index]?.id === id ? there[index] : undefined));
    if (known[0] === undefined) return start === -1 && this.#isSoftDeleted(stream) ? 'ok' : wrong;
    return firstResult(known) ?? wrong;
  }

  #last(stream: string, upTo = Infinity): number {
    const records = this.#streams.get(stream) ?? [];
    let last = records.length - 1;
    while (last >= 0 && (records[last]?.position ?? 0) > upTo) last -= 1;
    return last;
  }

  #firstYoungEnough(stream: string, first: number, last: number, maxAgeSeconds: number | undefined): number {
    if (maxAgeSeconds === undefined) return first;
    const oldest = this.clock() - maxAgeSeconds * 1000;
    const young = this.records(stream, first, last).findIndex(({ created }) => created >= oldest);
    return young < 0 ? last + 1 : first + young;
  }

  #isSoftDeleted(stream: string): boolean {
    return this.#limits(stream).truncateBefore === SOFT_DELETED;
  }

  #limits(stream: string, upTo = Infinity): Limits {
    if (stream.startsWith(META)) return { maxCount: 1 };
    const metadata = this.#rawMetadata(stream, upTo);
    const natural = (name: string, least: number): number | undefined => {
      const value = metadata[name];
      return typeof value === 'number' && Number.isInteger(value) && value >= least ? value : undefined;
    };
    return {
      maxCount: natural('$maxCount', 1),
      maxAgeSeconds: natural('$maxAge', 1),
      truncateBefore: natural('$tb', 0),
    };
  }

  #rawMetadata(stream: string, upTo = Infinity): Record<string, unknown> {
    const newest = this.#streams.get(META + stream)?.[this.#last(META + stream, upTo)];
    if (newest === undefined) return {};
    try {
      return JSON.parse(newest.data.toString()) as Record<string, unknown>;
    } catch {
      return {};
    }
  }

  #writeMetadata(stream: string, metadata: Record<string, unknown>): number {
    // JSON has the largest int64 as a number that JavaScript cannot hold.
    const data = Buffer.from(JSON.stringify(metadata).replace(`${SOFT_DELETED}`, '9223372036854775807'));
    const event = { id: randomUUID(), type: '$metadata', isJson: true, data, metadata: Buffer.alloc(0) };
    const record = this.#stamp(META + stream, this.#last(META + stream) + 1, event);
    this.#write([record]);
    return record.position;
  }

  #stamp(stream: string, revision: number, event: ProposedEvent): StoredRecord {
    // A record's place in the real log is a byte offset; anything that grows will do here.
    this.#position += 64 + event.data.length + event.metadata.length;
    return { ...event, stream, revision, position: this.#position, created: this.clock() };
  }

  #write(records: readonly StoredRecord[]): void {
    this.journal?.add(records);
    for (const record of records) this.#keep(record);
    for (const stream of new Set(records.map((record) => record.stream)))
      for (const written of this.#watchers.get(stream) ?? []) written();
  }

  #keep(record: StoredRecord): void {
    this.#log.push(record);
    this.#position = record.position;
    if (!this.#byId.has(record.id)) this.#byId.set(record.id, record);
    if (record.revision === TOMBSTONE_REVISION) {
      this.#tombstones.set(record.stream, record);
      return;
    }
    const records = this.#streams.get(record.stream) ?? [];
    if (records.push(record) === 1) this.#streams.set(record.stream, records);
  }
}

/** The result that a repeated append had the first time; undefined where only some of its events are known. */
function firstResult(known: readonly (StoredRecord | undefined)[]): Written | undefined {
  const last = known.at(-1);
  if (last === undefined || known.includes(undefined)) return undefined;
  return { outcome: 'kept', revision: last.revision, position: last.position };
}
