import { addDays } from '../../src/rulebook/local-time.js';
import { type NoticeCase, weighNotice, weighPublication, weighStatement } from '../../src/rulebook/notice.js';
import { workingDays } from '../../src/rulebook/working-days.js';
import { holidayFacts } from './bank-holidays.js';

const days = workingDays(holidayFacts, '2030-01-01');
const weigh = (more: Partial<NoticeCase>): ReturnType<typeof weighNotice> =>
  weighNotice({
    phase: 'additional',
    impact: 'Low',
    migrationOnly: false,
    start: '2026-12-16T20:00:00Z',
    now: '2026-12-01T10:00:00Z',
    days,
    ...more,
  });

describe('the notice of a window', () => {
  test.each([
    ['additional', 'Low', '2026-12-05', '2026-11-20', 'pass', 10, 10],
    ['additional', 'Low', '2026-12-04', '2026-11-20', 'refused', 9, 10],
    ['additional', 'High', '2026-12-19', '2026-11-20', 'pass', 20, 20],
    ['additional', 'High', '2026-12-18', '2026-11-20', 'refused', 19, 20],
    ['before-publication', 'Low', '2026-12-05', '2026-11-20', 'pass', 10, 10],
    ['before-publication', 'Low', '2026-12-04', '2026-11-20', 'refused', 9, 10],
    ['before-publication', 'High', '2026-12-19', '2026-11-20', 'pass', 20, 20],
    ['before-publication', 'High', '2026-12-18', '2026-11-20', 'refused', 19, 20],
  ] as const)('%s %s on %s, planned %s: %s', (phase, impact, date, planned, outcome, value, limit) => {
    const { finding, earliest } = weigh({ phase, impact, start: `${date}T20:00:00Z`, now: `${planned}T23:59:59Z` });
    expect(finding).toMatchObject({ outcome, value, limit, unit: 'Working Days', month: '2026-12' });
    expect(earliest).toBe(impact === 'Low' ? '2026-12-05' : '2026-12-19');
    if (outcome === 'refused') expect(finding.detail).toContain(earliest);
    expect(finding.detail.includes('H8.6')).toBe(outcome === 'refused' && phase === 'additional');
  });

  test('the earliest lawful date is lawful, the day before is not', () => {
    for (const impact of ['High', 'Low'] as const) {
      for (let date = '2026-03-01'; date < '2027-02-01'; date = addDays(date, 3)) {
        const now = `${date}T10:00:00Z`;
        const { earliest } = weigh({ impact, now, start: `${date}T22:00:00Z` });
        expect(weigh({ impact, now, start: `${earliest}T22:00:00Z` }).finding.outcome).toBe('pass');
        expect(weigh({ impact, now, start: `${addDays(earliest, -1)}T22:00:00Z` }).finding.outcome).toBe('refused');
      }
    }
  });

  test('is counted between local dates: in summer the day ends at 23:00 UTC', () => {
    const start = '2026-07-16T20:00:00Z';
    expect(weigh({ start, now: '2026-07-01T22:59:59Z' }).finding.outcome).toBe('pass');
    expect(weigh({ start, now: '2026-07-01T23:00:00Z' }).finding.outcome).toBe('refused');
  });

  test.each([
    ['2019-03-31', 20],
    ['2019-04-01', 10],
    ['2026-12-16', 10],
  ])('a Low Impact window on %s needs %d', (date, limit) => {
    expect(weigh({ start: `${date}T20:00:00Z`, now: '2019-01-02T10:00:00Z' }).finding.limit).toBe(limit);
    expect(weigh({ impact: 'High', start: `${date}T20:00:00Z`, now: '2019-01-02T10:00:00Z' }).finding.limit).toBe(20);
  });

  test.each([
    ['2026-12-16T20:00:00Z', false],
    ['2026-12-16T20:00:01Z', false],
    ['2027-01-31T20:00:00Z', true],
  ])('a start that is not after now (%s) is refused', (now, migrationOnly) => {
    const { finding } = weigh({ now, migrationOnly });
    expect(finding.outcome).toBe('refused');
    expect(finding.detail).toContain('not in the future');
  });
});

