import type { LogRecord } from '../event-store.js';
import type { SqliteLog } from '../sqlite/sqlite-log.js';
import { asRecord, ForkedLog } from './cluster-event.js';
import type { ClusterLog } from './cluster-log.js';
import { pause, Patience } from './patience.js';

/** Records that are asked for and compared at once. */
const PAGE = 256;
/** How many times as long as a page took is waited before the next: a command is never far behind it. */
const REST = 4;

/**
 * Compares all that was in the replica when it was opened with the cluster, record by record, by hash. What comes
 * afterwards comes from the cluster itself. At the start only the newest record is compared, and a replica that followed
 * a restored cluster behind records which that had lost differs before it.
 */
export class WholeComparison {
  readonly #upTo: number;
  #position = 0;

  constructor(
    private readonly cluster: Pick<ClusterLog, 'after'>,
    private readonly log: Pick<SqliteLog, 'head' | 'readWritten'>,
  ) {
    this.#upTo = log.head();
  }

  /** Position up to which it has come. */
  get position(): number {
    return this.#position;
  }

  /**
   * Compares until all is compared, or it is over. A cluster that does not answer, or lacks records, is asked again.
   * @throws ForkedLog at the first record that differs, ForeignEvent for what is no record
   */
  async run(signal: AbortSignal, isOver: () => boolean): Promise<void> {
    const patience = new Patience();
    while (this.#position < this.#upTo && !isOver()) {
      const began = performance.now();
      const events = await this.cluster
        .after(this.#position, Math.min(PAGE, this.#upTo - this.#position))
        .catch(() => undefined);
      if (events && events.length > 0) {
        patience.reset();
        this.#compare(events.map((event) => asRecord(event).record));
        await pause((performance.now() - began) * REST, signal);
      } else await patience.wait(signal);
    }
  }

  /** What the cluster lacks is not told here: a new leader lacks some for a moment. */
  #compare(there: readonly LogRecord[]): void {
    const after = this.#position;
    for (const { record } of this.log.readWritten({ after, upTo: after + there.length })) {
      if (there[record.position - after - 1]?.hash !== record.hash) throw new ForkedLog(record.position);
      this.#position = record.position;
    }
  }
}
