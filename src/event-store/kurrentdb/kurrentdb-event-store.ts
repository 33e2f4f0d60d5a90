import { kindsOf, type Addition } from '../append.js';
import type { ClusterStatus } from '../cluster-status.js';
import type { EventStore, LogReader } from '../event-store.js';
import type { FactCatalogue } from '../facts.js';
import { GroupedStore } from '../grouped-store.js';
import type { Scrub } from '../scrub.js';
import { SqliteScrub } from '../sqlite/scrub.js';
import { SqliteLog } from '../sqlite/sqlite-log.js';
import { SqliteWriter } from '../sqlite/sqlite-writer.js';
import { admit } from './admission.js';
import type { ClusterAddress } from './address.js';
import { ClusterLog } from './cluster-log.js';
import { ClusterReplica, type Told } from './cluster-replica.js';
import { CLUSTER_TIMING, type ClusterTiming } from './cluster-timing.js';

/** What is needed to open the log on a cluster. */
export interface ClusterOptions {
  readonly address: ClusterAddress;
  /** This server's replica, made where it is missing. */
  readonly file: string;
  readonly catalogue: FactCatalogue;
  readonly kinds: readonly string[];
  readonly tell: Told;
  /**
   * Makes ready what is kept on the cluster beside the log, once the log has been found usable, and returns what must be
   * done before records are in the replica.
   */
  readonly prepare: (
    cluster: ClusterLog,
    replica: LogReader,
  ) => Promise<(additions: readonly Addition[], until?: number) => Promise<void>>;
  /** Whether this server's clock is compared with the cluster's. */
  readonly checkClock: boolean;
  readonly timing?: ClusterTiming;
}

/** The log on a cluster, open, and what is to be known of it. */
export interface KurrentDbEventStore {
  readonly store: EventStore;
  readonly scrub: Scrub;
  status(): ClusterStatus;
}

/**
 * The log in one stream of a KurrentDB cluster, read from a replica in this server's SQLite file.
 * @throws UnusableLog where the stream, the replica or the way to the cluster cannot be used
 */
export async function openKurrentDbEventStore(options: ClusterOptions): Promise<KurrentDbEventStore> {
  const { address, file, catalogue, kinds, tell, prepare, checkClock, timing = CLUSTER_TIMING } = options;
  const cluster = new ClusterLog(address, timing.callWithin);
  const log = new SqliteLog(file, catalogue, kindsOf(kinds));
  let before: Awaited<ReturnType<ClusterOptions['prepare']>>;
  try {
    await admit(cluster, log, timing.startWithin, timing.shortFor);
    before = await prepare(cluster, log);
  } catch (error) {
    log.close();
    await cluster.close();
    throw error;
  }
  // The cluster has what the replica may lose in a power cut: it need not wait for the disk.
  const writer = new SqliteWriter(file, kindsOf(kinds), 'NORMAL');
  const scrub = new SqliteScrub(file, catalogue, () => log.head());
  const replica = new ClusterReplica({ cluster, log, writer, scrub, catalogue, tell, before, checkClock, timing });
  const store = new GroupedStore(replica, catalogue, kinds);
  replica.start(store);
  return { store, scrub, status: () => replica.status };
}
