import { CheckFailed, LogUnavailable, OutcomeUnknown } from '../../src/event-store/event-store.js';
import { append, CalendarOnCluster, ids } from '../support/calendar-on-cluster.js';
import { startChild } from '../support/child-process.js';
import { SHORT } from '../support/cluster-server.js';
import { absent, batch, claim, newId, record } from '../support/invented-facts.js';
import type { How } from '../support/kurrentdb-double/faults.js';
import { settled, watched } from '../support/slow-disk.js';

const cluster = new CalendarOnCluster();
const { agree, server, stream } = cluster;

describe('an append whose outcome is not clear', () => {
  test.each<[How, boolean]>([
    ['silence', true],
    ['silence', false],
    ['reset', true],
    ['reset', false],
    ['timeout', true],
    ['timeout', false],
    ['end', true],
  ])('(%s, kept: %s) is sent again under the same ids, and recorded once', async (how, kept) => {
    const { store, status } = await server();
    await append(store);
    cluster.double.fault({ on: 'append', how, kept, stream: stream() });
    const id = newId();
    expect(await store.append(batch([record('slot-1', { id })]))).toMatchObject([{ id, position: 2, revision: 1 }]);
    expect(status().repeated).toBeGreaterThan(0);
    await agree(2);
  });

  test('for good is answered as such; the same append is then found where it was kept', async () => {
    const { store } = await server({ timing: { ...SHORT, tryFor: 100 } });
    await append(store);
    const fault = cluster.double.fault({ on: 'append', how: 'timeout', kept: true, times: 'always', stream: stream() });
    const attempt = batch([claim('slot-1', 'H1')]);
    await expect(store.append(attempt)).rejects.toThrow(OutcomeUnknown);
    fault.lift();
    expect(await store.reaches(2, 30_000)).toBe(true);
    expect(await store.append(attempt)).toMatchObject([{ position: 2 }]);
    await expect(store.append(batch([claim('slot-2', 'H1')]))).rejects.toThrow(CheckFailed);
    await agree(2);
  });
});

test('an append that was recorded is never said not to be, whatever is asked afterwards', async () => {
  const { store } = await server({ timing: { ...SHORT, tryFor: 500 } });
  await append(store);
  const kept = cluster.double.fault({ on: 'append', how: 'delay', milliseconds: 300, stream: stream() });
  const appended = watched(store.append(batch([record('slot-1')])));
  await kept.befallen;
  // Since it was sent a subscription has ended, so that the cluster is asked again; and that is refused for good.
  cluster.double.fault({ on: 'read', how: 'access-denied', times: 'always', stream: stream() });
  cluster.double.fault({ on: 'subscribe', how: 'silence', times: 'always', stream: stream() });
  cluster.double.endSubscriptions();
  while (appended.outcome === 'under way') await settled();
  expect(appended.outcome).toBe('OutcomeUnknown');
  cluster.double.liftFaults();
  cluster.double.resetConnections();
  expect(await store.reaches(2, 30_000)).toBe(true);
});

test('an append to a silent cluster that has been away for long is unavailable', async () => {
  const { store } = await server({ timing: { ...SHORT, callWithin: 300, tryFor: 600 } });
  await append(store);
  for (const on of ['append', 'read'] as const)
    cluster.double.fault({ on, how: 'silence', times: 'always', stream: stream() });
  const outcomes = new Set<string>();
  for (let count = 0; count < 6; count += 1)
    outcomes.add(
      await append(store).then(
        () => 'recorded',
        (error: unknown) => (error as Error).name,
      ),
    );
  expect(outcomes.has('LogUnavailable')).toBe(true);
  expect([...outcomes].filter((one) => !['LogUnavailable', 'OutcomeUnknown'].includes(one))).toEqual([]);
});

describe('an append that a node refuses for now', () => {
  test.each<How>(['not-ready', 'not-leader', 'too-busy'])('(%s) is tried again', async (how) => {
    const { store, status } = await server();
    await append(store);
    cluster.double.fault({ on: 'append', how, times: 3, stream: stream() });
    await append(store);
    expect(status().elections + status().repeated).toBeGreaterThan(0);
    await agree(2);
  });

  test('for longer than it may take is unavailable: nothing was recorded', async () => {
    const { store } = await server({ timing: { ...SHORT, tryFor: 100 } });
    await append(store);
    cluster.double.fault({ on: 'append', how: 'not-ready', times: 'always', stream: stream() });
    await expect(append(store)).rejects.toThrow(LogUnavailable);
    cluster.double.liftFaults();
    await append(store);
    await agree(2);
  });
});

