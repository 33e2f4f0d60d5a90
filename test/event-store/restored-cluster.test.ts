import { setImmediate } from 'node:timers/promises';
import { LogUnavailable, type EventStore } from '../../src/event-store/event-store.js';
import { append, CalendarOnCluster, ids } from '../support/calendar-on-cluster.js';
import { SHORT, type ClusterServer } from '../support/cluster-server.js';
import { exchangeRecord, followingOn } from '../support/exchanged-record.js';
import { batch, newId, record } from '../support/invented-facts.js';

const cluster = new CalendarOnCluster();
const { server, stream } = cluster;

/** A server that never looks at the cluster by itself. */
const NOT_LOOKING = { timing: { ...SHORT, lookEvery: 3_600_000, tryFor: 300 } };

/**
 * Servers that have five records, of which the cluster, restored, has the first two, and after them others.
 * @param grownBy how many others
 * @param meanwhile is done before the servers can reach the cluster again
 */
async function restored(
  grownBy: number,
  options: Parameters<typeof server>[0] = {},
  meanwhile: () => unknown = () => undefined,
): Promise<ClusterServer[]> {
  const servers = [await server(options), await server(options)];
  const [one, two] = servers as [ClusterServer, ClusterServer];
  for (let count = 0; count < 2; count += 1) await append(one.store);
  const backup = cluster.double.backup();
  for (let count = 0; count < 3; count += 1) await append(one.store);
  expect(await two.store.reaches(5, 30_000)).toBe(true);
  cluster.double.refuseConnections();
  cluster.double.restore(backup);
  const others = followingOn(
    2,
    Array.from({ length: grownBy }, () => record('slot-9')),
  );
  for (const { type, id, body } of others)
    cluster.double.inject(stream(), { type, id, data: JSON.parse(body) as object });
  meanwhile();
  await cluster.double.acceptConnections();
  return servers;
}

/** Waits until a store takes nothing any more. */
async function halted(store: EventStore): Promise<string> {
  while (store.halted === undefined) await setImmediate();
  return store.halted;
}

describe.each([
  ['has fewer records than they have', 1],
  ['has as many records as they have', 3],
  ['has more records than they have', 9],
])('servers whose cluster was restored and now %s', (_, grownBy) => {
  test('stop writing, keep what they have, and say what to do', async () => {
    for (const { store, told } of await restored(grownBy)) {
      const before = ids(store);
      // What was sent before the connection was found to be dead may have been recorded by the cluster that is lost.
      await expect(append(store)).rejects.toThrow(/restored to an older|has not said/);
      expect(await halted(store)).toMatch(/restored to an older .*copy of this DATA_DIR.*replica rebuild/);
      expect(told.join('\n')).toMatch('Nothing is written or followed any more');
      expect([before.length, ids(store)]).toEqual([5, before]);
      await expect(store.confirm()).rejects.toThrow(LogUnavailable);
    }
    expect(cluster.double.stream(stream())).toHaveLength(2 + grownBy);
  });

  test('append nothing there, even if they have neither looked nor been sent anything', async () => {
    const silenced = (): unknown => cluster.double.fault({ on: 'subscribe', how: 'silence', times: 'always' });
    for (const { store } of await restored(grownBy, NOT_LOOKING, silenced)) {
      await expect(append(store)).rejects.toThrow(/restored to an older/);
      expect(store.head()).toBe(5);
    }
    expect(cluster.double.stream(stream())).toHaveLength(2 + grownBy);
  });

  test('refuse nothing on what the cluster does not have', async () => {
    for (const { store } of await restored(grownBy, NOT_LOOKING))
      await expect(store.confirm()).rejects.toThrow(/restored to an older/);
  });
});

test('servers whose cluster has grown past them meet it by what they are sent, without a look or an append', async () => {
  for (const { store } of await restored(9, NOT_LOOKING)) {
    expect(await halted(store)).toMatch('position 5 of this server');
    expect(store.head()).toBe(5);
  }
});

