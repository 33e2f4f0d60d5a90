import {
  maintenancePerformanceReport,
  type MaintenancePerformance,
  type MaintenancePerformanceReport,
} from '../../src/reports/maintenance-performance/maintenance-performance.js';
import type { Impact } from '../../src/rulebook/classification.js';
import { activity, SSI } from '../support/calendar.js';
import * as told from '../support/report-facts.js';
import { ToldLog } from '../support/told-log.js';

const AT = '2026-11-01T09:00:00Z';
let log: ToldLog;
beforeEach(() => {
  log = new ToldLog();
});
const report = (from: string, to = from): MaintenancePerformanceReport =>
  maintenancePerformanceReport(log.reading(), { from, to });
const all = (month: string, impact: Impact): MaintenancePerformance | undefined =>
  report(month).months[0]?.all.find((one) => one.impact === impact);

const low = (maintenanceId: string, start: string, end: string, ...providers: string[]): told.WindowFact => ({
  maintenanceId,
  start,
  end,
  activities: (providers.length > 0 ? providers : ['DSP']).map((serviceProvider) => activity(SSI, { serviceProvider })),
});
const L1 = low('L1', '2026-12-05T20:00:00Z', '2026-12-05T23:00:00Z');

const NONE = {
  planned: 0,
  completedInTime: 0,
  overran: 0,
  cancelled: 0,
  open: 0,
  minutesPlanned: 0,
  minutesActual: 0,
};

test('lists every month and both impacts, and providers where they had work', async () => {
  await log.tell(AT, told.scheduled(L1));
  expect(report('2026-12', '2027-01')).toEqual({
    from: '2026-12',
    to: '2027-01',
    months: [
      {
        month: '2026-12',
        all: [
          { impact: 'High', ...NONE },
          { impact: 'Low', ...NONE, planned: 1, open: 1, minutesPlanned: 180 },
        ],
        providers: [{ serviceProvider: 'DSP', impact: 'Low', ...NONE, planned: 1, open: 1, minutesPlanned: 180 }],
      },
      {
        month: '2027-01',
        all: [
          { impact: 'High', ...NONE },
          { impact: 'Low', ...NONE },
        ],
        providers: [],
      },
    ],
    total: {
      all: [
        { impact: 'High', ...NONE },
        { impact: 'Low', ...NONE, planned: 1, open: 1, minutesPlanned: 180 },
      ],
      providers: [{ serviceProvider: 'DSP', impact: 'Low', ...NONE, planned: 1, open: 1, minutesPlanned: 180 }],
    },
  });
});

test.each([
  ['2026-12-05T22:59:59Z', 'completedInTime', 180],
  ['2026-12-05T23:00:00Z', 'completedInTime', 180],
  ['2026-12-05T23:00:01Z', 'overran', 181],
])('a window that was to end at 23:00 and ended at %s: %s', async (end, figure, minutesActual) => {
  await log.tell(AT, told.scheduled(L1), told.started('2026-12', 'L1', L1.start));
  expect(all('2026-12', 'Low')).toMatchObject({ open: 1, completedInTime: 0, overran: 0 });
  await log.tell('2026-12-06T09:00:00Z', told.completed('2026-12', 'L1', { start: L1.start, end }));
  expect(all('2026-12', 'Low')).toEqual({
    impact: 'Low',
    ...NONE,
    planned: 1,
    [figure]: 1,
    minutesPlanned: 180,
    minutesActual,
  });
});

test('what began late and ended after the time that was told overran, however short it was', async () => {
  await log.tell(AT, told.scheduled(L1));
  const actual = { start: '2026-12-05T22:30:00Z', end: '2026-12-05T23:10:00Z' };
  await log.tell('2026-12-06T09:00:00Z', told.completed('2026-12', 'L1', actual));
  expect(all('2026-12', 'Low')).toMatchObject({ overran: 1, minutesActual: 40 });
});

test('a cancelled window was planned; its minutes are not any more', async () => {
  await log.tell(AT, told.scheduled(L1), told.cancelled('2026-12', 'L1'));
  expect(all('2026-12', 'Low')).toEqual({ impact: 'Low', ...NONE, planned: 1, cancelled: 1 });
});

test('a moved window counts in the month it went to, and under its new class once reclassified', async () => {
  await log.tell(AT, told.scheduled(L1));
  const to = { start: '2027-01-09T20:00:00Z', end: '2027-01-09T22:00:00Z' };
  await log.tell(AT, ...told.moved(L1, to), told.reclassified('2027-01', 'L1', 'High'));
  expect(all('2026-12', 'Low')?.planned).toBe(0);
  expect(all('2027-01', 'Low')?.planned).toBe(0);
  expect(all('2027-01', 'High')).toMatchObject({ planned: 1, minutesPlanned: 120 });
  expect(report('2027-01').months[0]?.providers).toMatchObject([{ serviceProvider: 'DSP', impact: 'High' }]);
});

test('a window stays in the month for which it was planned, wherever it took place', async () => {
  const late = low('L2', '2027-01-31T23:30:00Z', '2027-02-01T01:00:00Z');
  await log.tell(AT, told.scheduled(late));
  await log.tell(
    '2027-02-01T09:00:00Z',
    told.completed('2027-01', 'L2', { start: '2027-02-01T00:10:00Z', end: '2027-02-01T02:00:00Z' }),
  );
  expect(all('2027-01', 'Low')).toMatchObject({ planned: 1, overran: 1, minutesPlanned: 90, minutesActual: 110 });
  expect(all('2027-02', 'Low')?.planned).toBe(0);
});

test('a window with activities of several providers counts whole for each, and once for all', async () => {
  await log.tell(AT, told.scheduled(low('L1', L1.start, L1.end, 'DSP', 'DCO', 'DSP')));
  await log.tell(AT, told.activityAdded('2026-12', 'L1', activity(SSI, { serviceProvider: 'CSP-North' })));
  await log.tell('2026-12-06T09:00:00Z', told.completed('2026-12', 'L1', { start: L1.start, end: L1.end }));
  const figures = { ...NONE, planned: 1, completedInTime: 1, minutesPlanned: 180, minutesActual: 180 };
  expect(report('2026-12').total).toEqual({
    all: [
      { impact: 'High', ...NONE },
      { impact: 'Low', ...figures },
    ],
    providers: ['CSP-North', 'DCO', 'DSP'].map((serviceProvider) => ({ serviceProvider, impact: 'Low', ...figures })),
  });
});
