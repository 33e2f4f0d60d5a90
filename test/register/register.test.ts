import { TestApi } from '../support/api.js';

let api: TestApi;
beforeEach(async () => {
  api = await TestApi.start();
});
afterEach(() => api.stop());

const admin = (name: string, body: object): ReturnType<typeof api.command> => api.command(name, body, 'admin');

describe('bank holidays', () => {
  const holiday = { date: '2026-12-07', name: 'Day of Thanksgiving', announcedOn: '2026-09-15' };
  const deadline = async (query = ''): Promise<unknown> =>
    (await api.get(`/notice-deadline?event=2027-01-01&days=20${query}`)).body.latest;

  test('that are recorded and removed again move every deadline, and back', async () => {
    expect(await deadline()).toBe('2026-12-01');
    expect((await admin('RecordBankHoliday', holiday)).status).toBe(201);
    expect(await deadline()).toBe('2026-11-30');
    expect((await admin('RemoveBankHoliday', { ...holiday, announcedOn: '2026-09-20' })).status).toBe(201);
    expect(await deadline()).toBe('2026-12-01');
    expect((await admin('RecordBankHoliday', { ...holiday, announcedOn: '2026-09-20' })).status).toBe(201);
    expect(await deadline()).toBe('2026-11-30');
  });

  test('are not changed by what was announced before the announcement that it changes', async () => {
    await admin('RecordBankHoliday', holiday);
    const earlier = await admin('RemoveBankHoliday', { ...holiday, announcedOn: '2026-09-14' });
    expect(earlier).toMatchObject({ status: 400, body: { errors: [{ pointer: '/announcedOn' }] } });
    expect((await admin('RemoveBankHoliday', holiday)).status).toBe(201);
  });

  test('of the published ones can be removed, whenever that was announced', async () => {
    expect(
      (await admin('RemoveBankHoliday', { date: '2026-12-25', name: 'Christmas Day', announcedOn: '2019-01-01' }))
        .status,
    ).toBe(201);
    expect((await api.get('/bank-holidays')).body.items).toContainEqual({
      date: '2026-12-25',
      name: 'Christmas Day',
      announcedOn: '2019-01-01',
      status: 'removed',
    });
    expect(
      (await admin('RemoveBankHoliday', { date: '2026-12-24', name: 'x', announcedOn: '2019-01-01' })).body.code,
    ).toBe('not-recorded');
  });

  test('count where they are: one of Scotland moves no deadline of England and Wales', async () => {
    expect((await admin('RecordBankHoliday', { ...holiday, jurisdiction: 'scotland' })).status).toBe(201);
    expect(await deadline()).toBe('2026-12-01');
    await api.restart(undefined, { JURISDICTION: 'scotland' });
    expect((await api.get('/bank-holidays')).body).toMatchObject({ jurisdiction: 'scotland' });
    // Without the extra day; St Andrew's Day is one of Scotland's own.
    expect(await deadline('&asOf=2026-09-30T00:00:00Z')).toBe('2026-12-01');
    expect(await deadline()).toBe('2026-11-30');
    expect((await api.get('/notice-deadline?event=2026-12-01&days=1')).body.latest).toBe('2026-11-26');
  });

  test('proclaimed after a schedule was published leave its compliance as it was judged, and restate its margin', async () => {
    await api.moveClock('2026-11-02T09:00:00Z');
    await api.command('PublishMonthlySchedule', { month: '2026-12' });
    const publication = async (query = ''): Promise<unknown> =>
      (await api.get(`/months/2026-12${query}`)).body.publication;
    const judged = { compliant: true, latestCompliantDate: '2026-11-02', marginWorkingDays: 20 };
    expect(await publication()).toMatchObject({ ...judged, restatedMarginWorkingDays: 20 });
    await api.moveClock('2026-11-05T09:00:00Z');
    await admin('RecordBankHoliday', { date: '2026-11-20', name: 'Day of Mourning', announcedOn: '2026-11-05' });
    expect(await publication()).toMatchObject({ ...judged, restatedMarginWorkingDays: 19 });
    expect(await publication('?asOf=2026-11-03T09:00:00Z')).toMatchObject({ ...judged, restatedMarginWorkingDays: 20 });
  });

  test('of the year of a publication are known however long after it the month is read', async () => {
    await api.command('PublishMonthlySchedule', { month: '2028-03' });
    const publication = async (): Promise<unknown> => (await api.get('/months/2028-03')).body.publication;
    const { marginWorkingDays } = (await publication()) as { marginWorkingDays: number };
    await api.moveClock('2028-02-01T09:00:00Z');
    expect(await publication()).toMatchObject({ marginWorkingDays, restatedMarginWorkingDays: marginWorkingDays });
  });

  test('are known for every year that a long notice passes through', async () => {
    // 999 Working Days before 3 January 2039, counted by hand from the published rules of the years between.
    const { latest } = (await api.get('/notice-deadline?event=2039-01-03&days=999')).body;
    let left = 999;
    let day = Temporal.PlainDate.from('2039-01-03');
    const holidays = await holidaysOf([2034, 2035, 2036, 2037, 2038, 2039]);
    while (left > 0) {
      day = day.subtract({ days: 1 });
      if (day.dayOfWeek <= 5 && !holidays.has(day.toString())) left -= 1;
    }
    expect(latest).toBe(day.subtract({ days: 1 }).toString());
  });
});

