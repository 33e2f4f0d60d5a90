/**
 * The log: one gap-free sequence of records, numbered from 1, each belonging to a logical stream.
 * This port is all that the rest of the program knows of storage; one contract test proves every adapter.
 */

/** Who acted: an opaque id (never a name), the role that allowed it, and the provider that the credentials are bound to. */
export interface Actor {
  readonly id: string;
  readonly role: string;
  readonly serviceProvider?: string | undefined;
}

/** A plain JSON value, as event data are made of. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };

/** A fact about to be recorded. Its position, revision, hashes and `recordedAt` are the log's to give. */
export interface NewRecord {
  /** UUID; appending the same ids again is a no-op that returns the first result. */
  readonly id: string;
  /** Logical stream, `<kind>-<id>`: `month-2026-12`. */
  readonly stream: string;
  readonly type: string;
  /** Schema version of `data` for this type, from 1. */
  readonly version: number;
  readonly data: Readonly<Record<string, Json | undefined>>;
  /** When it was true (UTC instant): never later than it is recorded. */
  readonly occurredAt: string;
  readonly actor: Actor;
  readonly commandId: string;
  readonly correlationId: string;
  readonly causationId: string;
}

/** A fact on the log, in its final form. */
export interface LogRecord extends NewRecord {
  /** Place in the whole log, from 1, without gaps. */
  readonly position: number;
  /** Place in its stream, from 0, without gaps. */
  readonly revision: number;
  /** When the log learned it (UTC instant, milliseconds): never earlier than the record before it. */
  readonly recordedAt: string;
  /** `hash` of the stream's previous record; null for the first. */
  readonly previousHash: string | null;
  /** SHA-256, hex, of the record's RFC 8785 form without `hash`. */
  readonly hash: string;
}

/** A record in its final form, with the RFC 8785 text that its hash is over: the record without `hash`. */
export interface SealedRecord {
  readonly record: LogRecord;
  readonly body: string;
}

/**
 * What a decision read; an append is refused unless all of it is still the very same. What was read is named by the hash
 * of its newest record, never by a revision or a count: a revision says that as many records are there, not that they
 * are the same ones. The hash covers the record's id and position and, through `previousHash`, its stream before it.
 */
export type Check =
  /** The stream ends in the record with this hash; null: the stream does not exist. */
  | { readonly stream: string; readonly newest: string | null }
  /**
   * The record with this hash has claimed the name (an id that a client chose); null: nobody has. Claims are derived
   * from the records: see `claimsOf`.
   */
  | { readonly name: string; readonly claimedBy: string | null }
  /** The streams of the kind are these, in order of their first records: there are no others. */
  | { readonly kind: string; readonly streams: readonly string[] };

/** The records to write together, or not at all. */
export interface Append {
  readonly records: readonly NewRecord[];
  readonly checks: readonly Check[];
  /** The decision's `now`; the log stamps `recordedAt` with the later of it and the newest record's. */
  readonly now: string;
  /** The ids were made for this append alone: it cannot be a repeat of another. */
  readonly isFresh?: boolean;
  /** The instant of `performance.now()` after which it is given up, if the log is kept elsewhere; none: as long as it may take. */
  readonly until?: number;
}

/** A check did not hold: something that the decision read has changed. Decide again. */
export class CheckFailed extends Error {
  override readonly name = 'CheckFailed';
  constructor(readonly check: Check) {
    super(`what the decision read has changed: ${nameOf(check)}`);
  }
}

function nameOf(check: Check): string {
  if ('stream' in check) return `the stream ${check.stream}`;
  return 'name' in check ? `the name ${check.name}` : `the streams of the kind ${check.kind}`;
}

/** The log cannot be written now; nothing was recorded. */
export class LogUnavailable extends Error {
  override readonly name = 'LogUnavailable';
}

/** A record stands on the log, and what stands there is not what was written, or cannot be read. */
export class UnreadableRecord extends Error {
  override readonly name = 'UnreadableRecord';
}

/** It is not known yet whether it was recorded. The same command, with the same `Idempotency-Key`, may be sent again. */
export class OutcomeUnknown extends Error {
  override readonly name = 'OutcomeUnknown';
}

