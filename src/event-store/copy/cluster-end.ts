import type { SealedRecord } from '../event-store.js';
import type { ClusterAddress } from '../kurrentdb/address.js';
import { answered } from '../kurrentdb/admission.js';
import { asRecord, ForeignEvent, sizeOf } from '../kurrentdb/cluster-event.js';
import { ClusterLog } from '../kurrentdb/cluster-log.js';
import { CLUSTER_TIMING, LARGEST_APPEND, type ClusterTiming } from '../kurrentdb/cluster-timing.js';
import { failureOf, type Failure } from '../kurrentdb/failure.js';
import { UnusableLog } from '../sqlite/open-database.js';
import type { CopyTarget } from './copy-log.js';

/** Records that are asked for at once. */
const PAGE = 256;

/**
 * The log on a cluster, to copy from or into.
 * @throws UnusableLog where the cluster cannot be reached, does not let us in, or is set to forget records
 */
export async function clusterEnd(
  address: ClusterAddress,
  timing: Pick<ClusterTiming, 'callWithin' | 'startWithin'> = CLUSTER_TIMING,
): Promise<CopyTarget> {
  const cluster = new ClusterLog(address, timing.callWithin);
  try {
    const forgets = await answered(cluster, timing.startWithin, () => cluster.forgets());
    if (forgets === null) return new ClusterEnd(cluster, timing.startWithin);
    throw new UnusableLog(
      `the stream on ${cluster.place} is set to forget records, or was deleted (${forgets}): set KURRENTDB_PREFIX to another prefix`,
    );
  } catch (error) {
    await cluster.close();
    throw error;
  }
}

class ClusterEnd implements CopyTarget {
  readonly advice = 'set KURRENTDB_PREFIX to another prefix';

  constructor(
    private readonly cluster: ClusterLog,
    private readonly waitFor: number,
  ) {}

  get place(): string {
    return this.cluster.place;
  }

  head(): Promise<number> {
    return this.#asked(() => this.cluster.head());
  }

  async page(after: number, upTo: number): Promise<readonly SealedRecord[]> {
    const events = await this.#asked(() => this.cluster.after(after, Math.min(PAGE, upTo - after)));
    try {
      const page = events.map(asRecord);
      if (page[0]?.record.position === after + 1) return page;
    } catch (error) {
      if (!(error instanceof ForeignEvent)) throw error;
      throw new UnusableLog(`${this.place} is not a calendar's log (${error.message}): ${this.advice}`, {
        cause: error,
      });
    }
    throw new UnusableLog(
      `${this.place} no longer has the record at position ${String(after + 1)}: it was truncated; restore the stream from a backup`,
    );
  }

  async append(records: readonly SealedRecord[], after: number): Promise<void> {
    let done = 0;
    for (const batch of inAppends(records)) {
      await this.#append(batch, after + done);
      done += batch.length;
    }
  }

  close(): Promise<void> {
    return this.cluster.close();
  }

  /** Where its outcome is not clear it is sent again: the same ids at the same place are recorded once. */
  async #append(records: readonly SealedRecord[], after: number): Promise<void> {
    const refused = await this.#asked(async (): Promise<Failure | undefined> => {
      try {
        await this.cluster.append(records, after);
        return undefined;
      } catch (error) {
        const failure = failureOf(error);
        if (failure === 'overtaken' || failure === 'too-large') return failure;
        throw error;
      }
    });
    if (refused === 'overtaken')
      throw new UnusableLog(
        `something else has written to ${this.place} after position ${String(after)}: stop whatever writes there. To copy all the same, ${this.advice}`,
      );
    if (refused === 'too-large')
      throw new UnusableLog(
        `${this.place} does not take the records after position ${String(after)} at once: raise MaxAppendSize on its nodes to 1 MiB or more`,
      );
  }

  #asked<Result>(ask: () => Promise<Result>): Promise<Result> {
    return answered(this.cluster, this.waitFor, ask);
  }
}

/** Records in pieces that a server takes at once. */
function* inAppends(records: readonly SealedRecord[]): Iterable<readonly SealedRecord[]> {
  let batch: SealedRecord[] = [];
  let bytes = 0;
  for (const record of records) {
    const size = sizeOf(record);
    if (batch.length > 0 && bytes + size > LARGEST_APPEND) {
      yield batch;
      [batch, bytes] = [[], 0];
    }
    batch.push(record);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}
