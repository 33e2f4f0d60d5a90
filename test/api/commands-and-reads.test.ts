import { lowWindow, TestApi } from '../support/api.js';

let api: TestApi;
beforeEach(async () => {
  api = await TestApi.start();
});
afterEach(() => api.stop());

const L1 = lowWindow('L1', '2026-12-05T20:00', '2026-12-05T22:00');

test('a refusal names clause, reckoning and times that are then accepted', async () => {
  const refused = await api.command('ScheduleMaintenance', lowWindow('L1', '2026-12-05T10:00', '2026-12-05T12:00'));
  expect(refused.status).toBe(422);
  expect(refused.headers.get('content-type')).toMatch('application/problem+json');
  expect(refused.body).toMatchObject({ code: 'refused', rule: 'H8.3(b)', status: 422 });
  const [first] = refused.body.suggestions as { start: string; end: string }[];
  expect((await api.command('ScheduleMaintenance', { ...L1, ...first })).status).toBe(201);
});

test('a dry run decides the same and records nothing', async () => {
  const dry = await api.command('ScheduleMaintenance?dryRun=true', L1);
  expect(dry).toMatchObject({ status: 200, body: { recorded: false, events: [], impact: 'Low' } });
  expect((await api.get('/months/2026-12')).body).toMatchObject({ maintenance: [] });
});

test('a repeated Idempotency-Key gets the first answer, also after a restart; a new key does not', async () => {
  const key = { 'idempotency-key': 'k-1' };
  const first = await api.command('ScheduleMaintenance', L1, 'scheduler', key);
  expect(first.status).toBe(201);
  expect((await api.command('ScheduleMaintenance', L1, 'scheduler', key)).text).toBe(first.text);
  await api.restart();
  expect((await api.command('ScheduleMaintenance', L1, 'scheduler', key)).text).toBe(first.text);
  const other = await api.command('ScheduleMaintenance', { ...L1, riskToReturn: 'Other' }, 'scheduler', key);
  expect(other).toMatchObject({ status: 422, body: { code: 'idempotency-mismatch' } });
  expect((await api.command('ScheduleMaintenance', L1)).body).toMatchObject({ code: 'id-taken' });
});

test('a refusal binds no Idempotency-Key, and another caller’s key is another key', async () => {
  const key = { 'idempotency-key': 'k-2' };
  const bad = lowWindow('L1', '2026-12-05T10:00', '2026-12-05T12:00');
  expect((await api.command('ScheduleMaintenance', bad, 'scheduler', key)).status).toBe(422);
  expect((await api.command('ScheduleMaintenance', L1, 'scheduler', key)).status).toBe(201);
  const L2 = lowWindow('L2', '2026-12-06T20:00', '2026-12-06T22:00');
  expect((await api.command('ScheduleMaintenance', L2, 'scheduler+panel', key)).status).toBe(201);
});

test('the secret of a repeated IssueApiKey is left out, and stands nowhere in the data folder', async () => {
  const key = { 'idempotency-key': 'k-3' };
  const body = { name: 'Jane Planner', roles: ['scheduler'] };
  const first = await api.command('IssueApiKey', body, 'admin', key);
  const again = await api.command('IssueApiKey', body, 'admin', key);
  expect(again.body).toMatchObject({ keyId: first.body.keyId });
  expect(again.body).not.toHaveProperty('key');
  const { readdirSync, readFileSync } = await import('node:fs');
  const bytes = readdirSync(api.folder).map((file) => readFileSync(`${api.folder}/${file}`));
  for (const secret of [String(first.body.key), 'Jane Planner'])
    expect(bytes.some((file) => file.includes(secret))).toBe(false);
});

test('If-Match: the month as read is acted on, a month that moved on is not', async () => {
  const etag = (await api.get('/months/2026-12')).headers.get('etag') ?? '';
  expect((await api.command('ScheduleMaintenance', L1, 'scheduler', { 'if-match': etag })).status).toBe(201);
  const L2 = lowWindow('L2', '2026-12-06T20:00', '2026-12-06T22:00');
  const stale = await api.command('ScheduleMaintenance', L2, 'scheduler', { 'if-match': etag });
  expect(stale).toMatchObject({ status: 412, body: { code: 'changed-meanwhile' } });
  expect((await api.get('/months/2026-12', 'reporting', { 'if-none-match': etag })).status).toBe(200);
  const now = (await api.get('/months/2026-12')).headers.get('etag') ?? '';
  expect((await api.get('/months/2026-12', 'reporting', { 'if-none-match': now })).status).toBe(304);
});

