import { ANSWERED_WITHIN } from '../../src/commands/command-pipeline.js';
import { lowWindow, type TestApi } from '../support/api.js';
import { CalendarServers } from '../support/calendar-servers.js';
import { KurrentDbDouble } from '../support/kurrentdb-double/kurrentdb-double.js';

let double: KurrentDbDouble;
let calendar: CalendarServers;
let api: TestApi;
/** A server that may be without its cluster for an hour. */
let patient: TestApi;
beforeAll(async () => {
  double = await KurrentDbDouble.start();
  calendar = new CalendarServers(double);
  api = await calendar.start(undefined, { REPLICA_MAX_AGE: '2' });
  patient = await calendar.start();
});
afterAll(async () => {
  await calendar.stop();
  await double.stop();
});

const WINDOW = lowWindow('W1', '2026-12-05T22:00', '2026-12-06T02:00');
const OTHER_WINDOW = lowWindow('W2', '2026-12-12T22:00', '2026-12-13T02:00');
const PARTY = { partyId: 'acme', name: 'Ada Example', category: 'small-supplier', emails: ['ada@example.org'] };
const ONCE = { 'idempotency-key': 'once' };

interface Ready {
  readonly status: number;
  readonly body: { readonly status: string; readonly replica: Readonly<Record<string, unknown>> };
}
const readiness = async (): Promise<Ready> => (await api.request('GET', '/health/ready')) as unknown as Ready;
/** Asks until it is so. */
async function until(holds: (ready: Ready) => boolean): Promise<Ready> {
  for (;;) {
    const ready = await readiness();
    if (holds(ready)) return ready;
  }
}
const metric = async (name: string): Promise<number> => {
  const { text } = await api.get('/metrics', 'admin');
  return Number(new RegExp(`^maintenance_calendar_${name} (\\S+)$`, 'm').exec(text)?.[1]);
};

test('a server beside its cluster says how it stands', async () => {
  await api.command('ScheduleMaintenance', WINDOW);
  const head = api.server.pipeline.store.head();
  const { status, body } = await until(({ body: { replica } }) => replica.clusterHead === String(head));
  expect([status, body.status]).toEqual([200, 'ok']);
  expect(body.replica).toMatchObject({ connected: true, caughtUp: true, lag: 0 });
  expect(Number((await api.get('/months/2026-12')).headers.get('age'))).toBeLessThan(60);
  expect([await metric('cluster_connected'), await metric('replica_lag_events')]).toEqual([1, 0]);
  expect(await metric('cluster_head')).toBe(head + 1);
});

test('with the cluster away, reads go on and tell their age, commands are told to come again, and it all ends with it', async () => {
  const before = (await api.get('/months/2026-12')).text;
  expect(await patient.server.pipeline.store.reaches(api.server.pipeline.store.head(), 30_000)).toBe(true);
  const reader = `Bearer ${await api.keyOf('reporting')}`;
  double.refuseConnections();
  double.resetConnections();
  // Sent while nobody may know yet that the cluster is away: what became of it is then not known before it is back.
  const unclear = api.command('ScheduleMaintenance', OTHER_WINDOW, 'scheduler', ONCE);
  const away = await until(({ body }) => body.replica.connected === false);
  expect([away.status, away.body.status]).toEqual([200, 'degraded']);
  const refused = await api.command('CancelMaintenance', { maintenanceId: 'nobody', reason: 'x' });
  expect([refused.status, refused.body.code]).toEqual([503, 'log-unavailable']);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);

  const old = await until(({ status }) => status === 503);
  expect(old.body.status).toBe('too-old');
  // Whoever revoked a key could not tell this server: from now on no key opens anything here but the metrics.
  const read = await api.get('/months/2026-12');
  expect([read.status, read.body.code]).toEqual([503, 'replica-too-old']);
  expect(Number(read.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(Number(read.headers.get('age'))).toBeGreaterThanOrEqual(2);
  for (const path of ['/health/live', '/']) expect((await api.request('GET', path)).status).toBe(200);
  expect((await patient.get('/months/2026-12', reader)).text).toBe(before);
  expect(Number(old.body.replica.age)).toBeGreaterThanOrEqual(2);
  expect(await metric('cluster_connected')).toBe(0);

  const { status, body, headers } = await unclear;
  expect(status).toBe(503);
  expect(['outcome-unknown', 'log-unavailable']).toContain(body.code);
  expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  // Now that it has been away for long, nothing is sent any more.
  expect((await api.command('ScheduleMaintenance', OTHER_WINDOW)).body.code).toBe('log-unavailable');
  // Nor is a person's key, which is put there before anything is recorded of them.
  const asked = performance.now();
  expect((await api.command('RegisterParty', PARTY, 'admin')).body.code).toBe('log-unavailable');
  expect(performance.now() - asked).toBeLessThan(ANSWERED_WITHIN);

  await double.acceptConnections();
  await until((ready) => ready.status === 200);
  expect((await api.get('/months/2026-12')).text).toBe(before);
  const again = await api.command('ScheduleMaintenance', OTHER_WINDOW, 'scheduler', ONCE);
  expect(again.status).toBe(201);
  expect((await api.get('/months/2026-12')).body.maintenance).toHaveLength(2);
  expect(await metric('resubscriptions_total')).toBeGreaterThan(0);
  expect(await metric('appends_repeated_total')).toBeGreaterThan(0);
});
