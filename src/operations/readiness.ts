import type { CommandPipeline } from '../commands/command-pipeline.js';
import type { ReplicaStanding } from './replica-standing.js';

/** Whether requests can be sent here, and what `GET /health/ready` says of it. */
export interface Readiness {
  readonly ready: boolean;
  readonly body: object;
}

/**
 * Ready: the server is not stopping, the log is as it was written, every projection answers, and, where the log is on a
 * cluster, the replica has caught up once, is not too old, and has no record that the cluster has lacked for longer than a
 * new leader does. A projection that stands still at a record, is built anew while its tables before still answer, or
 * cannot be saved makes the server `degraded`, and it stays ready; so does a cluster that is away, or whose records do not
 * come into the replica, until what is read here is too old.
 */
export function readiness(
  { store, projections, clock }: CommandPipeline,
  standing: ReplicaStanding,
  isStopping: boolean,
): Readiness {
  const status = projections.status();
  const live = new Set(status.filter(({ state }) => state !== 'building').map(({ name }) => name));
  const isBuilt = status.every(({ name }) => live.has(name));
  const ready = !isStopping && store.halted === undefined && isBuilt && standing.state === 'caught-up';
  const cluster = standing.cluster?.();
  const degraded = standing.isBehind || status.some(({ state, reason }) => state !== 'live' || reason !== null);
  const now = Date.parse(clock.now());
  const head = store.head();
  return {
    ready,
    body: {
      status:
        store.halted !== undefined
          ? 'damaged'
          : standing.state === 'too-old' || standing.state === 'diverged'
            ? standing.state
            : isStopping
              ? 'stopping'
              : !ready
                ? 'starting'
                : degraded
                  ? 'degraded'
                  : 'ok',
      ...(store.halted === undefined ? {} : { reason: store.halted }),
      head: String(head),
      ...(cluster && {
        replica: {
          connected: cluster.connected,
          caughtUp: cluster.caughtUp,
          clusterHead: String(cluster.clusterHead),
          lag: Math.max(0, cluster.clusterHead - head),
          missing: cluster.missing,
          compared: String(cluster.compared),
          age: Math.floor(standing.age()),
        },
      }),
      projections: status.map(({ name, version, state, checkpoint, saved, lag, behindSince, reason }) => ({
        name,
        version,
        state,
        checkpoint: String(checkpoint),
        saved: String(saved),
        lag: { events: lag, seconds: behindSince === null ? 0 : Math.max(0, (now - Date.parse(behindSince)) / 1_000) },
        ...(reason === null ? {} : { reason }),
      })),
    },
  };
}
