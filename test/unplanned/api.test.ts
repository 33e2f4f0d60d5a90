import { lowWindow, TestApi } from '../support/api.js';

let api: TestApi;
beforeEach(async () => {
  api = await TestApi.start('2026-11-10T09:00:00Z');
});
afterEach(() => api.stop());

const [work] = lowWindow('', '', '').activities as Record<string, unknown>[];
const outage = (change: object = {}): Record<string, unknown> => ({
  unplannedId: 'U1',
  awareAt: '2026-11-09T14:00:00Z',
  start: '2026-11-09T14:30',
  expectedEnd: '2026-11-09T16:00:00Z',
  emergency: true,
  activities: [{ ...work, ssiOutageMinutes: 90 }],
  riskToReturn: 'None known',
  ...change,
});
const ended = {
  unplannedId: 'U1',
  end: '2026-11-09T16:10:00Z',
  ssiOutageMinutes: 100,
  servicesDisrupted: ['self-service-interface'],
};
const told = { expectedEnd: '2026-11-09T16:30:00Z', expectedDisruption: 'Half an hour more' };

test('it is read alone with its history and minutes to notice, in a list, and as of an earlier time', async () => {
  expect(await api.command('DeclareUnplannedMaintenance', outage())).toMatchObject({
    status: 201,
    body: { unplannedId: 'U1' },
  });
  const made = await api.command(
    'DeclareUnplannedMaintenance',
    outage({ unplannedId: undefined, start: '2026-10-31T23:00', awareAt: '2026-10-31T23:30:00Z' }),
  );
  expect(made).toMatchObject({
    status: 201,
    body: { unplannedId: expect.stringMatching(/^U-/) as string, month: '2026-10' },
  });
  await api.moveClock('2026-11-11T09:00:00Z');
  expect((await api.command('ReportProgress', { unplannedId: 'U1', ...told })).status).toBe(201);
  expect((await api.command('EndUnplannedMaintenance', ended)).status).toBe(201);
  const { body } = await api.get('/unplanned/U1', 'party');
  expect(body).toMatchObject({
    status: 'ended',
    month: '2026-11',
    minutesToNotice: 19 * 60,
    startLocal: '2026-11-09T14:30',
    endLocal: '2026-11-09T16:10',
    minutes: 100,
    ssiOutageMinutes: 100,
    plannedBeforeMonth: false,
  });
  expect((body.history as { type: string }[]).map(({ type }) => type)).toEqual([
    'UnplannedMaintenanceDeclared',
    'UnplannedProgressReported',
    'UnplannedMaintenanceEnded',
  ]);
  expect((await api.get('/unplanned')).body.items).toHaveLength(2);
  expect((await api.get('/unplanned?month=2026-11')).body.items).toMatchObject([
    { unplannedId: 'U1', status: 'ended' },
  ]);
  expect((await api.get('/unplanned?asOf=2026-11-10T12:00:00Z&month=2026-11')).body.items).toMatchObject([
    { status: 'declared' },
  ]);
  expect((await api.get('/unplanned?asOf=2026-11-10T08:00:00Z')).body.items).toEqual([]);
  expect((await api.get('/unplanned/U1?asOf=2026-11-10T08:00:00Z')).status).toBe(404);
});

test('a month shows it beside the limits and never in them, as of an earlier time too', async () => {
  await api.command('DeclareUnplannedMaintenance', outage());
  await api.moveClock('2026-11-11T09:00:00Z');
  await api.command('EndUnplannedMaintenance', ended);
  const budget = { high: { windows: { used: 0 }, minutes: { used: 0 } }, low: { windows: { used: 0 } } };
  expect((await api.get('/months/2026-11')).body).toMatchObject({
    budget,
    maintenance: [],
    unplanned: { count: 1, underWay: 0, minutes: 100, plannedBeforeMonth: 0 },
  });
  expect((await api.get('/months/2026-11?asOf=2026-11-10T12:00:00Z')).body).toMatchObject({
    unplanned: { count: 1, underWay: 1, minutes: 0 },
  });
  expect((await api.get('/months/2026-12')).body).toMatchObject({ unplanned: { count: 0 } });
});

