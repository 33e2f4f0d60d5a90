import { catalogue, STREAM_KINDS } from './catalogue.js';
import type { ClusterStatus } from './event-store/cluster-status.js';
import type { EventStore, LogRecord } from './event-store/event-store.js';
import type { FactOf } from './event-store/facts.js';
import { PersonKeys } from './event-store/personal-data.js';
import type { Scrub } from './event-store/scrub.js';
import { refuseOtherKind, type DataFolder } from './event-store/sqlite/data-folder.js';
import { openSqliteEventStore } from './event-store/sqlite/sqlite-event-store.js';
import { openPersonKeys, refuseLostLog } from './event-store/sqlite/whole-folder.js';
import type { Configuration } from './operations/configuration.js';
import { PersonErased } from './register/events.js';

/** Told what a person should know. */
export interface Told {
  info(message: string): void;
  warn(message: string): void;
  fatal(message: string): void;
}

/** The log and what belongs to it, open. */
export interface OpenedLog {
  readonly store: EventStore;
  readonly scrub: Scrub;
  readonly keys: PersonKeys;
  /** How this server and the cluster stand; undefined where the log is in the data folder alone. */
  readonly cluster: (() => ClusterStatus) | undefined;
}

/**
 * Opens the log that the configuration names, with the keys of persons; what was opened is closed with `opened`.
 * @throws UnusableLog where it cannot be used
 */
export async function openLog(
  { cluster, dataDir, testClock }: Configuration,
  folder: DataFolder,
  opened: AsyncDisposableStack,
  tell: Told,
): Promise<OpenedLog> {
  if (cluster) return openReplica(cluster, folder, { dataDir, checkClock: testClock === undefined }, opened, tell);
  refuseOtherKind(dataDir, undefined);
  refuseLostLog(folder);
  const { store, scrub } = openSqliteEventStore(folder.log, catalogue(), STREAM_KINDS);
  opened.defer(() => store.close());
  const keys = openPersonKeys(folder, store.head());
  opened.defer(() => keys.close());
  return { store, scrub, keys, cluster: undefined };
}

async function openReplica(
  address: NonNullable<Configuration['cluster']>,
  folder: DataFolder,
  { dataDir, checkClock }: { readonly dataDir: string; readonly checkClock: boolean },
  opened: AsyncDisposableStack,
  tell: Told,
): Promise<OpenedLog> {
  // Loaded only where there is a cluster: the client takes a while.
  const { openKurrentDbEventStore } = await import('./event-store/kurrentdb/kurrentdb-event-store.js');
  const { ClusterKeys } = await import('./event-store/kurrentdb/cluster-keys.js');
  const { CLUSTER_TIMING } = await import('./event-store/kurrentdb/cluster-timing.js');
  const { logStream } = await import('./event-store/kurrentdb/address.js');
  refuseOtherKind(dataDir, logStream(address));
  let keys: PersonKeys | undefined;
  // Asked for by the store for as long as it is open, so it is closed after that.
  opened.defer(() => keys?.close());
  const replica = await openKurrentDbEventStore({
    address,
    file: folder.log,
    catalogue: catalogue(),
    kinds: STREAM_KINDS,
    tell,
    checkClock,
    prepare: async (cluster, log) => {
      const shared = new ClusterKeys(cluster, address, CLUSTER_TIMING, erasedBy);
      const mine = (keys = new PersonKeys(folder.persons, shared));
      await shared.settle(mine);
      if (mine.count() === 0) await shared.complete(mine, log);
      return (additions, until) => shared.before(mine, additions, until);
    },
  });
  const { store, scrub } = replica;
  opened.defer(() => store.close());
  if (!keys) throw new Error('the keys of persons were not opened');
  return { store, scrub, keys, cluster: () => replica.status() };
}

const erasedBy = ({ type, data }: LogRecord): string | undefined =>
  type === PersonErased.type ? (data as FactOf<typeof PersonErased>['data']).person : undefined;
