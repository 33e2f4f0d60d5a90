import type { LogRecord } from './event-store.js';
import type { FactDefinition, FactOf } from './facts.js';
import type { Recorded } from './state.js';
import type { Tables } from './tables.js';

/** Takes one record into a projection's tables. It never calls out and reads no other projection. */
type Handler = (tables: Tables, record: LogRecord) => void;

/** A fold over the whole log into tables, for what is read across streams. */
export interface Projection {
  readonly name: string;
  /** Raised whenever the same log would give other tables. */
  readonly version: number;
  /** By event type; a type that is not named is passed over, unless there is a handler for `every` record. */
  readonly handlers: Readonly<Record<string, Handler>>;
  /** Takes in each record, of whatever type, before the handler of its type. */
  readonly every?: Handler | undefined;
  /** The version before: where its tables are stored, it goes on and answers until this one has caught up. */
  readonly previous?: Projection | undefined;
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

/** A projection is being built and cannot answer yet. */
export class ProjectionBuilding extends Error {
  override readonly name = 'ProjectionBuilding';
}