test('If-None-Match: a tag that a proxy made weak, and any tag at all, are known too; half a tag is not', async () => {
  for (const path of ['/months/2026-12', '/derogations']) {
    const etag = (await api.get(path)).headers.get('etag') ?? '';
    const statusWith = async (tags: string): Promise<number> =>
      (await api.get(path, 'reporting', { 'if-none-match': tags })).status;
    expect(await statusWith(`"x", W/${etag}`)).toBe(304);
    expect(await statusWith('*')).toBe(304);
    expect(await statusWith(etag.slice(0, -2))).toBe(200);
  }
});

test('asOf takes an offset whose + was not escaped', async () => {
  await api.command('ScheduleMaintenance', L1);
  const at = async (asOf: string): Promise<number> => (await api.get(`/maintenance/L1?asOf=${asOf}`)).status;
  expect(await at('2026-10-01T10:00:00+01:00')).toBe(200);
  expect(await at('2026-10-01T10:00:00%2B01:00')).toBe(200);
  expect(await at('2026-10-01T09:59:59+01:00')).toBe(404);
  expect(await at('2026-10-01T10:00:00%20%2001:00')).toBe(400);
});

test('asOf answers from what had been recorded by then, on every kind of read', async () => {
  await api.command('ScheduleMaintenance', L1);
  await api.command(
    'GrantDerogation',
    { derogationId: 'D1', clauses: ['H8.3(c)'], from: '2026-12-01', to: null, reference: 'R', reason: 'r' },
    'panel',
  );
  await api.command(
    'RegisterParty',
    { partyId: 'p1', name: 'Acme', category: 'rdp', emails: ['a@acme.example'] },
    'admin',
  );
  await api.command('RecordBankHoliday', { date: '2026-12-07', name: 'Extra', announcedOn: '2026-09-30' }, 'admin');
  await api.moveClock('2026-10-02T09:00:00Z');
  await api.command('CancelMaintenance', { maintenanceId: 'L1', reason: 'Withdrawn' });
  await api.moveClock('2026-10-03T09:00:00Z');
  const before = '?asOf=2026-09-30T00:00:00Z';
  const between = '?asOf=2026-10-01T12:00';
  expect((await api.get(`/months/2026-12${before}`)).body).toMatchObject({ maintenance: [] });
  expect((await api.get(`/months/2026-12${between}`)).body).toMatchObject({ maintenance: [{ status: 'planned' }] });
  expect((await api.get('/months/2026-12')).body).toMatchObject({ maintenance: [{ status: 'cancelled' }] });
  expect((await api.get(`/maintenance/L1${before}`)).status).toBe(404);
  expect((await api.get(`/maintenance/L1${between}`)).body).toMatchObject({ status: 'planned' });
  expect((await api.get(`/derogations${before}`)).body).toMatchObject({ items: [] });
  expect((await api.get('/derogations')).body).toMatchObject({ items: [{ derogationId: 'D1', inForce: false }] });
  expect((await api.get(`/parties${before}`, 'admin')).body).toMatchObject({ items: [] });
  expect((await api.get('/parties', 'admin')).body).toMatchObject({
    items: [{ name: 'Acme', emails: ['a@acme.example'] }],
  });
  expect((await api.get('/parties', 'reporting')).text).not.toContain('a@acme.example');
  expect((await api.get('/bank-holidays')).text).toContain('Extra');
  expect((await api.get(`/bank-holidays${before}`)).text).not.toContain('Extra');
  expect((await api.get(`/events${before}`, 'auditor')).body).toMatchObject({ items: [] });
  expect((await api.get('/notice-deadline?event=2027-01-01&days=20')).body).toMatchObject({ latest: '2026-11-30' });
  expect((await api.get('/notice-deadline?event=2027-01-01&days=20&asOf=2026-09-30T00:00:00Z')).body).toMatchObject({
    latest: '2026-12-01',
  });
});

