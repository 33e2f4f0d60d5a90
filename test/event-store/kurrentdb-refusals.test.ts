import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { KurrentDBClient } from '@kurrent/kurrentdb-client';
import { LogUnavailable } from '../../src/event-store/event-store.js';
import { UnusableLog } from '../../src/event-store/sqlite/open-database.js';
import { append, CalendarOnCluster, ids } from '../support/calendar-on-cluster.js';
import { openServer } from '../support/cluster-server.js';
import { newId } from '../support/invented-facts.js';
import { KurrentDbDouble } from '../support/kurrentdb-double/kurrentdb-double.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const cluster = new CalendarOnCluster();
const { agree, server, stream } = cluster;

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
    cluster.double.inject(stream(), { type: 'Noise', data: { loud: true } });
    await expect(append(store)).rejects.toThrow('event 1 of the stream is no record of a calendar');
    expect(store.halted).toMatch(stream());
    expect(told.join('\n')).toMatch(/Nothing is written or followed any more: .*restore the cluster/);
    expect(ids(store)).toHaveLength(1);
  });

  test('a record that is not chained to those before it stops the server', async () => {
    const { store } = await server();
    await append(store);
    const [first] = cluster.double.stream(stream());
    const forged = { ...(first?.data as object), position: 2, revision: 1, id: newId() };
    cluster.double.inject(stream(), { type: 'NoteWritten', id: forged.id, data: forged });
    await expect(append(store)).rejects.toThrow('position 2 is not chained to the one before it in slot-1');
  });

  test('a clock that differs from the cluster’s stops the server', async () => {
    cluster.double.setClock(() => Date.now() + 60_000);
    const { store, told } = await server();
    await append(store);
    for (;;)
      try {
        await append(store);
      } catch {
        break;
      }
    cluster.double.setClock(() => Date.now());
    expect(store.halted).toMatch(/clock is \d+\.\d s behind the cluster's/);
    expect(told.join('\n')).toMatch('set it right');
  });
});

describe('a server is not started', () => {
  const refused = async (url = cluster.double.url, file?: string): Promise<Error> => {
    const error: unknown = await openServer(url, cluster.prefix, file === undefined ? {} : { file }).then(
      ({ store }) => store.close(),
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(UnusableLog);
    return error as Error;
  };

  test('on a stream that forgets', async () => {
    const client = KurrentDBClient.connectionString(cluster.double.url);
    await client.setStreamMetadata(stream(), { maxCount: 100 });
    await client.dispose();
    expect((await refused()).message).toMatch(/set to forget records \(\$?maxCount 100\)/);
  });

  test('on the stream of another program', async () => {
    cluster.double.inject(stream(), { type: 'Noise', data: 1 });
    expect((await refused()).message).toMatch(/is not a calendar's log .* set KURRENTDB_PREFIX to another prefix/);
  });

  test('with a replica of another calendar, or of a cluster that was restored', async () => {
    const { store, file } = await server();
    const backup = cluster.double.backup();
    await append(store);
    await append(store);
    await cluster.servers.pop()?.store.close();
    cluster.anotherCalendar();
    expect((await refused(cluster.double.url, file)).message).toMatch(
      /the replica has 2 records, .* has 0: .* replica rebuild/,
    );
    const other = await server();
    await append(other.store);
    await append(other.store);
    expect((await refused(cluster.double.url, file)).message).toMatch(/position 2 of the replica is not the one/);
    await cluster.servers.pop()?.store.close();
    cluster.double.restore(backup);
    expect((await refused(cluster.double.url, other.file)).message).toMatch(
      'the cluster was restored to an older state',
    );
  });

  test('where nobody answers', async () => {
    expect((await refused('kurrentdb://127.0.0.1:1?tls=false')).message).toMatch(/cannot be reached .*KURRENTDB_URL/);
  });
});

test('a server that lost the end of its replica fetches it again', async () => {
  const one = await server();
  for (let count = 0; count < 5; count += 1) await append(one.store);
  await cluster.servers.pop()?.store.close();
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
    const { store, told } = await openServer(good, cluster.prefix);
    await append(store);
    await store.close();
    expect(secure.stream(stream())).toHaveLength(1);
    const bad = secure.connectionString({ user: 'cal endar', password: 'wr0ng-passw0rd' });
    const error = await openServer(bad, cluster.prefix).catch((reason: unknown) => reason as Error);
    expect(error).toBeInstanceOf(UnusableLog);
    expect((error as Error).message).toMatch('does not let this server in');
    const said = [...told, (error as Error).message, String((error as Error).cause)].join('\n');
    for (const secret of [password, encodeURIComponent(password), 'wr0ng-passw0rd']) expect(said).not.toContain(secret);
    await secure.stop();
  });
});
