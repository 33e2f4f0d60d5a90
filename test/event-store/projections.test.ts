import fc from 'fast-check';
import type { EventStore, LogRecord } from '../../src/event-store/event-store.js';
import { InMemoryEventStore } from '../../src/event-store/in-memory/in-memory-event-store.js';
import { Projections, ProjectionStopped, type Projection } from '../../src/event-store/projections.js';
import { batch, claim, inventedFacts, inventedKinds, record } from '../support/invented-facts.js';

type Counts = Map<string, number>;

const count = (state: Counts, { stream }: LogRecord): Counts => state.set(stream, (state.get(stream) ?? 0) + 1);

/** How many records each stream has; changes its state in place, as it may. */
function recordsByStream(): Projection<Counts> & { taken: number[] } {
  return {
    name: 'records by stream',
    version: 1,
    taken: [],
    initial: () => new Map(),
    apply(state, one) {
      this.taken.push(one.position);
      return count(state, one);
    },
  };
}

/** Cannot take in a claim. */
const notesAlone: Projection<number> = {
  name: 'notes alone',
  version: 1,
  initial: () => 0,
  apply: (state, { type }) => {
    if (type !== 'NoteWritten') throw new Error('that is no note');
    return state + 1;
  },
};

describe('projections', () => {
  let log: EventStore;
  let projections: Projections;
  beforeEach(() => {
    log = new InMemoryEventStore(inventedFacts, inventedKinds);
    projections = new Projections(log);
  });
  const append = (...streams: string[]): Promise<unknown> => log.append(batch(streams.map((stream) => record(stream))));

  test('begin with the initial state of an empty log', () => {
    expect(projections.current(recordsByStream())).toEqual(new Map());
    expect(projections.asOf(recordsByStream(), 0)).toEqual(new Map());
  });

  test('catch up with what was appended, and take in each record once and in order', async () => {
    const projection = recordsByStream();
    await append('month-2026-12', 'slot-1');
    expect(projections.current(projection)).toEqual(
      new Map([
        ['month-2026-12', 1],
        ['slot-1', 1],
      ]),
    );
    await append('slot-1');
    expect(projections.current(projection).get('slot-1')).toBe(2);
    expect(projections.current(projection).get('slot-1')).toBe(2);
    expect(projection.taken).toEqual([1, 2, 3]);
  });

  test('as of a position leave the current state as it is', async () => {
    const projection = recordsByStream();
    await append('slot-1', 'slot-1', 'slot-1');
    expect(projections.current(projection).get('slot-1')).toBe(3);
    expect(projections.asOf(projection, 2).get('slot-1')).toBe(2);
    expect(projections.asOf(projection, 99).get('slot-1')).toBe(3);
    expect(projections.current(projection).get('slot-1')).toBe(3);
  });

  test('as of any position equal a fold from scratch, however far they had caught up', async () => {
    const streams = fc.array(fc.constantFrom('month-1', 'slot-1', 'slot-pattern-1'), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(streams, streams, fc.array(fc.nat(45), { maxLength: 6 }), async (before, after, positions) => {
        log = new InMemoryEventStore(inventedFacts, inventedKinds);
        projections = new Projections(log);
        const projection = recordsByStream();
        await append(...before);
        projections.current(projection);
        await append(...after);
        for (const position of positions)
          expect(projections.asOf(projection, position)).toEqual(
            [...log.read({})].slice(0, position).reduce<Counts>(count, new Map()),
          );
        expect(projections.current(projection)).toEqual([...log.read({})].reduce<Counts>(count, new Map()));
      }),
    );
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
      const other = recordsByStream();
      failure();
      expect(projections.current(other).get('slot-1')).toBe(4);
      await append('slot-1');
      failure();
      expect(projections.current(other).get('slot-1')).toBe(5);
    });

    test('keeps that one stopped, whatever is appended after', async () => {
      const first = failure();
      await append('slot-1');
      expect(failure()).toBe(first);
    });

    test('still answers for the positions before it', () => {
      failure();
      expect(projections.asOf(notesAlone, 2)).toBe(2);
      expect(() => projections.asOf(notesAlone, 3)).toThrow('position 3');
    });
  });
});