/** The published bank holidays of some years, as the server lists them in those years. */
async function holidaysOf(years: readonly number[]): Promise<Set<string>> {
  const dates = new Set<string>();
  for (const year of years)
    for (const { date } of (await api.get(`/bank-holidays?asOf=${year}-06-01T00:00:00Z`)).body.items as {
      date: string;
    }[])
      dates.add(date);
  return dates;
}

describe('parties', () => {
  const acme = { partyId: 'acme', name: 'Acme Energy', category: 'large-supplier', emails: ['a@acme.example'] };

  test('are listed without their addresses to those who only report, and not to everybody', async () => {
    await admin('RegisterParty', { ...acme, webhookUrl: 'https://acme.example/hook', mandatory: true });
    const full = { ...acme, webhookUrl: 'https://acme.example/hook', mandatory: true };
    for (const role of ['admin', 'scheduler', 'auditor'])
      expect((await api.get('/parties', role)).body.items).toEqual([
        role === 'scheduler' ? full : { ...full, person: expect.stringMatching(/^person-[0-9a-f]{24}$/) as unknown },
      ]);
    const { emails, webhookUrl, ...plain } = full;
    expect([emails, webhookUrl]).toHaveLength(2);
    expect((await api.get('/parties', 'reporting')).body.items).toEqual([plain]);
    for (const role of ['panel', 'party', 'change-manager', 'service-provider:DSP'])
      expect((await api.get('/parties', role)).status).toBe(403);
  });

  test('that were removed are listed no more, and may be registered again', async () => {
    await admin('RegisterParty', acme);
    expect((await admin('RegisterParty', acme)).body.code).toBe('id-taken');
    expect((await admin('RemoveParty', { partyId: 'acme' })).status).toBe(201);
    expect((await admin('RemoveParty', { partyId: 'acme' })).body.code).toBe('already-closed');
    expect((await admin('RemoveParty', { partyId: 'none' })).status).toBe(404);
    expect((await api.get('/parties', 'admin')).body.items).toEqual([]);
    expect((await admin('RegisterParty', { ...acme, name: 'Acme Power' })).status).toBe(201);
    expect((await api.get('/parties', 'admin')).body.items).toMatchObject([{ name: 'Acme Power', mandatory: false }]);
  });
});

describe('keys', () => {
  test('of several roles may what each of them may', async () => {
    expect((await api.get('/events', 'party+auditor')).status).toBe(200);
    expect((await api.get('/events', 'party+reporting')).status).toBe(403);
  });

  test('are revoked once, and are known by their id alone', async () => {
    const { body } = await admin('IssueApiKey', { name: 'x', roles: ['party'] });
    expect(body).toMatchObject({ keyId: expect.stringMatching(/^[0-9a-f]{12}$/) as string, roles: ['party'] });
    const { keyId } = body;
    expect((await admin('RevokeApiKey', { keyId })).status).toBe(201);
    expect((await admin('RevokeApiKey', { keyId })).body.code).toBe('already-closed');
    expect((await admin('RevokeApiKey', { keyId: 'none' })).status).toBe(404);
  });

  test('a dry run shows none', async () => {
    const { status, body } = await admin('IssueApiKey?dryRun=true', { name: 'x', roles: ['party'] });
    expect(status).toBe(200);
    expect(body).not.toHaveProperty('key');
  });
});
