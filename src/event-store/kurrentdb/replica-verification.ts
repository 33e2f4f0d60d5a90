import { LogUnavailable } from '../event-store.js';
import type { SqliteLog } from '../sqlite/sqlite-log.js';
import { asRecord, ForkedLog, type ClusterEvent } from './cluster-event.js';
import type { ClusterLog } from './cluster-log.js';

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
 * replica's newest record is looked for on the cluster, by its hash, whenever a call or a subscription has failed: without
 * that the nodes cannot have been exchanged for others.
 */
export class ReplicaVerification {
  /** `disturbances` of the cluster when the question was sent to which it last showed the replica's newest record. */
  #seenAt = -1;
  #shortSince: number | undefined;
  #missing = 0;

  constructor(
    private readonly cluster: Pick<ClusterLog, 'at' | 'disturbances'>,
    private readonly log: Pick<SqliteLog, 'head' | 'identityAt'>,
  ) {}

  /** How many of the replica's records the cluster lacks, as last heard. */
  get missing(): number {
    return this.#missing;
  }

  /** For how long the cluster has lacked records that the replica has. Milliseconds; 0 if it lacks none. */
  get shortFor(): number {
    return this.#shortSince === undefined ? 0 : Date.now() - this.#shortSince;
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
      this.#missing = head - position;
      this.#shortSince ??= Date.now();
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
    this.#shortSince = undefined;
  }
}
