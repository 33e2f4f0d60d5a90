import { kindsOf, planAppend, type Addition, type LogState } from './append.js';
import { Ahead } from './ahead.js';
import {
  LogUnavailable,
  type Append,
  type Claim,
  type EventStore,
  type LogReader,
  type LogRecord,
  type RecordQuery,
  type SealedRecord,
  type StreamHead,
} from './event-store.js';
import type { FactCatalogue } from './facts.js';
import { settledWithin } from './settled-within.js';

/** What an adapter brings: the durable log, and a way to make more durable. */
export interface Durable {
  /** What is durable. */
  readonly log: LogReader & LogState;
  /**
   * Makes these records durable right after the head, all or none of them, so that `log` has them; one call at a time.
   * @param until the instant of `performance.now()` after which it is not tried again
   * @throws LogUnavailable where nothing was recorded, OutcomeUnknown where that is not known, Overtaken where others
   * have written after the head: nothing was recorded, and what they wrote can be taken in
   */
  commit(additions: readonly Addition[], until: number): Promise<void>;
  /** Where others write too: makes ready what they have written after the head. Never called while a commit is under way. */
  takeIn?(): Promise<TakenIn | undefined>;
  /**
   * Where others write too: whether nothing has been written after this position. Where something has, it is told only
   * once that can be taken in.
   * @param until the instant of `performance.now()` after which it is not asked again
   * @throws LogUnavailable where it cannot be asked
   */
  isNewest?(position: number, until: number): Promise<boolean>;
  /**
   * If the log is kept elsewhere: whether the record at this position there is the one that is read here.
   * @throws Error if that cannot be asked
   */
  isKept?(position: number): Promise<boolean>;
  /** Bytes that one commit may have, roughly; one append may be larger. */
  readonly largestCommit?: number;
  close(): Promise<void>;
}

/** What others have written, ready to be put into the log; nothing of it is read from there before. */
export interface TakenIn {
  readonly additions: readonly Addition[];
  apply(): void;
}

/** Others have written after the head that a commit was to follow. Nothing was recorded. */
export class Overtaken extends Error {
  override readonly name = 'Overtaken';
}

/** An append that has been checked and has its places, and is not durable yet. */
interface Proposal {
  readonly batch: Append;
  readonly additions: readonly Addition[];
  readonly outcome: PromiseWithResolvers<readonly LogRecord[]>;
}

/** Most records in one commit: a longer one would make those that wait behind it wait too long. */
const RECORDS_IN_A_COMMIT = 2_000;
/** What a record takes in a commit besides its text, roughly. Bytes. */
const OVERHEAD = 512;

/**
 * The group commit, for every adapter: appends that arrive while one commit is under way share the next. Each is
 * checked, placed and chained when it arrives, on the log ahead (what is durable and what is under way), so that
 * commands are decided one after another while the disk is still busy with those before.
 */
export class GroupedStore implements EventStore {
  readonly ahead: Ahead;
  readonly #kindOf: (stream: string) => string;
  #waiting: Proposal[] = [];
  #underWay: Proposal[] = [];
  /** Others have written what is not taken in yet. */
  #behind = false;
  #working = false;
  #worked: Promise<void> = Promise.resolve();
  readonly #listeners: ((records: readonly LogRecord[]) => void)[] = [];
  /** Those who wait for the log to come to a position. */
  readonly #waiters = new Set<{ readonly position: number; readonly reached: PromiseWithResolvers<boolean> }>();
  #closed = false;
  #halted: string | undefined;

