import type { Addition } from '../append.js';
import type { ClusterStatus } from '../cluster-status.js';
import { LogUnavailable, OutcomeUnknown } from '../event-store.js';
import type { FactCatalogue } from '../facts.js';
import { Overtaken, type Durable, type GroupedStore, type TakenIn } from '../grouped-store.js';
import type { SqliteScrub } from '../sqlite/scrub.js';
import type { SqliteLog } from '../sqlite/sqlite-log.js';
import type { SqliteWriter } from '../sqlite/sqlite-writer.js';
import { DELETED, ForeignEvent, type ClusterEvent } from './cluster-event.js';
import type { ClusterLog, Subscription } from './cluster-log.js';
import { ClusterClock } from './cluster-clock.js';
import { LARGEST_APPEND, type ClusterTiming } from './cluster-timing.js';
import { failureOf, isDeleted } from './failure.js';
import { Freshness } from './freshness.js';
import { Inbox } from './inbox.js';
import { pause, Patience } from './patience.js';
import { Turns } from './turns.js';

/** Milliseconds. */
const TOLD_AGAIN_AFTER = 60_000;

/** What a person is to do where the stream is not as this program wrote it. */
const REMEDY =
  'keep other programs from the stream, restore the cluster to before that, and run "maintenance-calendar replica rebuild" for each server';

/** Told what a person should know. */
export interface Told {
  info(message: string): void;
  warn(message: string): void;
  fatal(message: string): void;
}

/** What a replica is made of. */
export interface ReplicaParts {
  readonly cluster: ClusterLog;
  /** The replica, as it is read. */
  readonly log: SqliteLog;
  readonly writer: SqliteWriter;
  readonly scrub: SqliteScrub;
  readonly catalogue: FactCatalogue;
  readonly tell: Told;
  /** Does what must be done before records are in the replica. */
  readonly before: (additions: readonly Addition[]) => Promise<void>;
  /** Whether this server's clock is compared with the cluster's. */
  readonly checkClock: boolean;
  readonly timing: ClusterTiming;
}

/**
 * The log as KurrentDB keeps it, with a replica in this server's SQLite file: appends go to the cluster, everything is
 * read from the replica, and what others append is followed.
 */
