import { LogUnavailable } from '../event-store.js';
import type { SqliteLog } from '../sqlite/sqlite-log.js';
import { asRecord, ForkedLog, type ClusterEvent } from './cluster-event.js';
import type { ClusterLog } from './cluster-log.js';

/** Milliseconds between two calls of `awake`. */
export const AWAKE_EVERY = 100;
/** A program that was not awake for so many milliseconds has stood still: less than any restore takes. */
const STOOD_STILL = 500;

/** The cluster has fewer records than the replica: a leader that has not read all of its log yet, or records are lost. */
export class ShortLog extends LogUnavailable {
  constructor(missing: number) {
    super(
      `the cluster lacks the newest ${String(missing)} records of this server's replica: it was restored to an older state, or is not whole yet`,
    );
  }
}

/**
 * Whether the cluster's log is the one that this server's replica holds. KurrentDB compares revisions, which are counts:
 * a cluster that was restored to an older state and has grown since has the same revisions with other records. So the
 * replica's newest record is looked for on the cluster, by its hash, whenever a call or a subscription has failed, or
 * this program has stood still: without that the nodes cannot have been exchanged for others unnoticed.
 */
export class ReplicaVerification {
  /** `disturbances` of the cluster when the question was sent to which it last showed the replica's newest record. */
  #seenAt = -1;
  /** The first and the newest of the answers, one after the other, by which the cluster lacks records. `now()`. */
  #short: { readonly since: number; readonly newest: number } | undefined;
  #missing = 0;
  /** When this program was last seen to be awake. `now()`. */
  #awakeAt: number;

  /** @param now milliseconds of a clock that goes on while this program stands still */
  constructor(
    private readonly cluster: Pick<ClusterLog, 'at' | 'disturbances'>,
    private readonly log: Pick<SqliteLog, 'head' | 'identityAt'>,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.#awakeAt = now();
  }

  /**
   * To be called every `AWAKE_EVERY` milliseconds. A program that stood still (it was stopped, or its machine slept) has
   * not heard what failed meanwhile, and an idle connection is made again without a word.
   */
  awake(): void {
    this.#mindGap();
    this.#awakeAt = this.now();
  }

  /** How many of the replica's records the cluster lacks, as last heard. */
  get missing(): number {
    return this.#missing;
  }

  /** For how long the cluster has answered, one time after the other, that it lacks records. Milliseconds; 0 if it lacks none. */
  get shortFor(): number {
    return this.#short ? this.#short.newest - this.#short.since : 0;
  }

  /** The cluster has not answered: what it lacks now is not known. */
  unanswered(): void {
    this.#short = undefined;
  }

  /**
   * Compares an event with the record at its place in the replica, if there is one.
   * @throws ForkedLog for another record, ForeignEvent for what is no record
   */
  compare(event: ClusterEvent): void {
    const position = Number(event.revision) + 1;
    const mine = this.log.identityAt(position);
    if (mine && (mine.id !== event.id || mine.hash !== asRecord(event).record.hash)) throw new ForkedLog(position);
  }

  /**
   * Takes in the first event of a subscription that was begun at the replica's newest record.
   * @param disturbances of the cluster when the subscription was begun
   * @throws ForkedLog, ForeignEvent
   */
  followed(event: ClusterEvent, disturbances: number): void {
    if (this.#seenAt >= disturbances) return;
    this.compare(event);
    this.#saw(disturbances);
  }

  /**
   * Takes in the cluster's answer which event is its newest.
   * @param head newest position of the replica when the question was sent
   * @param disturbances of the cluster then
   * @throws ForkedLog, ForeignEvent
   */
  heard(newest: ClusterEvent | undefined, head: number, disturbances: number): void {
    const position = newest ? Number(newest.revision) + 1 : 0;
    if (newest) this.compare(newest);
    if (position < head) {
      const now = this.now();
      this.#missing = head - position;
      this.#short = { since: this.#short?.since ?? now, newest: now };
      this.#seenAt = -1;
    } else if (position === head) this.#saw(disturbances);
    else this.#isWhole();
  }

  /**
   * Makes sure that the cluster has the replica's newest record, if it has not shown it since it was last disturbed.
   * @param head newest position of the replica
   * @throws ForkedLog, ForeignEvent, ShortLog, or an error of the client
   */
  async confirm(head: number): Promise<void> {
    this.#mindGap();
    const { disturbances } = this.cluster;
    if (head === 0 || this.#seenAt >= disturbances) return;
    const event = await this.cluster.at(head);
    if (!event) throw new ShortLog(Math.max(1, this.#missing));
    this.compare(event);
    this.#saw(disturbances);
  }

  /** The cluster has shown the replica's newest record. */
  #saw(disturbances: number): void {
    this.#seenAt = Math.max(this.#seenAt, disturbances);
    this.#isWhole();
  }

  #isWhole(): void {
    this.#missing = 0;
    this.#short = undefined;
  }

  /** What was seen before this program stood still says nothing of what the cluster is now. */
  #mindGap(): void {
    if (this.now() - this.#awakeAt > STOOD_STILL) this.#seenAt = -1;
  }
}
