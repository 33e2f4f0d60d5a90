import {
  highImpactMinutesReport,
  type HighImpactMinutesReport,
} from '../../src/reports/high-impact-minutes/high-impact-minutes.js';
import { activity, CORE } from '../support/calendar.js';
import * as told from '../support/report-facts.js';
import { ToldLog } from '../support/told-log.js';

const AT = '2026-11-01T09:00:00Z';
let log: ToldLog;
beforeEach(() => {
  log = new ToldLog();
});
const report = (from: string, to = from): HighImpactMinutesReport =>
  highImpactMinutesReport(log.reading(), { from, to });
const month = (name: string): HighImpactMinutesReport['months'][number] | undefined => report(name).months[0];

const high = (maintenanceId: string, start: string, end: string, ...providers: string[]): told.WindowFact => ({
  maintenanceId,
  start,
  end,
  impact: 'High',
  activities: (providers.length > 0 ? providers : ['DSP']).map((serviceProvider) =>
    activity(CORE, { serviceProvider }),
  ),
});
const H1 = high('H1', '2026-12-12T22:00:00Z', '2026-12-13T02:00:00Z');

test('every month of the range is listed beside its limit', () => {
  expect(report('2026-12', '2027-01')).toMatchObject({
    months: [
      { month: '2026-12', limit: 360, windows: 0, used: 0, carriedIn: 0, planned: 0, actual: 0, providers: [] },
      { month: '2027-01', limit: 360 },
    ],
    total: { windows: 0, used: 0, planned: 0, actual: 0, providers: [] },
  });
});

test('planned until it is completed, then as it was: an early finish gives time back, an overrun takes more', async () => {
  await log.tell(AT, told.scheduled(H1), told.scheduled(high('H2', '2026-12-19T22:00:00Z', '2026-12-20T00:00:00Z')));
  expect(month('2026-12')).toMatchObject({ windows: 2, used: 360, planned: 360, actual: 0 });
  await log.tell(
    '2026-12-13T09:00:00Z',
    told.completed('2026-12', 'H1', { start: H1.start, end: '2026-12-13T01:00:00Z' }),
  );
  expect(month('2026-12')).toMatchObject({ used: 300, planned: 360, actual: 180 });
  await log.tell(
    '2026-12-20T09:00:00Z',
    told.completed('2026-12', 'H2', { start: '2026-12-19T22:00:00Z', end: '2026-12-20T02:30:00Z' }),
  );
  expect(month('2026-12')).toMatchObject({ used: 450, planned: 360, actual: 450 });
});

test('Low Impact windows and cancelled ones hold nothing', async () => {
  await log.tell(AT, told.scheduled({ ...H1, maintenanceId: 'L1', impact: 'Low' }), told.scheduled(H1));
  await log.tell(AT, told.cancelled('2026-12', 'H1'));
  expect(month('2026-12')).toMatchObject({ windows: 0, used: 0, planned: 0 });
});

test('what runs past the month’s last midnight is held against the next month too', async () => {
  await log.tell(AT, told.scheduled(high('H3', '2027-01-31T22:00:00Z', '2027-02-01T01:00:00Z')));
  expect(report('2027-01', '2027-02')).toMatchObject({
    months: [
      { windows: 1, used: 180, carriedIn: 0, planned: 180 },
      { windows: 0, used: 0, carriedIn: 60, planned: 0 },
    ],
    total: { windows: 1, used: 180 },
  });
  await log.tell(
    '2027-02-01T09:00:00Z',
    told.completed('2027-01', 'H3', { start: '2027-02-01T00:00:00Z', end: '2027-02-01T02:00:00Z' }),
  );
  expect(report('2027-01', '2027-02').months).toMatchObject([
    { windows: 0, used: 0, planned: 180, actual: 0 },
    { windows: 1, used: 120, carriedIn: 0, planned: 0, actual: 120 },
  ]);
});

test('the limit is the Panel’s where it agreed otherwise, and none before classes were known or under a waiver', async () => {
  await log.tell(AT, told.derogated('D1', '2027-01-10', '2027-01-20', 480), told.derogated('D2', '2027-03-01', null));
  expect(report('2027-01', '2027-03').months.map(({ limit }) => limit)).toEqual([480, 360, null]);
  expect(report('2019-03', '2019-04').months.map(({ limit }) => limit)).toEqual([null, 360]);
});

test('per service provider as a shadow: several providers in one window count whole for each', async () => {
  await log.tell(AT, told.scheduled(high('H1', H1.start, H1.end, 'DSP', 'DCO')));
  await log.tell(AT, told.scheduled(high('H2', '2027-01-31T22:00:00Z', '2027-02-01T01:00:00Z', 'DCO')));
  expect(report('2026-12', '2027-02')).toMatchObject({
    months: [
      {
        used: 240,
        providers: [
          { serviceProvider: 'DCO', windows: 1, used: 240, carriedIn: 0, planned: 240, actual: 0 },
          { serviceProvider: 'DSP', windows: 1, used: 240 },
        ],
      },
      { used: 180, providers: [{ serviceProvider: 'DCO', used: 180 }] },
      { used: 0, carriedIn: 60, providers: [{ serviceProvider: 'DCO', used: 0, carriedIn: 60 }] },
    ],
    total: {
      windows: 2,
      used: 420,
      providers: [
        { serviceProvider: 'DCO', windows: 2, used: 420, planned: 420, actual: 0 },
        { serviceProvider: 'DSP', windows: 1, used: 240 },
      ],
    },
  });
});

test('Unplanned Maintenance stands beside the limit and never in it', async () => {
  await log.tell(AT, told.declared('U1', '2026-12-20T01:00:00Z', { before: true }));
  await log.tell('2026-12-05T09:00:00Z', told.declared('U2', '2026-12-31T23:00:00Z'));
  expect(month('2026-12')).toMatchObject({
    used: 0,
    unplanned: { count: 2, underWay: 2, minutes: 0, plannedBeforeMonth: 1 },
  });
  await log.tell(
    '2027-01-01T09:00:00Z',
    told.ended('U1', { start: '2026-12-20T01:00:00Z', end: '2026-12-20T02:00:00Z' }),
    told.ended('U2', { start: '2026-12-31T23:00:00Z', end: '2027-01-01T02:00:00Z' }),
  );
  expect(report('2026-12', '2027-01')).toMatchObject({
    months: [
      { used: 0, unplanned: { count: 2, underWay: 0, minutes: 240, plannedBeforeMonth: 1 } },
      { used: 0, unplanned: { count: 0, minutes: 0, plannedBeforeMonth: 0 } },
    ],
    total: { used: 0, unplanned: { count: 2, underWay: 0, minutes: 240, plannedBeforeMonth: 1 } },
  });
});
