import fc from 'fast-check';
import type { EventStore } from '../../src/event-store/event-store.js';
import { inMemoryEventStore } from '../../src/event-store/in-memory/in-memory-event-store.js';
import { States, type Fold } from '../../src/event-store/state.js';
import { batch, inventedFacts, inventedKinds, record } from '../support/invented-facts.js';

interface Diary {
  readonly id: string;
  readonly texts: readonly string[];
}
interface Noted {
  readonly type: 'NoteWritten';
  readonly data: { readonly text: string };
}

/** Everything that was noted, in order; counts how many records it was given. */
function diary(): Fold<Diary, Noted> & { taken: number } {
  return {
    taken: 0,
    kind: 'month',
    initial: (id) => ({ id, texts: [] }),
    evolve(state, event) {
      this.taken += 1;
      return { ...state, texts: [...state.texts, event.data.text] };
    },
  };
}

describe('the state of a stream', () => {
  let log: EventStore;
  beforeEach(() => {
    log = inMemoryEventStore(inventedFacts, inventedKinds);
  });
  const note = (stream: string, text: string): Promise<unknown> =>
    log.append(batch([record(stream, { data: { text, tags: [] } })]));

  test('that does not exist is the initial one, at revision -1', () => {
    expect(new States(log).at(diary(), 'month-2026-12')).toEqual({
      state: { id: '2026-12', texts: [] },
      revision: -1,
      newest: null,
    });
  });

  test('is never stale: it holds every append at once', async () => {
    const states = new States(log);
    const fold = diary();
    for (const text of ['a', 'b', 'c']) {
      await note('month-2026-12', text);
      expect(states.at(fold, 'month-2026-12').state.texts.at(-1)).toBe(text);
      await note('month-2027-01', 'elsewhere');
    }
    expect(states.at(fold, 'month-2026-12')).toEqual({
      state: { id: '2026-12', texts: ['a', 'b', 'c'] },
      revision: 2,
      newest: log.streamHead('month-2026-12').hash,
    });
  });

  test('is brought forward by the new records alone', async () => {
    const states = new States(log);
    const fold = diary();
    for (const text of ['a', 'b', 'c']) {
      await note('month-2026-12', text);
      states.at(fold, 'month-2026-12');
      states.at(fold, 'month-2026-12');
    }
    expect(fold.taken).toBe(3);
  });

  test('as of a position leaves the newest state as it is', async () => {
    const states = new States(log);
    const fold = diary();
    for (const text of ['a', 'b', 'c']) await note('month-2026-12', text);
    expect(states.at(fold, 'month-2026-12').revision).toBe(2);
    expect(states.at(fold, 'month-2026-12', 2)).toMatchObject({ state: { texts: ['a', 'b'] }, revision: 1 });
    expect(states.at(fold, 'month-2026-12', 0)).toMatchObject({ state: { texts: [] }, revision: -1 });
    expect(states.at(fold, 'month-2026-12', 99)).toMatchObject({ state: { texts: ['a', 'b', 'c'] }, revision: 2 });
    expect(states.at(fold, 'month-2026-12')).toMatchObject({ state: { texts: ['a', 'b', 'c'] }, revision: 2 });
  });

  test('is kept apart for two folds of one stream', async () => {
    const states = new States(log);
    const count: Fold<number, Noted> = { kind: 'month', initial: () => 0, evolve: (state) => state + 1 };
    await note('month-2026-12', 'a');
    expect(states.at(count, 'month-2026-12').state).toBe(1);
    expect(states.at(diary(), 'month-2026-12').state).toEqual({ id: '2026-12', texts: ['a'] });
  });

  test('that cannot be evolved is not half evolved afterwards', async () => {
    const states = new States(log);
    let broken = true;
    const fragile: Fold<readonly string[], Noted> = {
      kind: 'month',
      initial: () => [],
      evolve: (state, { data }) => {
        if (broken && data.text === 'b') throw new Error('not now');
        return [...state, data.text];
      },
    };
    await note('month-2026-12', 'a');
    states.at(fragile, 'month-2026-12');
    await note('month-2026-12', 'b');
    expect(() => states.at(fragile, 'month-2026-12')).toThrow('not now');
    broken = false;
    expect(states.at(fragile, 'month-2026-12').state).toEqual(['a', 'b']);
  });

  test('is forgotten when it was least recently used, and folded again', async () => {
    const states = new States(log, 2);
    const fold = diary();
    for (const stream of ['month-1', 'month-2', 'month-3']) await note(stream, stream);
    states.at(fold, 'month-1');
    states.at(fold, 'month-2');
    states.at(fold, 'month-1');
    states.at(fold, 'month-3');
    expect(fold.taken).toBe(3);
    states.at(fold, 'month-1');
    expect(fold.taken).toBe(3);
    expect(states.at(fold, 'month-2').state.texts).toEqual(['month-2']);
    expect(fold.taken).toBe(4);
  });

  test('is not forgotten for streams that do not exist', async () => {
    const states = new States(log, 1);
    const fold = diary();
    await note('month-1', 'a');
    states.at(fold, 'month-1');
    for (const stream of ['month-2', 'month-3']) expect(states.at(fold, stream).revision).toBe(-1);
    states.at(fold, 'month-1');
    expect(fold.taken).toBe(1);
    await note('month-2', 'b');
    expect(states.at(fold, 'month-2')).toMatchObject({ state: { id: '2', texts: ['b'] }, revision: 0 });
  });

  test('equals a fold from scratch, however appends and reads alternate and however small the cache', async () => {
    const step = fc.record({
      act: fc.constantFrom('append', 'read', 'read as of'),
      stream: fc.constantFrom('month-1', 'month-2', 'month-3'),
      upTo: fc.nat(20),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), fc.integer({ min: 1, max: 4 }), async (steps, capacity) => {
        log = inMemoryEventStore(inventedFacts, inventedKinds);
        const states = new States(log, capacity);
        const fold = diary();
        for (const [index, { act, stream, upTo }] of steps.entries()) {
          if (act === 'append') await note(stream, String(index));
          else {
            const limit = act === 'read' ? log.head() : upTo;
            const texts = [...log.read({ stream, upTo: limit })].map(({ data }) => data.text);
            const found = act === 'read' ? states.at(fold, stream) : states.at(fold, stream, upTo);
            const newest = [...log.read({ stream, upTo: limit })].at(-1)?.hash ?? null;
            expect(found).toEqual({
              state: { id: stream.slice('month-'.length), texts },
              revision: texts.length - 1,
              newest,
            });
          }
        }
      }),
    );
  });
});
