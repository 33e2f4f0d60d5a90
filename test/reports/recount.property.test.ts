import fc from 'fast-check';
import { readCalendar } from '../../src/calendar/calendar.js';
import { monthView } from '../../src/calendar/month-view.js';
import type { LogRecord } from '../../src/event-store/event-store.js';
import { changePerformanceReport } from '../../src/reports/change-performance/change-performance.js';
import { highImpactMinutesReport } from '../../src/reports/high-impact-minutes/high-impact-minutes.js';
import { maintenancePerformanceReport } from '../../src/reports/maintenance-performance/maintenance-performance.js';
import { monthsOf, type MonthRange } from '../../src/reports/months.js';
import { noticeReport } from '../../src/reports/notice/notice.js';
import { ssiOutageReport } from '../../src/reports/ssi-outage/ssi-outage.js';
import { throughputReport } from '../../src/reports/throughput/throughput.js';
import { unexpectedCoreDisruptionReport } from '../../src/reports/unexpected-core-disruption/unexpected-core-disruption.js';
import type { Reading } from '../../src/commands/reading.js';
import { histories } from '../support/report-histories.js';
import { MONTHS } from '../support/steps.js';
import type { Recording } from '../support/teller.js';
import { ToldLog } from '../support/told-log.js';
import { recount, type Counted } from './recount.js';
import * as againChanges from './recounted-changes.js';
import * as again from './recounted-maintenance.js';

const RUNS = 40;

/** A history on a log, and how much of it to know, as a share of what was told. */
const cases = fc.tuple(
  histories,
  fc.double({ min: 0, max: 1, noNaN: true }),
  fc.constantFrom<MonthRange>(MONTHS, { from: '2019-03', to: '2019-04' }, { from: '2019-10', to: '2019-10' }),
);

interface Case {
  readonly reading: Reading;
  readonly counted: Counted;
  readonly records: readonly LogRecord[];
  readonly range: MonthRange;
}

/** Compares at the head of the log, and as of a position on the way there. */
const holds = (compare: (one: Case) => void): Promise<void> =>
  fc.assert(
    fc.asyncProperty(cases, async ([history, share, range]) => {
      const log = await telling(history);
      for (const upTo of [undefined, log.endAt(share)]) {
        const records = log.records(upTo);
        compare({ reading: log.reading(upTo), counted: recount(records), records, range });
      }
    }),
    { numRuns: RUNS },
  );

async function telling(history: readonly Recording[]): Promise<ToldLog> {
  const log = new ToldLog();
  for (const { at, facts } of history) await log.tell(at, ...facts);
  return log;
}

describe('on any history, as of any position, the independent recount equals', () => {
  test('the SSI outage totals', () =>
    holds(({ reading, counted, range }) => {
      expect(ssiOutageReport(reading, range)).toEqual(againChanges.ssiOutage(counted, range));
    }));

  test('change performance, of all and of one provider', () =>
    holds(({ reading, counted, range }) => {
      for (const provider of [undefined, 'DSP', 'Comms Hub/Logistics'])
        expect(changePerformanceReport(reading, range, provider)).toEqual(
          againChanges.changePerformance(counted, range, provider),
        );
    }));

  test('throughput', () =>
    holds(({ reading, counted, range }) => {
      expect(throughputReport(reading, range)).toMatchObject(againChanges.throughput(counted, range));
    }));

  test('maintenance performance', () =>
    holds(({ reading, counted, range }) => {
      expect(maintenancePerformanceReport(reading, range)).toEqual(again.maintenancePerformance(counted, range));
    }));

  test('High Impact minutes', () =>
    holds(({ reading, counted, range }) => {
      expect(highImpactMinutesReport(reading, range)).toEqual(again.highImpactMinutes(counted, range));
    }));

  test('unexpected core disruption', () =>
    holds(({ reading, counted, range }) => {
      const { months } = unexpectedCoreDisruptionReport(reading, range);
      expect(
        months.map(({ month, completed, maintenance }) => ({
          month,
          completed,
          disrupted: maintenance.map(({ maintenanceId }) => maintenanceId).sort(),
        })),
      ).toEqual(again.unexpectedCoreDisruption(counted, range));
    }));

  test('notice compliance', () =>
    holds(({ reading, counted, records, range }) => {
      const now = records.at(-1)?.recordedAt ?? '2019-01-01T00:00:00Z';
      const report = noticeReport(reading, range, { now, jurisdiction: 'england-and-wales' });
      const lines = report.months.flatMap(({ month, schedule, reissues, additionalWindows, breaches, unplanned }) => [
        ...(schedule
          ? [{ month, what: 'schedule', of: schedule.lateReason ?? 'undefined', ...margins(schedule) }]
          : []),
        ...reissues.map((one) => ({
          month,
          what: `reissue ${String(one.version)}`,
          of: one.maintenanceId,
          ...margins(one),
        })),
        ...additionalWindows.map((one) => ({
          month,
          what: 'additional-window',
          of: one.maintenanceId,
          ...margins(one),
        })),
        ...breaches.map(({ rule, foundIn }) => ({ month, what: `breach ${rule}`, of: foundIn })),
        ...unplanned.map(({ unplannedId }) => ({ month, what: 'unplanned', of: unplannedId })),
      ]);
      expect(sorted(lines)).toEqual(sorted(again.notices(counted, records, range, now)));
    }));
});

test('High Impact minutes and windows agree with the budget of each month', () =>
  holds(({ reading }) => {
    const calendar = readCalendar(reading, { now: '2020-08-01T00:00:00Z', jurisdiction: 'england-and-wales' });
    const high = highImpactMinutesReport(reading, MONTHS);
    const windows = throughputReport(reading, MONTHS);
    for (const [index, month] of monthsOf(MONTHS).entries()) {
      const { budget } = monthView(calendar, month) as { budget: Budget };
      const { used, carriedIn, limit, windows: count } = high.months[index] ?? {};
      expect({ month, used, carriedIn, limit }).toEqual({ month, ...budget.high.minutes });
      expect(count).toBe(budget.high.windows.used);
      expect(windows.months[index]?.windows).toMatchObject({
        high: { used: budget.high.windows.used, limit: budget.high.windows.limit },
        low: { used: budget.low.windows.used, limit: budget.low.windows.limit },
      });
    }
  }));

interface Budget {
  readonly high: { readonly windows: { used: number; limit: number | null }; readonly minutes: object };
  readonly low: { readonly windows: { used: number; limit: number | null } };
}

const margins = (notice: { marginWorkingDays: number; restatedMarginWorkingDays: number }): { margins: number[] } => ({
  margins: [notice.marginWorkingDays, notice.restatedMarginWorkingDays],
});

const sorted = (lines: readonly object[]): string[] => lines.map((line) => JSON.stringify(line)).sort();
