import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { CLUSTER_TIMING, type ClusterTiming } from '../../src/event-store/kurrentdb/cluster-timing.js';
import {
  openKurrentDbEventStore,
  type ClusterOptions,
  type KurrentDbEventStore,
} from '../../src/event-store/kurrentdb/kurrentdb-event-store.js';
import { inventedFacts, inventedKinds } from './invented-facts.js';
import { temporaryFolder } from './temporary-folder.js';

/** A prefix that no other calendar has. */
export const newPrefix = (): string => `${randomUUID()}-`;

/** Waits shorter than a real cluster needs, for a double that answers at once; the outcome does not hang on them. */
export const SHORT: ClusterTiming = {
  ...CLUSTER_TIMING,
  callWithin: 2_000,
  tryFor: 20_000,
  arrivesWithin: 3_000,
  shortFor: 1_000,
  lookEvery: 100,
  startWithin: 3_000,
};

/** A server's store on a calendar in the cluster, and what it told of itself. */
export interface ClusterServer extends KurrentDbEventStore {
  readonly told: string[];
  readonly file: string;
}

/** Opens a store on the calendar of that prefix, with a replica of its own. */
export async function openServer(
  url: string,
  prefix: string,
  more: Partial<ClusterOptions> = {},
): Promise<ClusterServer> {
  const told: string[] = [];
  const tell = (message: string): void => void told.push(message);
  const file = more.file ?? join(temporaryFolder(), 'log.sqlite');
  const opened = await openKurrentDbEventStore({
    address: { url, prefix },
    file,
    catalogue: inventedFacts,
    kinds: inventedKinds,
    tell: { info: tell, warn: tell, fatal: tell },
    prepare: () => Promise.resolve(() => Promise.resolve()),
    checkClock: true,
    timing: SHORT,
    ...more,
  });
  return { ...opened, told, file };
}
