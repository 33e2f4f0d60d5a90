import type { Addition } from '../append.js';
import type { ClusterStatus } from '../cluster-status.js';
import { LogUnavailable, OutcomeUnknown } from '../event-store.js';
import type { FactCatalogue } from '../facts.js';
import type { Durable, GroupedStore, TakenIn } from '../grouped-store.js';
import type { SqliteScrub } from '../sqlite/scrub.js';
import type { SqliteLog } from '../sqlite/sqlite-log.js';
import type { SqliteWriter } from '../sqlite/sqlite-writer.js';
import { asRecord, DELETED, ForeignEvent, ForkedLog, type ClusterEvent } from './cluster-event.js';
import type { ClusterLog, Subscription } from './cluster-log.js';
import { ClusterAppend } from './cluster-append.js';
import { ClusterClock } from './cluster-clock.js';
import { ClusterHead, type ReplicaControl } from './cluster-head.js';
import { LARGEST_APPEND, type ClusterTiming } from './cluster-timing.js';
import { isDeleted } from './failure.js';
import { Freshness } from './freshness.js';
import { Inbox } from './inbox.js';
import { pause, Patience } from './patience.js';
import { AWAKE_EVERY, ReplicaVerification, ShortLog } from './replica-verification.js';
import { WholeComparison } from './whole-comparison.js';
import { Turns } from './turns.js';

/** Milliseconds. */
const TOLD_AGAIN_AFTER = 60_000;

