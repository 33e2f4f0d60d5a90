import { lowWindow, TestApi } from '../support/api.js';
import { incident, outcome, raised } from '../support/change-facts.js';
import { declared, ended, REPORTS } from '../support/report-facts.js';
import { tell } from '../support/told-log.js';

const DECEMBER = 'from=2026-12&to=2026-12';

let api: TestApi;
beforeAll(async () => {
  api = await TestApi.start();
  const L1 = lowWindow('L1', '2026-12-05T20:00', '2026-12-05T22:00');
  const activities = L1.activities as object[];
  await api.command('ScheduleMaintenance', { ...L1, activities: [{ ...activities[0], ssiOutageMinutes: 60 }] });
  await api.command('ScheduleMaintenance', {
    ...lowWindow('H1', '2026-12-12T22:00', '2026-12-13T01:00'),
    activities: [
      {
        description: 'Release',
        serviceProvider: 'DCO',
        services: [{ service: 'end-to-end-communications', effect: 'disrupted' }],
      },
    ],
  });
  await api.moveClock('2026-10-30T10:00:00Z');
  await api.command('PublishMonthlySchedule', { month: '2026-12' });
  await api.moveClock('2026-11-10T10:00:00Z');
  await api.command('AddLowImpactWindow', lowWindow('L2', '2026-12-19T20:00', '2026-12-19T22:00'));
  await api.moveClock('2026-12-05T20:00:00Z');
  await api.command('StartMaintenance', { maintenanceId: 'L1' });
  await api.moveClock('2026-12-05T21:30:00Z');
  await api.command('CompleteMaintenance', {
    maintenanceId: 'L1',
    ssiOutageMinutes: 45,
    servicesDisrupted: ['self-service-interface', 'end-to-end-communications'],
  });
  const at = '2026-12-14T11:00:00Z';
  await api.moveClock(at);
  await tell(api.server.pipeline.store, at, [
    raised('C1', { class: 'normal' }),
    outcome('C1', '2026-12-14T10:30:00Z', { outcome: 'failed', ssi: 20 }),
    raised('C2', { serviceProvider: 'DCO' }),
    outcome('C2', '2026-12-14T10:30:00Z'),
    declared('U1', '2026-12-10T14:00:00Z'),
    ended('U1', { start: '2026-12-10T14:00:00Z', end: '2026-12-10T15:00:00Z', ssi: 30 }),
  ]);
  await api.moveClock('2026-12-20T09:00:00Z');
  await tell(api.server.pipeline.store, '2026-12-20T09:00:00Z', [incident('C1', 'INC1', 1)]);
});
afterAll(() => api.stop());

test('the figures of a month, as its facts give them', async () => {
  expect((await api.get(`/reports/ssi-outage?${DECEMBER}`)).body).toEqual({
    from: '2026-12',
    to: '2026-12',
    months: [{ month: '2026-12', planned: 60, actual: 95, high: 0, low: 45, unplanned: 30, changes: 20, limit: null }],
    total: { planned: 60, actual: 95, high: 0, low: 45, unplanned: 30, changes: 20 },
  });
  expect((await api.get(`/reports/change-performance?${DECEMBER}`)).body).toMatchObject({
    months: [{ implemented: 2, successful: 1, failed: 1, adverseImpact: 1, standard: 1, normal: 1, successRate: 0.5 }],
    total: { minimalImpactShare: 0, meets: { success: false, adverseImpact: false, minimalImpact: false } },
    visibleChanges: 2,
  });
  expect((await api.get(`/reports/change-performance?${DECEMBER}&serviceProvider=DCO`)).body).toMatchObject({
    total: { implemented: 1, successRate: 1, minimalImpactShare: null },
    visibleChanges: 1,
  });
  expect((await api.get(`/reports/throughput?${DECEMBER}`)).body).toMatchObject({
    months: [{ raised: 2, windows: { high: { used: 1, limit: 2 }, low: { used: 2, limit: 6 } } }],
  });
  expect((await api.get(`/reports/maintenance-performance?${DECEMBER}`)).body).toMatchObject({
    total: {
      all: [
        { impact: 'High', planned: 1, open: 1 },
        { impact: 'Low', planned: 2, completedInTime: 1, open: 1, minutesPlanned: 240, minutesActual: 90 },
      ],
      providers: [
        { serviceProvider: 'DCO', impact: 'High', planned: 1 },
        { serviceProvider: 'DSP', impact: 'Low', planned: 2 },
      ],
    },
  });
  expect((await api.get(`/reports/high-impact-minutes?${DECEMBER}`)).body).toMatchObject({
    months: [{ limit: 360, used: 180, carriedIn: 0, providers: [{ serviceProvider: 'DCO', used: 180 }] }],
    total: { used: 180, unplanned: { count: 1, minutes: 60, plannedBeforeMonth: 0 } },
  });
  expect((await api.get(`/reports/unexpected-core-disruption?${DECEMBER}`)).body).toMatchObject({
    months: [
      { completed: 1, unexpected: 1, maintenance: [{ maintenanceId: 'L1', services: ['end-to-end-communications'] }] },
    ],
  });
  expect((await api.get(`/reports/notice?${DECEMBER}`)).body).toMatchObject({
    months: [
      {
        schedule: { marginWorkingDays: 21, restatedMarginWorkingDays: 21, compliant: true },
        additionalWindows: [{ maintenanceId: 'L2', rule: 'H8.4A(a)', neededWorkingDays: 10 }],
        reissues: [{ version: 2, because: 'MaintenanceScheduled', maintenanceId: 'L2' }],
        breaches: [],
        unplanned: [{ unplannedId: 'U1' }],
      },
    ],
  });
});

