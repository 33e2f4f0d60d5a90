import { randomUUID } from 'node:crypto';
import type { CommandPipeline } from '../../commands/command-pipeline.js';
import type { Actor, NewRecord } from '../../event-store/event-store.js';
import { LogUnavailable, OutcomeUnknown } from '../../event-store/event-store.js';
import type { FactOf } from '../../event-store/facts.js';
import { CommandRefused, RefusalsNotKept } from '../events.js';

/** A refusal, and whose it was. */
export interface Refusal {
  readonly actor: Actor;
  readonly requestId: string;
  readonly data: FactOf<typeof CommandRefused>['data'];
}

/** Refusals of one caller that are kept within a minute of the program's clock. */
const KEPT_A_MINUTE = 60;
const MINUTE = 60_000;
/** Records that wait for the log at most; while it cannot be written, more are only counted. */
const MOST_WAITING = 1_000;
/** Milliseconds within which refusals share an append, so that they seldom cost a commit of their own. */
const TOGETHER = 250;
/** Milliseconds after which what could not be written is tried again. */
const AGAIN = 5_000;

/** How many refusals of a caller have been kept lately, and how many have not. */
interface Count {
  minute: number;
  kept: number;
  notKept: number;
  since: string;
  actor: Actor;
}

/**
 * Keeps refused commands on the log: after their answers, in order, never more than a bounded number of them. What has
 * not been written when the program is killed is lost, for it was never acknowledged.
 */
export class Refusals {
  readonly #counts = new Map<string, Count>();
  #waiting: NewRecord[] = [];
  /** An append that failed: it is sent again as it was, for it may be on the log. */
  #failed: readonly NewRecord[] = [];
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> | undefined;

  /** @param failed told, where refusals cannot be written */
  constructor(
    private readonly pipeline: CommandPipeline,
    private readonly failed: (error: unknown) => void,
  ) {}

  /** Takes in a refusal; returns at once. */
  keep(refusal: Refusal): void {
    const now = this.pipeline.now();
    const count = this.#countOf(refusal.actor, now);
    if (count.kept >= KEPT_A_MINUTE || this.#waiting.length >= MOST_WAITING) {
      if (count.notKept === 0) count.since = now;
      count.notKept += 1;
      return;
    }
    count.kept += 1;
    this.#tellNotKept(count, now);
    this.#waiting.push(
      recordOf(CommandRefused.of(refusal.data), refusal.actor, { now, correlationId: refusal.requestId }),
    );
    this.#writeAfter(TOGETHER);
  }

  /** Writes all that waits, and how many were not kept. For when nothing more comes. */
  async finish(): Promise<void> {
    clearTimeout(this.#timer);
    const now = this.pipeline.now();
    for (const count of this.#counts.values()) this.#tellNotKept(count, now);
    await this.#writing;
    if (this.#failed.length > 0) await this.#write();
    await this.#write();
    clearTimeout(this.#timer);
  }

  #countOf(actor: Actor, now: string): Count {
    const minute = Math.floor(Date.parse(now) / MINUTE);
    const known = this.#counts.get(actor.id);
    if (known?.minute === minute) return known;
    // Those of whom nothing is left to tell are forgotten with the minute.
    for (const [id, { minute: of, notKept }] of this.#counts)
      if (of !== minute && notKept === 0) this.#counts.delete(id);
    const count = { minute, kept: 0, notKept: known?.notKept ?? 0, since: known?.since ?? now, actor };
    this.#counts.set(actor.id, count);
    return count;
  }

  #tellNotKept(count: Count, now: string): void {
    if (count.notKept === 0) return;
    const fact = RefusalsNotKept.of({ count: count.notKept, since: count.since });
    this.#waiting.push(recordOf(fact, count.actor, { now, correlationId: randomUUID() }));
    count.notKept = 0;
  }

  #writeAfter(milliseconds: number): void {
    if (this.#writing || this.#timer) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#writing = this.#write().finally(() => {
        this.#writing = undefined;
        if (this.#waiting.length > 0 && this.#failed.length === 0) this.#writeAfter(TOGETHER);
      });
    }, milliseconds).unref();
  }

  /** One append at a time, in order; what comes meanwhile shares the next. */
  async #write(): Promise<void> {
    const isRepeat = this.#failed.length > 0;
    const records = isRepeat ? this.#failed : this.#waiting;
    if (records.length === 0) return;
    if (!isRepeat) this.#waiting = [];
    this.#failed = [];
    try {
      await this.pipeline.store.append({ records, checks: [], now: this.pipeline.now() });
    } catch (error) {
      this.failed(error);
      // The same append again: what is on the log already is not written twice.
      if (!(error instanceof LogUnavailable || error instanceof OutcomeUnknown)) return;
      this.#failed = records;
      this.#timer ??= setTimeout(() => {
        this.#timer = undefined;
        this.#writeAfter(0);
      }, AGAIN).unref();
    }
  }
}

function recordOf(
  fact: ReturnType<typeof CommandRefused.of> | ReturnType<typeof RefusalsNotKept.of>,
  actor: Actor,
  { now, correlationId }: { readonly now: string; readonly correlationId: string },
): NewRecord {
  return {
    id: randomUUID(),
    // A month of one caller: nothing grows for ever.
    stream: `refusal-${actor.id}-${now.slice(0, 7)}`,
    type: fact.type,
    version: fact.version,
    data: fact.data,
    occurredAt: now,
    actor,
    commandId: correlationId,
    correlationId,
    causationId: correlationId,
  };
}