/** What a person is to do if the cluster's log is not the one that the replica holds. */
const FORK_REMEDY =
  'Keep a copy of this DATA_DIR, which has what the cluster lacks. If the cluster is as it should be, stop the server and run "maintenance-calendar replica rebuild"; otherwise restore the cluster';
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
  /** Does what must be done before records are in the replica, by an instant of `performance.now()`. */
  readonly before: (additions: readonly Addition[], until?: number) => Promise<void>;
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
  readonly #head: ClusterHead;
  readonly #append: ClusterAppend;
  readonly #closing = new AbortController();
  readonly #patience = new Patience();
  readonly #verification: ReplicaVerification;
  readonly #comparison: WholeComparison;
  #subscription: Subscription | undefined;
  #store: GroupedStore | undefined;
  #following: Promise<void> = Promise.resolve();
  #looking: Promise<void> = Promise.resolve();
  #comparing: Promise<void> = Promise.resolve();
  #awake: NodeJS.Timeout | undefined;
  #endSubscription: ((reason: Error) => void) | undefined;
  #status = { connected: false, clusterHead: 0, resubscribed: 0 };
  /** What does not go as it should, as last told. */
  #told = { what: '', at: 0 };
  readonly #freshness: Freshness;

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
    this.#freshness = new Freshness(Date.parse(parts.log.newestRecordedAt() ?? '1970-01-01T00:00:00Z'));
    this.#verification = new ReplicaVerification(parts.cluster, parts.log);
    this.#comparison = new WholeComparison(parts.cluster, parts.log);
    const { cluster, log, timing } = parts;
    const control: ReplicaControl = {
      signal: this.#closing.signal,
      isOver: () => this.#isOver(),
      halted: () => this.#store?.halted,
      stopAt: (error) => this.#stopAt(error),
    };
    this.#head = new ClusterHead({
      cluster,
      log,
      timing,
      verification: this.#verification,
      control,
      heard: (head) => this.#heard(head),
    });
    this.#append = new ClusterAppend({
      cluster,
      timing,
      verification: this.#verification,
      control,
      clock: this.#clock,
      turns: this.#turns,
      head: this.#head,
      arrival: (after, end) => this.#arrival(after, end),
    });
    this.#inbox = new Inbox(parts.log, parts.catalogue, {
      hold: () => this.#subscription?.pause(),
      release: () => this.#subscription?.resume(),
    });
  }

  get status(): ClusterStatus {
    this.#freshness.came(this.log.head());
    return {
      ...this.#status,
      ...this.#append.counts,
      caughtUp: this.#freshness.hasCome,
      currentAt: this.#freshness.at,
      missing: this.#verification.missing,
      missingFor: this.#verification.shortFor,
      compared: this.#comparison.position,
    };
  }

  /** Begins to follow the log, for a store that takes in what comes. */
  start(store: GroupedStore): void {
    this.#store = store;
    this.#following = this.#follow();
    this.#looking = this.#look();
    this.#comparing = this.#compare();
    this.#awake = setInterval(() => this.#verification.awake(), AWAKE_EVERY).unref();
  }

  async commit(additions: readonly Addition[], until: number): Promise<void> {
    const after = this.log.head();
    await this.#turns.mine();
    await this.#append.make(additions, after, until);
    try {
      await this.parts.before(additions, until);
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
        if (this.#inbox.hasNext) this.#store?.refresh();
      },
    };
  }

  async isNewest(position: number, until: number): Promise<boolean> {
    const head = await this.#head.inElection(until);
    const halted = this.#store?.halted;
    if (halted !== undefined) throw new LogUnavailable(halted);
    if (head <= position) return true;
    const within = Math.min(this.parts.timing.arrivesWithin, until - performance.now());
    if (!(await this.#store?.reaches(head, Math.max(0, within))))
      throw new LogUnavailable(this.#store?.halted ?? 'others have written to the log, and it has not come here yet');
    return false;
  }

  async isKept(position: number): Promise<boolean> {
    const event = await this.cluster.at(position);
    // It may lack it for a moment: whether it has been lost is told by those who look again.
    if (!event && position <= this.log.head()) throw new ShortLog(1);
    return event !== undefined && asRecord(event).record.hash === this.log.identityAt(position)?.hash;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    clearInterval(this.#awake);
    void this.#subscription?.stop();
    this.#endSubscription?.(new Error('closing'));
    await Promise.all([this.#following, this.#looking, this.#comparing]);
    await this.cluster.close();
    await this.parts.scrub.close();
    await this.writer.close();
    this.log.close();
  }

  /** Waits until a record after this position can be taken in, until an instant of `performance.now()`. @throws LogUnavailable */
  async #arrival(position: number, until: number): Promise<void> {
    const end = Math.min(until, performance.now() + this.parts.timing.arrivesWithin);
    const patience = new Patience();
    while (!this.#inbox.hasNext && this.log.head() <= position) {
      if (this.#store?.halted !== undefined) throw new LogUnavailable(this.#store.halted);
      if (this.#closing.signal.aborted || performance.now() >= end) {
        this.#endSubscription?.(new Error('what others wrote does not come'));
        throw new LogUnavailable('others have written to the log, and it has not come here yet');
      }
      await patience.wait(this.#closing.signal, end - performance.now());
    }
  }

  /** The cluster has told that this is its head. */
  #heard(head: number): void {
    this.#inbox.reported(head);
    if (this.#inbox.hasNext) this.#store?.refresh();
    const { missing, shortFor } = this.#verification;
    this.#status.clusterHead = missing > 0 ? head : Math.max(this.#status.clusterHead, head);
    if (shortFor > this.parts.timing.shortFor) this.#stop(`${new ShortLog(missing).message}. ${FORK_REMEDY}`);
  }

  /** Follows the log, and begins again whenever that ends. */
  async #follow(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      const ended = Promise.withResolvers<Error>();
      this.#endSubscription = ended.resolve;
      const { disturbances } = this.cluster;
      // From the newest record that is here on, so that it is seen whether that is the cluster's too.
      this.#subscription = this.cluster.follow(Math.max(0, this.#inbox.head - 1), {
        event: (event) => this.#take(event, disturbances),
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

  /** @param disturbances of the cluster when the subscription was begun that brought the event */
  #take(event: ClusterEvent, disturbances: number): void {
    this.#status.connected = true;
    const mine = this.#append.isUnderWay(event.id);
    try {
      if (mine) this.#clock.stamped(event.created);
      this.#verification.followed(event, disturbances);
      if (!this.#inbox.add(event)) return;
      // Not by the one that every subscription begins with.
      this.#patience.reset();
    } catch (error) {
      // The replica cannot be read now: the event comes again.
      if (error instanceof LogUnavailable) this.#endSubscription?.(error);
      else this.#stopAt(error as Error);
      return;
    }
    this.#status.clusterHead = Math.max(this.#status.clusterHead, this.#inbox.head);
    if (!mine) this.#turns.othersWrote();
    this.#store?.refresh();
  }

  /** What the cluster has shown cannot be taken in, or is not what is here. @returns why nothing is written any more */
  #stopAt(error: Error): string {
    const reason = `${error.message} (${this.cluster.place})`;
    const isFork = error instanceof ForkedLog;
    this.#stop(isFork ? `${reason}. ${FORK_REMEDY}` : reason, error instanceof ForeignEvent ? REMEDY : undefined);
    return this.#store?.halted ?? reason;
  }

  /** What stands on the cluster is not what can be taken in: nothing is written or followed any more. */
  #stop(reason: string, remedy?: string): void {
    if (this.#store?.halted !== undefined) return;
    this.#store?.halt(reason);
    this.tell.fatal(`${reason}. Nothing is written or followed any more${remedy === undefined ? '' : `: ${remedy}`}`);
    this.#endSubscription?.(new ForeignEvent(reason));
  }

  /** Compares all that was in the replica at the start with the cluster, at its leisure. */
  async #compare(): Promise<void> {
    const { signal } = this.#closing;
    const patience = new Patience();
    while (!this.#isOver())
      try {
        await this.#comparison.run(signal, () => this.#isOver());
        return;
      } catch (error) {
        if (!(error instanceof LogUnavailable)) this.#stopAt(error as Error);
        await patience.wait(signal);
      }
  }

  /** Looks at the cluster from time to time: whether it is there, and whether everything has come here. */
  async #look(): Promise<void> {
    const { signal } = this.#closing;
    let toldAt = 0;
    let missing = { head: 0, since: Date.now() };
    while (!signal.aborted) {
      try {
        const askedAt = Date.now();
        const head = await this.#head.ask();
        this.#freshness.asked(head, askedAt, this.log.head());
        this.#status.connected = this.#store?.halted === undefined;
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
      if (this.#inbox.hasNext) this.#store?.refresh();
      await pause(this.parts.timing.lookEvery, signal);
    }
  }
}
