import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { addDays } from '../../src/rulebook/local-time.js';
import {
  clearWorkingDays,
  earliestEvent,
  type HolidayFact,
  latestNotice,
  workingDays,
} from '../../src/rulebook/working-days.js';
import { holidayFacts, holidays } from './bank-holidays.js';

interface Vectors {
  schedulePublication: { month: string; latestNoticeDate: string; latestNoticeWorkingDay: string }[];
  additionalWindows: { windowDate: string; latestNoticeLow10: string; latestNoticeHigh20: string }[];
}
const vectors = JSON.parse(
  readFileSync(new URL('../data/working-day-vectors.json', import.meta.url), 'utf8'),
) as Vectors;
const days = workingDays(holidayFacts, '2099-01-01');
const proclaimed: HolidayFact = { date: '2022-09-19', name: 'State Funeral', announcedOn: '2022-09-10', holiday: true };
const withoutFuneral = holidayFacts.filter(({ date }) => date !== proclaimed.date);

/** The rule written plainly: look at every day between, one by one. */
function naiveClear(notice: string, event: string): number {
  let count = 0;
  for (let date = addDays(notice, 1); date < event; date = addDays(date, 1)) if (naiveWorkingDay(date)) count += 1;
  return count;
}
function naiveWorkingDay(date: string): boolean {
  return Temporal.PlainDate.from(date).dayOfWeek <= 5 && !holidays.includes(date);
}

describe('published examples', () => {
  test.each(vectors.schedulePublication)(
    'the schedule of $month',
    ({ month, latestNoticeDate, latestNoticeWorkingDay }) => {
      const first = `${month}-01`;
      expect(latestNotice(days, first, 20)).toEqual({
        latest: latestNoticeDate,
        latestWorkingDay: latestNoticeWorkingDay,
      });
      expect(clearWorkingDays(days, latestNoticeDate, first)).toBe(20);
      expect(clearWorkingDays(days, addDays(latestNoticeDate, 1), first)).toBe(19);
    },
  );

  test.each(vectors.additionalWindows)(
    'a window on $windowDate',
    ({ windowDate, latestNoticeLow10, latestNoticeHigh20 }) => {
      expect(latestNotice(days, windowDate, 10).latest).toBe(latestNoticeLow10);
      expect(latestNotice(days, windowDate, 20).latest).toBe(latestNoticeHigh20);
      expect(clearWorkingDays(days, addDays(latestNoticeLow10, 1), windowDate)).toBe(9);
      expect(clearWorkingDays(days, addDays(latestNoticeHigh20, 1), windowDate)).toBe(19);
    },
  );

  test('every day of ten years is a Working Day or not as the published holidays say', () => {
    for (let date = '2019-01-01'; date < '2029-01-01'; date = addDays(date, 1)) {
      expect([date, days.isWorkingDay(date)]).toEqual([date, naiveWorkingDay(date)]);
    }
  });
});

describe('what is clear', () => {
  test('neither the day of the notice nor that of the event counts', () => {
    // Monday 7 to Friday 11 December 2026.
    expect(clearWorkingDays(days, '2026-12-07', '2026-12-11')).toBe(3);
    expect(clearWorkingDays(days, '2026-12-06', '2026-12-12')).toBe(5);
    expect(clearWorkingDays(days, '2026-12-10', '2026-12-11')).toBe(0);
  });

  test('an event that is not after the notice has none', () => {
    expect(clearWorkingDays(days, '2026-12-11', '2026-12-11')).toBe(0);
    expect(clearWorkingDays(days, '2026-12-11', '2026-11-01')).toBe(0);
  });

  test('a Saturday, a Sunday and a bank holiday are not Working Days', () => {
    expect(clearWorkingDays(days, '2026-12-24', '2026-12-29')).toBe(0);
    expect(days.isWorkingDay('2026-12-24')).toBe(true);
    expect(['2026-12-25', '2026-12-26', '2026-12-27', '2026-12-28'].some(days.isWorkingDay)).toBe(false);
    expect(days.isWorkingDay('2026-12-29')).toBe(true);
  });

  test('no notice is needed: the day of the event itself', () => {
    expect(latestNotice(days, '2026-12-26', 0)).toEqual({ latest: '2026-12-26', latestWorkingDay: '2026-12-24' });
    expect(earliestEvent(days, '2026-12-26', 0)).toBe('2026-12-26');
  });
});

