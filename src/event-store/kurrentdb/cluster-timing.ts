/** Bytes of one append: half of what a server takes by default. */
export const LARGEST_APPEND = 512 * 1024;

/** How long is waited for what. Milliseconds. */
export interface ClusterTiming {
  /** For the answer to one call. */
  readonly callWithin: number;
  /** For which a call is tried again for somebody who set no time of their own. */
  readonly tryFor: number;
  /** Within which what is on the cluster must come to the replica. */
  readonly arrivesWithin: number;
  /** For which the cluster may have fewer records than the replica before they are taken for lost. */
  readonly shortFor: number;
  /** Between two looks at the cluster's head. */
  readonly lookEvery: number;
  /** For a cluster that does not answer at start. */
  readonly startWithin: number;
}

/** What has proved itself with elections that take some seconds. */
export const CLUSTER_TIMING: ClusterTiming = {
  callWithin: 3_000,
  tryFor: 10_000,
  arrivesWithin: 10_000,
  shortFor: 10_000,
  lookEvery: 1_000,
  startWithin: 30_000,
};
