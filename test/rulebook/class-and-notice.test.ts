import { readFileSync } from 'node:fs';
import { defaultHolidays } from '../../src/register/default-holidays.js';
import { classify, reclassify, weighClassification } from '../../src/rulebook/classification.js';
import type { Finding } from '../../src/rulebook/finding.js';
import { elapsedMinutes, readTime, splitByMonth } from '../../src/rulebook/local-time.js';
import { weighNotice, weighPublication, weighStatement } from '../../src/rulebook/notice.js';
import { clearWorkingDays, latestNotice, workingDays, type HolidayFact } from '../../src/rulebook/working-days.js';
import { activity, CORE, SSI } from '../support/calendar.js';

const read = <T>(file: string): T => JSON.parse(readFileSync(new URL(`../data/${file}`, import.meta.url), 'utf8')) as T;
const holidays = read<{ holidays: string[]; proclaimed: { date: string; announced: string }[] }>(
  'bank-holidays-england-wales.json',
);
const facts: HolidayFact[] = holidays.holidays.map((date) => ({
  date,
  name: 'holiday',
  announcedOn: holidays.proclaimed.find((one) => one.date === date)?.announced ?? null,
  holiday: true,
}));
const days = workingDays(facts, '2030-01-01');

describe('Section A: what is Planned Maintenance, and its class', () => {
  const one = (services: [string, 'disrupted' | 'material-risk'][], more = {}): ReturnType<typeof classify> =>
    classify([activity(SSI, { services: services.map(([service, effect]) => ({ service, effect })), ...more })]);
  test.each([CORE, 'install-and-commission', 'smets1-migrations'])('%s disrupted or at risk is High', (service) => {
    expect(one([[service, 'disrupted']])).toMatchObject({ planned: true, impact: 'High' });
    expect(one([[service, 'material-risk']])).toMatchObject({ planned: true, impact: 'High' });
  });
  test('other services are Low, unless Users must change something outside the SSI', () => {
    expect(one([['reporting', 'disrupted']])).toMatchObject({ impact: 'Low' });
    expect(one([['reporting', 'disrupted']], { requiresUserChange: true })).toMatchObject({
      impact: 'High',
      reasons: ['user-change'],
    });
    expect(one([[SSI, 'disrupted']], { requiresUserChange: true, ssiImprovement: true })).toMatchObject({
      impact: 'Low',
    });
    expect(one([[SSI, 'disrupted']], { requiresUserChange: true })).toMatchObject({ impact: 'High' });
  });
  test.each([
    [99_999, false],
    [100_000, true],
    [null, true],
  ])('%s hubs: Planned Maintenance %s', (hubsAffected, planned) => {
    expect(one([[CORE, 'disrupted']], { hubsAffected }).planned).toBe(planned);
  });
  test('the threshold never applies to the SSI; other environments and no service are not Planned Maintenance', () => {
    expect(one([[SSI, 'disrupted']], { hubsAffected: 10 }).planned).toBe(true);
    expect(
      one(
        [
          [CORE, 'disrupted'],
          [SSI, 'disrupted'],
        ],
        { hubsAffected: 10 },
      ).planned,
    ).toBe(true);
    for (const environment of ['uit', 'sit', 'dev'])
      expect(one([[SSI, 'disrupted']], { environment }).planned).toBe(false);
    expect(one([]).planned).toBe(false);
  });
  test('one activity that is none, or one that is High, decides for the window', () => {
    expect(classify([activity(SSI), activity(CORE)])).toMatchObject({ impact: 'High' });
    expect(classify([activity(SSI), activity(SSI, { environment: 'uit' })])).toMatchObject({
      planned: false,
      activity: 1,
    });
    expect(reclassify([activity(CORE)], [{ service: 'reporting', effect: 'disrupted' }])).toMatchObject({
      impact: 'Low',
    });
  });
  test('the class asserted is refused where it differs', () => {
    expect(weighClassification([activity(SSI)], 'High').map(({ rule, outcome }) => [rule, outcome])).toContainEqual([
      'A.Classification',
      'refused',
    ]);
    expect(weighClassification([activity(SSI)], 'Low').every(({ outcome }) => outcome === 'pass')).toBe(true);
  });
});

describe('notice', () => {
  const notice = (impact: 'High' | 'Low', now: string, more = {}): Finding =>
    weighNotice({
      phase: 'additional',
      impact,
      migrationOnly: false,
      start: '2026-12-16T20:00:00Z',
      now,
      days,
      ...more,
    }).finding;
  test.each([
    ['Low', '2026-12-01T23:00:00Z', 'pass', 'H8.4A(a)'],
    ['Low', '2026-12-02T00:00:00Z', 'refused', 'H8.4A(a)'],
    ['High', '2026-11-17T10:00:00Z', 'pass', 'H8.4A(b)'],
    ['High', '2026-11-18T10:00:00Z', 'refused', 'H8.4A(b)'],
  ] as const)('%s planned at %s: %s by %s', (impact, now, outcome, rule) => {
    expect(notice(impact, now)).toMatchObject({ outcome, rule });
    expect(notice(impact, now, { phase: 'before-publication' })).toMatchObject({ outcome, rule: 'H8.4' });
  });
  test('a refusal says that it is Unplanned Maintenance, and names the earliest night', () => {
    expect(notice('Low', '2026-12-02T10:00:00Z').detail).toMatch(/H8\.6.*2026-12-17/);
  });
  test('DCC Migration Systems: before the month, or 10 clear Working Days, whatever the class', () => {
    expect(notice('High', '2026-12-01T10:00:00Z', { migrationOnly: true })).toMatchObject({
      outcome: 'pass',
      rule: 'AL-3.1(c)',
    });
    expect(notice('High', '2026-12-02T10:00:00Z', { migrationOnly: true })).toMatchObject({ outcome: 'refused' });
    expect(
      notice('High', '2026-11-30T10:00:00Z', { migrationOnly: true, start: '2026-12-01T20:00:00Z' }),
    ).toMatchObject({ outcome: 'pass' });
  });
  test('a blank statement names what is missing', () => {
    const entry = {
      maintenanceId: 'M',
      descriptions: ['x'],
      services: [{ service: SSI, effect: 'disrupted' as const }],
      start: '2026-12-05T20:00:00Z',
      end: '2026-12-05T21:00:00Z',
      riskToReturn: 'none',
    };
    expect(weighStatement(entry).map(({ outcome }) => outcome)).toEqual(['pass']);
    expect(weighStatement({ ...entry, riskToReturn: ' ' })[0]).toMatchObject({
      outcome: 'refused',
      detail: expect.stringContaining('(d)') as string,
    });
    expect(weighStatement({ ...entry, descriptions: [''] })[0]?.detail).toContain('(a)');
    expect(weighStatement({ ...entry, services: [] })[0]?.detail).toContain('(b)');
    expect(weighStatement({ ...entry, end: entry.start })[0]?.detail).toContain('(c)');
  });
});

