import { readFileSync } from 'node:fs';
import {
  changePerformanceReport,
  type ChangePerformance,
} from '../../src/reports/change-performance/change-performance.js';
import { monthsOf } from '../../src/reports/months.js';
import { ssiOutageReport } from '../../src/reports/ssi-outage/ssi-outage.js';
import { throughputReport } from '../../src/reports/throughput/throughput.js';
import { sampleHistory } from '../support/sample-history.js';
import type { ToldLog } from '../support/told-log.js';

interface Expected {
  readonly implemented: number;
  readonly successful: number;
  readonly failed: number;
  readonly adverseImpact: number;
  readonly failedWithMinimalImpact: number;
  readonly standard: number;
  readonly normal: number;
  readonly successRate: number;
  readonly adverseImpactRate: number;
  readonly minimalImpactShare: number;
  readonly ssiOutageMinutes: number;
}

const expected = JSON.parse(
  readFileSync(new URL('../data/forward-schedule-2019-2020.expected.json', import.meta.url), 'utf8'),
) as {
  readonly rows: number;
  readonly total: Expected;
  readonly months: Readonly<Record<string, Expected>>;
  readonly successfulJul2019ToJul2020: number;
  readonly visibleChanges: number;
};

const TRIAL = { from: '2019-02', to: '2020-11' };
let log: ToldLog;
beforeAll(async () => {
  log = await sampleHistory();
});

/** The counts as they are, the rates to the six digits in which the expected figures are given. */
function asExpected(row: ChangePerformance): object {
  const { implemented, successful, failed, adverseImpact, failedWithMinimalImpact, standard, normal } = row;
  const rounded = (rate: number | null): number | null => (rate === null ? null : Math.round(rate * 1e6) / 1e6);
  return {
    implemented,
    successful,
    failed,
    adverseImpact,
    failedWithMinimalImpact,
    standard,
    normal,
    successRate: rounded(row.successRate),
    adverseImpactRate: rounded(row.adverseImpactRate),
    minimalImpactShare: rounded(row.minimalImpactShare),
  };
}

/** The expected figures but for the minutes of the SSI, which another report gives. */
const changeFigures = (figures: Expected): object => ({ ...figures, ssiOutageMinutes: undefined });

test('the sample has what is expected of every month', () => {
  expect(Object.keys(expected.months).length).toBe(21);
  expect(expected.rows).toBe(3986);
});

test('change performance reproduces every month’s figures and the totals', () => {
  const report = changePerformanceReport(log.reading(), TRIAL);
  for (const month of report.months) {
    const figures = expected.months[month.month];
    if (figures)
      expect({ month: month.month, ...asExpected(month) }).toEqual({
        month: month.month,
        ...changeFigures(figures),
      });
    else expect(month.implemented).toBe(0);
  }
  expect(asExpected(report.total)).toEqual(changeFigures(expected.total));
  expect(report.visibleChanges).toBe(expected.visibleChanges);
  expect(report.total.meets).toEqual({ success: true, adverseImpact: true, minimalImpact: true });
});

test('the SSI outage reproduces every month’s minutes and their total, all of them of changes', () => {
  const report = ssiOutageReport(log.reading(), TRIAL);
  for (const { month, actual, changes } of report.months)
    expect({ month, actual, changes }).toEqual({
      month,
      actual: expected.months[month]?.ssiOutageMinutes ?? 0,
      changes: expected.months[month]?.ssiOutageMinutes ?? 0,
    });
  expect(report.total).toMatchObject({ actual: expected.total.ssiOutageMinutes, planned: 0, high: 0, low: 0 });
});

test('so many were deployed successfully from July 2019 to July 2020', () => {
  const { total } = changePerformanceReport(log.reading(), { from: '2019-07', to: '2020-07' });
  expect(total.successful).toBe(expected.successfulJul2019ToJul2020);
});

test('nothing ended outside the trial', () => {
  const { total, months } = changePerformanceReport(log.reading(), { from: '2010-01', to: '2030-12' });
  expect(total.implemented).toBe(expected.total.implemented);
  expect(months).toHaveLength(monthsOf({ from: '2010-01', to: '2030-12' }).length);
});

describe('what the page on MP092’s figures says of the sample', () => {
  test('all changes are visible by the end of November 2020; in February 2019 32 succeeded and 43 were visible', () => {
    const { months } = throughputReport(log.reading(), TRIAL);
    expect(months.at(-1)?.visible).toBe(3986);
    expect(months[0]).toMatchObject({ month: '2019-02', implemented: 33, visible: 43 });
    expect(changePerformanceReport(log.reading(), TRIAL).months[0]?.successful).toBe(32);
    expect(months.find(({ month }) => month === '2020-10')?.implemented).toBe(255);
  });

  test('success rises in every month of the trial, from 92 % to 99 %', () => {
    const { months } = changePerformanceReport(log.reading(), { ...TRIAL, from: '2019-04' });
    const rates = months.map(({ successRate }) => successRate ?? 0);
    expect(rates).toEqual(rates.toSorted((one, other) => one - other));
    expect(rates[0]).toBeCloseTo(0.92, 2);
    expect(rates.at(-1)).toBeCloseTo(0.99, 2);
  });

  test('about 25 normal changes are made a month, and three standard ones of ten', () => {
    const { months, total } = changePerformanceReport(log.reading(), { ...TRIAL, from: '2019-04' });
    for (const { normal } of months) expect([24, 25, 26]).toContain(normal);
    expect(months.find(({ month }) => month === '2019-05')?.standardShare).toBeCloseTo(0.29, 2);
    expect(total.standardShare).toBeCloseTo(0.3, 3);
    expect(months.some(({ meets }) => meets.minimalImpact === false)).toBe(true);
  });

  test('the SSI was out for more than six hours in 16 of 22 months', () => {
    const { months } = ssiOutageReport(log.reading(), TRIAL);
    expect([months.filter(({ actual }) => actual > 360).length, months.length]).toEqual([16, 22]);
    expect(months.filter(({ limit }) => limit === 240).map(({ month }) => month)).toEqual(['2019-02', '2019-03']);
  });
});
