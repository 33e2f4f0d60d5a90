import { UnusableLog } from '../sqlite/open-database.js';
import type { SqliteLog } from '../sqlite/sqlite-log.js';
import { asRecord, DELETED, ForeignEvent } from './cluster-event.js';
import type { ClusterLog } from './cluster-log.js';
import { failureOf, isDeleted } from './failure.js';
import { Patience } from './patience.js';

/**
 * Whether the stream on the cluster can be this calendar's log, and the replica its copy; asked once, at start.
 * @param waitFor milliseconds for which a cluster that does not answer is waited for
 * @param shortFor milliseconds for which one that has fewer records than the replica is asked again: a new leader may
 * @throws UnusableLog that says what was met and what to do
 */
export async function admit(cluster: ClusterLog, replica: SqliteLog, waitFor: number, shortFor: number): Promise<void> {
  const forgets = await answered(cluster, waitFor, () => cluster.forgets());
  let head = await answered(cluster, waitFor, () => cluster.head());
  const patience = new Patience();
  for (const until = performance.now() + shortFor; head < replica.head() && performance.now() < until;) {
    await patience.wait();
    head = await answered(cluster, waitFor, () => cluster.head());
  }
  if (forgets !== null)
    throw new UnusableLog(
      `the stream on ${cluster.place} is set to forget records (${forgets}): take that setting away, and restore the stream where records are gone`,
    );
  const mine = replica.head();
  if (mine > head)
    throw new UnusableLog(
      `the replica has ${String(mine)} records, ${cluster.place} has ${String(head)}: the cluster was restored to an older state, or the replica is another calendar's. ` +
        'If the cluster is as it should be, run: maintenance-calendar replica rebuild',
    );
  if (head === 0) return;
  await refuseForeign(cluster, 1, waitFor);
  if (mine === 0) return;
  const [written] = replica.readWritten({ after: mine - 1, upTo: mine });
  const there = await refuseForeign(cluster, mine, waitFor);
  if (written?.record.id !== there.id || written.record.hash !== there.hash)
    throw new UnusableLog(
      `the record at position ${String(mine)} of the replica is not the one on ${cluster.place}: the replica is another calendar's, or the cluster was restored to another state. ` +
        'If the cluster is as it should be, run: maintenance-calendar replica rebuild',
    );
}

/** The record at a position. @throws UnusableLog where there is none, or something else */
async function refuseForeign(
  cluster: ClusterLog,
  position: number,
  waitFor: number,
): Promise<{ readonly id: string; readonly hash: string }> {
  const event = await answered(cluster, waitFor, () => cluster.at(position));
  if (!event || Number(event.revision) + 1 !== position)
    throw new UnusableLog(
      `${cluster.place} no longer has the record at position ${String(position)}: it was truncated; restore the stream from a backup`,
    );
  try {
    const { record } = asRecord(event);
    return { id: record.id, hash: record.hash };
  } catch (error) {
    if (!(error instanceof ForeignEvent)) throw error;
    throw new UnusableLog(
      `${cluster.place} is not a calendar's log (${error.message}): set KURRENTDB_PREFIX to another prefix`,
      { cause: error },
    );
  }
}

/** An answer of the cluster, waited for while it may still come up. @throws UnusableLog */
export async function answered<Result>(
  cluster: ClusterLog,
  waitFor: number,
  ask: () => Promise<Result>,
): Promise<Result> {
  const until = Date.now() + waitFor;
  const patience = new Patience();
  for (;;)
    try {
      return await ask();
    } catch (error) {
      const { message } = error as Error;
      const failure = failureOf(error);
      if (isDeleted(error))
        throw new UnusableLog(
          `${DELETED} on ${cluster.place}: restore the cluster from a backup, or, to begin a new calendar, set KURRENTDB_PREFIX to another prefix`,
          { cause: error },
        );
      if (failure === 'denied')
        throw new UnusableLog(
          `${cluster.place} does not let this server in (${message}): give a user name and password in KURRENTDB_URL that may read and write the stream and its metadata`,
          { cause: error },
        );
      if ((failure !== 'unclear' && failure !== 'not-now') || Date.now() > until)
        throw new UnusableLog(
          `${cluster.place} cannot be reached (${message}): check the hosts, the ports and the TLS options of KURRENTDB_URL`,
          { cause: error },
        );
      await patience.wait();
    }
}
