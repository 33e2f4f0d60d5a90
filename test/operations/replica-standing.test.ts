import type { ClusterStatus } from '../../src/event-store/cluster-status.js';
import { readiness } from '../../src/operations/readiness.js';
import { ReplicaStanding } from '../../src/operations/replica-standing.js';
import { TestCalendar } from '../support/calendar.js';

const NOTHING_MET = { compared: 0, overtaken: 0, repeated: 0, elections: 0, resubscribed: 0 };

/** What a server says that may be behind its cluster for an hour. */
async function said(
  secondsBehind: number,
  { connected = true, caughtUp = true, missing = 0, missingFor = 0 }: Partial<ClusterStatus>,
): Promise<[ready: boolean, status: string]> {
  const currentAt = Date.now() - secondsBehind * 1_000;
  const status: ClusterStatus = { connected, caughtUp, currentAt, clusterHead: 0, missing, missingFor, ...NOTHING_MET };
  const { pipeline } = new TestCalendar();
  await pipeline.projections.finish();
  const { ready, body } = readiness(pipeline, new ReplicaStanding(() => status, 3_600), false);
  return [ready, (body as { status: string }).status];
}

test.each([
  [2, {}, [true, 'ok']],
  [2, { connected: false }, [true, 'degraded']],
  [30, {}, [true, 'degraded']],
  [3_700, {}, [false, 'too-old']],
  [2, { caughtUp: false }, [false, 'starting']],
  [2, { missing: 3, missingFor: 500 }, [true, 'ok']],
  [2, { missing: 3, missingFor: 5_000 }, [false, 'diverged']],
])('a replica that is %i s behind its cluster, and %j, is told as it is', async (seconds, status, expected) => {
  expect(await said(seconds, status)).toEqual(expected);
});
