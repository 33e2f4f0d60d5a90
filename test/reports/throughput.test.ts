import { throughputReport, type ThroughputReport } from '../../src/reports/throughput/throughput.js';
import { outcome, placed, raised, rejected, withdrawn } from '../support/change-facts.js';
import * as told from '../support/report-facts.js';
import { ToldLog } from '../support/told-log.js';

const AT = '2026-11-01T09:00:00Z';
let log: ToldLog;
beforeEach(() => {
  log = new ToldLog();
});
const report = (from: string, to = from): ThroughputReport => throughputReport(log.reading(), { from, to });

const H1: told.WindowFact = {
  maintenanceId: 'H1',
  start: '2026-12-12T22:00:00Z',
  end: '2026-12-13T02:00:00Z',
  impact: 'High',
};
const L1: told.WindowFact = { maintenanceId: 'L1', start: '2026-12-05T20:00:00Z', end: '2026-12-05T23:00:00Z' };
const L2: told.WindowFact = { maintenanceId: 'L2', start: '2026-12-06T20:00:00Z', end: '2026-12-06T23:00:00Z' };

test('throughput is what was made each month, and over the range on average', async () => {
  for (const [id, end, kind] of [
    ['C1', '2026-12-05T10:00:00Z', 'standard'],
    ['C2', '2026-12-06T10:00:00Z', 'normal'],
    ['C3', '2027-01-06T10:00:00Z', 'standard'],
  ] as const)
    await log.tell(AT, raised(id, { class: kind }), outcome(id, end));
  expect(report('2026-12', '2027-02')).toMatchObject({
    months: [
      { month: '2026-12', implemented: 2, standard: 1, standardShare: 0.5 },
      { month: '2027-01', implemented: 1, standard: 1, standardShare: 1 },
      { month: '2027-02', implemented: 0, standard: 0, standardShare: null },
    ],
    total: { implemented: 3, implementedPerMonth: 1, standard: 2, standardShare: 2 / 3 },
  });
});

test('visible are the changes put on the schedule by the end of the month, when that was, not when it was recorded', async () => {
  await log.tell(
    '2026-12-20T09:00:00Z',
    raised('C1', { raisedAt: '2018-12-01T09:00:00Z' }),
    raised('C2', { raisedAt: '2026-10-31T23:59:00Z', environment: 'uit' }),
    raised('C3', { raisedAt: '2026-11-01T00:00:00Z' }),
    raised('C4'),
    withdrawn('C4'),
  );
  expect(report('2026-10', '2027-01')).toMatchObject({
    months: [
      { raised: 1, visible: 2 },
      { raised: 1, visible: 3 },
      { raised: 1, visible: 4 },
      { raised: 0, visible: 4 },
    ],
    total: { raised: 3, visible: 4 },
  });
});

describe('windows used', () => {
  test('are those that start in the month and were not cancelled, beside how many it allows', async () => {
    await log.tell(AT, told.scheduled(H1), told.scheduled(L1), told.scheduled(L2), told.cancelled('2026-12', 'L2'));
    expect(report('2026-12', '2027-01')).toMatchObject({
      months: [
        { windows: { high: { used: 1, limit: 2 }, low: { used: 1, limit: 6 } } },
        { windows: { high: { used: 0, limit: 2 }, low: { used: 0, limit: 6 } } },
      ],
      total: { windows: { high: { used: 1 }, low: { used: 1 } } },
    });
  });

  test('have no limit before classes were known, nor under a waiver', async () => {
    await log.tell(AT, told.derogated('D1', '2027-03-01', null));
    expect(report('2019-03').months[0]?.windows).toEqual({
      high: { used: 0, limit: null },
      low: { used: 0, limit: null },
    });
    expect(report('2027-03').months[0]?.windows.high.limit).toBeNull();
  });
});

describe('changes per window', () => {
  test('are those placed in the windows used, by impact', async () => {
    await log.tell(AT, told.scheduled(H1), told.scheduled(L1), told.scheduled(L2));
    for (const id of ['C1', 'C2', 'C3']) await log.tell(AT, raised(id), placed(id, L1));
    expect(report('2026-12').months[0]).toMatchObject({
      changesInWindows: { high: 0, low: 3 },
      changesPerWindow: { high: 0, low: 1.5 },
    });
    expect(report('2027-01').months[0]?.changesPerWindow).toEqual({ high: null, low: null });
  });

  test('follow a change that is placed again, withdrawn or rejected, and a window that moves', async () => {
    await log.tell(AT, told.scheduled(H1), told.scheduled(L1));
    for (const id of ['C1', 'C2', 'C3']) await log.tell(AT, raised(id), placed(id, L1));
    await log.tell(AT, placed('C1', H1), withdrawn('C2'));
    expect(report('2026-12').months[0]?.changesInWindows).toEqual({ high: 1, low: 1 });
    await log.tell(
      AT,
      rejected('C3'),
      ...told.moved(H1, { start: '2027-01-09T22:00:00Z', end: '2027-01-10T02:00:00Z' }),
    );
    expect(report('2026-12', '2027-01')).toMatchObject({
      months: [{ changesInWindows: { high: 0, low: 0 } }, { changesInWindows: { high: 1, low: 0 } }],
      total: { changesInWindows: { high: 1, low: 0 } },
    });
  });

  test('leave with a cancelled window, and can be placed in another', async () => {
    await log.tell(AT, told.scheduled(L1), told.scheduled(L2), raised('C1'), placed('C1', L1));
    await log.tell(AT, told.cancelled('2026-12', 'L1'));
    expect(report('2026-12').months[0]?.changesInWindows.low).toBe(0);
    await log.tell(AT, placed('C1', L2));
    expect(report('2026-12').months[0]?.changesPerWindow.low).toBe(1);
  });
});
