import { ssiOutageReport, type SsiOutageReport } from '../../src/reports/ssi-outage/ssi-outage.js';
import { activity, CORE, SSI } from '../support/calendar.js';
import { outcome, placed, raised, withdrawn } from '../support/change-facts.js';
import * as told from '../support/report-facts.js';
import { ToldLog } from '../support/told-log.js';

const AT = '2026-11-01T09:00:00Z';
let log: ToldLog;
beforeEach(() => {
  log = new ToldLog();
});
const report = (from: string, to = from, upTo?: number): SsiOutageReport =>
  ssiOutageReport(log.reading(upTo), { from, to });
const month = (name: string): SsiOutageReport['months'][number] | undefined => report(name).months[0];

const window = (maintenanceId: string, start: string, end: string, ssi: number, more = {}): told.WindowFact => ({
  maintenanceId,
  start,
  end,
  activities: [activity(SSI, { ssiOutageMinutes: ssi })],
  ...more,
});
const L1 = window('L1', '2026-12-05T20:00:00Z', '2026-12-05T23:00:00Z', 120);
const H1 = window('H1', '2026-12-12T22:00:00Z', '2026-12-13T02:00:00Z', 60, { impact: 'High' });

const ZERO = { planned: 0, actual: 0, high: 0, low: 0, unplanned: 0, changes: 0 };

test('every month of the range is listed, the empty ones too', () => {
  expect(report('2026-11', '2027-01')).toEqual({
    from: '2026-11',
    to: '2027-01',
    months: ['2026-11', '2026-12', '2027-01'].map((name) => ({ month: name, ...ZERO, limit: null })),
    total: ZERO,
  });
});

describe('planned', () => {
  test('is what the plan states, before anything has happened', async () => {
    await log.tell(AT, told.scheduled(L1), told.scheduled(H1));
    expect(month('2026-12')).toEqual({ month: '2026-12', ...ZERO, planned: 180, limit: null });
  });

  test('adds up the activities of a window, and never exceeds the window', async () => {
    const both = [activity(SSI, { ssiOutageMinutes: 100 }), activity(SSI, { ssiOutageMinutes: 50 })];
    await log.tell(AT, told.scheduled({ ...L1, activities: both }));
    expect(month('2026-12')?.planned).toBe(150);
    await log.tell(AT, told.activityAdded('2026-12', 'L1', activity(SSI, { ssiOutageMinutes: 40 })));
    expect(month('2026-12')?.planned).toBe(180);
  });

  test('moves with the window, within the month and to another', async () => {
    await log.tell(AT, told.scheduled(L1));
    const within = { start: '2026-12-31T23:00:00Z', end: '2027-01-01T02:00:00Z' };
    await log.tell(AT, ...told.moved(L1, within));
    expect(report('2026-12', '2027-01').months.map(({ planned }) => planned)).toEqual([60, 60]);
    const away = { start: '2027-01-09T20:00:00Z', end: '2027-01-09T23:00:00Z' };
    await log.tell(AT, ...told.moved({ ...L1, ...within }, away));
    expect(report('2026-12', '2027-01').months.map(({ planned }) => planned)).toEqual([0, 120]);
  });

  test('goes with a cancelled window, and stays with a completed one', async () => {
    await log.tell(AT, told.scheduled(L1), told.scheduled(H1), told.cancelled('2026-12', 'L1'));
    expect(month('2026-12')?.planned).toBe(60);
    await log.tell('2026-12-13T03:00:00Z', told.completed('2026-12', 'H1', { start: H1.start, end: H1.end, ssi: 75 }));
    expect(month('2026-12')).toMatchObject({ planned: 60, actual: 75, high: 75 });
  });
});