describe('what was known', () => {
  test('a holiday proclaimed late takes its Working Day only from the day of its announcement', () => {
    const facts = [...withoutFuneral, proclaimed];
    expect(workingDays(facts, '2022-09-09').isWorkingDay('2022-09-19')).toBe(true);
    expect(workingDays(facts, '2022-09-10').isWorkingDay('2022-09-19')).toBe(false);
    expect(clearWorkingDays(workingDays(facts, '2022-09-09'), '2022-09-09', '2022-09-24')).toBe(10);
    expect(clearWorkingDays(workingDays(facts, '2022-09-10'), '2022-09-09', '2022-09-24')).toBe(9);
    expect(latestNotice(workingDays(facts, '2022-09-04'), '2022-10-01', 20).latest).toBe('2022-09-04');
    expect(latestNotice(workingDays(facts, '2022-09-10'), '2022-10-01', 20).latest).toBe('2022-09-01');
  });

  const fact = (announcedOn: string | null, holiday: boolean): HolidayFact => ({
    date: '2026-12-09',
    name: 'Test day',
    announcedOn,
    holiday,
  });
  test.each([
    ['one removed again', [fact(null, true), fact('2026-11-01', false)], '2026-11-01', true],
    ['not yet removed', [fact(null, true), fact('2026-11-01', false)], '2026-10-31', false],
    [
      'the later announcement wins, though recorded first',
      [fact('2026-11-02', true), fact('2026-11-01', false)],
      '2026-12-01',
      false,
    ],
    [
      'of the same announcement the later record wins',
      [fact('2026-11-01', true), fact('2026-11-01', false)],
      '2026-12-01',
      true,
    ],
    ['and the other way round', [fact('2026-11-01', false), fact('2026-11-01', true)], '2026-12-01', false],
    [
      'an announcement wins over what was always known',
      [fact('2026-11-01', false), fact(null, true)],
      '2026-12-01',
      true,
    ],
    ['of those always known the later record wins', [fact(null, true), fact(null, false)], '2026-12-01', true],
  ])('%s', (_, facts, knownOn, working) => {
    expect(workingDays(facts, knownOn).isWorkingDay('2026-12-09')).toBe(working);
    expect(clearWorkingDays(workingDays(facts, knownOn), '2026-12-08', '2026-12-10')).toBe(working ? 1 : 0);
  });

  test('a holiday on a weekend takes no Working Day', () => {
    const saturday = workingDays(
      [{ date: '2026-12-05', name: 'Test day', announcedOn: null, holiday: true }],
      '2026-12-01',
    );
    expect(clearWorkingDays(saturday, '2026-12-03', '2026-12-08')).toBe(2);
  });
});

describe('against a count day by day', () => {
  const anyDate = fc.integer({ min: 0, max: 3500 }).map((day) => addDays('2019-03-01', day));

  test('clear Working Days are those between', () => {
    fc.assert(
      fc.property(anyDate, fc.integer({ min: -20, max: 120 }), (notice, later) => {
        const event = addDays(notice, later);
        expect(clearWorkingDays(days, notice, event)).toBe(naiveClear(notice, event));
      }),
      { numRuns: 800 },
    );
  });

  test('the latest notice is the last that suffices, the earliest event the first', () => {
    fc.assert(
      fc.property(anyDate, fc.integer({ min: 1, max: 45 }), (date, n) => {
        const { latest, latestWorkingDay } = latestNotice(days, date, n);
        expect(naiveClear(latest, date)).toBeGreaterThanOrEqual(n);
        expect(naiveClear(addDays(latest, 1), date)).toBeLessThan(n);
        expect(naiveWorkingDay(latestWorkingDay)).toBe(true);
        for (let day = addDays(latestWorkingDay, 1); day <= latest; day = addDays(day, 1)) {
          expect(naiveWorkingDay(day)).toBe(false);
        }
        const earliest = earliestEvent(days, date, n);
        expect(naiveClear(date, earliest)).toBeGreaterThanOrEqual(n);
        expect(naiveClear(date, addDays(earliest, -1))).toBeLessThan(n);
        expect(latestNotice(days, earliest, n).latest >= date).toBe(true);
      }),
      { numRuns: 600 },
    );
  });

  test('a century is counted', () => {
    const none = workingDays([], '2026-01-01');
    expect(clearWorkingDays(none, '2000-01-02', '2100-01-04')).toBe(Math.floor((36_526 * 5) / 7));
  });
});
