import type { Build } from './build.js';
import { LogUnavailable, UnreadableRecord, type LogReader } from './event-store.js';

/** How a projection stands, for readiness and metrics. */
export interface ProjectionStatus {
  readonly name: string;
  readonly version: number;
  readonly state: 'live' | 'building' | 'stopped';
  /** Position of the last record taken in. */
  readonly checkpoint: number;
  /** Position up to which its rows are stored. */
  readonly saved: number;
  /** Records that are on the log and not taken in. */
  readonly lag: number;
  /** Instant at which the first record not taken in was recorded; null where there is none. */
  readonly behindSince: string | null;
  /** Why it stands still, or why its rows cannot be stored. */
  readonly reason: string | null;
}

/** How a build of a projection stands against its log. */
export function statusOf(log: LogReader, build: Build, isBuilding: boolean): ProjectionStatus {
  const { projection, checkpoint, saved, stopped, failure } = build;
  const lag = log.head() - checkpoint;
  return {
    name: projection.name,
    version: projection.version,
    state: stopped ? 'stopped' : isBuilding ? 'building' : 'live',
    checkpoint,
    saved,
    lag,
    behindSince: lag > 0 ? recordedAt(log, checkpoint + 1) : null,
    reason: stopped?.message ?? failure ?? null,
  };
}

/** When the record at a position was recorded; null where it cannot be read, which may be why a projection is behind. */
function recordedAt(log: LogReader, position: number): string | null {
  try {
    const [written] = log.readWritten({ after: position - 1, upTo: position });
    return written?.record.recordedAt ?? null;
  } catch (error) {
    if (error instanceof UnreadableRecord || error instanceof LogUnavailable) return null;
    throw error;
  }
}