test('it makes a reader’s copy of the month stale, but not a scheduler’s If-Match', async () => {
  const etag = (await api.get('/months/2026-12')).headers.get('etag') ?? '';
  const inDecember = { start: '2026-12-20T14:30:00Z', expectedEnd: '2026-12-20T16:00:00Z' };
  await api.command('DeclareUnplannedMaintenance', outage(inDecember));
  expect((await api.get('/months/2026-12', 'reporting', { 'if-none-match': etag })).status).toBe(200);
  const now = (await api.get('/months/2026-12')).headers.get('etag') ?? '';
  expect(now).not.toBe(etag);
  expect((await api.get('/months/2026-12', 'reporting', { 'if-none-match': now })).status).toBe(304);

  const plan = (id: string, day: string, ifMatch: string): ReturnType<TestApi['command']> =>
    api.command('ScheduleMaintenance', lowWindow(id, `2026-12-${day}T20:00`, `2026-12-${day}T22:00`), 'scheduler', {
      'if-match': ifMatch,
    });
  expect((await plan('L1', '15', etag)).status).toBe(201);
  expect((await plan('L2', '16', etag)).status).toBe(412);
  expect(
    (await plan('L2', '16', `"other", ${(await api.get('/months/2026-12')).headers.get('etag') ?? ''}`)).status,
  ).toBe(201);
});

test('progress names one of the two: a window, or Unplanned Maintenance', async () => {
  await api.command('DeclareUnplannedMaintenance', outage());
  const both = await api.command('ReportProgress', { unplannedId: 'U1', maintenanceId: 'L1', ...told });
  expect(both).toMatchObject({ status: 400, body: { errors: [{ pointer: '/unplannedId' }] } });
  const neither = await api.command('ReportProgress', told);
  expect(neither).toMatchObject({ status: 400, body: { errors: [{ pointer: '/maintenanceId' }] } });
  expect((await api.command('ReportProgress', { unplannedId: 'none', ...told })).status).toBe(404);
  expect((await api.command('ReportProgress', { maintenanceId: 'U1', ...told })).status).toBe(404);
  const again = await api.command('ReportProgress', { unplannedId: 'U1', ...told }, 'scheduler', {
    'idempotency-key': 'k',
  });
  expect(again).toMatchObject({ status: 201, body: { events: [{ type: 'UnplannedProgressReported' }] } });
  expect(
    (await api.command('ReportProgress', { unplannedId: 'U1', ...told }, 'scheduler', { 'idempotency-key': 'k' })).body,
  ).toEqual(again.body);
  expect((await api.command('ReportProgress?dryRun=true', { unplannedId: 'U1', ...told })).body).toMatchObject({
    recorded: false,
  });
});

const withWork = (change: object): object => outage({ activities: [{ ...work, ...change }] });

test.each([
  ['no work', outage({ activities: [] }), '/activities'],
  ['a blank risk', outage({ riskToReturn: ' ' }), '/riskToReturn'],
  ['blank work', withWork({ description: '' }), '/activities/0/description'],
  ['work on no service', withWork({ services: [] }), '/activities/0/services'],
  ['no word on whether it could wait', outage({ emergency: undefined }), '/emergency'],
  ['a flag in words', outage({ emergency: 'yes' }), '/emergency'],
  ['awareness of what is to come', outage({ awareAt: '2026-11-10T09:00:01Z' }), '/awareAt'],
  ['an end before the start', outage({ expectedEnd: '2026-11-09T14:00:00Z' }), '/expectedEnd'],
  ['a notice of one’s own choosing', outage({ notifiedAt: '2026-11-09T14:00:00Z' }), '/notifiedAt'],
  ['a local time that comes twice', outage({ start: '2026-10-25T01:30' }), '/start'],
])('%s is a 400 that names it', async (_, body, pointer) => {
  const answer = await api.command('DeclareUnplannedMaintenance', body);
  expect(answer.status).toBe(400);
  expect((answer.body.errors as { pointer: string }[]).map((error) => error.pointer)).toContain(pointer);
});

test('what is over is over, what is unknown is missing, and only a scheduler declares', async () => {
  await api.command('DeclareUnplannedMaintenance', outage());
  expect(await api.command('DeclareUnplannedMaintenance', outage())).toMatchObject({
    status: 409,
    body: { code: 'id-taken' },
  });
  expect((await api.command('EndUnplannedMaintenance', { ...ended, unplannedId: 'none' })).status).toBe(404);
  await api.command('EndUnplannedMaintenance', ended);
  expect(await api.command('EndUnplannedMaintenance', ended)).toMatchObject({
    status: 409,
    body: { code: 'already-closed' },
  });
  expect(await api.command('ReportProgress', { unplannedId: 'U1', ...told })).toMatchObject({
    body: { code: 'already-closed' },
  });
  expect((await api.command('DeclareUnplannedMaintenance', outage({ unplannedId: 'U2' }), 'party')).status).toBe(403);
  expect((await api.get('/unplanned/..%2Fetc')).status).toBe(400);
  expect((await api.get('/unplanned?month=2026')).status).toBe(400);
});
