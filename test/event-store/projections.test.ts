import fc from 'fast-check';
import { on, projection, type Projection } from '../../src/event-store/projection.js';
import { TooMuchLate } from '../../src/event-store/build.js';
import { ForeignTables } from '../../src/event-store/stored-builds.js';
import { batch, claim, NameTaken, record } from '../support/invented-facts.js';
import {
  counts,
  finish,
  notesByStream,
  ProjectionsUnderTest,
  readCounts,
  type Counts,
} from '../support/projections-of-notes.js';

const under = new ProjectionsUnderTest();
const { append, start } = under;

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
    await under.log.append(batch([claim('slot-1', 'H1')]));
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
    await under.log.append(batch([claim('slot-1', 'H1')]));
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
      for (const { stream: name } of [...under.log.read({})].slice(0, upTo)) sums[name] = (sums[name] ?? 0) + 1;
      return sums;
    };
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        under.begin();
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
        expect(under.tables.generations()).toHaveLength(1);
        await under.tables.close();
      }),
      { numRuns: 200 },
    );
  });

  test('tell what was true by an instant, as if only that had been recorded, whatever was recorded late', async () => {
    const late = fc.record({ stream: fc.constantFrom('slot-1', 'slot-2'), minutesLate: fc.nat(40) });
    const clock = (minute: number): string => new Date(Date.UTC(2026, 11, 1, 12, minute)).toISOString();
    await fc.assert(
      fc.asyncProperty(fc.array(late, { maxLength: 30 }), fc.nat(40), fc.nat(30), async (facts, minute, upTo) => {
        under.begin();
        for (const [index, { stream: name, minutesLate }] of facts.entries())
          await under.log.append(batch([record(name, { occurredAt: clock(index - minutesLate) })], [], clock(index)));
        const notes = notesByStream();
        const projections = start(notes);
        const expected: Counts = {};
        for (const { stream: name, occurredAt } of [...under.log.read({})].slice(0, upTo))
          if (occurredAt <= clock(minute)) expected[name] = (expected[name] ?? 0) + 1;
        const position = Math.min(upTo, under.log.head());
        expect(readCounts(projections.occurredBy(notes, position, clock(minute)))).toEqual(expected);
        // What answers for the present is not touched by it.
        expect(Object.values(readCounts(projections.current(notes))).reduce((sum, one) => sum + one, 0)).toBe(
          under.log.head(),
        );
        await under.tables.close();
      }),
    );
  });

  test('fold anew only so much that was recorded late', async () => {
    const old = Array.from({ length: 50_001 }, () => record('slot-1', { occurredAt: '2019-01-01T00:00:00Z' }));
    await under.log.append(batch(old));
    const notes = notesByStream();
    const projections = start(notes);
    finish(projections);
    const ask = (instant: string): Counts => readCounts(projections.occurredBy(notes, under.log.head(), instant));
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
    under.anotherLog();
    await append(...streams);
    expect(() => start(notesByStream())).toThrow(ForeignTables);
    expect(() => start(notesByStream())).toThrow(why);
  });
});