  constructor(
    private readonly durable: Durable,
    private readonly catalogue: FactCatalogue,
    kinds: readonly string[],
  ) {
    this.#kindOf = kindsOf(kinds);
    this.ahead = new Ahead(durable.log, this.#kindOf);
  }

  async append(batch: Append): Promise<readonly LogRecord[]> {
    if (this.#closed) throw new Error('the log is closed');
    if (this.#halted !== undefined) throw new LogUnavailable(this.#halted);
    const plan = planAppend(batch, this.ahead, this.catalogue, this.#kindOf);
    if ('repeated' in plan) return this.#onceDurable(plan.repeated);
    if (plan.additions.length === 0) return [];
    const proposal: Proposal = { batch, additions: plan.additions, outcome: Promise.withResolvers() };
    this.ahead.add(plan.additions);
    this.#waiting.push(proposal);
    this.#start();
    return this.#inTime(proposal);
  }

  /** The outcome; what still waits for others when its time is over is given up, and what waits after it placed anew. */
  async #inTime({ batch, outcome }: Proposal): Promise<readonly LogRecord[]> {
    if (batch.until === undefined) return outcome.promise;
    const timer = setTimeout(
      () => {
        if (!this.#waiting.some((one) => one.outcome === outcome)) return;
        this.#waiting = this.#waiting.filter((one) => one.outcome !== outcome);
        outcome.reject(new LogUnavailable('it waited too long for others before it'));
        this.#placeAnew();
      },
      Math.max(0, batch.until - performance.now()),
    );
    try {
      return await outcome.promise;
    } finally {
      clearTimeout(timer);
    }
  }

  async confirm(until = Infinity): Promise<boolean> {
    if (this.#halted !== undefined) throw new LogUnavailable(this.#halted);
    const { generation } = this.ahead;
    const position = this.ahead.head();
    // What is sent only from now on is recorded later than this was asked. What is under way may have been long ago.
    const isUnsent = this.#waiting.length > 0;
    await settledWithin(
      until - performance.now(),
      Promise.allSettled(this.#pending().map(({ outcome }) => outcome.promise)),
      () => new LogUnavailable('what is under way is not settled in time'),
    );
    if (generation !== this.ahead.generation) return false;
    // Recorded since, and right after what was read: nothing of others lay between.
    if (isUnsent) return true;
    return (await this.durable.isNewest?.(position, until)) ?? true;
  }

  async isKept(position: number): Promise<boolean> {
    return (await this.durable.isKept?.(position)) ?? true;
  }

  /** Others have written: takes it in as soon as nothing is under way. */
  refresh(): void {
    this.#behind = true;
    this.#start();
  }

  follow(listener: (records: readonly LogRecord[]) => void): void {
    this.#listeners.push(listener);
  }

  async reaches(position: number, milliseconds: number): Promise<boolean> {
    if (this.head() >= position) return true;
    if (this.#halted !== undefined) return false;
    const waiter = { position, reached: Promise.withResolvers<boolean>() };
    this.#waiters.add(waiter);
    const timer = setTimeout(() => waiter.reached.resolve(false), milliseconds);
    const reached = await waiter.reached.promise;
    clearTimeout(timer);
    this.#waiters.delete(waiter);
    return reached;
  }

  halt(reason: string): void {
    this.#halted ??= reason;
    for (const { reached } of this.#waiters) reached.resolve(false);
  }

  get halted(): string | undefined {
    return this.#halted;
  }

  async close(): Promise<void> {
    this.#closed = true;
    while (this.#working) await this.#worked;
    await this.durable.close();
  }

  head = (): number => this.durable.log.head();
  newestRecordedAt = (): string | null => this.durable.log.newestRecordedAt();
  positionAt = (instant: string): number => this.durable.log.positionAt(instant);
  streamHead = (stream: string): StreamHead => this.durable.log.streamHead(stream);
  revisionOf = (stream: string, upTo?: number): number => this.durable.log.revisionOf(stream, upTo);
  readStream = (stream: string, fromRevision?: number, upTo?: number): readonly LogRecord[] =>
    this.durable.log.readStream(stream, fromRevision, upTo);
  read = (query: RecordQuery): Iterable<LogRecord> => this.durable.log.read(query);
  readWritten = (query: Pick<RecordQuery, 'after' | 'upTo'>): Iterable<SealedRecord> =>
    this.durable.log.readWritten(query);
  find = (id: string): LogRecord | undefined => this.durable.log.find(id);
  streamsOf = (kind: string, upTo?: number): readonly string[] => this.durable.log.streamsOf(kind, upTo);
  claimOf = (name: string): Claim | undefined => this.durable.log.claimOf(name);

  #pending(): readonly Proposal[] {
    return [...this.#underWay, ...this.#waiting];
  }

  /** A repeat of what is under way is answered when that is durable, and fails with it. */
  async #onceDurable(records: readonly LogRecord[]): Promise<readonly LogRecord[]> {
    const ids = new Set(records.map(({ id }) => id));
    const first = this.#pending().find(({ additions }) => additions.some(({ record }) => ids.has(record.id)));
    await first?.outcome.promise;
    return records;
  }

  #start(): void {
    if (this.#working) return;
    this.#working = true;
    this.#worked = this.#work();
  }

  /** Takes in what others wrote and commits group after group, until neither is left. */
  async #work(): Promise<void> {
    try {
      while (this.#behind || this.#waiting.length > 0) {
        if (this.#behind) await this.#takeIn();
        else await this.#commit((this.#underWay = this.#takeGroup()));
      }
    } finally {
      this.#working = false;
    }
  }

  async #commit(group: readonly Proposal[]): Promise<void> {
    const additions = group.flatMap((one) => one.additions);
    try {
      await this.durable.commit(additions, Math.min(...group.map(({ batch }) => batch.until ?? Infinity)));
    } catch (error) {
      this.#underWay = [];
      if (error instanceof Overtaken) {
        this.#waiting.unshift(...group);
        this.#behind = true;
        return;
      }
      this.#placeAnew();
      for (const { outcome } of group) outcome.reject(error);
      return;
    }
    this.#underWay = [];
    this.ahead.settle(additions);
    this.#tell(additions);
    for (const one of group) one.outcome.resolve(one.additions.map(({ record }) => record));
  }

  async #takeIn(): Promise<void> {
    this.#behind = false;
    try {
      const taken = await this.durable.takeIn?.();
      if (!taken) return;
      taken.apply();
      this.#tell(taken.additions);
      if (this.#waiting.length > 0) this.#placeAnew();
    } catch (error) {
      // What waits cannot be placed after what is not here.
      const waiting = this.#waiting;
      this.#waiting = [];
      this.ahead.reset();
      for (const { outcome } of waiting) outcome.reject(error);
    }
  }

  /** These are durable now. */
  #tell(additions: readonly Addition[]): void {
    const records = additions.map(({ current }) => current);
    for (const listener of this.#listeners) listener(records);
    for (const { position, reached } of this.#waiters) if (this.head() >= position) reached.resolve(true);
  }

  #takeGroup(): Proposal[] {
    let records = 0;
    let bytes = 0;
    const { largestCommit = Infinity } = this.durable;
    const end = this.#waiting.findIndex(({ additions }) => {
      records += additions.length;
      for (const { body } of additions) bytes += Buffer.byteLength(body) + OVERHEAD;
      return records > RECORDS_IN_A_COMMIT || bytes > largestCommit;
    });
    return this.#waiting.splice(0, end < 0 ? this.#waiting.length : Math.max(1, end));
  }

  /** The log is not as was expected: all that waits is checked and placed again, in the same order, after what is under way. */
  #placeAnew(): void {
    this.ahead.reset();
    for (const { additions } of this.#underWay) this.ahead.add(additions);
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { batch, outcome } of waiting)
      try {
        const plan = planAppend(batch, this.ahead, this.catalogue, this.#kindOf, true);
        if ('repeated' in plan) outcome.resolve(this.#onceDurable(plan.repeated));
        else {
          this.ahead.add(plan.additions);
          this.#waiting.push({ batch, additions: plan.additions, outcome });
        }
      } catch (error) {
        outcome.reject(error);
      }
  }
}