describe('actual', () => {
  test('is by the class of the window, as it last stood', async () => {
    await log.tell(AT, told.scheduled(L1), told.scheduled(H1), told.reclassified('2026-12', 'L1', 'High'));
    await log.tell(
      '2026-12-13T03:00:00Z',
      told.completed('2026-12', 'L1', { start: L1.start, end: L1.end, ssi: 90 }),
      told.completed('2026-12', 'H1', { start: H1.start, end: H1.end, ssi: 75 }),
    );
    expect(month('2026-12')).toMatchObject({ high: 165, low: 0, actual: 165 });
  });

  test('is split at local midnight of the month’s end, from the actual start of the window', async () => {
    // 31 May 2027 ends at 23:00 UTC.
    const across = window('L2', '2027-05-31T22:00:00Z', '2027-06-01T01:00:00Z', 120);
    await log.tell(AT, told.scheduled(across), told.started('2027-05', 'L2', '2027-05-31T22:20:00Z'));
    expect(report('2027-05', '2027-06').months.map(({ planned }) => planned)).toEqual([60, 60]);
    await log.tell(
      '2027-06-01T02:00:00Z',
      told.completed('2027-05', 'L2', { start: '2027-05-31T22:20:00Z', end: '2027-06-01T01:30:00Z', ssi: 100 }),
    );
    expect(report('2027-05', '2027-06')).toMatchObject({
      months: [
        { planned: 60, low: 40, actual: 40 },
        { planned: 60, low: 60, actual: 60 },
      ],
      total: { planned: 120, low: 100, actual: 100 },
    });
  });

  test('is in the month in which the window took place, planned in the month for which it was planned', async () => {
    const late = window('L3', '2027-01-31T23:30:00Z', '2027-02-01T01:00:00Z', 20);
    await log.tell(AT, told.scheduled(late));
    await log.tell(
      '2027-02-01T02:00:00Z',
      told.completed('2027-01', 'L3', { start: '2027-02-01T00:10:00Z', end: '2027-02-01T01:00:00Z', ssi: 30 }),
    );
    expect(report('2027-01', '2027-02').months).toMatchObject([
      { planned: 20, actual: 0 },
      { planned: 0, actual: 30 },
    ]);
  });

  test('counts elapsed minutes on the night the clocks go back', async () => {
    // 01:00 to 02:00 happens twice on 25 October 2026: seven elapsed hours from 20:00 to 02:00.
    const back = window('L4', '2026-10-24T19:00:00Z', '2026-10-25T02:00:00Z', 420);
    await log.tell(AT, told.scheduled(back));
    await log.tell(
      '2026-11-02T03:00:00Z',
      told.completed('2026-10', 'L4', { start: back.start, end: back.end, ssi: 420 }),
    );
    expect(month('2026-10')).toMatchObject({ planned: 420, low: 420 });
  });

  test('of Unplanned Maintenance counts once it is over, split as well', async () => {
    await log.tell('2027-01-31T23:00:00Z', told.declared('U1', '2027-01-31T23:00:00Z'));
    expect(month('2027-01')?.unplanned).toBe(0);
    await log.tell(
      '2027-02-01T01:00:00Z',
      told.ended('U1', { start: '2027-01-31T23:00:00Z', end: '2027-02-01T01:00:00Z', ssi: 100 }),
    );
    expect(report('2027-01', '2027-02').months).toMatchObject([
      { planned: 0, unplanned: 60, actual: 60 },
      { planned: 0, unplanned: 40, actual: 40 },
    ]);
  });
});

describe('of changes', () => {
  const made = outcome('C1', '2027-02-01T00:30:00Z', { start: '2027-01-31T23:30:00Z', ssi: 45 });

  test('counts where they were not placed in a window, split from their actual start', async () => {
    await log.tell(AT, raised('C1'), made);
    expect(report('2027-01', '2027-02')).toMatchObject({
      months: [
        { changes: 30, actual: 30 },
        { changes: 15, actual: 15 },
      ],
      total: { planned: 0, changes: 45, actual: 45 },
    });
  });

  test('counts a failed change’s outage too', async () => {
    await log.tell(AT, raised('C1'), outcome('C1', '2027-01-20T00:30:00Z', { outcome: 'failed', ssi: 45 }));
    expect(month('2027-01')?.changes).toBe(45);
  });

  test('does not count where they were placed: it is in the window’s minutes', async () => {
    await log.tell(AT, told.scheduled(H1), raised('C1'), placed('C1', H1));
    await log.tell(
      '2026-12-13T03:00:00Z',
      told.completed('2026-12', 'H1', { start: H1.start, end: H1.end, ssi: 75 }),
      outcome('C1', '2026-12-13T01:00:00Z', { ssi: 75 }),
    );
    expect(month('2026-12')).toMatchObject({ high: 75, changes: 0, actual: 75 });
  });

  test('counts where the window was cancelled: no window holds its minutes', async () => {
    await log.tell(AT, told.scheduled(H1), raised('C1'), placed('C1', H1), told.cancelled('2026-12', 'H1'));
    await log.tell('2026-12-20T09:00:00Z', outcome('C1', '2026-12-19T22:00:00Z', { ssi: 20 }));
    expect(month('2026-12')).toMatchObject({ planned: 0, changes: 20, actual: 20 });
  });

  test('follows a change that is placed again in another window', async () => {
    await log.tell(AT, told.scheduled(H1), told.scheduled(L1), raised('C1'), placed('C1', H1), placed('C1', L1));
    await log.tell(AT, told.cancelled('2026-12', 'H1'));
    await log.tell('2026-12-20T09:00:00Z', outcome('C1', '2026-12-05T22:00:00Z', { ssi: 20 }));
    expect(month('2026-12')?.changes).toBe(0);
    await log.tell('2026-12-20T09:00:00Z', told.cancelled('2026-12', 'L1'));
    expect(month('2026-12')?.changes).toBe(20);
  });

  test('does not count outside production', async () => {
    await log.tell(AT, raised('C1', { environment: 'uit' }), made, raised('C2'), withdrawn('C2'));
    expect(report('2027-01', '2027-02').total).toEqual(ZERO);
  });
});

test('the limit is four hours before the trial of MP092, and none of its own since', () => {
  expect(report('2019-02', '2019-05').months.map(({ limit }) => limit)).toEqual([240, 240, null, null]);
  expect(month('2021-03')?.limit).toBeNull();
});

test('as of a position it is what was known then', async () => {
  await log.tell(AT, told.scheduled(L1));
  await log.tell(AT, told.cancelled('2026-12', 'L1'));
  expect(report('2026-12', '2026-12', 1).total.planned).toBe(120);
  expect(report('2026-12').total.planned).toBe(0);
});

test('work on a core service is not SSI outage unless it says so', async () => {
  await log.tell(AT, told.scheduled({ ...H1, activities: [activity(CORE)] }));
  expect(month('2026-12')?.planned).toBe(0);
});
