import type { Check, LogReader, LogRecord } from '../event-store/event-store.js';
import type { Projection } from '../event-store/projection.js';
import type { Projections } from '../event-store/projections.js';
import type { Fold, States } from '../event-store/state.js';
import type { TablesReader } from '../event-store/tables.js';

/**
 * Reads the log for one decision or one answer: at its head, or as of a position. For a decision it keeps, as checks,
 * the revision of every stream read, so that the append is refused when one has moved on.
 */
export class Reading {
  readonly #read = new Map<string, number>();

  constructor(
    private readonly log: LogReader,
    private readonly states: States,
    /** None for a decision: projections hold what is durable, and nothing checks them when facts are written. */
    private readonly projections: Projections | undefined,
    /** Newest position that this reading may see; undefined for the head. */
    readonly upTo?: number,
  ) {}

  /** The state of `<kind>-<id>`; the fold's initial state where the stream does not exist. */
  state<S, E>(fold: Fold<S, E>, id: string): S {
    const { state, revision } = this.states.at(fold, `${fold.kind}-${id}`, this.upTo);
    this.#read.set(`${fold.kind}-${id}`, revision);
    return state;
  }

  /** True where the stream has at least one record. */
  exists<S, E>(fold: Fold<S, E>, id: string): boolean {
    this.state(fold, id);
    return (this.#read.get(`${fold.kind}-${id}`) ?? -1) >= 0;
  }

  /** The states of every stream of the fold's kind, oldest first. */
  all<S, E>(fold: Fold<S, E>): readonly S[] {
    return this.log
      .streamsOf(fold.kind, this.upTo)
      .map((stream) => this.state(fold, stream.slice(fold.kind.length + 1)));
  }

  /** The record that first used this name (`maintenance/H1`), where one has. */
  claimed(name: string): LogRecord | undefined {
    const position = this.log.claimedAt(name);
    if (position === undefined || (this.upTo !== undefined && position > this.upTo)) return undefined;
    return [...this.log.read({ after: position - 1, limit: 1 })][0];
  }

  /** A projection's tables, caught up to what this reading may see. Not for decisions. */
  projected(projection: Projection): TablesReader {
    if (!this.projections) throw new Error('a decision reads streams, never a projection');
    return this.upTo === undefined
      ? this.projections.current(projection)
      : this.projections.asOf(projection, this.upTo);
  }

  /** The records of one stream that this reading may see. */
  history(stream: string): readonly LogRecord[] {
    return this.log.readStream(stream, 0, this.upTo);
  }

  /** What has been read so far, to be checked when the decision is written. */
  checks(): Check[] {
    return [...this.#read].map(([stream, revision]) => ({ stream, revision }));
  }
}
