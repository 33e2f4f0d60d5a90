import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { KurrentDBClient } from '@kurrent/kurrentdb-client';
import { CheckFailed, LogUnavailable, OutcomeUnknown, type EventStore } from '../../src/event-store/event-store.js';
import { UnusableLog } from '../../src/event-store/sqlite/open-database.js';
import { newPrefix, openServer, SHORT, type ClusterServer } from '../support/cluster-server.js';
import { faultsOf } from '../support/hash-chain.js';
import { batch, claim, newId, record } from '../support/invented-facts.js';
import type { How } from '../support/kurrentdb-double/faults.js';
import { KurrentDbDouble } from '../support/kurrentdb-double/kurrentdb-double.js';
import { removeTemporaryFolders, temporaryFolder } from '../support/temporary-folder.js';

let double: KurrentDbDouble;
let prefix: string;
const servers: ClusterServer[] = [];

/** One more server on the calendar of the test. */
async function server(...more: [Parameters<typeof openServer>[2]?]): Promise<ClusterServer> {
  const opened = await openServer(double.url, prefix, ...more);
  servers.push(opened);
  return opened;
}

const stream = (): string => `${prefix}maintenance-calendar`;
const append = (store: EventStore, name = 'slot-1'): Promise<unknown> => store.append(batch([record(name)]));
const ids = (store: EventStore): string[] => [...store.read({})].map(({ id }) => id);

/** The calendar on the cluster is whole, and every server has it. */
async function agree(expected: number): Promise<void> {
  expect(double.stream(stream())).toHaveLength(expected);
  for (const { store } of servers) {
    expect(await store.reaches(expected, 30_000)).toBe(true);
    expect(ids(store)).toEqual(double.stream(stream()).map(({ id }) => id));
    expect(faultsOf([...store.read({})])).toEqual([]);
  }
}

beforeAll(async () => {
  double = await KurrentDbDouble.start({ nodes: 3 });
});
beforeEach(() => {
  prefix = newPrefix();
});
afterEach(async () => {
  double.liftFaults();
  await double.acceptConnections();
  await Promise.all(servers.splice(0).map(({ store }) => store.close()));
});
afterAll(async () => {
  await double.stop();
  removeTemporaryFolders();
});

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
    double.fault({ on: 'append', how, kept, stream: stream() });
    const id = newId();
    expect(await store.append(batch([record('slot-1', { id })]))).toMatchObject([{ id, position: 2, revision: 1 }]);
    expect(status().repeated).toBeGreaterThan(0);
    await agree(2);
  });

  test('for good is answered as such; the same append is then found where it was kept', async () => {
    const { store } = await server({ timing: { ...SHORT, appendFor: 100 } });
    await append(store);
    const fault = double.fault({ on: 'append', how: 'timeout', kept: true, times: 'always', stream: stream() });
    const attempt = batch([claim('slot-1', 'H1')]);
    await expect(store.append(attempt)).rejects.toThrow(OutcomeUnknown);
    fault.lift();
    expect(await store.reaches(2, 30_000)).toBe(true);
    expect(await store.append(attempt)).toMatchObject([{ position: 2 }]);
    await expect(store.append(batch([claim('slot-2', 'H1')]))).rejects.toThrow(CheckFailed);
    await agree(2);
  });
});

describe('an append that a node refuses for now', () => {
  test.each<How>(['not-ready', 'not-leader', 'too-busy'])('(%s) is tried again', async (how) => {
    const { store, status } = await server();
    await append(store);
    double.fault({ on: 'append', how, times: 3, stream: stream() });
    await append(store);
    expect(status().elections + status().repeated).toBeGreaterThan(0);
    await agree(2);
  });

  test('for longer than it may take is unavailable: nothing was recorded', async () => {
    const { store } = await server({ timing: { ...SHORT, appendFor: 100 } });
    await append(store);
    double.fault({ on: 'append', how: 'not-ready', times: 'always', stream: stream() });
    await expect(append(store)).rejects.toThrow(LogUnavailable);
    double.liftFaults();
    await append(store);
    await agree(2);
  });
});

