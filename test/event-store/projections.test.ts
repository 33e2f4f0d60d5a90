import fc from 'fast-check';
import type { EventStore } from '../../src/event-store/event-store.js';
import { inMemoryEventStore } from '../../src/event-store/in-memory/in-memory-event-store.js';
import {
  on,
  projection,
  ProjectionBuilding,
  ProjectionStopped,
  type Projection,
} from '../../src/event-store/projection.js';
import { TooMuchLate } from '../../src/event-store/build.js';
import { Projections } from '../../src/event-store/projections.js';
import { ForeignTables } from '../../src/event-store/stored-builds.js';
import { TableStore } from '../../src/event-store/sqlite/table-store.js';
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
type Counts = Record<string, number>;
const readCounts = (tables: TablesReader): Counts => Object.fromEntries(tables.rows(counts));

type Watched = Projection & { taken: number[] };

/** How many notes each stream has (each `times` over), and which positions it took in. */
function notesByStream(version = 1, times = 1): Watched {
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
const notesAlone = projection(
  'notes alone',
  1,
  on(NoteWritten, (tables) => tables.put(counts, 'all', (tables.get(counts, 'all') ?? 0) + 1)),
  on(NameTaken, (tables) => {
    tables.put(counts, 'all', -1);
    throw new Error('that is no note');
  }),
);

let log: EventStore;
let tables: TableStore;
beforeEach(() => {
  log = inMemoryEventStore(inventedFacts, inventedKinds);
  tables = new TableStore(':memory:');
});
afterEach(() => tables.close());

const append = (...streams: string[]): Promise<unknown> => log.append(batch(streams.map((stream) => record(stream))));
/** The projections as a program that has just started has them; what an earlier one did not save is gone. */
const start = (...all: Projection[]): Projections => new Projections(log, tables, all, { epochSize: 4 });
const finish = (projections: Projections): void => {
  while (projections.work());
};

describe('projections', () => {
  test('begin with empty tables', () => {
    const notes = notesByStream();
    const projections = start(notes);
    expect(readCounts(projections.current(notes))).toEqual({});
    expect(readCounts(projections.asOf(notes, 0))).toEqual({});
  });

  test('catch up with what was appended, and take in each record of their types once and in order', async () => {
    const notes = notesByStream();
    const projections = start(notes);
    await append('month-2026-12', 'slot-1');
    await log.append(batch([claim('slot-1', 'H1')]));
    expect(readCounts(projections.current(notes))).toEqual({ 'month-2026-12': 1, 'slot-1': 1 });
    await append('slot-1');
    expect(readCounts(projections.current(notes))).toEqual({ 'month-2026-12': 1, 'slot-1': 2 });
    expect(readCounts(projections.current(notes))).toEqual({ 'month-2026-12': 1, 'slot-1': 2 });
    expect(notes.taken).toEqual([1, 2, 4]);
  });

  test('can take in every record, of whatever type', async () => {
    const all: Projection = {
      name: 'all',
      version: 1,
      handlers: {},
      every: (into, { type }) => into.put(counts, type, (into.get(counts, type) ?? 0) + 1),
    };
    const projections = start(all);
    await append('slot-1', 'slot-2');
    await log.append(batch([claim('slot-1', 'H1')]));
    expect(readCounts(projections.current(all))).toEqual({ NameTaken: 1, NoteWritten: 2 });
  });

  test('as of a position leave the current tables as they are', async () => {
    const notes = notesByStream();
    const projections = start(notes);
    await append('slot-1', 'slot-1', 'slot-1');
    expect(readCounts(projections.current(notes))).toEqual({ 'slot-1': 3 });
    expect(readCounts(projections.asOf(notes, 2))).toEqual({ 'slot-1': 2 });
    expect(readCounts(projections.asOf(notes, 99))).toEqual({ 'slot-1': 3 });
    expect(readCounts(projections.current(notes))).toEqual({ 'slot-1': 3 });
  });

  test('go on after a restart from what was saved, without the records before it', async () => {
    await append('slot-1', 'slot-2', 'slot-1');
    const before = start(notesByStream());
    before.current(notesByStream());
    await before.save();
    await append('slot-2');
    const notes = notesByStream();
    expect(readCounts(start(notes).current(notes))).toEqual({ 'slot-1': 2, 'slot-2': 2 });
    expect(notes.taken).toEqual([4]);
  });

  test('read as of the distant past only the records of its epoch', async () => {
    await append(...Array<string>(40).fill('slot-1'));
    const notes = notesByStream();
    const projections = start(notes);
    projections.current(notes);
    notes.taken.length = 0;
    expect(readCounts(projections.asOf(notes, 22))).toEqual({ 'slot-1': 22 });
    expect(notes.taken).toEqual([21, 22]);
    expect(readCounts(projections.asOf(notes, 22))).toEqual({ 'slot-1': 22 });
    expect(notes.taken).toEqual([21, 22]);
  });

  test('as of the end of an epoch that is not saved yet are as of that', async () => {
    const notes = notesByStream();
    const projections = start(notes);
    await append(...Array<string>(8).fill('slot-1'));
    projections.current(notes);
    await append('slot-1');
    expect(readCounts(projections.asOf(notes, 8))).toEqual({ 'slot-1': 8 });
  });

  test('equal a fold from scratch, at the head and as of any position, whatever was saved, restarted or rebuilt', async () => {
    const stream = fc.constantFrom('month-1', 'slot-1', 'slot-pattern-1');
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.record({ append: fc.array(stream, { minLength: 1, maxLength: 6 }) }) },
      { weight: 3, arbitrary: fc.record({ asOf: fc.nat(60) }) },
      fc.constantFrom('read', 'save', 'restart', 'rebuild', 'work', 'finish'),
    );
    const recount = (upTo?: number): Counts => {
      const sums: Counts = {};
      for (const { stream: name } of [...log.read({})].slice(0, upTo)) sums[name] = (sums[name] ?? 0) + 1;
      return sums;
    };
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        log = inMemoryEventStore(inventedFacts, inventedKinds);
        tables = new TableStore(':memory:');
        const notes = notesByStream();
        let projections = start(notes);
        for (const one of steps) {
          if (one === 'save') await projections.save();
          else if (one === 'restart') projections = start(notes);
          else if (one === 'rebuild') projections.rebuild(notes.name);
          else if (one === 'work') projections.work();
          else if (one === 'finish') finish(projections);
          else if (one === 'read') expect(readCounts(projections.current(notes))).toEqual(recount());
          else if ('append' in one) await append(...one.append);
          else expect(readCounts(projections.asOf(notes, one.asOf))).toEqual(recount(one.asOf));
        }
        expect(readCounts(projections.current(notes))).toEqual(recount());
        finish(projections);
        expect(tables.generations()).toHaveLength(1);
        await tables.close();
      }),
      { numRuns: 200 },
    );
  });

  test('tell what was true by an instant, as if only that had been recorded, whatever was recorded late', async () => {
    const late = fc.record({ stream: fc.constantFrom('slot-1', 'slot-2'), minutesLate: fc.nat(40) });
    const clock = (minute: number): string => new Date(Date.UTC(2026, 11, 1, 12, minute)).toISOString();
    await fc.assert(
      fc.asyncProperty(fc.array(late, { maxLength: 30 }), fc.nat(40), fc.nat(30), async (facts, minute, upTo) => {
        log = inMemoryEventStore(inventedFacts, inventedKinds);
        tables = new TableStore(':memory:');
        for (const [index, { stream: name, minutesLate }] of facts.entries())
          await log.append(batch([record(name, { occurredAt: clock(index - minutesLate) })], [], clock(index)));
        const notes = notesByStream();
        const projections = start(notes);
        const expected: Counts = {};
        for (const { stream: name, occurredAt } of [...log.read({})].slice(0, upTo))
          if (occurredAt <= clock(minute)) expected[name] = (expected[name] ?? 0) + 1;
        const position = Math.min(upTo, log.head());
        expect(readCounts(projections.occurredBy(notes, position, clock(minute)))).toEqual(expected);
        // What answers for the present is not touched by it.
        expect(Object.values(readCounts(projections.current(notes))).reduce((sum, one) => sum + one, 0)).toBe(
          log.head(),
        );
        await tables.close();
      }),
    );
  });

  test('fold anew only so much that was recorded late', async () => {
    const old = Array.from({ length: 50_001 }, () => record('slot-1', { occurredAt: '2019-01-01T00:00:00Z' }));
    await log.append(batch(old));
    const notes = notesByStream();
    const projections = start(notes);
    finish(projections);
    const ask = (instant: string): Counts => readCounts(projections.occurredBy(notes, log.head(), instant));
    expect(() => ask('2020-01-01T00:00:00Z')).toThrow(TooMuchLate);
    expect(() => ask('2020-01-01T00:00:00Z')).toThrow('more than 50000 records');
    expect(ask('2018-01-01T00:00:00Z')).toEqual({});
    expect(ask('2026-12-02T00:00:00Z')).toEqual({ 'slot-1': 50_001 });
  });

  test('take a type in one way only, have names of their own, and are asked for only where they are registered', () => {
    const once = on(NameTaken, () => undefined);
    expect(() => projection('twice', 1, once, once)).toThrow('the projection twice takes NameTaken twice');
    expect(() => start(notesByStream(), notesByStream(2))).toThrow('two projections notes by stream');
    expect(() => start().current(notesByStream())).toThrow('notes by stream is not registered');
  });

  test.each([
    ['has other records', ['slot-2', 'slot-2', 'slot-2'], 'the record at position 2 is not theirs'],
    ['has lost its newest records', ['slot-1'], 'know of 2 records, the log has 1: it has lost its newest ones'],
  ])('are refused for a log that %s', async (_, streams, why) => {
    await append('slot-1', 'slot-1');
    const before = start(notesByStream());
    before.current(notesByStream());
    await before.save();
    log = inMemoryEventStore(inventedFacts, inventedKinds);
    await append(...streams);
    expect(() => start(notesByStream())).toThrow(ForeignTables);
    expect(() => start(notesByStream())).toThrow(why);
  });
});