test('a schedule keeps every version, and the difference between two tells what was added, moved and cancelled', async () => {
  await api.command('ScheduleMaintenance', L1);
  await api.command('ScheduleMaintenance', lowWindow('L2', '2026-12-08T20:00', '2026-12-08T22:00'));
  await api.moveClock('2026-10-30T09:00:00Z');
  await api.command('PublishMonthlySchedule', { month: '2026-12' });
  await api.command('AddLowImpactWindow', lowWindow('L3', '2026-12-10T20:00', '2026-12-10T22:00'));
  await api.command('CancelMaintenance', { maintenanceId: 'L1', reason: 'Withdrawn' });
  await api.command('RescheduleMaintenance', {
    maintenanceId: 'L2',
    start: '2026-12-09T20:00',
    end: '2026-12-09T22:00',
    reason: 'x',
  });
  expect((await api.get('/months/2026-12/versions')).body.items).toHaveLength(4);
  expect((await api.get('/months/2026-12/versions/1')).body.maintenance).toHaveLength(2);
  expect((await api.get('/months/2026-12/versions/9')).status).toBe(404);
  expect((await api.get('/months/2026-12/diff?from=1&to=4')).body).toMatchObject({
    added: [{ maintenanceId: 'L3' }],
    moved: [{ maintenanceId: 'L2' }],
    changed: [],
    cancelled: [{ maintenanceId: 'L1' }],
  });
});

test('a window that left for another month was moved, not cancelled, and is no additional one there', async () => {
  await api.command('ScheduleMaintenance', L1);
  for (const month of ['2026-12', '2027-01']) await api.command('PublishMonthlySchedule', { month });
  const to = { start: '2027-01-05T20:00', end: '2027-01-05T22:00' };
  await api.command('RescheduleMaintenance', { maintenanceId: 'L1', ...to, reason: 'x' });
  expect((await api.get('/months/2026-12/diff?from=1&to=2')).body).toEqual({
    month: '2026-12',
    from: 1,
    to: 2,
    added: [],
    moved: [
      {
        maintenanceId: 'L1',
        from: { start: '2026-12-05T20:00:00Z', end: '2026-12-05T22:00:00Z' },
        to: { start: '2027-01-05T20:00:00Z', end: '2027-01-05T22:00:00Z' },
        toMonth: '2027-01',
      },
    ],
    changed: [],
    cancelled: [],
  });
  expect((await api.get('/months/2027-01/diff?from=1&to=2')).body).toMatchObject({ added: [{ maintenanceId: 'L1' }] });
  expect((await api.get('/maintenance/L1')).body).toMatchObject({ flags: [] });
  await api.command('AddLowImpactWindow', lowWindow('L2', '2027-01-12T20:00', '2027-01-12T22:00'));
  const back = { start: '2026-12-12T20:00', end: '2026-12-12T22:00' };
  await api.command('RescheduleMaintenance', { maintenanceId: 'L2', ...back, reason: 'x' });
  expect((await api.get('/maintenance/L2')).body).toMatchObject({ month: '2026-12', flags: ['additional'] });
});

test('a window that left and came back is where it is; cancelled after that, it is cancelled', async () => {
  await api.command('ScheduleMaintenance', L1);
  await api.command('PublishMonthlySchedule', { month: '2026-12' });
  const move = (start: string, end: string): ReturnType<typeof api.command> =>
    api.command('RescheduleMaintenance', { maintenanceId: 'L1', start, end, reason: 'x' });
  await move('2027-01-05T20:00', '2027-01-05T22:00');
  await move('2026-12-05T20:00', '2026-12-05T22:00');
  const diff = async (to: number): Promise<unknown> => (await api.get(`/months/2026-12/diff?from=1&to=${to}`)).body;
  expect(await diff(2)).toMatchObject({ moved: [{ toMonth: '2027-01' }], cancelled: [] });
  expect(await diff(3)).toMatchObject({ added: [], moved: [], changed: [], cancelled: [] });
  await api.command('CancelMaintenance', { maintenanceId: 'L1', reason: 'x' });
  expect(await diff(4)).toMatchObject({ moved: [], cancelled: [{ maintenanceId: 'L1' }] });
});

test('the environment is known in upper and lower case', async () => {
  const [work] = L1.activities as object[];
  const inEnvironment = (environment: string): object => ({ ...L1, activities: [{ ...work, environment }] });
  const test = await api.command('ScheduleMaintenance', inEnvironment('UIT'));
  expect(test).toMatchObject({ status: 422, body: { rule: 'A.PlannedMaintenance' } });
  expect((await api.command('ScheduleMaintenance', inEnvironment('Production'))).status).toBe(201);
  expect((await api.get('/maintenance/L1')).body).toMatchObject({ activities: [{ environment: 'production' }] });
});