describe('whoever is to be answered by a time is answered then, though everything may take an hour:', () => {
  const HOUR = 3_600_000;
  const UNHURRIED = { timing: { ...SHORT, callWithin: HOUR, tryFor: HOUR, arrivesWithin: HOUR } };
  const soon = (): number => performance.now() + 200;

  test.each<[How, typeof LogUnavailable | typeof OutcomeUnknown]>([
    ['silence', OutcomeUnknown],
    ['timeout', OutcomeUnknown],
    ['not-ready', LogUnavailable],
  ])('an append whose answer is %s, and one that waits behind it', async (how, outcome) => {
    const { store } = await server(UNHURRIED);
    await append(store);
    const fault = cluster.double.fault({ on: 'append', how, times: 'always', stream: stream() });
    const until = soon();
    const first = watched(store.append({ ...batch([record('slot-1')]), until }));
    await fault.befallen;
    const second = store.append({ ...batch([record('slot-1')]), until });
    await expect(second).rejects.toThrow(LogUnavailable);
    while (first.outcome === 'under way') await settled();
    expect(first.outcome).toBe(outcome.name);
    cluster.double.liftFaults();
    await append(store);
    await agree(2);
  });

  test.each<How>(['silence', 'reset', 'not-ready'])('a refusal, if the cluster’s answer is %s', async (how) => {
    const { store } = await server(UNHURRIED);
    cluster.double.fault({ on: 'read', how, times: 'always', stream: stream() });
    await expect(store.confirm(soon())).rejects.toThrow(LogUnavailable);
    // What waits for the silent one is given up with its connection.
    cluster.double.resetConnections();
  });

  test('one that another server was before, whose record does not come', async () => {
    const [one, two] = [await server(), await server(UNHURRIED)];
    cluster.double.fault({ on: 'subscribe', how: 'silence', times: 'always', stream: stream() });
    cluster.double.endSubscriptions();
    await append(one.store);
    await expect(two.store.append({ ...batch([record('slot-1')]), until: soon() })).rejects.toThrow(LogUnavailable);
    await expect(two.store.confirm(soon())).rejects.toThrow(LogUnavailable);
  });
});

test('a subscription that ends after its first event again and again is begun again ever more slowly', async () => {
  const { store, status } = await server();
  await append(store);
  cluster.double.fault({ on: 'subscribe', how: 'end', afterRecords: 1, times: 'always', stream: stream() });
  cluster.double.endSubscriptions();
  while (status().resubscribed < 2) await settled();
  const [from, began] = [status().resubscribed, performance.now()];
  while (status().resubscribed < from + 6) await settled();
  // At least 50, 100, 200, 400, 800 and 1,000 milliseconds of waiting; 6 times 25 if each began anew.
  expect(performance.now() - began).toBeGreaterThan(1_000);
});

describe('a subscription that ends', () => {
  test.each<[string, () => void]>([
    ['cleanly', () => cluster.double.endSubscriptions()],
    ['because the reader was too slow', () => cluster.double.dropSubscriptions()],
    ['with its connection', () => cluster.double.resetConnections()],
  ])('%s is begun again, and misses nothing', async (_, end) => {
    const [one, two] = [await server(), await server()];
    for (let round = 0; round < 5; round += 1) {
      await append(one.store);
      end();
      await append(one.store);
    }
    await agree(10);
    expect(two.status().resubscribed).toBeGreaterThan(0);
  });

  test('without a word is noticed by what does not come', async () => {
    const [one, two] = [await server(), await server()];
    await append(one.store);
    await agree(1);
    cluster.double.fault({ on: 'subscribe', how: 'silence', times: 2, stream: stream() });
    cluster.double.endSubscriptions();
    await append(one.store);
    await agree(2);
    expect(two.told.join('\n')).toMatch('stopped sending without a word');
  });
});

describe('an election', () => {
  test('under load loses and doubles nothing', async () => {
    const [one, two] = [await server(), await server()];
    const appended: Promise<unknown>[] = [];
    for (let round = 0; round < 6; round += 1) {
      for (const { store } of [one, two]) appended.push(append(store), append(store, 'slot-2'));
      const leader = cluster.double.leader?.index ?? 0;
      if (round === 1) cluster.double.kill(leader);
      if (round === 3) {
        cluster.double.startElection();
        cluster.double.finishElection();
      }
      await Promise.allSettled(appended.slice(-4));
      if (round === 4)
        for (const { index, isAlive } of cluster.double.nodes) if (!isAlive) await cluster.double.restart(index);
    }
    const outcomes = await Promise.allSettled(appended);
    expect(outcomes.filter(({ status }) => status === 'rejected')).toEqual([]);
    await agree(24);
  });
});