describe('a projection that is built anew', () => {
  const many = (): Promise<unknown> => append(...Array<string>(6_000).fill('slot-1'));

  test('answers nothing until it has caught up for the first time, and says how far it is', async () => {
    await many();
    const notes = notesByStream();
    const projections = start(notes);
    expect(() => projections.current(notes)).toThrow(ProjectionBuilding);
    projections.work();
    expect(() => projections.current(notes)).toThrow('it has taken in 100 of 6000 records');
    expect(projections.status()).toMatchObject([{ state: 'building', checkpoint: 100, lag: 5_900 }]);
    finish(projections);
    expect(readCounts(projections.current(notes))).toEqual({ 'slot-1': 6_000 });
    expect(projections.status()).toMatchObject([{ state: 'live', lag: 0, behindSince: null }]);
  });

  test('is also built where another process has asked for it, once, and at this version only', async () => {
    await append('slot-1', 'slot-2');
    const projections = start(notesByStream());
    finish(projections);
    const asked = tables.create('notes by stream', 1, 4);
    projections.adopt();
    const [twice, newer] = [tables.create('notes by stream', 1, 4), tables.create('notes by stream', 2, 4)];
    projections.adopt();
    const statusOf = (id: number): string | undefined => tables.generations().find((one) => one.id === id)?.status;
    expect([asked.id, twice.id, newer.id].map(statusOf)).toEqual(['building', 'retired', 'retired']);
    finish(projections);
    projections.adopt();
    expect(tables.generations()).toMatchObject([{ id: asked.id, status: 'live', checkpoint: 2 }]);
    expect(readCounts(projections.current(notesByStream()))).toEqual({ 'slot-1': 1, 'slot-2': 1 });
  });

  test('goes on where it was interrupted', async () => {
    await many();
    const first = start(notesByStream());
    for (let slices = 0; slices < 5; slices += 1) first.work();
    await first.save();
    const notes = notesByStream();
    finish(start(notes));
    expect(notes.taken.at(0)).toBe(501);
    expect(notes.taken).toHaveLength(5_500);
  });

  test('is built beside its version before, which answers and goes on until then', async () => {
    await many();
    finish(start(notesByStream()));
    await append('slot-2');
    const before = notesByStream();
    const after: Projection = { ...notesByStream(2, 10), previous: before };
    const projections = start(after);
    expect(readCounts(projections.current(after))).toEqual({ 'slot-1': 6_000, 'slot-2': 1 });
    expect(before.taken).toEqual([6_001]);
    expect(projections.status()).toMatchObject([
      { version: 1, state: 'live' },
      { version: 2, state: 'building' },
    ]);
    projections.work();
    await append('slot-2');
    expect(readCounts(projections.current(after))).toEqual({ 'slot-1': 6_000, 'slot-2': 2 });
    finish(projections);
    expect(readCounts(projections.current(after))).toEqual({ 'slot-1': 60_000, 'slot-2': 20 });
    expect(tables.generations()).toMatchObject([{ version: 2, status: 'live' }]);
  });

  test('whose version before is not at hand is not answered from it', async () => {
    await many();
    finish(start(notesByStream()));
    const after = notesByStream(2, 10);
    const projections = start(after);
    expect(() => projections.current(after)).toThrow(ProjectionBuilding);
    finish(projections);
    expect(readCounts(projections.current(after))).toEqual({ 'slot-1': 60_000 });
  });

  test('on request answers from what it had until the new tables are there', async () => {
    await many();
    const notes = notesByStream();
    const projections = start(notes);
    finish(projections);
    projections.rebuild('notes by stream');
    projections.work();
    expect(projections.status()).toMatchObject([{ state: 'live' }, { state: 'building', checkpoint: 100 }]);
    expect(readCounts(projections.current(notes))).toEqual({ 'slot-1': 6_000 });
    finish(projections);
    expect(readCounts(projections.current(notes))).toEqual({ 'slot-1': 6_000 });
    expect(tables.generations()).toMatchObject([{ status: 'live' }]);
    expect(() => projections.rebuild('nothing')).toThrow('there is no projection nothing');
  });

  test('shares one reading of the log with the others', async () => {
    await many();
    const [notes, alone] = [notesByStream(), notesAlone];
    let read = 0;
    const counting: EventStore = Object.assign(Object.create(log) as EventStore, {
      follow: () => undefined,
      *read(query: Parameters<EventStore['read']>[0]) {
        for (const one of log.read(query)) {
          read += 1;
          yield one;
        }
      },
    });
    finish(new Projections(counting, tables, [notes, alone], { epochSize: 4 }));
    expect(read).toBe(6_000);
  });
});