/** An event id was used before for something else, or only a part of a repeated append is on the log. */
export class EventIdReused extends Error {
  override readonly name = 'EventIdReused';
}

/** Which records to read, in log order. All conditions hold together. */
export interface RecordQuery {
  /** Only records after this position (exclusive). */
  readonly after?: number | undefined;
  /** Only records up to this position (inclusive). */
  readonly upTo?: number | undefined;
  readonly stream?: string | undefined;
  readonly type?: string | undefined;
  readonly actor?: string | undefined;
  /** Only what was true by this instant, whenever it was recorded; to the millisecond. */
  readonly occurredBy?: string | undefined;
  readonly limit?: number | undefined;
}

/** The newest record of a stream: its revision and its hash; -1 and null if the stream does not exist. */
export interface StreamHead {
  readonly revision: number;
  readonly hash: string | null;
}

/** The record that claimed a name. */
export interface Claim {
  readonly position: number;
  readonly hash: string;
}

/** The log as it is read. Reads are local and synchronous in every adapter. */
export interface LogReader {
  /** Newest position; 0 for an empty log. */
  head(): number;
  /** `recordedAt` of the newest record, or null for an empty log. */
  newestRecordedAt(): string | null;
  /** Newest position recorded at or before that instant; 0 where there is none. */
  positionAt(instant: string): number;
  /** The newest record of a stream. */
  streamHead(stream: string): StreamHead;
  /** Newest revision of the stream, no later than `upTo`; -1 where it does not exist (yet). */
  revisionOf(stream: string, upTo?: number): number;
  /** One stream's records from a revision on (inclusive), no later than position `upTo`. */
  readStream(stream: string, fromRevision?: number, upTo?: number): readonly LogRecord[];
  /** Records in log order, up to the head as it was when reading began. */
  read(query: RecordQuery): Iterable<LogRecord>;
  /** Records as they were written, with their canonical text: not upcast, nor checked against their types. */
  readWritten(query: Pick<RecordQuery, 'after' | 'upTo'>): Iterable<SealedRecord>;
  /** The record with that id. */
  find(id: string): LogRecord | undefined;
  /** Names of the streams of a kind (`derogation`) that began by `upTo`, in order of their first record. */
  streamsOf(kind: string, upTo?: number): readonly string[];
  /** The record that claimed this name; undefined if none has. */
  claimOf(name: string): Claim | undefined;
}

/** The log as it will be once what is under way is on the disk: what decisions are made on. */
export interface LogAhead extends LogReader {
  /** Another number whenever something that was under way has failed: all that was folded from here is void then. */
  readonly generation: number;
}

/** The port: what is read here is durable. */
export interface EventStore extends LogReader {
  /**
   * Records everything, or nothing; the promise is kept once it is durable. Checks are made at once, on the log ahead:
   * nothing that was read there and then can have changed.
   * @throws CheckFailed, LogUnavailable, OutcomeUnknown, EventIdReused, or InvalidEvent for data that do not fit their
   * type.
   */
  append(batch: Append): Promise<readonly LogRecord[]>;
  readonly ahead: LogAhead;
  /**
   * Whether what has been read of the log ahead stands: waits until all that is under way is durable, and, where other
   * servers write too, asks whether they have. False where some of it failed, or there is more: decide again. A refusal
   * that rests on what never came to be, or that others have overtaken, must not be told.
   * @param until the instant of `performance.now()` after which it is not asked again
   * @throws LogUnavailable where it cannot be asked, or what is here is known not to be what was written
   */
  confirm(until?: number): Promise<boolean>;
  /**
   * Whether the record at this position is the one that stands where the log is kept: on the cluster, for a replica.
   * @throws Error if that cannot be asked
   */
  isKept(position: number): Promise<boolean>;
  /** Hands on every record once it is durable, in order, from now on. */
  follow(listener: (records: readonly LogRecord[]) => void): void;
  /** Whether the log comes to have this position within some milliseconds; never once nothing is taken any more. */
  reaches(position: number, milliseconds: number): Promise<boolean>;
  /** Takes no further append, for good, and says why: what is stored is not what was written. Reads go on. */
  halt(reason: string): void;
  /** Why no append is taken any more; undefined while they are. */
  readonly halted: string | undefined;
  /** Finishes what is under way, and closes. */
  close(): Promise<void>;
}
