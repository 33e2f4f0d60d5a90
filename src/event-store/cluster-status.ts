/** How a server and the cluster that keeps the log stand, for readiness and metrics. */
export interface ClusterStatus {
  /** The last call to the cluster was answered, and the log is followed. */
  readonly connected: boolean;
  /** The replica has had all that the cluster had. */
  readonly caughtUp: boolean;
  /** At this time the replica last had, as far as is known, all that the cluster had. Milliseconds since 1970. */
  readonly currentAt: number;
  /** Newest position on the cluster, as last heard of. */
  readonly clusterHead: number;
  /** How many of the replica's newest records the cluster lacks, as last heard; 0 while all is well. */
  readonly missing: number;
  /** For how long it has lacked some. Milliseconds; 0 if it lacks none. */
  readonly missingFor: number;
  /** Position up to which what was in the replica at the start has been compared with the cluster. */
  readonly compared: number;
  /** Appends that others overtook. */
  readonly overtaken: number;
  /** Times that an append had to be sent again because its outcome was not clear. */
  readonly repeated: number;
  /** Appends that met nodes without a leader, or one that was none any more. */
  readonly elections: number;
  /** Times that the subscription had to be begun again. */
  readonly resubscribed: number;
}