describe('a projection that meets a record which it cannot take in', () => {
  let projections: Projections;
  const notes = notesByStream();
  beforeEach(async () => {
    await append('slot-1', 'slot-1');
    await log.append(batch([claim('slot-1', 'H1')]));
    await append('slot-1');
    projections = start(notesAlone, notes);
  });
  const failure = (): unknown => {
    try {
      return projections.current(notesAlone);
    } catch (error) {
      return error;
    }
  };

  test('stops there, by name and position, and says so', () => {
    expect(failure()).toBeInstanceOf(ProjectionStopped);
    expect(projections.status()[0]).toMatchObject({
      state: 'stopped',
      checkpoint: 2,
      lag: 2,
      reason: 'the projection notes alone stopped at position 3 (NameTaken): that is no note',
    });
  });

  test('lets the others go on', async () => {
    finish(projections);
    expect(readCounts(projections.current(notes))).toEqual({ 'slot-1': 3 });
    await append('slot-1');
    expect(readCounts(projections.current(notes))).toEqual({ 'slot-1': 4 });
  });

  test('keeps answering for the positions before it, with nothing of that record, and stays stopped', async () => {
    log = inMemoryEventStore(inventedFacts, inventedKinds);
    tables = new TableStore(':memory:');
    projections = start(notesAlone);
    await append('slot-1', 'slot-1');
    expect(readCounts(projections.current(notesAlone))).toEqual({ all: 2 });
    await log.append(batch([claim('slot-1', 'H1')]));
    await append('slot-1');
    const first = failure();
    expect(first).toBeInstanceOf(ProjectionStopped);
    expect((first as Error).cause).toMatchObject({ message: 'that is no note' });
    await append('slot-1');
    expect(failure()).toBe(first);
    expect(readCounts(projections.asOf(notesAlone, 2))).toEqual({ all: 2 });
    expect(readCounts(projections.asOf(notesAlone, 1))).toEqual({ all: 1 });
    expect(() => projections.asOf(notesAlone, 3)).toThrow('position 3');
    await projections.save();
    expect(tables.generations()).toMatchObject([{ checkpoint: 2 }]);
  });
});