export class ClusterReplica implements Durable {
  readonly largestCommit = LARGEST_APPEND;
  readonly #inbox: Inbox;
  readonly #turns = new Turns();
  readonly #clock: ClusterClock;
  readonly #closing = new AbortController();
  readonly #patience = new Patience();
  /** Ids of the records that this server is appending. */
  readonly #mine = new Set<string>();
  #subscription: Subscription | undefined;
  #store: GroupedStore | undefined;
  #following: Promise<void> = Promise.resolve();
  #looking: Promise<void> = Promise.resolve();
  #endSubscription: ((reason: Error) => void) | undefined;
  #asked: Promise<number> | undefined;
  #status = {
    connected: false,
    caughtUp: false,
    clusterHead: 0,
    overtaken: 0,
    repeated: 0,
    elections: 0,
    resubscribed: 0,
  };
  /** What does not go as it should, as last told. */
  #told = { what: '', at: 0 };
  readonly #freshness = new Freshness(Date.now());

  readonly log: SqliteLog;
  private readonly cluster: ClusterLog;
  private readonly writer: SqliteWriter;
  private readonly tell: Told;

  constructor(private readonly parts: ReplicaParts) {
    this.cluster = parts.cluster;
    this.log = parts.log;
    this.writer = parts.writer;
    this.tell = parts.tell;
    this.#clock = new ClusterClock(parts.checkClock);
    this.#inbox = new Inbox(parts.log, parts.catalogue, {
      hold: () => this.#subscription?.pause(),
      release: () => this.#subscription?.resume(),
    });
  }

  get status(): ClusterStatus {
    this.#freshness.came(this.log.head());
    return { ...this.#status, currentAt: this.#freshness.at };
  }

  /** Begins to follow the log, for a store that takes in what comes. */
  start(store: GroupedStore): void {
    this.#store = store;
    this.#following = this.#follow();
    this.#looking = this.#look();
  }

  async commit(additions: readonly Addition[]): Promise<void> {
    const after = this.log.head();
    await this.#turns.mine();
    for (const { record } of additions) this.#mine.add(record.id);
    try {
      await this.#append(additions, after);
    } finally {
      for (const { record } of additions) this.#mine.delete(record.id);
    }
    try {
      await this.parts.before(additions);
      await this.writer.write(additions);
    } catch (error) {
      // It is on the cluster, and will come to the replica when that can be written again.
      throw new OutcomeUnknown(`recorded on the cluster, not yet here: ${(error as Error).message}`, { cause: error });
    }
    this.log.advance(additions);
    this.#inbox.settle();
  }

  async takeIn(): Promise<TakenIn | undefined> {
    const additions = this.#inbox.next();
    if (additions.length === 0) return undefined;
    try {
      await this.parts.before(additions);
      await this.writer.write(additions);
    } catch (error) {
      this.#tellAnew(`what is on ${this.cluster.place} does not come into the replica: ${(error as Error).message}`);
      throw error;
    }
    return {
      additions,
      apply: () => {
        this.log.advance(additions);
        this.#inbox.settle();
        if (this.#inbox.next().length > 0) this.#store?.refresh();
      },
    };
  }

  async isNewest(position: number): Promise<boolean> {
    const head = await this.#askInElection();
    if (head <= position) return true;
    const halted = this.#store?.halted;
    if (halted !== undefined) throw new LogUnavailable(halted);
    if (!(await this.#store?.reaches(head, this.parts.timing.arrivesWithin)))
      throw new LogUnavailable('others have written to the log, and it has not come here yet');
    return false;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    void this.#subscription?.stop();
    this.#endSubscription?.(new Error('closing'));
    await Promise.all([this.#following, this.#looking]);
    await this.cluster.close();
    await this.parts.scrub.close();
    await this.writer.close();
    this.log.close();
  }

  /**
   * Appends until it is clear what became of it, or for as long as it may take.
   * @throws Overtaken, LogUnavailable, OutcomeUnknown
   */
  async #append(additions: readonly Addition[], after: number): Promise<void> {
    const { appendFor } = this.parts.timing;
    // From a cluster that has been away for long nothing is to be hoped for: what is not sent is not in doubt.
    if (this.cluster.awayFor > appendFor) await this.#ask();
    const until = Date.now() + appendFor;
    const patience = new Patience();
    let unclear = false;
    let election = 0;
    this.#clock.sending();
    for (;;) {
      const began = performance.now();
      try {
        await this.cluster.append(additions, after);
        this.#turns.appended(performance.now() - began);
        return;
      } catch (error) {
        const { message } = error as Error;
        switch (failureOf(error)) {
          case 'overtaken':
            this.#status.overtaken += 1;
            await this.#arrival(after);
            throw new Overtaken();
          case 'not-now':
            if (election === 0) election = this.#status.elections += 1;
            break;
          case 'unclear':
            this.#status.repeated += 1;
            unclear = true;
            break;
          default:
            if (!unclear) throw new LogUnavailable(`the cluster did not take it: ${message}`, { cause: error });
        }
        if (this.#closing.signal.aborted || Date.now() > until)
          throw unclear
            ? new OutcomeUnknown(`the cluster has not said what became of it: ${message}`, { cause: error })
            : new LogUnavailable(`the cluster cannot take it now: ${message}`, { cause: error });
        await patience.wait(this.#closing.signal);
      }
    }
  }

  /** Waits until a record after this position can be taken in. @throws LogUnavailable */
  async #arrival(position: number): Promise<void> {
    const until = Date.now() + this.parts.timing.arrivesWithin;
    const patience = new Patience();
    while (this.#inbox.head <= position) {
      if (this.#store?.halted !== undefined) throw new LogUnavailable(this.#store.halted);
      if (this.#closing.signal.aborted || Date.now() > until) {
        this.#endSubscription?.(new Error('what others wrote does not come'));
        throw new LogUnavailable('others have written to the log, and it has not come here yet');
      }
      await patience.wait(this.#closing.signal);
    }
  }

  /** The cluster's head, asked for after this call; those who ask at the same time share one answer. */
  async #ask(): Promise<number> {
    // A question that is under way may have been answered before what is asked now was known.
    await this.#asked?.catch(() => undefined);
    this.#asked ??= this.cluster.head().finally(() => (this.#asked = undefined));
    try {
      const head = await this.#asked;
      this.#status.clusterHead = Math.max(this.#status.clusterHead, head);
      return head;
    } catch (error) {
      throw new LogUnavailable(`the cluster cannot be asked: ${(error as Error).message}`, { cause: error });
    }
  }

  /** The same, asked again while there may be an election; once only where the cluster has been away for longer. */
  async #askInElection(): Promise<number> {
    const { appendFor, arrivesWithin } = this.parts.timing;
    const until = Date.now() + Math.min(arrivesWithin, appendFor - this.cluster.awayFor);
    const patience = new Patience();
    for (;;)
      try {
        return await this.#ask();
      } catch (error) {
        if (this.#closing.signal.aborted || Date.now() > until) throw error;
        await patience.wait(this.#closing.signal);
      }
  }

  /** Follows the log, and begins again whenever that ends. */
  async #follow(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      const ended = Promise.withResolvers<Error>();
      this.#endSubscription = ended.resolve;
      this.#subscription = this.cluster.follow(this.#inbox.head, {
        event: (event) => this.#take(event),
        ended: ended.resolve,
      });
      const reason = await ended.promise;
      void this.#subscription.stop();
      this.#status.connected = false;
      if (isDeleted(reason)) this.#stop(`${DELETED} (${this.cluster.place})`, REMEDY);
      if (this.#isOver()) return;
      this.#status.resubscribed += 1;
      this.#tellAnew(`the log on ${this.cluster.place} is followed anew: ${reason.message}`);
      await this.#patience.wait(signal);
    }
  }

  /** The same is told once a minute: a cluster can be away for long. */
  #tellAnew(what: string): void {
    if (what === this.#told.what && Date.now() - this.#told.at < TOLD_AGAIN_AFTER) return;
    this.#told = { what, at: Date.now() };
    this.tell.warn(what);
  }

  /** Nothing is followed any more: this server closes, or has met what it cannot take in. */
  #isOver(): boolean {
    return this.#closing.signal.aborted || this.#store?.halted !== undefined;
  }

  #take(event: ClusterEvent): void {
    this.#status.connected = true;
    this.#patience.reset();
    const mine = this.#mine.has(event.id);
    try {
      if (mine) this.#clock.stamped(event.created);
      if (!this.#inbox.add(event)) return;
    } catch (error) {
      const remedy = error instanceof ForeignEvent ? REMEDY : undefined;
      this.#stop(`${(error as Error).message} (${this.cluster.place})`, remedy);
      return;
    }
    this.#status.clusterHead = Math.max(this.#status.clusterHead, this.#inbox.head);
    if (!mine) this.#turns.othersWrote();
    this.#store?.refresh();
  }

  /** What stands on the cluster is not what can be taken in: nothing is written or followed any more. */
  #stop(reason: string, remedy?: string): void {
    this.#store?.halt(reason);
    this.tell.fatal(`${reason}. Nothing is written or followed any more${remedy === undefined ? '' : `: ${remedy}`}`);
    this.#endSubscription?.(new ForeignEvent(reason));
  }

  /** Looks at the cluster from time to time: whether it is there, and whether everything has come here. */
  async #look(): Promise<void> {
    const { signal } = this.#closing;
    let toldAt = 0;
    let missing = { head: 0, since: Date.now() };
    while (!signal.aborted) {
      try {
        const askedAt = Date.now();
        const head = await this.#ask();
        this.#freshness.asked(head, askedAt, this.log.head());
        this.#status.connected = this.#store?.halted === undefined;
        if (this.log.head() >= head) this.#status.caughtUp = true;
        if (this.#inbox.head >= head || this.#inbox.head !== missing.head)
          missing = { head: this.#inbox.head, since: Date.now() };
        // Records are there, and none comes: the subscription is dead without having said so.
        if (Date.now() - missing.since > this.parts.timing.arrivesWithin) {
          this.#endSubscription?.(new Error('it stopped sending without a word'));
          missing = { head: this.#inbox.head, since: Date.now() };
        }
        if (this.log.head() < head && Date.now() - toldAt > this.parts.timing.arrivesWithin) {
          this.tell.info(`the replica has ${String(this.log.head())} of ${String(head)} records`);
          toldAt = Date.now();
        }
        const wrong = this.#clock.fault();
        if (wrong !== undefined) this.#stop(wrong);
      } catch {
        this.#status.connected = false;
      }
      if (this.#inbox.next().length > 0) this.#store?.refresh();
      await pause(this.parts.timing.lookEvery, signal);
    }
  }
}
