import fc from 'fast-check';
import {
  CheckFailed,
  LogUnavailable,
  type Check,
  type LogReader,
  type NewRecord,
} from '../../src/event-store/event-store.js';
import type { GroupedStore } from '../../src/event-store/grouped-store.js';
import { CommonLog } from '../support/common-log.js';
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
import { settled, watched } from '../support/slow-disk.js';

describe('stores that write to one log', () => {
  test('take in what others wrote when they are told of it', async () => {
    const common = new CommonLog(inventedFacts, inventedKinds);
    const [one, two] = [common.server(), common.server()];
    await one.append(batch([record('slot-1')]));
    expect(two.head()).toBe(0);
    two.refresh();
    await settled();
    await settled();
    expect([...two.read({})]).toEqual([...one.read({})]);
  });

  test('place again what was overtaken and still holds, and refuse what does not', async () => {
    const common = new CommonLog(inventedFacts, inventedKinds);
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
      const common = new CommonLog(inventedFacts, inventedKinds);
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
    const common = new CommonLog(inventedFacts, inventedKinds);
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
    const common = new CommonLog(inventedFacts, inventedKinds);
    const two = common.server();
    void two.append(batch([record('slot-1')]));
    const second = two.append(batch([record('slot-1')]));
    common.away = true;
    expect(await two.confirm()).toBe(true);
    expect(await second).toHaveLength(1);
  });

  test('confirm only what was read at the newest record of all', async () => {
    const common = new CommonLog(inventedFacts, inventedKinds);
    const [one, two] = [common.server(), common.server()];
    expect(await two.confirm()).toBe(true);
    await one.append(batch([record('slot-1')]));
    expect(await two.confirm()).toBe(false);
    expect(two.head()).toBe(1);
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
          const common = new CommonLog(inventedFacts, inventedKinds);
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
