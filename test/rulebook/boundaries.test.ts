import { readFileSync } from 'node:fs';
import { defaultHolidays } from '../../src/register/default-holidays.js';
import { classify, reclassify, weighClassification } from '../../src/rulebook/classification.js';
import type { Derogation } from '../../src/rulebook/derogation.js';
import type { Finding, Rule } from '../../src/rulebook/finding.js';
import { monthLimits, weighLimits } from '../../src/rulebook/limits.js';
import { usage, type CountedWindow } from '../../src/rulebook/usage.js';
import { overlaps } from '../../src/rulebook/overlaps.js';
import { weighPreferences } from '../../src/rulebook/preferences.js';
import { elapsedMinutes, readTime, splitByMonth } from '../../src/rulebook/local-time.js';
import { weighNotice, weighPublication, weighStatement } from '../../src/rulebook/notice.js';
import { riskScore } from '../../src/rulebook/risk-calculator.js';
import { rulebookFor } from '../../src/rulebook/rulebooks.js';
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

const at = (local: string): string => {
  const time = readTime(local);
  if ('problem' in time) throw new Error(time.problem);
  return time.instant;
};
let made = 0;
const win = (impact: 'High' | 'Low', start: string, end: string, affectsSsi = impact === 'Low'): CountedWindow => ({
  maintenanceId: `W${String((made += 1))}`,
  impact,
  start: at(start),
  end: at(end),
  affectsSsi,
});
const refusals = (window: CountedWindow, others: CountedWindow[] = [], derogations: Derogation[] = []): Rule[] =>
  weighLimits({ window, others, derogations, as: 'intention' })
    .filter(({ outcome }) => outcome === 'refused')
    .map(({ rule }) => rule);

describe('H8.3(b): one night between 20:00 and 08:00 in London', () => {
  test.each([
    ['2027-06-05T19:59', '2027-06-05T22:00', ['H8.3(b)']],
    ['2027-06-05T20:00', '2027-06-05T22:00', []],
    ['2027-06-06T06:00', '2027-06-06T08:00', []],
    ['2027-06-06T06:00', '2027-06-06T08:01', ['H8.3(b)']],
    ['2027-06-06T12:00', '2027-06-06T13:00', ['H8.3(b)']],
    ['2027-06-06T07:30', '2027-06-06T20:30', ['H8.3(b)', 'H8.3(d)']],
    // The clocks go forward in the morning of the 28th, and back in that of the 31st.
    ['2027-03-28T03:00', '2027-03-28T08:00', []],
    ['2027-03-28T03:00', '2027-03-28T08:01', ['H8.3(b)']],
    ['2027-10-31T03:00', '2027-10-31T08:00', []],
    ['2027-10-31T03:00', '2027-10-31T08:01', ['H8.3(b)']],
  ])('%s to %s', (start, end, expected) => {
    expect(refusals(win('Low', start, end))).toEqual(expected);
  });
});

describe('H8.3(c): two High Impact windows and six hours a month', () => {
  const four = win('High', '2026-12-05T22:00', '2026-12-06T02:00');
  test('4 h and 2 h pass, 4 h and 2 h 01 do not', () => {
    expect(refusals(win('High', '2026-12-12T22:00', '2026-12-13T00:00'), [four])).toEqual([]);
    expect(refusals(win('High', '2026-12-12T22:00', '2026-12-13T00:01'), [four])).toEqual(['H8.3(c)']);
  });
  test('a third window does not pass, however short', () => {
    const short = win('High', '2026-12-08T22:00', '2026-12-08T22:10');
    const shorter = win('High', '2026-12-09T22:00', '2026-12-09T22:10');
    expect(refusals(win('High', '2026-12-12T22:00', '2026-12-12T22:01'), [short, shorter])).toEqual(['H8.3(c)']);
  });
  test('what runs past the last midnight is held against the next month too, and the other way round', () => {
    const across = win('High', '2026-12-31T22:00', '2027-01-01T04:00');
    expect(refusals(win('High', '2027-01-09T22:00', '2027-01-10T00:00'), [across])).toEqual([]);
    expect(refusals(win('High', '2027-01-09T22:00', '2027-01-10T00:01'), [across])).toEqual(['H8.3(c)']);
    const january = win('High', '2027-01-09T22:00', '2027-01-10T00:01');
    expect(refusals(across, [january])).toEqual(['H8.3(c)']);
    const two = [
      win('High', '2027-01-09T22:00', '2027-01-09T22:10'),
      win('High', '2027-01-16T22:00', '2027-01-16T22:10'),
    ];
    expect(refusals(across, two)).toEqual(['H8.3(c)']);
    expect(usage('2027-01', [across]).high).toEqual({
      windows: { used: 0, carriedIn: 1 },
      minutes: { used: 0, carriedIn: 240 },
    });
  });
  test('Low Impact windows take nothing of it', () => {
    const lows = ['01', '02', '03', '04', '05', '06'].map((day) =>
      win('Low', `2026-12-${day}T20:00`, `2026-12-${day}T23:00`),
    );
    expect(refusals(win('High', '2026-12-12T22:00', '2026-12-13T04:00'), lows)).toEqual([]);
  });
});

