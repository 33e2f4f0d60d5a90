import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { KurrentDBClient } from '@kurrent/kurrentdb-client';
import { UnusableLog } from '../../src/event-store/sqlite/open-database.js';
import { lowWindow, TestApi } from '../support/api.js';
import { CalendarServers } from '../support/calendar-servers.js';
import { KurrentDbDouble } from '../support/kurrentdb-double/kurrentdb-double.js';

let double: KurrentDbDouble;
let calendar: CalendarServers;
const failed: TestApi[] = [];
beforeAll(async () => {
  double = await KurrentDbDouble.start();
});
beforeEach(() => {
  calendar = new CalendarServers(double);
});
afterEach(async () => {
  await calendar.stop();
});
afterAll(async () => {
  await double.stop();
});

const WINDOW = lowWindow('W1', '2026-12-05T22:00', '2026-12-06T02:00');

/** What a server is refused its start with. */
async function refusal(api = new TestApi(), settings: Record<string, string> = {}): Promise<string> {
  failed.push(api);
  const error: unknown = await api.restart('2026-10-01T09:00:00Z', { ...calendar.settings, ...settings }).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(UnusableLog);
  return (error as Error).message;
}

/** Why a server takes nothing any more, once it does not. */
async function damageOf(api: TestApi): Promise<unknown> {
  let ready = await api.request('GET', '/health/ready');
  while (ready.status === 200) ready = await api.request('GET', '/health/ready');
  expect(ready.body.status).toBe('damaged');
  return ready.body.reason;
}

test('an empty stream becomes a calendar', async () => {
  const api = await calendar.start();
  expect((await api.command('ScheduleMaintenance', WINDOW)).status).toBe(201);
  expect(double.stream(calendar.stream)).toHaveLength(api.server.pipeline.store.head());
});

test('of servers that start at the same time without an admin key, one makes one; none on a log that cannot be taken in', async () => {
  const none = { ADMIN_API_KEY: '' };
  const servers = await Promise.all([calendar.start(undefined, none), calendar.start(undefined, none)]);
  const opens = ({ said }: TestApi): boolean => said[0]?.startsWith('The admin key') === true && said.length === 1;
  expect(servers.filter(opens)).toHaveLength(1);
  expect((await calendar.start(undefined, none)).said).toEqual([]);
  double.inject(calendar.stream, { type: 'Noise', data: 1 });
  expect(await refusal(undefined, none)).toMatch('is no record of a calendar');
});