describe('DCC Migration Systems', () => {
  const migration = (now: string, start: string, more: Partial<NoticeCase> = {}): ReturnType<typeof weighNotice> =>
    weigh({ migrationOnly: true, impact: 'High', now: `${now}T10:00:00Z`, start: `${start}T20:00:00Z`, ...more });

  test.each([
    ['2026-11-30', '2026-12-01', 'pass'],
    ['2026-12-01', '2026-12-15', 'refused'],
    ['2026-12-01', '2026-12-16', 'pass'],
    ['2026-12-02', '2026-12-16', 'refused'],
    ['2026-11-30', '2027-01-01', 'pass'],
  ])('planned on %s for %s: %s', (now, start, outcome) => {
    for (const phase of ['before-publication', 'additional'] as const) {
      for (const impact of ['High', 'Low'] as const) {
        expect(migration(now, start, { phase, impact }).finding).toMatchObject({
          rule: 'AL-3.1(c)',
          outcome,
          limit: 10,
        });
      }
    }
  });

  test('the month begins at local midnight', () => {
    const start = '2026-07-01T20:00:00Z';
    expect(weigh({ migrationOnly: true, start, now: '2026-06-30T22:59:59Z' }).finding.outcome).toBe('pass');
    expect(weigh({ migrationOnly: true, start, now: '2026-06-30T23:00:00Z' }).finding.outcome).toBe('refused');
  });

  test('with less than ten, the finding says that it was planned before the month began', () => {
    expect(migration('2026-11-30', '2026-12-01').finding.detail).toContain('planned before the month began');
    expect(migration('2026-11-30', '2026-12-15').finding.detail).toContain('10 are needed');
  });

  test('the earliest lawful date is the 1st of next month where that comes first', () => {
    expect(migration('2026-11-25', '2026-11-27').earliest).toBe('2026-12-01');
    expect(migration('2026-11-25', '2026-12-01').finding.outcome).toBe('pass');
    expect(migration('2026-12-01', '2026-12-02').earliest).toBe('2026-12-16');
  });
});

describe('the publication of a month', () => {
  test.each([
    ['2026-11-02T23:59:59Z', undefined, 'pass', true, 20],
    ['2026-11-03T00:00:00Z', undefined, 'refused', false, 19],
    ['2026-11-03T00:00:00Z', '  ', 'refused', false, 19],
    ['2026-11-03T00:00:00Z', 'The release slipped', 'breach', false, 19],
    ['2026-11-02T12:00:00Z', 'A reason, though in time', 'pass', true, 20],
    ['2026-12-20T12:00:00Z', 'Forgotten', 'breach', false, 0],
    ['2026-10-01T12:00:00Z', undefined, 'pass', true, 42],
  ])('at %s with the reason %j: %s', (now, lateReason, outcome, compliant, margin) => {
    const weighed = weighPublication({ month: '2026-12', now, days, lateReason });
    expect(weighed).toMatchObject({ compliant, margin, latestCompliantDate: '2026-11-02' });
    expect(weighed.finding).toMatchObject({
      rule: 'H8.4',
      outcome,
      value: margin,
      limit: 20,
      unit: 'Working Days',
      month: '2026-12',
    });
  });

  test('is judged by the holidays known at the time', () => {
    const proclaimed = holidayFacts.map((fact) =>
      fact.date === '2022-09-19' ? { ...fact, announcedOn: '2022-09-10' } : fact,
    );
    const judged = (knownOn: string): unknown => {
      const { compliant, margin, latestCompliantDate } = weighPublication({
        month: '2022-10',
        now: '2022-09-02T10:00:00Z',
        days: workingDays(proclaimed, knownOn),
      });
      return { compliant, margin, latestCompliantDate };
    };
    expect(judged('2022-09-02')).toEqual({ compliant: true, margin: 20, latestCompliantDate: '2022-09-04' });
    expect(judged('2022-09-10')).toEqual({ compliant: false, margin: 19, latestCompliantDate: '2022-09-01' });
  });
});

test('a statement that leaves several things blank names each', () => {
  const blank = weighStatement({
    maintenanceId: 'M1',
    descriptions: [],
    services: [],
    start: '',
    end: '',
    riskToReturn: '\t',
  });
  expect(blank.map(({ rule, outcome }) => [rule, outcome])).toEqual(Array(4).fill(['H8.4', 'refused']));
  expect(blank.map(({ detail }) => /\(([a-d])\)/.exec(detail)?.[1])).toEqual(['a', 'b', 'c', 'd']);
});

describe('a statement', () => {
  const whole = {
    maintenanceId: 'M1',
    descriptions: ['Deploy a release', 'Renew a certificate'],
    services: [{ service: 'reporting', effect: 'disrupted' as const }],
    start: '2026-12-05T20:00:00Z',
    end: '2026-12-05T22:00:00Z',
    riskToReturn: 'None known',
  };

  test('that says all is said to do so', () => {
    expect(weighStatement(whole)).toMatchObject([{ rule: 'H8.4', outcome: 'pass' }]);
  });

  test.each<[string, object, string]>([
    ['one activity of several without words', { descriptions: ['Deploy a release', ' '] }, '(a)'],
    ['no service', { services: [] }, '(b)'],
    ['no start', { start: '' }, '(c)'],
    ['no end', { end: ' ' }, '(c)'],
    ['no duration', { end: whole.start }, '(c)'],
    ['no word of the risk', { riskToReturn: '' }, '(d)'],
  ])('with %s is refused, and names what is missing', (_, change, part) => {
    const findings = weighStatement({ ...whole, ...change });
    expect(findings).toMatchObject([{ rule: 'H8.4', outcome: 'refused' }]);
    expect(findings[0]?.detail).toContain(`does not state ${part}`);
  });
});
