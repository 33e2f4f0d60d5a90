import type { Append, Check, Claim, LogReader, LogRecord, NewRecord, SealedRecord, StreamHead } from './event-store.js';
import { CheckFailed, EventIdReused } from './event-store.js';
import { InvalidEvent, type FactCatalogue } from './facts.js';
import { seal, type Place } from './record.js';

/** What an append needs to know of the log that it is made to; every adapter answers it from its own storage. */
export interface LogState {
  head(): number;
  newestRecordedAt(): string | null;
  streamHead(stream: string): StreamHead;
  claimOf(name: string): Claim | undefined;
  /** Names of the streams of a kind, in order of their first records. */
  streamsOf(kind: string): readonly string[];
  /** The record with that id as it was written: not upcast. */
  written(id: string): LogRecord | undefined;
}

/** A record to store, with the names that it claims. */
export interface Addition extends SealedRecord {
  readonly claims: readonly string[];
  /** Position of the last record of its append: nobody sees a part of one. */
  readonly endsAt: number;
  /** The record as it is read: at the newest version. */
  readonly current: LogRecord;
}

/** What an append comes to: records that stand already (a repeat), or additions to make. */
export type AppendPlan = { readonly repeated: readonly LogRecord[] } | { readonly additions: readonly Addition[] };

/**
 * Works out an append against the log as it stands: the one place where checks, repeats, claims, positions, times and
 * hash chains are decided, for all adapters.
 * @param mayRepeat whether it is looked for on the log: it may have been sent before
 * @throws CheckFailed, EventIdReused, InvalidEvent, UnknownEvent
 */
export function planAppend(
  batch: Append,
  log: LogState,
  catalogue: FactCatalogue,
  kindOf: (stream: string) => string,
  mayRepeat = !batch.isFresh,
): AppendPlan {
  const repeated = mayRepeat ? findRepeat(batch.records, log) : undefined;
  if (repeated) return { repeated };
  for (const check of batch.checks) verifyCheck(check, log);

  const recordedAt = laterOf(batch.now, log.newestRecordedAt());
  const heads = new Map<string, { revision: number; hash: string | null }>();
  const claimed = new Set<string>();
  let position = log.head();
  const endsAt = position + batch.records.length;
  const additions = batch.records.map((fresh): Addition => {
    kindOf(fresh.stream);
    catalogue.check(fresh.type, fresh.version, fresh.data);
    if (inMilliseconds(fresh.occurredAt) > recordedAt)
      throw new InvalidEvent(`${fresh.type}: it cannot be recorded at ${recordedAt} before it occurred`);
    const claims = catalogue.claimsOf(fresh);
    for (const name of claims) {
      if (claimed.has(name) || log.claimOf(name)) throw new CheckFailed({ name, claimedBy: null });
      claimed.add(name);
    }
    const head = heads.get(fresh.stream) ?? log.streamHead(fresh.stream);
    position += 1;
    const sealed = sealValid(fresh, { position, revision: head.revision + 1, recordedAt, previousHash: head.hash });
    heads.set(fresh.stream, { revision: sealed.record.revision, hash: sealed.record.hash });
    return { ...sealed, claims, endsAt, current: catalogue.current(sealed.record) };
  });
  return { additions };
}

function findRepeat(records: readonly NewRecord[], log: LogState): readonly LogRecord[] | undefined {
  const ids = new Set(records.map(({ id }) => id));
  if (ids.size < records.length) throw new EventIdReused('an event id occurs twice in one append');
  const stored = records.map(({ id }) => log.written(id));
  if (stored.every((record) => record === undefined)) return undefined;
  return stored.map((record, index) => {
    const fresh = records[index];
    if (!record || !fresh) throw new EventIdReused(`only a part of the append is on the log already`);
    // Sealed at the same place, the same record has the same hash.
    if (sealValid(fresh, record).record.hash !== record.hash)
      throw new EventIdReused(`the event id ${fresh.id} was used for something else`);
    return record;
  });
}

function sealValid(fresh: NewRecord, place: Place): SealedRecord {
  try {
    return seal(fresh, place);
  } catch (error) {
    throw new InvalidEvent(`${fresh.type} version ${String(fresh.version)}: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

function verifyCheck(check: Check, log: LogState): void {
  if (!holds(check, log)) throw new CheckFailed(check);
}

/** Whether what a decision, or an answer, relied on is still so. */
export function holds(check: Check, log: Pick<LogReader, 'streamHead' | 'claimOf' | 'streamsOf'>): boolean {
  if ('stream' in check) return log.streamHead(check.stream).hash === check.newest;
  if ('name' in check) return (log.claimOf(check.name)?.hash ?? null) === check.claimedBy;
  return areSame(log.streamsOf(check.kind), check.streams);
}

const areSame = (some: readonly string[], others: readonly string[]): boolean =>
  some === others || (some.length === others.length && some.every((one, index) => one === others[index]));

/** The later of two instants, in milliseconds. */
function laterOf(now: string, newest: string | null): string {
  const stamp = inMilliseconds(now);
  return newest !== null && newest > stamp ? newest : stamp;
}

/** The last instant whose year has four digits: what is later would compare as text as if it came first. */
const LAST = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** Instants as facts state them: most of all that there are. */
const PLAIN = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$/;

/** An instant with exactly three decimals of a second, so that instants compare as text; none after the year 9999. */
export function inMilliseconds(instant: string): string {
  // Every record is asked for its instants, and reading one as a time takes longer than all else here.
  if (PLAIN.test(instant)) return instant.length === 20 ? `${instant.slice(0, 19)}.000Z` : instant;
  return new Date(Math.min(Temporal.Instant.from(instant).epochMilliseconds, LAST)).toISOString();
}

/** Whether it was true by an instant, to the millisecond; yes where none is given. */
export const hasOccurredBy = ({ occurredAt }: Pick<NewRecord, 'occurredAt'>, instant: string | undefined): boolean =>
  instant === undefined || inMilliseconds(occurredAt) <= inMilliseconds(instant);

/**
 * Tells the kind of a stream from its name, by the longest known kind that it begins with.
 * @throws UnknownStreamKind
 */
export function kindsOf(kinds: readonly string[]): (stream: string) => string {
  const longestFirst = [...kinds].sort((a, b) => b.length - a.length);
  return (stream) => {
    const kind = longestFirst.find((one) => stream.startsWith(`${one}-`) && stream.length > one.length + 1);
    if (kind === undefined) throw new UnknownStreamKind(`the stream ${stream} is of no known kind`);
    return kind;
  };
}

/** A stream whose name begins with no known kind. */
export class UnknownStreamKind extends Error {
  override readonly name = 'UnknownStreamKind';
}
