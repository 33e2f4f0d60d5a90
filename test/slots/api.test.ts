import { lowWindow, TestApi } from '../support/api.js';

let api: TestApi;
beforeAll(async () => {
  api = await TestApi.start('2027-01-04T09:00:00Z');
});
afterAll(() => api.stop());

const pattern = (patternId: string, change: object = {}): Record<string, unknown> => ({
  patternId,
  impact: 'Low',
  rrule: 'FREQ=MONTHLY;BYDAY=2SA',
  startTime: '22:00',
  durationMinutes: 180,
  from: '2027-01-01',
  ...change,
});

interface SlotEntry {
  readonly patternId: string;
  readonly date: string;
  readonly status: string;
}
const slotsOf = (body: Record<string, unknown>, patternId: string): SlotEntry[] =>
  (body.slots as SlotEntry[]).filter((slot) => slot.patternId === patternId);

test('the forward view is of eighteen months from the present one unless it is asked otherwise', async () => {
  await api.command('DefineSlotPattern', pattern('VIEW'));
  const { body } = await api.get('/slots');
  expect(body).toMatchObject({ from: '2027-01', months: 18, unreplaced: [] });
  expect(slotsOf(body, 'VIEW')).toHaveLength(18);
  expect(slotsOf((await api.get('/slots?from=2027-03&months=1')).body, 'VIEW')).toMatchObject([
    {
      impact: 'Low',
      date: '2027-03-13',
      start: '2027-03-13T22:00:00Z',
      end: '2027-03-14T01:00:00Z',
      startLocal: '2027-03-13T22:00',
      endLocal: '2027-03-14T01:00',
      minutes: 180,
      status: 'open',
      maintenanceId: null,
    },
  ]);
  expect(slotsOf((await api.get('/slots?from=2030-01&months=36')).body, 'VIEW')).toHaveLength(36);
});

test('a slot on the night of a clock change is skipped or placed once, and says so', async () => {
  const answer = await api.command(
    'DefineSlotPattern',
    pattern('CLOCKS', { rrule: 'FREQ=YEARLY;BYMONTH=3,10;BYDAY=-1SU', startTime: '01:30' }),
  );
  expect(answer).toMatchObject({
    status: 201,
    body: { skipped: ['2027-03-28', '2028-03-26'], doubled: ['2027-10-31'] },
  });
  const { body } = await api.get('/slots?months=12');
  expect(slotsOf(body, 'CLOCKS')).toMatchObject([
    { date: '2027-03-28', status: 'skipped', start: null, end: null, startLocal: '2027-03-28T01:30' },
    { date: '2027-10-31', status: 'open', start: '2027-10-31T00:30:00Z', end: '2027-10-31T03:30:00Z', minutes: 180 },
  ]);
  for (const slot of slotsOf(body, 'CLOCKS')) expect(slot).toHaveProperty('note', expect.stringContaining('clocks go'));
});

test('withdrawn, replaced and used slots stay listed, and an earlier date is answered as it was then', async () => {
  await api.command('DefineSlotPattern', pattern('LIFE', { rrule: 'FREQ=MONTHLY;BYDAY=3SA' }));
  await api.command('ScheduleMaintenance', lowWindow('L1', '2027-04-17T22:00', '2027-04-18T01:00'));
  await api.command('ScheduleMaintenance', lowWindow('L2', '2027-05-15T21:30', '2027-05-15T23:00'));
  await api.moveClock('2027-01-05T09:00:00Z');
  const withdrawn = { patternId: 'LIFE', date: '2027-03-20' };
  expect(await api.command('WithdrawSlot', { ...withdrawn, reason: 'Freeze' })).toMatchObject({ status: 201 });
  expect(await api.command('WithdrawSlot', { ...withdrawn, reason: 'Freeze' })).toMatchObject({
    status: 409,
    body: { code: 'already-withdrawn' },
  });
  const unreplaced = [{ ...withdrawn, impact: 'Low', reason: 'Freeze', start: '2027-03-20T22:00:00Z' }];
  expect((await api.get('/slots')).body).toMatchObject({ unreplaced });
  // Listed until a replacement is offered, whatever months are asked for.
  expect((await api.get('/slots?from=2029-01&months=1')).body).toMatchObject({ unreplaced });

  await api.moveClock('2027-01-06T09:00:00Z');
  const replacement = { ...withdrawn, start: '2027-03-27T22:00', end: '2027-03-28T01:00Z' };
  expect(await api.command('OfferReplacementSlot', replacement)).toMatchObject({ status: 201 });
  await api.command('ScheduleMaintenance', lowWindow('L3', '2027-03-27T23:00', '2027-03-28T00:30'));
  const now = (await api.get('/slots?months=5')).body;
  expect(now).toMatchObject({ unreplaced: [] });
  expect(slotsOf(now, 'LIFE')).toMatchObject([
    { date: '2027-01-16', status: 'open' },
    { date: '2027-02-20', status: 'open' },
    { date: '2027-03-20', status: 'withdrawn', reason: 'Freeze', replacedBy: { start: '2027-03-27T22:00:00Z' } },
    { date: '2027-03-27', status: 'used', replaces: '2027-03-20', maintenanceId: 'L3', usedBy: ['L3'] },
    { date: '2027-04-17', status: 'used', maintenanceId: 'L1' },
    { date: '2027-05-15', status: 'open', maintenanceId: null },
  ]);
  const then = (await api.get('/slots?months=5&asOf=2027-01-05T12:00:00Z')).body;
  expect(then).toMatchObject({ unreplaced });
  expect(slotsOf(then, 'LIFE').map(({ status }) => status)).toEqual(['open', 'open', 'withdrawn', 'used', 'open']);
  expect((await api.get('/slots?asOf=2027-01-03T12:00:00Z')).body).toMatchObject({ slots: [], unreplaced: [] });
});