test('a window that moved between months is found where it stands, with its whole history', async () => {
  await api.command('ScheduleMaintenance', L1);
  await api.command('RescheduleMaintenance', {
    maintenanceId: 'L1',
    start: '2027-01-05T20:00',
    end: '2027-01-05T22:00',
    reason: 'x',
  });
  await api.command('RescheduleMaintenance', {
    maintenanceId: 'L1',
    start: '2026-12-06T20:00',
    end: '2026-12-06T22:00',
    reason: 'y',
  });
  const { body } = await api.get('/maintenance/L1');
  expect(body).toMatchObject({ month: '2026-12', start: '2026-12-06T20:00:00Z' });
  expect((body.history as { type: string }[]).map(({ type }) => type)).toEqual([
    'MaintenanceScheduled',
    'MaintenanceRescheduled',
    'MaintenanceMovedIn',
    'MaintenanceRescheduled',
    'MaintenanceMovedIn',
  ]);
});

test('the history is paged without gaps, and every record’s hash can be recomputed by its reader', async () => {
  for (const day of ['05', '06', '07', '08'])
    await api.command('ScheduleMaintenance', lowWindow(`L${day}`, `2026-12-${day}T20:00`, `2026-12-${day}T21:00`));
  const positions: string[] = [];
  const { createHash } = await import('node:crypto');
  let after = '0';
  while (after !== '') {
    const { body } = await api.get(`/events?limit=2&after=${after}`, 'auditor');
    for (const item of body.items as Record<string, unknown>[]) {
      positions.push(item.position as string);
      const { hash, ...rest } = item;
      const text = sorted({ ...rest, position: Number(item.position), revision: Number(item.revision) });
      expect(createHash('sha256').update(text).digest('hex')).toBe(hash);
    }
    after = (body.next as string | null) ?? '';
  }
  expect(positions).toEqual(positions.map((_, index) => String(index + 1)));
});

/** JSON with sorted keys and no spaces, written apart from the library that the program uses. */
function sorted(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(sorted).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, one]) => `${JSON.stringify(key)}:${sorted(one)}`).join(',')}}`;
}

test('time never goes back along the log: the test clock is refused an instant before the newest record', async () => {
  await api.command('ScheduleMaintenance', L1);
  const back = await api.request('POST', '/test/clock', { body: { now: '2026-09-01T00:00:00Z' } });
  expect(back).toMatchObject({ status: 409, body: { code: 'clock-behind-log' } });
});

test('a bank holiday announced later moves the deadline only from its announcement on', async () => {
  const holiday = { date: '2026-12-07', name: 'Extra', announcedOn: '2026-10-01' };
  expect((await api.command('RecordBankHoliday', holiday, 'admin')).status).toBe(201);
  expect((await api.command('RecordBankHoliday', holiday, 'admin')).body).toMatchObject({ code: 'already-recorded' });
  const future = await api.command(
    'RecordBankHoliday',
    { ...holiday, date: '2026-12-08', announcedOn: '2026-10-02' },
    'admin',
  );
  expect(future).toMatchObject({ status: 400, body: { errors: [{ pointer: '/announcedOn' }] } });
  expect((await api.command('RemoveBankHoliday', holiday, 'admin')).status).toBe(201);
  expect((await api.get('/notice-deadline?event=2027-01-01&days=20')).body).toMatchObject({ latest: '2026-12-01' });
});

test.each([
  ['2026-12-05T22:00:00Z', []],
  ['2026-12-05T22:00:01Z', ['overran']],
])('a window that ends at %s, however late it began, has the flags %j', async (end, flags) => {
  await api.command('ScheduleMaintenance', L1);
  await api.moveClock('2026-12-06T09:00:00Z');
  await api.command('StartMaintenance', { maintenanceId: 'L1', at: '2026-12-05T21:30:00Z' });
  await api.command('CompleteMaintenance', { maintenanceId: 'L1', end, ssiOutageMinutes: 0, servicesDisrupted: [] });
  expect((await api.get('/maintenance/L1')).body).toMatchObject({ flags });
});
