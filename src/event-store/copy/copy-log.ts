import type { SealedRecord } from '../event-store.js';
import { UnusableLog } from '../sqlite/open-database.js';

/** A log at one end of a copy. */
export interface CopyEnd {
  /** Where it is, for a person: without credentials. */
  readonly place: string;
  /** What to do where it is not what it should be, as an imperative sentence without a full stop. */
  readonly advice: string;
  /** Newest position; 0 for an empty log. */
  head(): Promise<number>;
  /**
   * The records after a position, in order, up to another: at least one, and no more than fit into memory well. Hashes
   * are worked out anew from what stands there.
   * @throws UnusableLog where what stands there is not a log's next record
   */
  page(after: number, upTo: number): Promise<readonly SealedRecord[]>;
  close(): Promise<void>;
}

/** A log that a copy is made into. */
export interface CopyTarget extends CopyEnd {
  /**
   * Writes records as they are right after position `after`; they are durable when it is done.
   * @throws UnusableLog where they cannot be, or something else is there
   */
  append(records: readonly SealedRecord[], after: number): Promise<void>;
}

/** What a copy is busy with. */
export type CopyStep = 'comparing' | 'copying' | 'verifying';

/** Told how far copying is. */
export interface CopyListener {
  /** The target has been found to hold nothing else: it may be written to. Awaited before that is done. */
  admitted(): Promise<void>;
  /** So many records are done of this step, of all. */
  progress(step: CopyStep, done: number, all: number): void;
  /** The hash of the next record that was found to be the same at both ends. */
  verified(hash: string): void;
}

/** What has been copied. */
export interface Copied {
  /** Records that both ends have. */
  readonly records: number;
  /** How many of them were there before: from an earlier attempt, or an earlier copy. */
  readonly resumedAfter: number;
  /** Hash of the newest record; null for an empty log. */
  readonly hash: string | null;
}

/**
 * Copies a log, record by record, each with its id, position, stream, times, metadata and hash as they are. What the
 * target has must be the beginning of the same history; the copy goes on after it. At the end the whole of both is read
 * once more and compared. What is recorded at the source meanwhile is not copied.
 * @throws UnusableLog where the target is of another history or ahead, where one of the two is damaged, and where the
 * copy is not the same
 */
export async function copyLog(source: CopyEnd, target: CopyTarget, listener: CopyListener): Promise<Copied> {
  const records = await source.head();
  const resumedAfter = await target.head();
  if (resumedAfter > records)
    throw new UnusableLog(
      `${target.place} has ${String(resumedAfter)} records, and ${source.place} only ${String(records)}: it is no beginning of that history. To copy all the same, ${target.advice}`,
    );
  // Where nothing is left to copy, the comparison at the end is the same one.
  const beginning = resumedAfter < records ? resumedAfter : 0;
  await compare(source, target, beginning, {
    same: (_, done) => listener.progress('comparing', done, beginning),
    different: (position) =>
      `${target.place} holds another history than ${source.place}: they differ from position ${String(position)} on. Nothing was written. To copy all the same, ${target.advice}`,
  });
  if (resumedAfter < records) await listener.admitted();
  for (let after = resumedAfter; after < records;) {
    const page = await source.page(after, records);
    await target.append(page, after);
    after += page.length;
    listener.progress('copying', after, records);
  }
  let hash: string | null = null;
  await compare(source, target, records, {
    same: (record, done) => {
      hash = record;
      listener.verified(record);
      listener.progress('verifying', done, records);
    },
    different: (position) =>
      resumedAfter === records
        ? `${target.place} holds another history than ${source.place}: they differ at position ${String(position)}. Nothing was written. To copy all the same, ${target.advice}`
        : `the copy is not the same: ${target.place} differs from ${source.place} at position ${String(position)}. Do not use it; to copy anew, ${target.advice}`,
  });
  const now = await target.head();
  if (now !== records)
    throw new UnusableLog(
      `${target.place} has ${String(now)} records where ${String(records)} were copied: something else writes to it. Stop that; to copy anew, ${target.advice}`,
    );
  if (resumedAfter === records) await listener.admitted();
  return { records, resumedAfter, hash };
}

/** Compares the first records of two logs. @throws UnusableLog with what `different` says of the first that differs */
async function compare(
  source: CopyEnd,
  target: CopyEnd,
  upTo: number,
  told: { same(hash: string, done: number): void; different(position: number): string },
): Promise<void> {
  const [one, other] = [recordsOf(source, upTo), recordsOf(target, upTo)];
  try {
    for (let position = 1; position <= upTo; position += 1) {
      const [mine, theirs] = [await one.next(), await other.next()];
      if (mine.done || theirs.done || mine.value.body !== theirs.value.body)
        throw new UnusableLog(told.different(position));
      told.same(mine.value.record.hash, position);
    }
  } finally {
    await Promise.all([one.return(), other.return()]);
  }
}

async function* recordsOf(end: CopyEnd, upTo: number): AsyncGenerator<SealedRecord, void, void> {
  for (let after = 0; after < upTo;) {
    const page = await end.page(after, upTo);
    yield* page;
    after += page.length;
  }
}
