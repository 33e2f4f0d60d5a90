import { holds } from '../event-store/append.js';
import type { Check, EventStore, LogReader, LogRecord } from '../event-store/event-store.js';
import type { Projection } from '../event-store/projection.js';
import type { Projections } from '../event-store/projections.js';
import type { Fold, Folded, States } from '../event-store/state.js';
import type { TablesReader } from '../event-store/tables.js';

/**
 * Reads the log for one decision or one answer: at its head, or as of a position. It keeps what was read: for a decision
 * as checks, so that the append is refused when any of it has moved on; for an answer so that it can be given again
 * while none of it has.
 */
export class Reading {
  /** By stream, the hash of the newest record that was read; null: there was none. */
  readonly #streams = new Map<string, string | null>();
  readonly #kinds = new Map<string, readonly string[]>();
  /** By name, the hash of the record that had claimed it; null: nobody had. */
  readonly #names = new Map<string, string | null>();
  readonly #projections = new Map<Projection, string>();

  constructor(
    private readonly log: LogReader,
    private readonly states: States,
    /** None for a decision: projections hold what is durable, and nothing checks them when facts are written. */
    private readonly projections: Projections | undefined,
    /** Newest position that this reading may see; undefined for the head. */
    readonly upTo?: number,
    /** Only what was true by this instant is seen, whenever it was recorded; undefined for all. Not for decisions. */
    readonly occurredBy?: string,
  ) {}

  /** The state of `<kind>-<id>`; the fold's initial state where the stream does not exist. */
  state<S, E>(fold: Fold<S, E>, id: string): S {
    return this.#folded(fold, id).state;
  }

  /** True where the stream has at least one record. */
  exists<S, E>(fold: Fold<S, E>, id: string): boolean {
    return this.#folded(fold, id).revision >= 0;
  }

  /** The states of every stream of the fold's kind, oldest first. */
  all<S, E>(fold: Fold<S, E>): readonly S[] {
    const streams = this.log.streamsOf(fold.kind, this.upTo);
    this.#kinds.set(fold.kind, streams);
    return streams.map((stream) => this.state(fold, stream.slice(fold.kind.length + 1)));
  }

  /** The record that first used this name (`maintenance/H1`), where one has. */
  claimed(name: string): LogRecord | undefined {
    const claim = this.log.claimOf(name);
    this.#names.set(name, claim?.hash ?? null);
    if (!claim || (this.upTo !== undefined && claim.position > this.upTo)) return undefined;
    const { position } = claim;
    return [...this.log.read({ after: position - 1, upTo: position, occurredBy: this.occurredBy })][0];
  }

  /** A projection's tables, caught up to what this reading may see. Not for decisions. */
  projected(projection: Projection): TablesReader {
    if (!this.projections) throw new Error('a decision reads streams, never a projection');
    if (this.occurredBy !== undefined) return this.projections.occurredBy(projection, this.head(), this.occurredBy);
    if (this.upTo !== undefined) return this.projections.asOf(projection, this.upTo);
    const tables = this.projections.current(projection);
    this.#projections.set(projection, this.projections.stateOf(projection));
    return tables;
  }

  /** Newest position that there is to see; 0 for an empty log. */
  head(): number {
    return Math.min(this.log.head(), this.upTo ?? Infinity);
  }

  /** The records of one stream that this reading may see. */
  history(stream: string): readonly LogRecord[] {
    this.#streams.set(stream, this.log.streamHead(stream).hash);
    if (this.occurredBy === undefined) return this.log.readStream(stream, 0, this.upTo);
    return [...this.log.read({ stream, upTo: this.upTo, occurredBy: this.occurredBy })];
  }

  /** What has been read so far at the head, to be checked when the decision is written. */
  checks(): Check[] {
    return [
      ...[...this.#streams].map(([stream, newest]) => ({ stream, newest })),
      ...[...this.#kinds].map(([kind, streams]) => ({ kind, streams })),
      ...[...this.#names].map(([name, claimedBy]) => ({ name, claimedBy })),
    ];
  }

  #folded<S, E>(fold: Fold<S, E>, id: string): Folded<S> {
    const stream = `${fold.kind}-${id}`;
    const folded = this.states.at(fold, stream, this.upTo, this.occurredBy);
    this.#streams.set(stream, folded.newest);
    return folded;
  }

  /** Tells, whenever it is asked, whether all that has been read so far at the head is still so. */
  basis(store: EventStore): () => boolean {
    const checks = this.checks();
    const projections = [...this.#projections];
    return () =>
      checks.every((check) => holds(check, store)) &&
      projections.every(([projection, state]) => this.projections?.stateOf(projection) === state);
  }
}
