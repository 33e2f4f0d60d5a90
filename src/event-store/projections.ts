import type { EventStore, LogRecord } from './event-store.js';

/** A fold over the whole log, for what is read across streams. It never calls out and reads no other projection. */
export interface Projection<S> {
  readonly name: string;
  /** Raised whenever the same log would give another state. */
  readonly version: number;
  initial(): S;
  /** Takes in one record; may change and return the state that it is given. */
  apply(state: S, record: LogRecord): S;
}

/** A projection met a record that it cannot take in. It stands still there; the others go on. */
export class ProjectionStopped extends Error {
  override readonly name = 'ProjectionStopped';
}

interface Running {
  state: unknown;
  /** Position of the last record taken in. */
  checkpoint: number;
  stopped: ProjectionStopped | undefined;
}

/** Keeps projections caught up with the log. */
export class Projections {
  readonly #running = new Map<Projection<unknown>, Running>();

  constructor(private readonly store: EventStore) {}

  /** The state at the head of the log. @throws ProjectionStopped */
  current<S>(projection: Projection<S>): S {
    const key = projection as Projection<unknown>;
    const running = this.#running.get(key) ?? { state: projection.initial(), checkpoint: 0, stopped: undefined };
    this.#running.set(key, running);
    this.#advance(key, running, this.store.head());
    return running.state as S;
  }

  /** The state as of a position: what a reader saw when that was the head. @throws ProjectionStopped */
  asOf<S>(projection: Projection<S>, position: number): S {
    if (position >= this.store.head()) return this.current(projection);
    const past: Running = { state: projection.initial(), checkpoint: 0, stopped: undefined };
    this.#advance(projection, past, position);
    return past.state as S;
  }

  #advance(projection: Projection<unknown>, running: Running, to: number): void {
    if (running.stopped) throw running.stopped;
    if (running.checkpoint >= to) return;
    for (const record of this.store.read({ after: running.checkpoint, upTo: to })) {
      try {
        running.state = projection.apply(running.state, record);
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