test('a late incident restates; the earlier figure stays readable as of its date', async () => {
  const { body } = await api.get(`/reports/change-performance?${DECEMBER}&asOf=2026-12-15T00:00:00Z`);
  expect(body).toMatchObject({ total: { adverseImpact: 0, minimalImpactShare: 1, meets: { minimalImpact: true } } });
});

describe.each(REPORTS)('/reports/%s', (report) => {
  const path = `/reports/${report}`;

  test('lists every month of the range; twelve up to the present where none is named', async () => {
    const asked = await api.get(`${path}?from=2026-11&to=2027-02`);
    const names = (body: Record<string, unknown>): unknown[] =>
      (body.months as { month: string }[]).map(({ month }) => month);
    expect(names(asked.body)).toEqual(['2026-11', '2026-12', '2027-01', '2027-02']);
    const usual = names((await api.get(path)).body);
    expect([usual[0], usual.at(-1), usual.length]).toEqual(['2026-01', '2026-12', 12]);
    expect(names((await api.get(`${path}?from=2027-03`)).body)).toEqual(['2027-03']);
    expect(names((await api.get(`${path}?to=2020-11`)).body)[0]).toBe('2019-12');
    expect(names((await api.get(`${path}?asOf=2026-11-15T00:00:00Z`)).body).at(-1)).toBe('2026-11');
  });

  test('has an ETag that holds as long as the answer', async () => {
    const etag = (await api.get(`${path}?${DECEMBER}`)).headers.get('etag') ?? '';
    expect(etag).toMatch(/^"/);
    expect((await api.get(`${path}?${DECEMBER}`, 'reporting', { 'if-none-match': etag })).status).toBe(304);
    const other = await api.get(`${path}?from=2026-11&to=2026-12`, 'reporting', { 'if-none-match': etag });
    expect(other.status).toBe(200);
  });

  test('can be had as CSV, by parameter or by Accept', async () => {
    const csv = await api.get(`${path}?${DECEMBER}&format=csv`);
    expect(csv.headers.get('content-type')).toMatch('text/csv');
    expect(csv.headers.get('content-disposition')).toContain(`${report}.csv`);
    const [head = '', ...rows] = csv.text.trimEnd().split('\r\n');
    expect(head).toMatch(/^month,/);
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows) expect(row.split(',').length).toBeGreaterThanOrEqual(head.split(',').length);
    expect((await api.get(`${path}?${DECEMBER}`, 'reporting', { accept: 'text/csv' })).text).toBe(csv.text);
    expect(csv.headers.get('etag')).not.toBe((await api.get(`${path}?${DECEMBER}`)).headers.get('etag'));
  });

  test.each([
    ['from=2026-12&to=2026-11', '/to'],
    ['from=2026-13', '/from'],
    ['to=2026', '/to'],
    ['from=2000-01&to=2050-01', '/to'],
    ['months=12', '/months'],
    ['format=xml', '/format'],
    ['from=2026-11&from=2026-12', '/from'],
  ])('refuses %s by the name of the parameter', async (query, pointer) => {
    const { status, body } = await api.get(`${path}?${query}`);
    expect({ status, pointers: (body.errors as { pointer: string }[]).map((error) => error.pointer) }).toEqual({
      status: 400,
      pointers: [pointer],
    });
  });

  test('is for those who read reports', async () => {
    for (const role of ['reporting', 'auditor', 'panel', 'scheduler', 'change-manager'])
      expect({ role, status: (await api.get(path, role)).status }).toEqual({ role, status: 200 });
    for (const role of ['party', 'service-provider:DSP', 'admin'])
      expect({ role, status: (await api.get(path, role)).status }).toEqual({ role, status: 403 });
    expect((await api.request('GET', path)).status).toBe(401);
  });
});

test('the longest range is 600 months, and answers', async () => {
  for (const report of REPORTS) {
    const { status, body } = await api.get(`/reports/${report}?from=2000-01&to=2049-12`);
    expect({ report, status, months: (body.months as unknown[]).length }).toEqual({ report, status: 200, months: 600 });
  }
});

test('the total is the last row of a table of figures', async () => {
  const { text } = await api.get(`/reports/ssi-outage?${DECEMBER}&format=csv`);
  expect(text).toBe(
    'month,planned,actual,high,low,unplanned,changes,limit\r\n2026-12,60,95,0,45,30,20,\r\ntotal,60,95,0,45,30,20,\r\n',
  );
});

test('a table of notice says of each row what it is', async () => {
  const { text } = await api.get(`/reports/notice?${DECEMBER}&format=csv`);
  expect(
    text
      .trimEnd()
      .split('\r\n')
      .map((row) => row.split(',').slice(0, 2).join(',')),
  ).toEqual(['month,kind', '2026-12,schedule', '2026-12,reissue', '2026-12,additional-window', '2026-12,unplanned']);
});
