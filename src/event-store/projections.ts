import type { EventStore, LogRecord } from './event-store.js';
import type { FactDefinition, FactOf } from './facts.js';
import type { Recorded } from './state.js';
import { MemoryTables, type Tables, type TablesReader } from './tables.js';

/** Takes one record into a projection's tables. It never calls out and reads no other projection. */
type Handler = (tables: Tables, record: LogRecord) => void;

/** A fold over the whole log into tables, for what is read across streams. */
export interface Projection {
  readonly name: string;
  /** Raised whenever the same log would give other tables. */
  readonly version: number;
  /** By event type; a type that is not named is passed over. */
  readonly handlers: Readonly<Record<string, Handler>>;
}

/** What a projection does with facts of one type. */
export interface Clause {
  readonly type: string;
  readonly handler: Handler;
}

/** What a projection does with facts of this type; its data are typed, and checked by the catalogue. */
export const on = <Definition extends FactDefinition>(
  definition: Definition,
  apply: (tables: Tables, record: Recorded<FactOf<Definition>>) => void,
): Clause => ({ type: definition.type, handler: apply as unknown as Handler });

/** Defines a projection from what it does with each type. */
export function projection(name: string, version: number, ...clauses: readonly Clause[]): Projection {
  const handlers: Record<string, Handler> = {};
  for (const { type, handler } of clauses) {
    if (handlers[type]) throw new Error(`the projection ${name} takes ${type} twice`);
    handlers[type] = handler;
  }
  return { name, version, handlers };
}

/** A projection met a record that it cannot take in. It stands still there; the others go on. */
export class ProjectionStopped extends Error {
  override readonly name = 'ProjectionStopped';
}

interface Running {
  readonly tables: MemoryTables;
  /** Position of the last record taken in. */
  checkpoint: number;
  stopped: ProjectionStopped | undefined;
}

const beginning = (): Running => ({ tables: new MemoryTables(), checkpoint: 0, stopped: undefined });

/** Keeps projections caught up with the log. */
export class Projections {
  readonly #running = new Map<Projection, Running>();

  constructor(private readonly store: EventStore) {}

  /** The tables at the head of the log. @throws ProjectionStopped */
  current(projection: Projection): TablesReader {
    const running = this.#running.get(projection) ?? beginning();
    this.#running.set(projection, running);
    this.#advance(projection, running, this.store.head());
    return running.tables;
  }

  /** The tables as of a position: what a reader saw when that was the head. @throws ProjectionStopped */
  asOf(projection: Projection, position: number): TablesReader {
    if (position >= this.store.head()) return this.current(projection);
    const past = beginning();
    this.#advance(projection, past, position);
    return past.tables;
  }

  #advance(projection: Projection, running: Running, to: number): void {
    if (running.stopped) throw running.stopped;
    if (running.checkpoint >= to) return;
    for (const record of this.store.read({ after: running.checkpoint, upTo: to })) {
      try {
        projection.handlers[record.type]?.(running.tables, record);
      } catch (error) {
        running.stopped = new ProjectionStopped(
          `the projection ${projection.name} stopped at position ${String(record.position)} (${record.type}): ${(error as Error).message}`,
          { cause: error },
        );
        throw running.stopped;
      }
      running.checkpoint = record.position;
    }
  }
}