describe('servers that append at the same time', () => {
  test('record all that they acknowledge, in one order; a check holds for one of them', async () => {
    const all = [await server(), await server(), await server()];
    const racing = all.flatMap(({ store }) =>
      Array.from({ length: 20 }, (_, index) =>
        store.append(batch([record('slot-1')], index % 2 === 0 ? [] : [absent('month-1')])),
      ),
    );
    await Promise.all(racing);
    const claims = await Promise.allSettled(all.map(({ store }) => store.append(batch([claim('slot-2', 'H1')]))));
    expect(claims.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected', 'rejected']);
    await agree(61);
  });

  test('have one time along the log, whatever their clocks say', async () => {
    const [one, two] = [await server(), await server()];
    await one.store.append(batch([record('slot-1')], [], '2026-12-01T12:00:00.500Z'));
    await two.store.append(batch([record('slot-1')], [], '2026-12-01T11:00:00.000Z'));
    await one.store.append(batch([record('slot-1')], [], '2026-12-01T12:00:00.100Z'));
    await agree(3);
    const times = [...two.store.read({})].map(({ recordedAt }) => recordedAt.slice(11));
    expect(times).toEqual(['12:00:00.500Z', '12:00:00.500Z', '12:00:00.500Z']);
  });

  test('send no more than a server takes at once', async () => {
    const { store } = await server();
    const big = (): ReturnType<typeof record> => record('slot-1', { data: { text: 'x'.repeat(200_000), tags: [] } });
    await Promise.all(Array.from({ length: 12 }, () => store.append(batch([big()]))));
    await agree(12);
  });
});

describe('what a server that is behind has read', () => {
  test('is not confirmed before it has caught up', async () => {
    const [one, two] = [await server(), await server()];
    expect(await two.store.confirm()).toBe(true);
    await append(one.store);
    // Asked at once, it may or may not have come; it is never confirmed at the older head.
    const head = two.store.ahead.head();
    const confirmed = await two.store.confirm();
    expect(confirmed).toBe(head === 1);
    expect(two.store.head()).toBe(1);
    expect(await two.store.confirm()).toBe(true);
  });

  test('is not confirmed while it cannot catch up, nor while the cluster cannot be asked', async () => {
    const [one, two] = [await server(), await server()];
    await append(one.store);
    await agree(1);
    cluster.double.fault({ on: 'subscribe', how: 'silence', times: 'always', stream: stream() });
    cluster.double.endSubscriptions();
    await append(one.store);
    await expect(two.store.confirm()).rejects.toThrow(LogUnavailable);
    cluster.double.liftFaults();
    cluster.double.fault({ on: 'read', how: 'reset', times: 'always', stream: stream() });
    await expect(two.store.confirm()).rejects.toThrow(LogUnavailable);
  });
});

describe('a cluster that is away', () => {
  test('is told, reads go on, and work is taken up when it is back', async () => {
    const { store, status } = await server({ timing: { ...SHORT, tryFor: 500 } });
    await append(store);
    expect(status().connected).toBe(true);
    for (const node of cluster.double.nodes) cluster.double.kill(node.index);
    await expect(append(store)).rejects.toThrow(/cluster/);
    await expect(store.confirm()).rejects.toThrow(LogUnavailable);
    expect(status().connected).toBe(false);
    expect(ids(store)).toHaveLength(1);
    for (const node of cluster.double.nodes) await cluster.double.restart(node.index);
    await cluster.double.elected();
    expect(await store.reaches(1, 1)).toBe(true);
    for (;;)
      try {
        await append(store);
        break;
      } catch (error) {
        if (!(error instanceof LogUnavailable || error instanceof OutcomeUnknown)) throw error;
        await settled();
      }
    expect(cluster.double.stream(stream()).length).toBeGreaterThanOrEqual(2);
    await agree(cluster.double.stream(stream()).length);
  });

  test('for long costs no memory', async () => {
    const child = startChild('following-program.ts', 'kurrentdb://127.0.0.1:1?tls=false&maxDiscoverAttempts=1');
    const grown = await Array.fromAsync(child.lines, Number);
    expect(grown).toHaveLength(1);
    expect(grown[0]).toBeLessThan(5 * 2 ** 20);
  });
});