test('a cluster that lacks records for a moment is waited for, as in an election', async () => {
  const { store, status } = await server({ timing: { ...SHORT, shortFor: 3_600_000 } });
  await append(store);
  const kept = cluster.double.stream(stream());
  const backup = cluster.double.backup();
  await append(store);
  const [, second] = cluster.double.stream(stream());
  cluster.double.restore(backup);
  while (status().missing === 0) await setImmediate();
  await expect(store.append({ ...batch([record('slot-1')]), until: performance.now() + 200 })).rejects.toThrow(
    'lacks the newest 1 records',
  );
  const [appended, confirmed] = [append(store), store.confirm()];
  cluster.double.inject(stream(), { type: 'NoteWritten', id: second?.id ?? '', data: second?.data });
  await appended;
  expect(await confirmed).toBe(true);
  expect([status().missing, store.halted]).toEqual([0, undefined]);
  expect(cluster.double.stream(stream())).toHaveLength(kept.length + 2);
});

describe('a cluster that lacks records for a moment', () => {
  test('is waited for by a server that starts, and by one that compares its whole replica', async () => {
    const first = await server();
    for (let count = 0; count < 3; count += 1) await append(first.store, `slot-${String(count)}`);
    const backup = cluster.double.backup();
    for (let count = 0; count < 3; count += 1) await append(first.store, `slot-${String(count)}`);
    await cluster.servers.pop()?.store.close();
    const lost = cluster.double.stream(stream()).slice(3);
    cluster.double.restore(backup);
    const starting = server({ file: first.file, timing: { ...SHORT, shortFor: 3_600_000 } });
    const asked = cluster.double.fault({
      on: 'read',
      how: 'delay',
      milliseconds: 1,
      stream: stream(),
      times: 'always',
    });
    while (asked.met < 4) await setImmediate();
    for (const { id, type, data } of lost) cluster.double.inject(stream(), { id, type, data });
    const { store, status } = await starting;
    while (status().compared < 6) await setImmediate();
    await append(store);
    expect(store.halted).toBeUndefined();
  });

  test('and then is away is taken for one that is away', async () => {
    const { store, status } = await server({ timing: { ...SHORT, shortFor: 3_600_000 } });
    await append(store);
    const backup = cluster.double.backup();
    await append(store);
    cluster.double.restore(backup);
    while (status().missingFor === 0) await setImmediate();
    for (const { index } of cluster.double.nodes) cluster.double.kill(index);
    while (status().missingFor > 0) await setImmediate();
    expect(status().connected).toBe(false);
    for (const { index } of cluster.double.nodes) await cluster.double.restart(index);
    await cluster.double.elected();
  });
});

describe('a server that is started on a replica with another history', () => {
  test('meets it wherever that lies, by a comparison of the whole', async () => {
    const first = await server();
    const streams = ['slot-1', 'slot-2', 'slot-1', 'slot-3', 'slot-1'];
    for (const name of streams) await first.store.append(batch([record(name)]));
    await cluster.servers.pop()?.store.close();
    exchangeRecord(first.file, 2, { id: newId(), data: { text: 'lost', tags: [] } });
    const { store, status } = await server({ file: first.file });
    expect(await halted(store)).toMatch(/position 2 of this server's replica is not the one on the cluster/);
    expect(status().compared).toBe(1);
    await expect(append(store)).rejects.toThrow(LogUnavailable);
  });

  test('compares all that it had, and no more', async () => {
    const first = await server();
    for (let count = 0; count < 600; count += 1) void append(first.store, `slot-${String(count % 7)}`);
    await append(first.store);
    await cluster.servers.pop()?.store.close();
    const { store, status } = await server({ file: first.file });
    await append(store);
    while (status().compared < 601) await setImmediate();
    await append(store);
    expect([status().compared, store.halted, store.head()]).toEqual([601, undefined, 603]);
  });
});