describe('H8.3(d): six Low Impact windows of at most six hours', () => {
  const six = ['01', '04', '07', '10', '13', '16'].map((day) =>
    win('Low', `2026-12-${day}T20:00`, `2026-12-${day}T21:00`),
  );
  test('the sixth passes, the seventh does not', () => {
    expect(refusals(win('Low', '2026-12-20T20:00', '2026-12-20T20:30'), six.slice(1))).toEqual([]);
    expect(refusals(win('Low', '2026-12-20T20:00', '2026-12-20T20:30'), six)).toEqual(['H8.3(d)']);
  });
  test('minutes are elapsed minutes, on the nights the clocks change too', () => {
    expect(refusals(win('Low', '2026-12-20T20:00', '2026-12-21T02:00'))).toEqual([]);
    expect(refusals(win('Low', '2026-12-20T20:00', '2026-12-21T02:01'))).toEqual(['H8.3(d)']);
    expect(refusals(win('Low', '2027-03-27T22:00', '2027-03-28T05:00'))).toEqual([]);
    expect(refusals(win('Low', '2027-10-30T22:00', '2027-10-31T03:00'))).toEqual([]);
    expect(refusals(win('Low', '2027-10-30T22:00', '2027-10-31T03:01'))).toEqual(['H8.3(d)']);
  });
  test('a fact past a limit is a breach, never refused', () => {
    const overrun = win('Low', '2026-12-20T20:00', '2026-12-21T02:01');
    const findings = weighLimits({ window: overrun, others: [], derogations: [], as: 'fact' });
    expect(findings.filter(({ outcome }) => outcome === 'breach').map(({ rule }) => rule)).toEqual(['H8.3(d)']);
    expect(findings.some(({ outcome }) => outcome === 'refused')).toBe(false);
  });
});

describe('unless the Panel agrees otherwise', () => {
  const grant = (clauses: Derogation['clauses'], limits?: Derogation['limits'], reference = 'R1'): Derogation => ({
    derogationId: reference,
    clauses,
    limits,
    from: '2026-12-10',
    to: '2026-12-20',
    reference,
  });
  const long = win('Low', '2026-12-10T20:00', '2026-12-11T03:00');
  test('a waiver lifts a limit, a number replaces it, and neither does outside its dates', () => {
    expect(refusals(long, [], [grant(['H8.3(d)'])])).toEqual([]);
    expect(refusals(long, [], [grant(['H8.3(d)'], { lowMinutesEach: 420 })])).toEqual([]);
    expect(refusals(long, [], [grant(['H8.3(d)'], { lowMinutesEach: 419 })])).toEqual(['H8.3(d)']);
    expect(refusals(win('Low', '2026-12-20T20:00', '2026-12-21T03:00'), [], [grant(['H8.3(d)'])])).toEqual([]);
    expect(refusals(win('Low', '2026-12-09T20:00', '2026-12-10T03:00'), [], [grant(['H8.3(d)'])])).toEqual(['H8.3(d)']);
    expect(refusals(win('Low', '2026-12-21T20:00', '2026-12-22T03:00'), [], [grant(['H8.3(d)'])])).toEqual(['H8.3(d)']);
  });
  test('a number can be stricter than the Code’s', () => {
    expect(
      refusals(win('Low', '2026-12-10T20:00', '2026-12-10T21:01'), [], [grant(['H8.3(d)'], { lowMinutesEach: 60 })]),
    ).toEqual(['H8.3(d)']);
    expect(
      refusals(win('Low', '2026-12-10T20:00', '2026-12-10T21:00'), [], [grant(['H8.3(b)'], { earliest: '22:00' })]),
    ).toEqual(['H8.3(b)']);
  });
  test('other hours replace the night band', () => {
    const early = win('Low', '2026-12-10T18:00', '2026-12-10T19:00');
    expect(refusals(early, [], [grant(['H8.3(b)'], { earliest: '18:00' })])).toEqual([]);
    expect(refusals(early, [], [grant(['H8.3(b)'], { earliest: '18:01' })])).toEqual(['H8.3(b)']);
    expect(refusals(early, [], [grant(['H8.3(b)'])])).toEqual([]);
  });
  test('of several the most lenient holds, and the finding names it only where it was needed', () => {
    const both = [grant(['H8.3(d)'], { lowMinutesEach: 400 }, 'R1'), grant(['H8.3(d)'], { lowMinutesEach: 430 }, 'R2')];
    const weighed = (window: CountedWindow): Finding[] =>
      weighLimits({ window, others: [], derogations: both, as: 'intention' });
    expect(weighed(long).filter(({ outcome }) => outcome === 'waived')).toMatchObject([
      { rule: 'H8.3(d)', reference: 'R2' },
    ]);
    expect(weighed(win('Low', '2026-12-10T20:00', '2026-12-10T21:00')).every(({ outcome }) => outcome === 'pass')).toBe(
      true,
    );
  });
  test('a month shows the most lenient limits of its dates', () => {
    expect(monthLimits('2026-12', [grant(['H8.3(c)'], { highWindows: 3 })]).high).toEqual({ windows: 3, minutes: 360 });
    expect(monthLimits('2026-12', [grant(['H8.3(c)'])]).high).toEqual({ windows: null, minutes: null });
    expect(monthLimits('2027-01', [grant(['H8.3(c)'])]).high).toEqual({ windows: 2, minutes: 360 });
    expect(monthLimits('2018-03', [])).toMatchObject({ rulebook: 'pre-MP092', general: 360, ssi: 240 });
  });
});

