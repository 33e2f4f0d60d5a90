import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { faultOfNewestHead } from '../../src/audit/tree-check.js';
import { UnusableLog } from '../../src/event-store/sqlite/open-database.js';
import { BuiltServer } from '../support/built-server.js';
import { lowWindow, type Answer, type TestApi } from '../support/api.js';
import { CalendarServers } from '../support/calendar-servers.js';
import { commandLine } from '../support/command-line.js';
import { exchangeRecord } from '../support/exchanged-record.js';
import { KurrentDbDouble } from '../support/kurrentdb-double/kurrentdb-double.js';

let double: KurrentDbDouble;
let calendar: CalendarServers;
beforeAll(async () => {
  double = await KurrentDbDouble.start();
});
beforeEach(() => {
  calendar = new CalendarServers(double);
});
afterEach(() => calendar.stop());
afterAll(() => double.stop());

const PARTY = { partyId: 'acme', name: 'Ada Example', category: 'small-supplier', emails: ['ada@example.org'] };

/** Readiness of a server once it says that. */
async function says(api: TestApi, status: string): Promise<Answer> {
  for (;;) {
    const ready = await api.request('GET', '/health/ready');
    if ([status, 'damaged'].includes(String(ready.body.status))) return ready;
  }
}
const plan = (api: TestApi, id: string, day: number, as = 'scheduler'): Promise<Answer> =>
  api.command(
    'ScheduleMaintenance',
    lowWindow(id, `2026-12-0${String(day)}T22:00`, `2026-12-0${String(day)}T23:00`),
    as,
  );
/** The ids of December's windows. */
const december = async (api: TestApi, as: string): Promise<unknown[]> =>
  ((await api.get('/months/2026-12', as)).body.maintenance as { maintenanceId: string }[]).map(
    ({ maintenanceId }) => maintenanceId,
  );

test('a cluster that was restored to an older state is met by every server: running, started again, and new', async () => {
  const [one, two] = [await calendar.start(), await calendar.start()];
  const key = `Bearer ${await one.keyOf('scheduler')}`;
  await plan(one, 'KEPT', 5, key);
  const backup = double.backup();
  await plan(one, 'LOST', 6, key);
  expect(await two.server.pipeline.store.reaches(one.server.pipeline.store.head(), 30_000)).toBe(true);
  double.restore(backup);

  for (const { status } of await Promise.all([one, two].map((api) => says(api, 'diverged')))) expect(status).toBe(503);

  const third = await calendar.start();
  expect(await december(third, key)).toEqual(['KEPT']);
  for (const id of ['A', 'B', 'C']) expect((await plan(third, id, 'ABC'.indexOf(id) + 7, key)).status).toBe(201);
  for (const api of [one, two]) {
    const { status, body } = await says(api, 'damaged');
    expect(status).toBe(503);
    expect(body.reason).toMatch(/restored to an older or another state.*replica rebuild/);
    const refused = await plan(api, 'NEW', 1, key);
    expect([refused.status, refused.body.code]).toEqual([503, 'log-unavailable']);
    expect(refused.body.detail).toMatch('restored to an older or another state');
    // Reads go on: it is known here what the cluster has lost.
    expect(await december(api, key)).toEqual(['KEPT', 'LOST']);
    await api.server.close();
    await expect(api.restart('2026-10-01T09:00:00Z', calendar.settings)).rejects.toThrow(UnusableLog);
    const rebuilt = await commandLine(['replica', 'rebuild'], { ...calendar.settings, DATA_DIR: api.folder });
    expect([rebuilt.code, rebuilt.stderr]).toEqual([0, '']);
    await calendar.start(api);
    expect(await december(api, key)).toEqual(['KEPT', 'A', 'B', 'C']);
  }
  expect((await plan(one, 'D', 4, key)).status).toBe(201);
});

test('a server that stood still while its cluster was restored writes nothing to that', async () => {
  const server = await BuiltServer.start({ env: calendar.settings });
  while ((await server.request('GET', '/health/ready')).status !== 200);
  await server.keyOf('scheduler');
  const backup = double.backup();
  const window = lowWindow('W1', '2026-12-05T22:00', '2026-12-05T23:00');
  expect((await server.command('ScheduleMaintenance', window)).status).toBe(201);
  const before = double.stream(calendar.stream);
  server.signal('SIGSTOP');
  double.restore(backup, 'closed');
  // As many records as before, the last of them another one.
  for (const { type, data } of before.slice(double.stream(calendar.stream).length))
    double.inject(calendar.stream, { type, data: { ...(data as object), occurredAt: '2026-01-01T00:00:00Z' } });
  expect(double.stream(calendar.stream)).toHaveLength(before.length);
  const asked = Array.from({ length: 4 }, (_, day) =>
    server.command(
      'ScheduleMaintenance',
      lowWindow(`N${String(day)}`, `2027-0${String(day + 1)}-05T22:00`, `2027-0${String(day + 1)}-05T23:00`),
    ),
  );
  await setTimeout(1_000);
  server.signal('SIGCONT');
  expect((await Promise.all(asked)).map(({ status }) => status)).toEqual([503, 503, 503, 503]);
  expect(double.stream(calendar.stream)).toHaveLength(before.length);
  await server.kill();
});

/** A replica in which a record that is not its newest was exchanged, and a server on it. */
async function exchanged(of: (api: TestApi) => Promise<Answer>): Promise<TestApi> {
  const api = await calendar.start();
  await plan(api, 'W1', 5);
  const { body } = await of(api);
  const { position } = (body.events as { position: string }[]).at(-1) ?? {};
  if ((await api.get('/audit/head', 'auditor')).status === 404) await api.command('SignTreeHead', {}, 'admin');
  await plan(api, 'W2', 6);
  await api.server.close();
  exchangeRecord(join(api.folder, 'log.sqlite'), Number(position), { id: crypto.randomUUID() });
  await api.restart('2026-10-01T09:00:00Z', calendar.settings);
  return api;
}

test('a replica that has other records than its newest tree head covers is met by that', async () => {
  const api = await exchanged((server) => server.command('RegisterParty', PARTY, 'admin'));
  expect(await faultOfNewestHead(api.server.pipeline)).toMatch(
    /records up to position \d+ are not those that the tree/,
  );
});

test('a replica with a tree head that is not on the cluster is met by that', async () => {
  const api = await exchanged((server) => server.command('SignTreeHead', {}, 'admin'));
  expect(await faultOfNewestHead(api.server.pipeline)).toMatch(/tree head at position \d+ is not on the cluster/);
});
