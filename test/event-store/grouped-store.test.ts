import fc from 'fast-check';
import { CheckFailed, LogUnavailable, type Check } from '../../src/event-store/event-store.js';
import { States, type Fold } from '../../src/event-store/state.js';
import { faultsOf } from '../support/hash-chain.js';
import {
  absent,
  asItStands,
  batch,
  claim,
  inventedFacts,
  inventedKinds,
  newId,
  record,
} from '../support/invented-facts.js';
import { settled, SlowDisk, watched } from '../support/slow-disk.js';

describe('appends that arrive together', () => {
  let disk: SlowDisk;
  beforeEach(() => {
    disk = new SlowDisk(inventedFacts, inventedKinds);
  });
  const append = (stream: string, checks: readonly Check[] = [], id = newId()): { outcome: string } =>
    watched(disk.store.append(batch([record(stream, { id })], checks)));

  test('share the commit after the one that is under way', async () => {
    const outcomes = ['slot-1', 'slot-2', 'slot-1', 'slot-3'].map((stream) => append(stream));
    await settled();
    expect(disk.commits.map((ids) => ids.length)).toEqual([1]);
    await disk.answer(true);
    expect(disk.commits.map((ids) => ids.length)).toEqual([1, 3]);
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['recorded', 'under way', 'under way', 'under way']);
    await disk.answer(true);
    expect(outcomes.every(({ outcome }) => outcome === 'recorded')).toBe(true);
    expect(faultsOf([...disk.store.read({})])).toEqual([]);
  });

  test('are seen on the log ahead at once, and as durable only when they are', async () => {
    append('slot-1');
    append('slot-1');
    void disk.store.append(batch([claim('month-1', 'H1')]));
    const { ahead } = disk.store;
    expect([ahead.head(), disk.store.head()]).toEqual([3, 0]);
    expect([ahead.revisionOf('slot-1'), disk.store.revisionOf('slot-1')]).toEqual([1, -1]);
    expect(ahead.readStream('slot-1', 1).map(({ position }) => position)).toEqual([2]);
    expect([...ahead.read({ after: 1, limit: 1 })].map(({ position }) => position)).toEqual([2]);
    expect([...ahead.read({ type: 'NameTaken' })].map(({ position }) => position)).toEqual([3]);
    expect(ahead.streamsOf('month')).toEqual(['month-1']);
    expect([ahead.claimOf('name/H1')?.position, disk.store.claimOf('name/H1')]).toEqual([3, undefined]);
    expect(ahead.find(disk.commits[0]?.[0] ?? '')?.position).toBe(1);
    expect([...disk.store.read({})]).toEqual([]);
    await disk.answerAll();
    expect(disk.store.head()).toBe(3);
    expect([...ahead.read({})]).toEqual([...disk.store.read({})]);
  });

  test('are read on the log ahead as one, half durable and half under way', async () => {
    Array.from({ length: 4 }, () => append('slot-1'));
    await disk.answer(true);
    expect(disk.store.head()).toBe(1);
    expect(disk.store.ahead.readStream('slot-1').map(({ revision }) => revision)).toEqual([0, 1, 2, 3]);
    expect([...disk.store.ahead.read({ limit: 3 })].map(({ position }) => position)).toEqual([1, 2, 3]);
    expect(disk.store.ahead.revisionOf('slot-1', 2)).toBe(1);
    await disk.answerAll();
  });

  test('are checked against what is under way', async () => {
    const first = append('slot-1');
    const stale = append('slot-2', [absent('slot-1')]);
    const fresh = append('slot-2', [asItStands(disk.store.ahead, 'slot-1')]);
    await settled();
    expect([first.outcome, stale.outcome, fresh.outcome]).toEqual(['under way', 'CheckFailed', 'under way']);
    await disk.answerAll();
    expect(fresh.outcome).toBe('recorded');
  });

  test('in a commit that fails fail, and those alone; the others are placed again without a gap', async () => {
    const lost = append('slot-1');
    const [next, other] = [append('slot-1'), append('slot-2')];
    await disk.answer(false);
    expect([lost.outcome, next.outcome, other.outcome]).toEqual(['LogUnavailable', 'under way', 'under way']);
    await disk.answer(true);
    expect([next.outcome, other.outcome]).toEqual(['recorded', 'recorded']);
    expect([...disk.store.read({})].map(({ position, revision }) => [position, revision])).toEqual([
      [1, 0],
      [2, 0],
    ]);
    expect(faultsOf([...disk.store.read({})])).toEqual([]);
  });

  test('that relied on a commit that fails are refused, so that they are decided again', async () => {
    const lost = append('slot-1');
    const relying = append('slot-2', [asItStands(disk.store.ahead, 'slot-1')]);
    await disk.answer(false);
    expect([lost.outcome, relying.outcome]).toEqual(['LogUnavailable', 'CheckFailed']);
  });

  test('are given up at their time while they wait for others, and what waits after them goes on', async () => {
    const first = append('slot-1');
    const late = watched(disk.store.append({ ...batch([record('slot-1')]), until: performance.now() + 20 }));
    const relying = append('slot-2', [asItStands(disk.store.ahead, 'slot-1')]);
    const free = append('slot-3', [absent('slot-3')]);
    while (late.outcome === 'under way') await settled();
    await settled();
    expect([late.outcome, relying.outcome]).toEqual(['LogUnavailable', 'CheckFailed']);
    await disk.answerAll();
    expect([first.outcome, free.outcome]).toEqual(['recorded', 'recorded']);
    expect([...disk.store.read({})].map(({ stream }) => stream)).toEqual(['slot-1', 'slot-3']);
    expect(faultsOf([...disk.store.read({})])).toEqual([]);
  });

  test('claim a name that a failed commit had claimed', async () => {
    const lost = watched(disk.store.append(batch([claim('slot-1', 'H1')])));
    const early = watched(disk.store.append(batch([claim('slot-2', 'H1')])));
    await disk.answer(false);
    expect([lost.outcome, early.outcome]).toEqual(['LogUnavailable', 'CheckFailed']);
    const late = watched(disk.store.append(batch([claim('slot-2', 'H1')])));
    await disk.answerAll();
    expect(late.outcome).toBe('recorded');
  });

  test('that repeat what is under way are answered with it, and fail with it', async () => {
    const id = newId();
    const [first, again] = [append('slot-1', [], id), append('slot-1', [], id)];
    await settled();
    expect(again.outcome).toBe('under way');
    await disk.answer(false);
    expect([first.outcome, again.outcome]).toEqual(['LogUnavailable', 'LogUnavailable']);
    const [second, repeat] = [append('slot-1', [], id), append('slot-1', [], id)];
    await disk.answerAll();
    expect([second.outcome, repeat.outcome]).toEqual(['recorded', 'recorded']);
    expect(disk.store.head()).toBe(1);
  });

  test('are finished before the log closes; none is taken afterwards', async () => {
    const outcomes = [append('slot-1'), append('slot-1')];
    const closed = watched(disk.store.close());
    const late = append('slot-1');
    await settled();
    expect([closed.outcome, late.outcome]).toEqual(['under way', 'Error']);
    await disk.answerAll();
    expect([...outcomes, closed].map(({ outcome }) => outcome)).toEqual(['recorded', 'recorded', 'recorded']);
  });
});

