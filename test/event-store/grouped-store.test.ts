import fc from 'fast-check';
import { kindsOf, type Addition } from '../../src/event-store/append.js';
import {
  CheckFailed,
  LogUnavailable,
  type Check,
  type LogReader,
  type NewRecord,
} from '../../src/event-store/event-store.js';
import { GroupedStore, Overtaken } from '../../src/event-store/grouped-store.js';
import { MemoryLog } from '../../src/event-store/in-memory/in-memory-event-store.js';
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

/** Two or more stores on one log in a common place, each with a copy of its own that it brings up to date. */
class CommonLog {
  readonly additions: Addition[] = [];
  /** Makes the next question after the newest record fail. */
  away = false;
  /** Open while what has been recorded is not answered. */
  silent: Promise<unknown> = Promise.resolve();

  server(): GroupedStore {
    const log = new MemoryLog(inventedFacts, kindsOf(inventedKinds));
    return new GroupedStore(
      {
        log,
        commit: async (additions) => {
          await settled();
          if (this.additions.length > log.head()) throw new Overtaken();
          this.additions.push(...additions);
          await this.silent;
          log.advance(additions);
        },
        takeIn: async () => {
          await settled();
          const others = this.additions.slice(log.head());
          return others.length === 0 ? undefined : { additions: others, apply: () => log.advance(others) };
        },
        isNewest: async (position) => {
          await settled();
          if (this.away) throw new LogUnavailable('the common place cannot be reached');
          return this.additions.length <= position;
        },
        close: () => Promise.resolve(),
      },
      inventedFacts,
      inventedKinds,
    );
  }
}

