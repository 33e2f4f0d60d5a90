import type { EventStore, LogRecord } from './event-store.js';
import { ProjectionStopped, type Projection } from './projection.js';
import type { CachedRows, Generation, TableStore } from './sqlite/table-store.js';
import { LayeredTables, type Tables } from './tables.js';

/** Changes that are held in memory before they are saved. */
const HELD_CHANGES = 10_000;

/** Records that are folded anew for one question: those that were recorded after the instant that is asked for. */
const MOST_LATE = 50_000;

/** More was recorded late than is folded anew for one question. */
export class TooMuchLate extends Error {
  override readonly name = 'TooMuchLate';
}

/** One generation of a projection's tables, and how it is brought forward along the log. */
export class Build {
  readonly tables: LayeredTables;
  readonly #rows: CachedRows;
  #checkpoint: number;
  #hash: string | null;
  #saved: number;
  #changedAt: number;
  #stopped: ProjectionStopped | undefined;

  constructor(
    private readonly store: EventStore,
    private readonly storage: TableStore,
    readonly projection: Projection,
    readonly generation: Generation,
  ) {
    this.#rows = storage.newest(generation.id);
    this.tables = new LayeredTables(this.#rows);
    this.#checkpoint = this.#saved = this.#changedAt = generation.checkpoint;
    this.#hash = generation.hash;
  }

  /** Position of the last record taken in. */
  get checkpoint(): number {
    return this.#checkpoint;
  }

  /** Position of the last record taken in that may have changed the tables. */
  get changedAt(): number {
    return this.#changedAt;
  }

  /** Why it stands still at the checkpoint, where it does. */
  get stopped(): ProjectionStopped | undefined {
    return this.#stopped;
  }

  /**
   * Takes in the record after the checkpoint. At one that it cannot take in it stands still for good; what it has taken
   * in before stays. Nothing is taken in past an epoch that cannot be saved.
   * @throws LogUnavailable where the rows cannot be saved
   */
  take(record: LogRecord): void {
    if (this.#stopped || record.position !== this.#checkpoint + 1) return;
    if (this.#checkpoint % this.generation.epochSize === 0 || this.tables.changes().size >= HELD_CHANGES) this.save();
    try {
      fold(this.projection, this.tables, record);
    } catch (error) {
      this.#stop(error as ProjectionStopped);
      return;
    }
    this.#at(record);
    const { handlers, every } = this.projection;
    if (every !== undefined || record.type in handlers) this.#changedAt = record.position;
  }

  /** Saves the changes and the checkpoint, where there is anything new. @throws LogUnavailable */
  save(): void {
    if (this.#saved === this.#checkpoint) return;
    const changes = this.tables.changes();
    const epoch = Math.ceil(this.#checkpoint / this.generation.epochSize);
    this.storage.save(this.generation.id, epoch, { checkpoint: this.#checkpoint, hash: this.#hash }, changes);
    this.#rows.saved(changes);
    this.tables.settle();
    this.#saved = this.#checkpoint;
  }

  /** The tables as of a position up to the checkpoint: those of the last whole epoch, and the records since. */
  asOf(position: number): LayeredTables {
    const { epochSize } = this.generation;
    const epoch = Math.floor(position / epochSize);
    // The last whole epoch may have ended with the newest record that was taken in.
    if (this.#saved < epoch * epochSize) this.save();
    const tables = new LayeredTables(this.storage.past(this.generation.id, epoch));
    for (const record of this.store.read({ after: epoch * epochSize, upTo: position }))
      fold(this.projection, tables, record);
    return tables;
  }

  /**
   * The tables as of a position, and on top of them what was recorded after it up to another, late: it was true by an
   * instant that is no later than the first of the two.
   * @throws TooMuchLate
   */
  occurredBy(known: number, upTo: number, instant: string): LayeredTables {
    const tables = this.asOf(known);
    let late = 0;
    for (const record of this.store.read({ after: known, upTo, occurredBy: instant })) {
      late += 1;
      if (late > MOST_LATE)
        throw new TooMuchLate(
          `more than ${String(MOST_LATE)} records tell of what was true by ${instant} and were recorded later: ask for a later instant, or for a single thing`,
        );
      fold(this.projection, tables, record);
    }
    return tables;
  }

  #at({ position, hash }: LogRecord): void {
    this.#checkpoint = position;
    this.#hash = hash;
  }

  /** The record may have been taken in by half: what is not saved is taken in anew, up to before it. */
  #stop(reason: ProjectionStopped): void {
    const before = this.#checkpoint;
    this.tables.settle();
    for (const record of this.store.read({ after: this.#saved, upTo: before }))
      fold(this.projection, this.tables, record);
    this.#stopped = reason;
  }
}

/** @throws ProjectionStopped naming the position and the type */
function fold({ name, handlers, every }: Projection, tables: Tables, record: LogRecord): void {
  try {
    every?.(tables, record);
    handlers[record.type]?.(tables, record);
  } catch (error) {
    throw new ProjectionStopped(
      `the projection ${name} stopped at position ${String(record.position)} (${record.type}): ${(error as Error).message}`,
      { cause: error },
    );
  }
}
