import type { EventStore } from '../../src/event-store/event-store.js';
import { inMemoryEventStore } from '../../src/event-store/in-memory/in-memory-event-store.js';
import { on, projection, type Projection } from '../../src/event-store/projection.js';
import { Projections } from '../../src/event-store/projections.js';
import { TableStore } from '../../src/event-store/sqlite/table-store.js';
import { table, type TablesReader } from '../../src/event-store/tables.js';
import { batch, inventedFacts, inventedKinds, NameTaken, NoteWritten, record } from './invented-facts.js';

export const counts = table<number>('count');
export type Counts = Record<string, number>;
export const readCounts = (tables: TablesReader): Counts => Object.fromEntries(tables.rows(counts));

export type Watched = Projection & { taken: number[] };

/** How many notes each stream has (each `times` over), and which positions it took in. */
export function notesByStream(version = 1, times = 1): Watched {
  const taken: number[] = [];
  const made = projection(
    'notes by stream',
    version,
    on(NoteWritten, (tables, { stream, position }) => {
      taken.push(position);
      tables.put(counts, stream, (tables.get(counts, stream) ?? 0) + times);
    }),
  );
  return { ...made, taken };
}

/** Cannot take in a claim, and notices only after it has changed something. */
export const notesAlone = projection(
  'notes alone',
  1,
  on(NoteWritten, (tables) => tables.put(counts, 'all', (tables.get(counts, 'all') ?? 0) + 1)),
  on(NameTaken, (tables) => {
    tables.put(counts, 'all', -1);
    throw new Error('that is no note');
  }),
);

/** A log and the tables of its projections, new and empty for each test. */
export class ProjectionsUnderTest {
  #log: EventStore | undefined;
  #tables: TableStore | undefined;

  constructor() {
    beforeEach(() => this.begin());
    afterEach(() => this.tables.close());
  }

  /** From now on another log, empty. */
  anotherLog(): void {
    this.#log = inMemoryEventStore(inventedFacts, inventedKinds);
  }

  begin(): void {
    this.anotherLog();
    this.#tables = new TableStore(':memory:');
  }

  get log(): EventStore {
    if (!this.#log) throw new Error('no test has begun');
    return this.#log;
  }

  get tables(): TableStore {
    if (!this.#tables) throw new Error('no test has begun');
    return this.#tables;
  }

  readonly append = (...streams: string[]): Promise<unknown> =>
    this.log.append(batch(streams.map((stream) => record(stream))));

  /** The projections as a program that has just started has them; what an earlier one did not save is gone. */
  readonly start = (...all: Projection[]): Projections => new Projections(this.log, this.tables, all, { epochSize: 4 });
}

export const finish = (projections: Projections): void => {
  while (projections.work());
};