describe('stores that write to one log', () => {
  test('take in what others wrote when they are told of it', async () => {
    const common = new CommonLog();
    const [one, two] = [common.server(), common.server()];
    await one.append(batch([record('slot-1')]));
    expect(two.head()).toBe(0);
    two.refresh();
    await settled();
    await settled();
    expect([...two.read({})]).toEqual([...one.read({})]);
  });

  test('place again what was overtaken and still holds, and refuse what does not', async () => {
    const common = new CommonLog();
    const [one, two] = [common.server(), common.server()];
    await one.append(batch([record('slot-1')]));
    const holds = two.append(batch([record('slot-2')], [absent('slot-2')]));
    const stale = two.append(batch([record('slot-1')], [absent('slot-1')]));
    await expect(stale).rejects.toThrow(CheckFailed);
    expect(await holds).toMatchObject([{ position: 2, revision: 0 }]);
    expect(faultsOf([...two.read({})])).toEqual([]);
  });

  describe('refuse what was decided on a record whose place one of another server took', () => {
    /** What the slower server decided on its own first append, which the faster server's record displaced. */
    const displaced = async (
      faster: NewRecord,
      first: NewRecord,
      reads: (ahead: LogReader) => Check,
    ): Promise<string[]> => {
      const common = new CommonLog();
      const [one, two] = [common.server(), common.server()];
      await one.append(batch([faster]));
      const own = watched(two.append(batch([first], [reads(two.ahead)])));
      const relying = watched(two.append(batch([record('slot-2')], [reads(two.ahead)])));
      for (let turns = 0; relying.outcome === 'under way' && turns < 10; turns += 1) await settled();
      expect([...two.read({})].map(({ id }) => id)).toEqual([faster.id]);
      return [own.outcome, relying.outcome];
    };

    test('though its stream is as long', async () => {
      const reads = (ahead: LogReader): Check => asItStands(ahead, 'slot-1');
      expect(await displaced(record('slot-1'), record('slot-1'), reads)).toEqual(['CheckFailed', 'CheckFailed']);
    });

    test('though the name is claimed', async () => {
      const reads = (ahead: LogReader): Check => ({
        name: 'name/H1',
        claimedBy: ahead.claimOf('name/H1')?.hash ?? null,
      });
      const outcomes = await displaced(claim('slot-1', 'H1'), claim('slot-1', 'H1'), reads);
      expect(outcomes).toEqual(['CheckFailed', 'CheckFailed']);
    });

    test('though as many streams of the kind have begun', async () => {
      const reads = (ahead: LogReader): Check => ({ kind: 'slot-pattern', streams: ahead.streamsOf('slot-pattern') });
      const outcomes = await displaced(record('slot-pattern-a'), record('slot-pattern-b'), reads);
      expect(outcomes).toEqual(['CheckFailed', 'CheckFailed']);
    });
  });

  test('do not confirm what was read behind a record of their own that was kept long before it was answered', async () => {
    const common = new CommonLog();
    const [one, two] = [common.server(), common.server()];
    const answered = Promise.withResolvers<undefined>();
    common.silent = answered.promise;
    const own = two.append(batch([record('slot-1')]));
    await settled();
    await settled();
    common.silent = Promise.resolve();
    one.refresh();
    await settled();
    await settled();
    await one.append(batch([record('slot-2')]));
    // Whoever asks now has been told of slot-2, which this server knows nothing of.
    const confirmed = two.confirm();
    answered.resolve(undefined);
    await own;
    expect(await confirmed).toBe(false);
  });

  test('confirm what was read behind a record of their own that is sent only afterwards', async () => {
    const common = new CommonLog();
    const two = common.server();
    void two.append(batch([record('slot-1')]));
    const second = two.append(batch([record('slot-1')]));
    common.away = true;
    expect(await two.confirm()).toBe(true);
    expect(await second).toHaveLength(1);
  });

  test('confirm only what was read at the newest record of all', async () => {
    const common = new CommonLog();
    const [one, two] = [common.server(), common.server()];
    expect(await two.confirm()).toBe(true);
    await one.append(batch([record('slot-1')]));
    expect(await two.confirm()).toBe(false);
    two.refresh();
    await settled();
    await settled();
    expect(await two.confirm()).toBe(true);
    common.away = true;
    await expect(two.confirm()).rejects.toThrow(LogUnavailable);
  });

  test('each record all that they acknowledge, once and in one order, however they race', async () => {
    const stream = fc.constantFrom('slot-1', 'slot-2');
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ server: fc.nat(2), stream, relies: fc.boolean(), pause: fc.boolean() }), {
          maxLength: 40,
        }),
        async (steps) => {
          const common = new CommonLog();
          const servers = [common.server(), common.server(), common.server()];
          const results: { id: string; name: string; read: string[] | undefined; result: { outcome: string } }[] = [];
          for (const { server, stream: name, relies, pause } of steps) {
            const store = servers[server] as GroupedStore;
            const id = newId();
            const checks = relies ? [asItStands(store.ahead, name)] : [];
            const read = relies ? store.ahead.readStream(name).map((one) => one.id) : undefined;
            results.push({ id, name, read, result: watched(store.append(batch([record(name, { id })], checks))) });
            if (pause) await settled();
          }
          for (let turns = 0; results.some(({ result }) => result.outcome === 'under way'); turns += 1) {
            if (turns > 1_000) throw new Error('an append was never answered');
            await settled();
          }
          for (const store of servers) {
            store.refresh();
            await store.close();
          }
          const recorded = results.filter(({ result }) => result.outcome === 'recorded').map(({ id }) => id);
          for (const store of servers) {
            const whole = [...store.read({})];
            expect(whole.map(({ id }) => id).sort()).toEqual([...recorded].sort());
            expect(whole).toEqual([...(servers[0] as GroupedStore).read({})]);
            expect(faultsOf(whole)).toEqual([]);
            // Each is decided on just those records of its stream that come before it.
            for (const { id, name, read, result } of results)
              if (result.outcome === 'recorded' && read) {
                const before = whole.filter((one) => one.stream === name).map((one) => one.id);
                expect(before.slice(0, before.indexOf(id))).toEqual(read);
              }
          }
        },
      ),
    );
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
