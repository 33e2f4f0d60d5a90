/** Bytes of one append: half of what a server takes by default. */
export const LARGEST_APPEND = 512 * 1024;

/** How long is waited for what. Milliseconds. */
export interface ClusterTiming {
  /** For the answer to one call. */
  readonly callWithin: number;
  /** For which one append is tried before it is given up. */
  readonly appendFor: number;
  /** Within which what is on the cluster must come to the replica. */
  readonly arrivesWithin: number;
  /** Between two looks at the cluster's head. */
  readonly lookEvery: number;
  /** For a cluster that does not answer at start. */
  readonly startWithin: number;
}

/** What has proved itself with elections that take some seconds. */
export const CLUSTER_TIMING: ClusterTiming = {
  callWithin: 3_000,
  appendFor: 15_000,
  arrivesWithin: 10_000,
  lookEvery: 1_000,
  startWithin: 30_000,
};
