import { lowWindow, TestApi } from '../support/api.js';

/**
 * Three questions: what is known now, `?asOf`: what had been recorded by then, `?occurredBy`: what is known now of how
 * things stood then; and both together.
 */

let api: TestApi;
beforeAll(async () => {
  api = await TestApi.start('2026-10-01T09:00:00Z');
  await api.command('ScheduleMaintenance', lowWindow('M1', '2026-11-05T20:00:00Z', '2026-11-05T22:00:00Z'));
  await api.command('PublishMonthlySchedule', { month: '2026-11', lateReason: 'the tool is new' });
  await api.moveClock('2026-11-07T09:00:00Z');
  // Both were over by then, and are told of two days later.
  await api.command('StartMaintenance', { maintenanceId: 'M1', at: '2026-11-05T20:00:00Z' });
  await api.command('CompleteMaintenance', {
    maintenanceId: 'M1',
    end: '2026-11-05T21:30:00Z',
    ssiOutageMinutes: 10,
    servicesDisrupted: ['self-service-interface'],
  });
  await api.command('DeclareUnplannedMaintenance', {
    unplannedId: 'U1',
    awareAt: '2026-11-05T23:00:00Z',
    start: '2026-11-05T22:50:00Z',
    expectedEnd: '2026-11-06T01:00:00Z',
    emergency: true,
    activities: lowWindow('x', '', '').activities,
    riskToReturn: 'None known',
  });
});
afterAll(() => api.stop());

const statusOfM1 = async (query: string): Promise<unknown> => (await api.get(`/maintenance/M1?${query}`)).body.status;
const unplanned = async (path: string): Promise<number> =>
  ((await api.get(path)).body.items as object[] | undefined)?.length ?? -1;

test('a window is as it was then, though that was told of later', async () => {
  expect(await statusOfM1('')).toBe('completed');
  expect(await statusOfM1('occurredBy=2026-11-05T21:00:00Z')).toBe('running');
  expect(await statusOfM1('occurredBy=2026-11-05T21:30:00Z')).toBe('completed');
  expect(await statusOfM1('occurredBy=2026-11-05T19:00:00Z')).toBe('planned');
  expect(await statusOfM1('asOf=2026-11-06T09:00:00Z')).toBe('planned');
  expect((await api.get('/maintenance/M1?occurredBy=2026-09-01T00:00:00Z')).status).toBe(404);
});

test('both together tell what was known then about then', async () => {
  expect(await statusOfM1('occurredBy=2026-11-05T21:00:00Z&asOf=2026-11-06T09:00:00Z')).toBe('planned');
  expect(await statusOfM1('occurredBy=2026-11-05T21:00:00Z&asOf=2026-11-07T09:00:00Z')).toBe('running');
});

test('what is folded from streams, and what is made by projections, agree', async () => {
  expect(await unplanned('/unplanned')).toBe(1);
  expect(await unplanned('/unplanned?occurredBy=2026-11-05T23:00:00Z')).toBe(1);
  expect(await unplanned('/unplanned?occurredBy=2026-11-05T22:00:00Z')).toBe(0);
  expect(await unplanned('/unplanned?asOf=2026-11-06T09:00:00Z')).toBe(0);
  const besideMonth = async (query: string): Promise<unknown> =>
    ((await api.get(`/months/2026-11?${query}`)).body.unplanned as { count: number }).count;
  expect(await besideMonth('')).toBe(1);
  expect(await besideMonth('occurredBy=2026-11-05T23:00:00Z')).toBe(1);
  expect(await besideMonth('occurredBy=2026-11-05T22:00:00Z')).toBe(0);
  expect(await besideMonth('occurredBy=2026-11-05T23:00:00Z&asOf=2026-11-06T09:00:00Z')).toBe(0);
});

test('the history can be asked so too', async () => {
  const types = async (query: string): Promise<string[]> =>
    ((await api.get(`/events?stream=month-2026-11&${query}`, 'auditor')).body.items as { type: string }[]).map(
      ({ type }) => type,
    );
  expect(await types('occurredBy=2026-11-05T20:00:00Z')).toEqual([
    'MaintenanceScheduled',
    'MonthlySchedulePublished',
    'MaintenanceStarted',
  ]);
  expect(await types('occurredBy=2026-11-05T20:00:00Z&asOf=2026-11-06T09:00:00Z')).toHaveLength(2);
});

test('every read answers, whatever instants it is asked for', async () => {
  const document = (await api.request('GET', '/openapi.json')).body;
  const paths = Object.entries(document.paths as Record<string, { get?: { parameters?: { name: string }[] } }>)
    .filter(([, { get }]) => get?.parameters?.some(({ name }) => name === 'occurredBy'))
    .map(([path]) =>
      path
        .replace('{month}', '2026-11')
        .replace('{stream}', 'month-2026-11')
        .replace('{id}', '6f8b2c1e-4d1f-4c57-9a39-0f6f6f1f2a10')
        .replace('{maintenanceId}', 'M1')
        .replace('{unplannedId}', 'U1')
        .replace('{version}', '1')
        .replaceAll(/\{\w+\}/g, 'X1'),
    );
  expect(paths.length).toBeGreaterThan(20);
  const wanted = '&from=2026-11&to=2026-12&months=2';
  for (const path of paths)
    for (const occurredBy of [
      '2026-09-01T00:00:00Z',
      '2026-11-05T21:00:00Z',
      '2026-11-05T21:45:00Z',
      '2030-01-01T00:00Z',
    ])
      for (const more of ['', wanted, `&asOf=2026-11-06T09:00:00Z`, `&asOf=2026-11-06T09:00:00Z${wanted}`]) {
        const { status } = await api.get(`${path}?occurredBy=${occurredBy}${more}`, 'auditor');
        expect({ path, occurredBy, more, failed: status >= 500 }).toEqual({ path, occurredBy, more, failed: false });
      }
});