describe('a server is refused its start', () => {
  test('on a stream that forgets, naming the setting', async () => {
    const client = KurrentDBClient.connectionString(double.url);
    await client.setStreamMetadata(calendar.stream, { maxCount: 100 });
    await client.dispose();
    expect(await refusal()).toMatch(/set to forget records \(\$?maxCount 100\): take that setting away/);
  });

  test('on the stream of another program, naming the setting that leads elsewhere', async () => {
    double.inject(calendar.stream, { type: 'Noise', data: 1 });
    expect(await refusal()).toMatch(/is not a calendar's log .*: set KURRENTDB_PREFIX to another prefix/);
  });

  test('on a stream that was deleted for good, and a running server stops there', async () => {
    const api = await calendar.start();
    await api.command('ScheduleMaintenance', WINDOW);
    const client = KurrentDBClient.connectionString(double.url);
    await client.tombstoneStream(calendar.stream);
    await client.dispose();
    expect(await damageOf(api)).toMatch(/^the stream was deleted for good \(/);
    expect(await refusal()).toMatch(/the stream was deleted for good on .*: restore the cluster from a backup/);
  });

  test('with an option of the connection string that cannot be, or a certificate that is not there', async () => {
    const url = `${double.url}&nodePreference=first`;
    expect(await refusal(undefined, { KURRENTDB_URL: url })).toMatch(/KURRENTDB_URL cannot be used: .*"first"/);
    const secure = 'kurrentdb://admin:s3cret@localhost:2113?tlsCAFile=/nowhere/ca.crt';
    const message = await refusal(undefined, { KURRENTDB_URL: secure });
    expect(message).toMatch(/KURRENTDB_URL cannot be used: .*certificate file/);
    expect(message).not.toMatch('s3cret');
  });

  test('on a folder of another calendar, or one with a log of its own; and the replica as a log', async () => {
    const api = await calendar.start();
    await api.command('ScheduleMaintenance', WINDOW);
    await api.server.close();
    expect(await refusal(api, { KURRENTDB_PREFIX: 'another-' })).toMatch(/replica of the stream .* KURRENTDB_PREFIX/);
    expect(await refusal(api, { EVENT_STORE: 'sqlite' })).toMatch('set EVENT_STORE=kurrentdb');
    const alone = await TestApi.start();
    failed.push(alone);
    await alone.server.close();
    expect(await refusal(alone)).toMatch(/log of its own.*maintenance-calendar copy/);
  });

  test('with the keys of persons of another calendar', async () => {
    const api = await calendar.start();
    await api.command('ScheduleMaintenance', WINDOW);
    await api.server.close();
    const alone = await TestApi.start();
    failed.push(alone);
    await alone.keyOf('scheduler');
    await alone.server.close();
    cpSync(join(alone.folder, 'persons.sqlite'), join(api.folder, 'persons.sqlite'));
    expect(await refusal(api)).toMatch(/keys of persons in DATA_DIR are not those .* delete persons\.sqlite/);
  });

  test('where the history was brought to the cluster without the keys of its persons', async () => {
    const api = await calendar.start();
    await api.command('ScheduleMaintenance', WINDOW);
    await api.server.close();
    const records = double.stream(calendar.stream).map(({ id, type, data }) => ({ id, type, data }));
    calendar = new CalendarServers(double);
    double.inject(calendar.stream, ...records);
    const newcomer = new TestApi();
    expect(await refusal(newcomer)).toMatch(/the keys .* are not there: put the persons\.sqlite .* into DATA_DIR/);
    cpSync(join(api.folder, 'persons.sqlite'), join(newcomer.folder, 'persons.sqlite'));
    await calendar.start(newcomer);
    const third = await calendar.start();
    expect((await third.get('/api-keys', 'admin')).text).toContain('test scheduler');
    await api.stop();
  });

  test('with a wrong password, which is not told', async () => {
    const secure = await KurrentDbDouble.start({ isSecure: true, users: { calendar: 'r1ght-passw0rd' } });
    const url = secure.connectionString({ user: 'calendar', password: 'wr0ng-passw0rd' });
    const message = await refusal(undefined, { KURRENTDB_URL: url });
    expect(message).toMatch(/does not let this server in .*: give a user name and password in KURRENTDB_URL/);
    expect(message).not.toMatch('passw0rd');
    await secure.stop();
  });
});

test('no key opens anything on a server that was away until it knows all that has been recorded: one may be revoked', async () => {
  const [one, other] = [await calendar.start(), await calendar.start()];
  const issued = await one.command('IssueApiKey', { name: 'x', roles: ['reporting'] }, 'admin');
  const [key, keyId] = [`Bearer ${String(issued.body.key)}`, issued.body.keyId];
  expect((await other.get('/months/2026-12', key)).status).toBe(200);
  await other.server.close();
  await one.command('RevokeApiKey', { keyId }, 'admin');
  double.fault({ on: 'subscribe', how: 'silence', times: 'always', stream: calendar.stream });
  await other.restart('2026-10-01T09:00:00Z', calendar.settings);
  const ready = await other.request('GET', '/health/ready');
  expect([ready.status, ready.body.status, ready.headers.get('age')]).toEqual([503, 'starting', null]);
  const read = await other.get('/months/2026-12', key);
  expect([read.status, read.body.code]).toEqual([503, 'replica-too-old']);
  double.liftFaults();
  double.resetConnections();
  while ((await other.request('GET', '/health/ready')).status !== 200);
  expect((await other.get('/months/2026-12', key)).status).toBe(401);
});

test('a record that another program wrote stops the server: nothing is written any more, and it says what it met', async () => {
  const api = await calendar.start();
  await api.command('ScheduleMaintenance', WINDOW);
  const reader = `Bearer ${await api.keyOf('reporting')}`;
  const head = api.server.pipeline.store.head();
  double.inject(calendar.stream, { type: 'Noise', data: 1 });
  expect(await damageOf(api)).toMatch(new RegExp(`the event ${String(head)} of the stream is no record of a calendar`));
  expect((await api.command('CancelMaintenance', { maintenanceId: 'W1', reason: 'x' })).status).toBe(503);
  expect((await api.get('/months/2026-12', reader)).body.maintenance).toHaveLength(1);
});

afterAll(() => Promise.all(failed.map((api) => api.stop())));
