import type { ClusterStatus } from '../event-store/cluster-status.js';

/** Seconds for which a replica may be behind without anything being wrong. */
const A_LITTLE = 10;

/**
 * Milliseconds for which a cluster may lack records that are here before requests are sent elsewhere: a leader that has
 * just been elected lacks some for a moment.
 */
const A_MOMENT = 3_000;

/** How what is read here stands to the log, where that is kept on a cluster and this server has a replica of it. */
export class ReplicaStanding {
  /**
   * @param cluster undefined where the log is in the data folder alone: what is read is the log itself
   * @param maxAge seconds after which what is read is too old
   */
  constructor(
    readonly cluster: (() => ClusterStatus) | undefined,
    private readonly maxAge: number,
  ) {}

  /** Seconds since the replica last had, as far as is known, all that the cluster had; 0 where there is no cluster. */
  age(): number {
    return this.cluster ? Math.max(0, (Date.now() - this.cluster().currentAt) / 1_000) : 0;
  }

  /** Whether the cluster is away, or what others wrote has not come here for longer than it should take. */
  get isBehind(): boolean {
    return this.cluster !== undefined && (!this.cluster().connected || this.age() > A_LITTLE);
  }

  /**
   * `caught-up`; `filling` before that was ever so, `too-old` when it has not been for too long, and `diverged` if the
   * cluster lacks records that are here for longer than a new leader does.
   */
  get state(): 'caught-up' | 'diverged' | 'filling' | 'too-old' {
    if (!this.cluster) return 'caught-up';
    if (!this.cluster().caughtUp) return 'filling';
    if (this.isTooOld) return 'too-old';
    return this.cluster().missingFor > A_MOMENT ? 'diverged' : 'caught-up';
  }

  /**
   * Whether nobody may be answered from what is here: since it was current any key may have been revoked. Before the
   * replica has caught up once, nobody knows how old it is.
   */
  get isTooOld(): boolean {
    return this.cluster !== undefined && (!this.cluster().caughtUp || this.age() > this.maxAge);
  }

  /** What every answer to a read says of its age (RFC 9111), once it is known. */
  headers(): Readonly<Record<string, string>> {
    return this.cluster?.().caughtUp === true ? { age: String(Math.floor(this.age())) } : {};
  }
}