describe('before MP092, and its trial', () => {
  test('rulebooks begin on 1 April 2019 and 25 February 2021', () => {
    expect(['2019-03-31', '2019-04-01', '2021-02-24', '2021-02-25'].map((date) => rulebookFor(date).id)).toEqual([
      'pre-MP092',
      'trial',
      'trial',
      'MP092',
    ]);
  });
  test('SSI maintenance at most 4 h, all maintenance at most 6 h a month, at night', () => {
    expect(refusals(win('Low', '2018-03-06T20:00', '2018-03-07T00:01'))).toEqual(['pre-MP092.H8.3(b)']);
    const ssi = win('Low', '2018-03-06T20:00', '2018-03-07T00:00');
    expect(refusals(ssi)).toEqual([]);
    expect(refusals(win('High', '2018-03-10T20:00', '2018-03-10T22:00'), [ssi])).toEqual([]);
    expect(refusals(win('High', '2018-03-10T20:00', '2018-03-10T22:01'), [ssi])).toEqual(['pre-MP092.H8.3(c)']);
    expect(refusals(win('High', '2018-03-10T19:59', '2018-03-10T21:00'))).toEqual(['pre-MP092.H8.3(a)']);
  });
  test('in the trial the old numbers are waived with the reference of the time, and its own limits hold', () => {
    for (const [month, reference] of [
      ['2019-11', 'OPSG_26_0511'],
      ['2019-12', 'SECP_74_1511'],
      ['2020-03', 'SECP_76_1701'],
    ] as const) {
      const findings = weighLimits({
        window: win('Low', `${month}-06T20:00`, `${month}-07T01:00`),
        others: [],
        derogations: [],
        as: 'intention',
      });
      expect(findings.filter(({ outcome }) => outcome === 'waived')).toMatchObject([
        { rule: 'pre-MP092.H8.3(b)', reference },
      ]);
      expect(findings.some(({ outcome }) => outcome === 'refused')).toBe(false);
    }
    expect(refusals(win('Low', '2019-11-06T20:00', '2019-11-07T02:01'))).toEqual(['H8.3(d)']);
  });
});

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

test('the risk calculator, every combination', () => {
  for (const core of [true, false])
    for (const consumerAffecting of [true, false])
      for (const downtimeMinutes of [0, 10, 11])
        for (const complexity of ['high', 'low'] as const) {
          const [service, impact] = [core ? 4 : 1, consumerAffecting ? 10 : 0];
          const factor = (complexity === 'high' ? 5 : 2) * (downtimeMinutes > 10 ? 5 : 1);
          expect(riskScore({ core, consumerAffecting, downtimeMinutes, complexity })).toMatchObject({
            product: service * impact * factor,
            additive: (service + impact) * factor,
          });
        }
});

test('preferences warn and never refuse; overlaps tell one class from the other', () => {
  const warnings = (start: string, end: string, coreAffected = true): number =>
    weighPreferences(win('High', start, end), { coreAffected }).filter(({ outcome }) => outcome === 'warning').length;
  expect(warnings('2026-12-05T20:01', '2026-12-06T02:00')).toBe(0);
  expect(warnings('2026-12-05T20:01', '2026-12-06T02:01')).toBe(1);
  expect(warnings('2026-12-05T20:00', '2026-12-06T02:00')).toBe(1);
  expect(warnings('2026-12-05T20:00', '2026-12-06T05:00', false)).toBe(0);
  const window = win('Low', '2026-12-05T20:00', '2026-12-05T22:00');
  const same = win('Low', '2026-12-05T21:59', '2026-12-05T23:00');
  const after = win('Low', '2026-12-05T22:00', '2026-12-05T23:00');
  const high = win('High', '2026-12-05T21:00', '2026-12-05T21:30');
  expect(overlaps(window, [same, after, high])).toEqual({ same: [same], otherImpact: [high] });
});