describe('Working Days', () => {
  const vectors = read<{
    schedulePublication: { month: string; latestNoticeDate: string; latestNoticeWorkingDay: string }[];
    additionalWindows: { windowDate: string; latestNoticeLow10: string; latestNoticeHigh20: string }[];
  }>('working-day-vectors.json');
  test.each(vectors.schedulePublication)(
    'the schedule of $month',
    ({ month, latestNoticeDate, latestNoticeWorkingDay }) => {
      expect(latestNotice(days, `${month}-01`, 20)).toEqual({
        latest: latestNoticeDate,
        latestWorkingDay: latestNoticeWorkingDay,
      });
      const compliant = (now: string): boolean => weighPublication({ month, now: `${now}T12:00:00Z`, days }).compliant;
      expect(compliant(latestNoticeDate)).toBe(true);
      expect(compliant(Temporal.PlainDate.from(latestNoticeDate).add({ days: 1 }).toString())).toBe(false);
    },
  );
  test.each(vectors.additionalWindows)(
    'a window on $windowDate',
    ({ windowDate, latestNoticeLow10, latestNoticeHigh20 }) => {
      expect(latestNotice(days, windowDate, 10).latest).toBe(latestNoticeLow10);
      expect(latestNotice(days, windowDate, 20).latest).toBe(latestNoticeHigh20);
    },
  );
  test('the published holidays are those of the library, 2019 to 2028', () => {
    const known = [];
    for (let year = 2019; year <= 2028; year += 1) known.push(...defaultHolidays('england-and-wales', year));
    const weekday = (date: string): boolean => Temporal.PlainDate.from(date).dayOfWeek < 6;
    expect(
      known
        .map(({ date }) => date)
        .filter(weekday)
        .sort(),
    ).toEqual(holidays.holidays);
    expect(known.find(({ date }) => date === '2022-09-19')?.announcedOn).toBe('2022-09-10');
  });
  test('a holiday proclaimed late does not count before it was announced', () => {
    const [before, after] = [workingDays(facts, '2022-09-09'), workingDays(facts, '2022-09-10')];
    expect(
      clearWorkingDays(before, '2022-09-01', '2022-10-01') - clearWorkingDays(after, '2022-09-01', '2022-10-01'),
    ).toBe(1);
  });
  test('counting, and the last date of notice, agree with a naive count', () => {
    const naive = (notice: string, event: string): number => {
      let count = 0;
      for (
        let day = Temporal.PlainDate.from(notice).add({ days: 1 });
        day.toString() < event;
        day = day.add({ days: 1 })
      )
        if (day.dayOfWeek < 6 && !holidays.holidays.includes(day.toString())) count += 1;
      return count;
    };
    for (let offset = 0; offset < 400; offset += 7) {
      const event = Temporal.PlainDate.from('2026-03-01').add({ days: offset }).toString();
      for (const n of [1, 10, 20]) {
        const { latest } = latestNotice(days, event, n);
        expect(naive(latest, event)).toBeGreaterThanOrEqual(n);
        expect(naive(Temporal.PlainDate.from(latest).add({ days: 1 }).toString(), event)).toBeLessThan(n);
        expect(clearWorkingDays(days, latest, event)).toBe(naive(latest, event));
      }
    }
  });
});

describe('times', () => {
  test.each([
    ['2026-12-05T22:00:00Z', '2026-12-05T22:00:00Z'],
    ['2027-06-05T22:00', '2027-06-05T21:00:00Z'],
    ['2027-06-05T22:00:00+01:00', '2027-06-05T21:00:00Z'],
  ])('%s is %s', (text, instant) => {
    expect(readTime(text)).toEqual({ instant });
  });
  test.each([
    '2027-03-28T01:30',
    '2027-10-31T01:30',
    '2027-02-30T20:00',
    '2027-06-05',
    'noon',
    '',
    '2027-06-05T24:30',
    '2027-06-05T22:00[Europe/London]',
    '1899-01-01T00:00:00Z',
  ])('%s is a problem', (text) => {
    expect(readTime(text)).toHaveProperty('problem');
  });
  test('a window over the month’s end is split at local midnight', () => {
    const summer = { start: '2027-06-30T21:00:00Z', end: '2027-07-01T02:00:00Z' };
    expect(splitByMonth(summer)).toEqual([
      { month: '2027-06', minutes: 120 },
      { month: '2027-07', minutes: 180 },
    ]);
    expect(elapsedMinutes({ start: '2027-06-30T21:00:00Z', end: '2027-06-30T21:00:01Z' })).toBe(1);
  });
});
