import type { EventStore } from '../../src/event-store/event-store.js';
import { ProjectionBuilding, ProjectionStopped, type Projection } from '../../src/event-store/projection.js';
import { Projections } from '../../src/event-store/projections.js';
import { batch, claim } from '../support/invented-facts.js';
import {
  finish,
  notesAlone,
  notesByStream,
  ProjectionsUnderTest,
  readCounts,
} from '../support/projections-of-notes.js';

const under = new ProjectionsUnderTest();
const { append, start } = under;

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
    const asked = under.tables.create('notes by stream', 1, 4);
    projections.adopt();
    const [twice, newer] = [under.tables.create('notes by stream', 1, 4), under.tables.create('notes by stream', 2, 4)];
    projections.adopt();
    const statusOf = (id: number): string | undefined =>
      under.tables.generations().find((one) => one.id === id)?.status;
    expect([asked.id, twice.id, newer.id].map(statusOf)).toEqual(['building', 'retired', 'retired']);
    finish(projections);
    projections.adopt();
    expect(under.tables.generations()).toMatchObject([{ id: asked.id, status: 'live', checkpoint: 2 }]);
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
    expect(under.tables.generations()).toMatchObject([{ version: 2, status: 'live' }]);
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
    expect(under.tables.generations()).toMatchObject([{ status: 'live' }]);
    expect(() => projections.rebuild('nothing')).toThrow('there is no projection nothing');
  });

  test('shares one reading of the log with the others', async () => {
    await many();
    const [notes, alone] = [notesByStream(), notesAlone];
    let read = 0;
    const counting: EventStore = Object.assign(Object.create(under.log) as EventStore, {
      follow: () => undefined,
      *read(query: Parameters<EventStore['read']>[0]) {
        for (const one of under.log.read(query)) {
          read += 1;
          yield one;
        }
      },
    });
    finish(new Projections(counting, under.tables, [notes, alone], { epochSize: 4 }));
    expect(read).toBe(6_000);
  });
});

describe('a projection that meets a record which it cannot take in', () => {
  let projections: Projections;
  const notes = notesByStream();
  beforeEach(async () => {
    await append('slot-1', 'slot-1');
    await under.log.append(batch([claim('slot-1', 'H1')]));
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
    under.begin();
    projections = start(notesAlone);
    await append('slot-1', 'slot-1');
    expect(readCounts(projections.current(notesAlone))).toEqual({ all: 2 });
    await under.log.append(batch([claim('slot-1', 'H1')]));
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
    expect(under.tables.generations()).toMatchObject([{ checkpoint: 2 }]);
  });
});
