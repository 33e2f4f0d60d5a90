import fc from 'fast-check';
import type { EventStore } from '../../src/event-store/event-store.js';
import { inMemoryEventStore } from '../../src/event-store/in-memory/in-memory-event-store.js';
import { on, projection, Projections, ProjectionStopped, type Projection } from '../../src/event-store/projections.js';
import { table, type TablesReader } from '../../src/event-store/tables.js';
import {
  batch,
  claim,
  inventedFacts,
  inventedKinds,
  NameTaken,
  NoteWritten,
  record,
} from '../support/invented-facts.js';

const counts = table<number>('count');
const readCounts = (tables: TablesReader): Record<string, number> => Object.fromEntries(tables.rows(counts));

/** How many notes each stream has, and which positions it took in. */
function notesByStream(): Projection & { taken: number[] } {
  const taken: number[] = [];
  const made = projection(
    'notes by stream',
    1,
    on(NoteWritten, (tables, { stream, position }) => {
      taken.push(position);
      tables.put(counts, stream, (tables.get(counts, stream) ?? 0) + 1);
    }),
  );
  return { ...made, taken };
}

/** Cannot take in a claim. */
const notesAlone = projection(
  'notes alone',
  1,
  on(NoteWritten, (tables) => tables.put(counts, 'all', (tables.get(counts, 'all') ?? 0) + 1)),
  on(NameTaken, () => {
    throw new Error('that is no note');
  }),
);

describe('projections', () => {
  let log: EventStore;
  let projections: Projections;
  beforeEach(() => {
    log = inMemoryEventStore(inventedFacts, inventedKinds);
    projections = new Projections(log);
  });
  const append = (...streams: string[]): Promise<unknown> => log.append(batch(streams.map((stream) => record(stream))));
  const current = (one: Projection): Record<string, number> => readCounts(projections.current(one));

  test('begin with empty tables', () => {
    expect(current(notesByStream())).toEqual({});
    expect(readCounts(projections.asOf(notesByStream(), 0))).toEqual({});
  });

  test('catch up with what was appended, and take in each record of their types once and in order', async () => {
    const notes = notesByStream();
    await append('month-2026-12', 'slot-1');
    await log.append(batch([claim('slot-1', 'H1')]));
    expect(current(notes)).toEqual({ 'month-2026-12': 1, 'slot-1': 1 });
    await append('slot-1');
    expect(current(notes)).toEqual({ 'month-2026-12': 1, 'slot-1': 2 });
    expect(current(notes)).toEqual({ 'month-2026-12': 1, 'slot-1': 2 });
    expect(notes.taken).toEqual([1, 2, 4]);
  });

  test('as of a position leave the current tables as they are', async () => {
    const notes = notesByStream();
    await append('slot-1', 'slot-1', 'slot-1');
    expect(current(notes)).toEqual({ 'slot-1': 3 });
    expect(readCounts(projections.asOf(notes, 2))).toEqual({ 'slot-1': 2 });
    expect(readCounts(projections.asOf(notes, 99))).toEqual({ 'slot-1': 3 });
    expect(current(notes)).toEqual({ 'slot-1': 3 });
  });

  test('as of any position equal a fold from scratch, however far they had caught up', async () => {
    const streams = fc.array(fc.constantFrom('month-1', 'slot-1', 'slot-pattern-1'), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(streams, streams, fc.array(fc.nat(45), { maxLength: 6 }), async (before, after, positions) => {
        log = inMemoryEventStore(inventedFacts, inventedKinds);
        projections = new Projections(log);
        const notes = notesByStream();
        await append(...before);
        projections.current(notes);
        await append(...after);
        const recount = (upTo?: number): Record<string, number> => {
          const sums: Record<string, number> = {};
          for (const { stream } of [...log.read({})].slice(0, upTo)) sums[stream] = (sums[stream] ?? 0) + 1;
          return sums;
        };
        for (const position of positions)
          expect(readCounts(projections.asOf(notes, position))).toEqual(recount(position));
        expect(current(notes)).toEqual(recount());
      }),
    );
  });

  test('take a type in one way only', () => {
    expect(() =>
      projection(
        'twice',
        1,
        on(NameTaken, () => undefined),
        on(NameTaken, () => undefined),
      ),
    ).toThrow('the projection twice takes NameTaken twice');
  });

  describe('one of which meets a record that it cannot take in', () => {
    beforeEach(async () => {
      await append('slot-1', 'slot-1');
      await log.append(batch([claim('slot-1', 'H1')]));
      await append('slot-1');
    });
    const failure = (): unknown => {
      try {
        return projections.current(notesAlone);
      } catch (error) {
        return error;
      }
    };

    test('stops that one there, by name and position', () => {
      expect(failure()).toBeInstanceOf(ProjectionStopped);
      expect((failure() as Error).message).toBe(
        'the projection notes alone stopped at position 3 (NameTaken): that is no note',
      );
      expect((failure() as Error).cause).toMatchObject({ message: 'that is no note' });
    });

    test('lets the others go on', async () => {
      const other = notesByStream();
      failure();
      expect(current(other)).toEqual({ 'slot-1': 3 });
      await append('slot-1');
      failure();
      expect(current(other)).toEqual({ 'slot-1': 4 });
    });

    test('keeps that one stopped, whatever is appended after', async () => {
      const first = failure();
      await append('slot-1');
      expect(failure()).toBe(first);
    });

    test('still answers for the positions before it', () => {
      failure();
      expect(readCounts(projections.asOf(notesAlone, 2))).toEqual({ all: 2 });
      expect(() => projections.asOf(notesAlone, 3)).toThrow('position 3');
    });
  });
});
