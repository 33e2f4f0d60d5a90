import type { EventStore, LogRecord } from './event-store.js';
import { ProjectionStopped, type Projection } from './projection.js';
import type { CachedRows, Generation, MaybeLater, TableStore } from './sqlite/table-store.js';
import { LayeredTables, type Change, type Tables } from './tables.js';

/** Changes after which they are saved, so that no one save takes long. */
const ENOUGH_CHANGES = 250;
/** Saves that may wait for the disk before a build that is in no hurry waits for them. */
const WAITING_SAVES = 4;

/** Changes on their way to the disk, and where they bring the tables to. */
interface Save {
  readonly epoch: number;
  readonly checkpoint: number;
  readonly hash: string | null;
  readonly changes: ReadonlyMap<string, Change>;
}

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
  /** Position up to which changes have been handed over to be saved. */
  #handedOver: number;
  /** Position up to which everything is stored. */
  #saved: number;
  /** Oldest first; the first is being written while `#writing`. */
  readonly #saves: Save[] = [];
  #writing = false;
  /** Done when nothing waits to be saved, or the disk failed. */
  #draining: MaybeLater<void> = undefined;
  #failure: string | undefined;
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
    this.#checkpoint = this.#handedOver = this.#saved = this.#changedAt = generation.checkpoint;
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
   * in before stays.
   */
  take(record: LogRecord): void {
    if (this.#stopped || record.position !== this.#checkpoint + 1) return;
    if (this.#checkpoint % this.generation.epochSize === 0 || this.tables.changed >= ENOUGH_CHANGES) this.#handOver();
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

  /** Why the oldest save could not be made; undefined where it could. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** Whether so much waits to be saved that a build which is in no hurry should wait. */
  get isBusy(): boolean {
    return this.#saves.length >= WAITING_SAVES;
  }

  /**
   * Saves the changes and the checkpoint, where there is anything new; what could not be saved before is tried again.
   * @throws LogUnavailable where it is done at once and cannot be
   */
  save(): MaybeLater<void> {
    this.#handOver();
    if (!this.#writing) this.#draining = this.#write();
    return this.#draining;
  }

  /**
   * The tables as of a position up to the checkpoint: those of the last whole epoch that is stored, and the records since.
   */
  asOf(position: number): LayeredTables {
    const { epochSize } = this.generation;
    const epoch = Math.floor(Math.min(position, this.#saved) / epochSize);
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

  /** Changes are saved in order, one save after the other. */
  #handOver(): void {
    if (this.#handedOver === this.#checkpoint) return;
    const epoch = Math.ceil(this.#checkpoint / this.generation.epochSize);
    this.#saves.push({ epoch, checkpoint: this.#checkpoint, hash: this.#hash, changes: this.tables.freeze() });
    this.#handedOver = this.#checkpoint;
    if (!this.#writing) this.#draining = this.#write();
  }

  #write(): MaybeLater<void> {
    const [save] = this.#saves;
    if (!save) return undefined;
    this.#writing = true;
    try {
      const written = this.storage.save(this.generation.id, save.epoch, save, save.changes);
      if (!(written instanceof Promise)) return this.#written(save);
      return written.then(
        () => this.#written(save),
        (error: unknown) => {
          // It is tried again with the next save.
          this.#writing = false;
          this.#failure = (error as Error).message;
        },
      );
    } catch (error) {
      this.#writing = false;
      throw error;
    }
  }

  #written(save: Save): MaybeLater<void> {
    this.#writing = false;
    this.#failure = undefined;
    this.#rows.saved(save.changes);
    this.tables.settle();
    this.#saves.shift();
    this.#saved = save.checkpoint;
    return this.#write();
  }

  #at({ position, hash }: LogRecord): void {
    this.#checkpoint = position;
    this.#hash = hash;
  }

  /** The record may have been taken in by half: what is not handed over is taken in anew, up to before it. */
  #stop(reason: ProjectionStopped): void {
    const before = this.#checkpoint;
    this.tables.forget();
    for (const record of this.store.read({ after: this.#handedOver, upTo: before }))
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