describe('a subscription that ends', () => {
  test.each<[string, () => void]>([
    ['cleanly', () => double.endSubscriptions()],
    ['because the reader was too slow', () => double.dropSubscriptions()],
    ['with its connection', () => double.resetConnections()],
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
    double.fault({ on: 'subscribe', how: 'silence', times: 2, stream: stream() });
    double.endSubscriptions();
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
      const leader = double.leader?.index ?? 0;
      if (round === 1) double.kill(leader);
      if (round === 3) {
        double.startElection();
        double.finishElection();
      }
      await Promise.allSettled(appended.slice(-4));
      if (round === 4) for (const { index, isAlive } of double.nodes) if (!isAlive) await double.restart(index);
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
        store.append(batch([record('slot-1')], index % 2 === 0 ? [] : [{ stream: 'month-1', revision: -1 }])),
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
    double.fault({ on: 'subscribe', how: 'silence', times: 'always', stream: stream() });
    double.endSubscriptions();
    await append(one.store);
    await expect(two.store.confirm()).rejects.toThrow(LogUnavailable);
    double.liftFaults();
    double.fault({ on: 'read', how: 'reset', times: 'always', stream: stream() });
    await expect(two.store.confirm()).rejects.toThrow(LogUnavailable);
  });
});

describe('a cluster that is away', () => {
  test('is told, reads go on, and work is taken up when it is back', async () => {
    const { store, status } = await server({ timing: { ...SHORT, appendFor: 500 } });
    await append(store);
    expect(status().connected).toBe(true);
    for (const node of double.nodes) double.kill(node.index);
    await expect(append(store)).rejects.toThrow(/cluster/);
    await expect(store.confirm()).rejects.toThrow(LogUnavailable);
    expect(status().connected).toBe(false);
    expect(ids(store)).toHaveLength(1);
    for (const node of double.nodes) await double.restart(node.index);
    await double.elected();
    expect(await store.reaches(1, 1)).toBe(true);
    for (;;)
      try {
        await append(store);
        break;
      } catch (error) {
        if (!(error instanceof LogUnavailable || error instanceof OutcomeUnknown)) throw error;
      }
    expect(double.stream(stream()).length).toBeGreaterThanOrEqual(2);
    await agree(double.stream(stream()).length);
  });
});