describe('what was read ahead', () => {
  const count: Fold<number, { type: 'NoteWritten'; data: { text: string } }> = {
    kind: 'slot',
    initial: () => 0,
    evolve: (state) => state + 1,
  };

  test('stands once it is durable, and does not where it failed', async () => {
    const disk = new SlowDisk(inventedFacts, inventedKinds);
    expect(await disk.store.confirm()).toBe(true);
    void disk.store.append(batch([record('slot-1')]));
    const stands = disk.store.confirm();
    const early = watched(stands);
    await settled();
    expect(early.outcome).toBe('under way');
    await disk.answer(true);
    expect(await stands).toBe(true);
    const lost = watched(disk.store.append(batch([record('slot-1')])));
    const falls = disk.store.confirm();
    await disk.answer(false);
    expect(await falls).toBe(false);
    expect(lost.outcome).toBe('LogUnavailable');
  });

  test('is not confirmed while what it rests on is not settled in time', async () => {
    const disk = new SlowDisk(inventedFacts, inventedKinds);
    void disk.store.append(batch([record('slot-1')]));
    await expect(disk.store.confirm(performance.now() + 20)).rejects.toThrow(LogUnavailable);
    await disk.answerAll();
    expect(await disk.store.confirm(performance.now() + 1_000)).toBe(true);
  });

  test('is folded anew after a failure, even where the stream is as long again', async () => {
    const disk = new SlowDisk(inventedFacts, inventedKinds);
    const states = new States(disk.store.ahead);
    const texts: Fold<readonly string[], { type: 'NoteWritten'; data: { text: string } }> = {
      ...count,
      initial: () => [],
      evolve: (state, { data }) => [...state, data.text],
    };
    const write = (text: string): { outcome: string } =>
      watched(disk.store.append(batch([record('slot-1', { data: { text, tags: [] } })])));
    write('lost');
    expect(states.at(texts, 'slot-1').state).toEqual(['lost']);
    await disk.answer(false);
    write('kept');
    expect(states.at(texts, 'slot-1').state).toEqual(['kept']);
    await disk.answerAll();
    expect(states.at(texts, 'slot-1').state).toEqual(['kept']);
  });
});

test('whatever fails in between, what was acknowledged is there once and in order, and nothing else is', async () => {
  const step = fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({ stream: fc.constantFrom('slot-1', 'slot-2', 'month-1'), relies: fc.boolean() }),
    },
    { weight: 2, arbitrary: fc.boolean() },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const disk = new SlowDisk(inventedFacts, inventedKinds);
      const appends: { id: string; result: { outcome: string } }[] = [];
      for (const one of steps) {
        if (typeof one === 'boolean') {
          await disk.answer(one);
          continue;
        }
        const id = newId();
        const checks = one.relies ? [asItStands(disk.store.ahead, 'slot-1')] : [];
        appends.push({ id, result: watched(disk.store.append(batch([record(one.stream, { id })], checks))) });
      }
      await disk.answerAll();
      expect([...disk.store.read({})].map(({ id }) => id)).toEqual(
        appends.filter(({ result }) => result.outcome === 'recorded').map(({ id }) => id),
      );
      const others = appends.map(({ result }) => result.outcome).filter((outcome) => outcome !== 'recorded');
      expect(others.every((outcome) => [LogUnavailable.name, CheckFailed.name].includes(outcome))).toBe(true);
      expect(faultsOf([...disk.store.read({})])).toEqual([]);
    }),
  );
});