test('a slot that could never be filled lawfully is refused under its clause, a replacement with times instead', async () => {
  const byDay = await api.command('DefineSlotPattern', pattern('DAY', { startTime: '10:00' }));
  expect(byDay).toMatchObject({ status: 422, body: { rule: 'H8.3(b)' } });
  await api.command('DefineSlotPattern', pattern('NIGHT', { rrule: 'FREQ=WEEKLY;BYDAY=TU' }));
  await api.command('WithdrawSlot', { patternId: 'NIGHT', date: '2027-02-02', reason: 'x' });
  const long = { patternId: 'NIGHT', date: '2027-02-02', start: '2027-02-03T20:00', end: '2027-02-04T02:01' };
  const refused = await api.command('OfferReplacementSlot', long);
  expect(refused).toMatchObject({ status: 422, body: { rule: 'H8.3(d)' } });
  const [first] = refused.body.suggestions as object[];
  expect(await api.command('OfferReplacementSlot', { ...long, ...first })).toMatchObject({ status: 201 });
});

/** What is wrong, the command, its body and the pointer that must name it. */
const WRONG: readonly (readonly [string, string, unknown, string])[] = [
  ['a rule of no known frequency', 'DefineSlotPattern', pattern('X', { rrule: 'FREQ=SOMETIMES' }), '/rrule'],
  ['a rule with its own time zone', 'DefineSlotPattern', pattern('X', { rrule: 'FREQ=DAILY;TZID=UTC' }), '/rrule'],
  ['a rule in two lines', 'DefineSlotPattern', pattern('X', { rrule: 'FREQ=DAILY\nEXDATE:20270101' }), '/rrule'],
  ['a rule of 501 characters', 'DefineSlotPattern', pattern('X', { rrule: `FREQ=DAILY${';'.repeat(491)}` }), '/rrule'],
  ['a rule of semicolons', 'DefineSlotPattern', pattern('X', { rrule: ';'.repeat(500) }), '/rrule'],
  ['a rule that is no text', 'DefineSlotPattern', pattern('X', { rrule: ['FREQ=DAILY'] }), '/rrule'],
  ['a rule that is hostile', 'DefineSlotPattern', pattern('X', { rrule: '<script>alert(1)</script>' }), '/rrule'],
  ['30 February', 'DefineSlotPattern', pattern('X', { rrule: 'FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30' }), '/rrule'],
  ['an interval of nothing', 'DefineSlotPattern', pattern('X', { rrule: 'FREQ=DAILY;INTERVAL=0' }), '/rrule'],
  ['a class of no kind', 'DefineSlotPattern', pattern('X', { impact: 'Medium' }), '/impact'],
  ['a time of day that is none', 'DefineSlotPattern', pattern('X', { startTime: '24:00' }), '/startTime'],
  ['no time at all', 'DefineSlotPattern', pattern('X', { durationMinutes: 0 }), '/durationMinutes'],
  ['half a minute', 'DefineSlotPattern', pattern('X', { durationMinutes: 0.5 }), '/durationMinutes'],
  ['more than a day', 'DefineSlotPattern', pattern('X', { durationMinutes: 1441 }), '/durationMinutes'],
  ['a date that does not exist', 'DefineSlotPattern', pattern('X', { from: '2027-02-30' }), '/from'],
  ['an end before the beginning', 'DefineSlotPattern', pattern('X', { until: '2026-12-31' }), '/until'],
  ['an unknown field', 'DefineSlotPattern', pattern('X', { tzid: 'UTC' }), '/tzid'],
  ['a blank reason', 'WithdrawSlot', { patternId: 'X', date: '2027-03-13', reason: ' ' }, '/reason'],
  ['a time for a date', 'WithdrawSlot', { patternId: 'X', date: '2027-03-13T22:00', reason: 'x' }, '/date'],
  [
    'seconds in a replacement',
    'OfferReplacementSlot',
    { patternId: 'X', date: '2027-03-13', start: '2027-03-20T22:00:30Z', end: '2027-03-20T23:00:00Z' },
    '/start',
  ],
  [
    'a replacement that ends before it starts',
    'OfferReplacementSlot',
    { patternId: 'X', date: '2027-03-13', start: '2027-03-20T22:00:00Z', end: '2027-03-20T21:00:00Z' },
    '/end',
  ],
];

test.each(WRONG)('%s is a 400 that names it', async (_, command, body, pointer) => {
  const answer = await api.command(command, body);
  expect(answer.status).toBe(400);
  expect((answer.body.errors as { pointer: string }[]).map((error) => error.pointer)).toContain(pointer);
});

test.each([
  ['/slots?from=2027-13', 400],
  ['/slots?from=2027-01-01', 400],
  ['/slots?months=0', 400],
  ['/slots?months=37', 400],
  ['/slots?months=1.5', 400],
  ['/slots?from=2199-12&months=36', 200],
  ['/slots?from=2000-01&months=36', 200],
])('GET %s is %d', async (path, status) => {
  expect((await api.get(path)).status).toBe(status);
});

test('only a scheduler offers slots; everybody with a key reads them', async () => {
  expect((await api.command('DefineSlotPattern', pattern('X'), 'panel')).status).toBe(403);
  expect(
    (await api.command('WithdrawSlot', { patternId: 'VIEW', date: '2027-03-13', reason: 'x' }, 'party')).status,
  ).toBe(403);
  expect((await api.get('/slots', 'party')).status).toBe(200);
  expect((await api.request('GET', '/slots')).status).toBe(401);
});