describe('what cannot be followed', () => {
  test('for now is told, and comes into the replica once it can', async () => {
    let isFull = true;
    const before = (): Promise<void> => (isFull ? Promise.reject(new LogUnavailable('no room')) : Promise.resolve());
    const { store, told } = await server({ prepare: () => Promise.resolve(before) });
    const { store: other } = await server();
    await append(other);
    while (!told.some((line) => line.includes('does not come into the replica: no room'))) await setImmediate();
    isFull = false;
    expect(await store.reaches(1, 30_000)).toBe(true);
    expect(told.filter((line) => line.includes('does not come into the replica: no room'))).toHaveLength(1);
  });

  test('another program’s event stops the server, which says what it met and where', async () => {
    const { store, told } = await server();
    await append(store);
    double.inject(stream(), { type: 'Noise', data: { loud: true } });
    await expect(append(store)).rejects.toThrow('event 1 of the stream is no record of a calendar');
    expect(store.halted).toMatch(stream());
    expect(told.join('\n')).toMatch(/Nothing is written or followed any more: .*restore the cluster/);
    expect(ids(store)).toHaveLength(1);
  });

  test('a record that is not chained to those before it stops the server', async () => {
    const { store } = await server();
    await append(store);
    const [first] = double.stream(stream());
    const forged = { ...(first?.data as object), position: 2, revision: 1, id: newId() };
    double.inject(stream(), { type: 'NoteWritten', id: forged.id, data: forged });
    await expect(append(store)).rejects.toThrow('position 2 is not chained to the one before it in slot-1');
  });

  test('a clock that differs from the cluster’s stops the server', async () => {
    double.setClock(() => Date.now() + 60_000);
    const { store, told } = await server();
    await append(store);
    for (;;)
      try {
        await append(store);
      } catch {
        break;
      }
    double.setClock(() => Date.now());
    expect(store.halted).toMatch(/clock is \d+\.\d s behind the cluster's/);
    expect(told.join('\n')).toMatch('set it right');
  });
});

describe('a server is not started', () => {
  const refused = async (url = double.url, file?: string): Promise<Error> => {
    const error: unknown = await openServer(url, prefix, file === undefined ? {} : { file }).then(
      ({ store }) => store.close(),
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(UnusableLog);
    return error as Error;
  };

  test('on a stream that forgets', async () => {
    const client = KurrentDBClient.connectionString(double.url);
    await client.setStreamMetadata(stream(), { maxCount: 100 });
    await client.dispose();
    expect((await refused()).message).toMatch(/set to forget records \(\$?maxCount 100\)/);
  });

  test('on the stream of another program', async () => {
    double.inject(stream(), { type: 'Noise', data: 1 });
    expect((await refused()).message).toMatch(/is not a calendar's log .* set KURRENTDB_PREFIX to another prefix/);
  });

  test('with a replica of another calendar, or of a cluster that was restored', async () => {
    const { store, file } = await server();
    const backup = double.backup();
    await append(store);
    await append(store);
    await servers.pop()?.store.close();
    prefix = newPrefix();
    expect((await refused(double.url, file)).message).toMatch(
      /the replica has 2 records, .* has 0: .* replica rebuild/,
    );
    const other = await server();
    await append(other.store);
    await append(other.store);
    expect((await refused(double.url, file)).message).toMatch(/position 2 of the replica is not the one/);
    await servers.pop()?.store.close();
    double.restore(backup);
    expect((await refused(double.url, other.file)).message).toMatch('the cluster was restored to an older state');
  });

  test('where nobody answers', async () => {
    expect((await refused('kurrentdb://127.0.0.1:1?tls=false')).message).toMatch(/cannot be reached .*KURRENTDB_URL/);
  });
});

test('a server that lost the end of its replica fetches it again', async () => {
  const one = await server();
  for (let count = 0; count < 5; count += 1) await append(one.store);
  await servers.pop()?.store.close();
  const older = join(temporaryFolder(), 'log.sqlite');
  copyFileSync(one.file, older);
  const again = await server({ file: one.file });
  for (let count = 0; count < 5; count += 1) await append(again.store);
  const behind = await server({ file: older });
  expect(await behind.store.reaches(10, 30_000)).toBe(true);
  await agree(10);
});

describe('over TLS', () => {
  test('with a password of special characters a server is let in; with another it is not, and neither is told', async () => {
    const password = 'p@ss:w/rd %?#';
    const secure = await KurrentDbDouble.start({ isSecure: true, users: { 'cal endar': password } });
    const good = secure.connectionString({ user: 'cal endar', password });
    const { store, told } = await openServer(good, prefix);
    await append(store);
    await store.close();
    expect(secure.stream(stream())).toHaveLength(1);
    const bad = secure.connectionString({ user: 'cal endar', password: 'wr0ng-passw0rd' });
    const error = await openServer(bad, prefix).catch((reason: unknown) => reason as Error);
    expect(error).toBeInstanceOf(UnusableLog);
    expect((error as Error).message).toMatch('does not let this server in');
    const said = [...told, (error as Error).message, String((error as Error).cause)].join('\n');
    for (const secret of [password, encodeURIComponent(password), 'wr0ng-passw0rd']) expect(said).not.toContain(secret);
    await secure.stop();
  });
});
