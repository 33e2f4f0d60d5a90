import type { CommandPipeline } from '../commands/command-pipeline.js';

/** Whether requests can be sent here, and what `GET /health/ready` says of it. */
export interface Readiness {
  readonly ready: boolean;
  readonly body: object;
}

/**
 * Ready: the log is as it was written, and every projection answers. One that stands still at a record, is built anew
 * while its tables before still answer, or cannot be saved makes the server `degraded`, and it stays ready.
 */
export function readiness({ store, projections, clock }: CommandPipeline): Readiness {
  const status = projections.status();
  const live = new Set(status.filter(({ state }) => state !== 'building').map(({ name }) => name));
  const ready = store.halted === undefined && status.every(({ name }) => live.has(name));
  const degraded = status.some(({ state, reason }) => state !== 'live' || reason !== null);
  const now = Date.parse(clock.now());
  return {
    ready,
    body: {
      status: store.halted !== undefined ? 'damaged' : !ready ? 'starting' : degraded ? 'degraded' : 'ok',
      ...(store.halted === undefined ? {} : { reason: store.halted }),
      head: String(store.head()),
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
