import { noticeReport, type NoticeReport } from '../../src/reports/notice/notice.js';
import * as told from '../support/report-facts.js';
import { ToldLog } from '../support/told-log.js';

const AT = '2026-11-10T09:00:00Z';
let log: ToldLog;
beforeEach(() => {
  log = new ToldLog();
});
const report = (from: string, to = from, now = '2027-06-01T09:00:00Z', upTo?: number): NoticeReport =>
  noticeReport(log.reading(upTo), { from, to }, { now, jurisdiction: 'england-and-wales' });
const month = (name: string): NoticeReport['months'][number] | undefined => report(name).months[0];

const L1: told.WindowFact = { maintenanceId: 'L1', start: '2026-12-05T20:00:00Z', end: '2026-12-05T23:00:00Z' };
const H1: told.WindowFact = {
  ...L1,
  maintenanceId: 'H1',
  start: '2026-12-19T22:00:00Z',
  end: '2026-12-20T02:00:00Z',
  impact: 'High',
};
const weighed = (
  rule: string,
  limit: number,
  value: number,
  outcome: 'pass' | 'breach' = 'pass',
): told.FindingFact => ({
  rule,
  outcome,
  detail: `${String(value)} clear Working Days; ${String(limit)} are needed`,
  limit,
  value,
});

test('every month of the range is listed, the empty ones too', () => {
  const empty = { schedule: null, reissues: [], additionalWindows: [], breaches: [], unplanned: [] };
  expect(report('2026-12', '2027-01')).toEqual({
    from: '2026-12',
    to: '2027-01',
    months: [
      { month: '2026-12', ...empty },
      { month: '2027-01', ...empty },
    ],
    total: { schedules: 0, late: 0, reissues: 0, additionalWindows: 0, breaches: 0, unplanned: 0 },
  });
});

describe('schedules', () => {
  test('are listed with their margin to the 1st of the month', async () => {
    await log.tell('2026-11-02T21:00:00Z', told.published('2026-12', { margin: 20 }));
    expect(month('2026-12')?.schedule).toEqual({
      kind: 'schedule',
      at: '2026-11-02T21:00:00Z',
      noticeDate: '2026-11-02',
      eventDate: '2026-12-01',
      neededWorkingDays: 20,
      marginWorkingDays: 20,
      restatedMarginWorkingDays: 20,
      compliant: true,
      lateReason: null,
    });
    expect(month('2026-12')?.breaches).toEqual([]);
  });

  test('that are late are a breach with its reason', async () => {
    await log.tell('2026-12-02T09:00:00Z', told.published('2027-01', { margin: 18, lateReason: 'Approval overran' }));
    expect(report('2027-01')).toMatchObject({
      months: [
        {
          schedule: { compliant: false, marginWorkingDays: 18, lateReason: 'Approval overran' },
          breaches: [{ rule: 'H8.4', reason: 'Approval overran', foundIn: 'MonthlySchedulePublished' }],
        },
      ],
      total: { schedules: 1, late: 1, breaches: 1 },
    });
  });
});

test('a margin is restated by the holidays known now; the judgement stays what it was', async () => {
  // 19 September 2022 was proclaimed on 10 September, after the schedule of October had gone out.
  await log.tell('2022-09-02T09:00:00Z', told.published('2022-10', { margin: 20 }));
  const then = report('2022-10', '2022-10', '2022-09-09T09:00:00Z').months[0]?.schedule;
  expect(then).toMatchObject({ marginWorkingDays: 20, restatedMarginWorkingDays: 20, compliant: true });
  const now = report('2022-10', '2022-10', '2022-09-12T09:00:00Z').months[0]?.schedule;
  expect(now).toMatchObject({ marginWorkingDays: 20, restatedMarginWorkingDays: 19, compliant: true });
});

test('a holiday recorded here restates a margin as well, as of when it was announced and recorded', async () => {
  await log.tell('2026-11-02T21:00:00Z', told.published('2026-12', { margin: 20 }));
  const before = log.store.head();
  await log.tell('2026-11-20T09:00:00Z', told.holiday('2026-11-27', '2026-11-19'));
  const restated = (now: string, upTo?: number): number | undefined =>
    report('2026-12', '2026-12', now, upTo).months[0]?.schedule?.restatedMarginWorkingDays;
  expect(restated('2026-11-21T09:00:00Z')).toBe(19);
  expect(restated('2026-11-18T09:00:00Z')).toBe(20);
  expect(restated('2026-11-21T09:00:00Z', before)).toBe(20);
});

describe('additional windows', () => {
  test('are listed with the notice that they needed, and so is the reissue', async () => {
    const finding = weighed('H8.4A(a)', 10, 18);
    await log.tell(
      AT,
      told.scheduled(L1, { additional: true, findings: [finding] }),
      told.reissued('2026-12', 2, 'MaintenanceScheduled', 'L1', 18),
    );
    expect(report('2026-12')).toMatchObject({
      months: [
        {
          additionalWindows: [
            {
              kind: 'additional-window',
              maintenanceId: 'L1',
              impact: 'Low',
              rule: 'H8.4A(a)',
              noticeDate: '2026-11-10',
              eventDate: '2026-12-05',
              neededWorkingDays: 10,
              marginWorkingDays: 18,
              restatedMarginWorkingDays: 18,
              compliant: true,
            },
          ],
          reissues: [
            {
              kind: 'reissue',
              version: 2,
              because: 'MaintenanceScheduled',
              maintenanceId: 'L1',
              eventDate: '2026-12-05',
              neededWorkingDays: 10,
              marginWorkingDays: 18,
              restatedMarginWorkingDays: 18,
              compliant: true,
            },
          ],
        },
      ],
      total: { additionalWindows: 1, reissues: 1, breaches: 0 },
    });
  });

  test('of Migration Systems are compliant below ten days where they were planned before the month', async () => {
    await log.tell(AT, told.scheduled(L1, { additional: true, findings: [weighed('AL-3.1(c)', 10, 8)] }));
    expect(month('2026-12')?.additionalWindows).toMatchObject([
      { rule: 'AL-3.1(c)', neededWorkingDays: 10, marginWorkingDays: 8, compliant: true },
    ]);
  });

  test('are not windows planned before publication', async () => {
    await log.tell(AT, told.scheduled(L1, { findings: [weighed('H8.4', 10, 18)] }));
    expect(report('2026-12').total).toMatchObject({ additionalWindows: 0, reissues: 0 });
  });
});

describe('reissues', () => {
  const reissues = (name: string): NoticeReport['months'][number]['reissues'] | undefined => month(name)?.reissues;
  beforeEach(() => log.tell('2026-10-30T09:00:00Z', told.scheduled(L1), told.scheduled(H1), told.published('2026-12')));

  test('of a move have the margin to its new time, in each month touched', async () => {
    const to = { start: '2027-01-09T20:00:00Z', end: '2027-01-09T23:00:00Z' };
    await log.tell(
      AT,
      ...told.moved(L1, to, [weighed('H8.4A(a)', 10, 41)]),
      told.reissued('2026-12', 2, 'MaintenanceRescheduled', 'L1', 41),
      told.reissued('2027-01', 2, 'MaintenanceRescheduled', 'L1', 41),
    );
    for (const name of ['2026-12', '2027-01'])
      expect(reissues(name)).toMatchObject([
        { because: 'MaintenanceRescheduled', eventDate: '2027-01-09', neededWorkingDays: 10, marginWorkingDays: 41 },
      ]);
  });

  test('of a move at the Panel’s request needed no notice, and show the margin', async () => {
    const finding: told.FindingFact = { rule: 'H8.5', outcome: 'pass', detail: 'notice does not gate it', value: 3 };
    const to = { start: '2026-12-13T20:00:00Z', end: '2026-12-13T23:00:00Z' };
    await log.tell(
      '2026-12-08T09:00:00Z',
      ...told.moved(L1, to, [finding]),
      told.reissued('2026-12', 2, 'MaintenanceRescheduled', 'L1', 3),
    );
    expect(reissues('2026-12')).toMatchObject([
      { neededWorkingDays: null, compliant: null, marginWorkingDays: 3, restatedMarginWorkingDays: 3 },
    ]);
  });

  test('of a cancellation needed no notice either', async () => {
    await log.tell(AT, told.cancelled('2026-12', 'L1'), told.reissued('2026-12', 2, 'MaintenanceCancelled', 'L1', 18));
    expect(reissues('2026-12')).toMatchObject([
      { because: 'MaintenanceCancelled', eventDate: '2026-12-05', neededWorkingDays: null, marginWorkingDays: 18 },
    ]);
  });

  test('of work that turns a window High Impact needed that of an additional one', async () => {
    await log.tell(
      AT,
      told.reclassified('2026-12', 'L1', 'High', [weighed('H8.4A(b)', 20, 18, 'breach')]),
      told.reissued('2026-12', 2, 'MaintenanceReclassified', 'L1', 18),
    );
    expect(reissues('2026-12')).toMatchObject([
      { because: 'MaintenanceReclassified', neededWorkingDays: 20, compliant: false },
    ]);
    expect(month('2026-12')?.breaches).toMatchObject([{ rule: 'H8.4A(b)', maintenanceId: 'L1' }]);
  });

  test('come in the order in which they were recorded', async () => {
    for (let version = 2; version <= 12; version += 1)
      await log.tell(AT, told.reissued('2026-12', version, 'MaintenanceActivityAdded', 'H1', 26));
    expect(reissues('2026-12')?.map(({ version }) => version)).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  });
});

describe('breaches', () => {
  test('of notice are listed wherever they were found, those of other rules are not', async () => {
    const breach = (rule: string): told.FindingFact => ({ rule, outcome: 'breach', detail: `breach of ${rule}` });
    await log.tell(AT, told.scheduled(L1));
    await log.tell(
      '2026-12-06T09:00:00Z',
      told.started('2026-12', 'L1', L1.start, [breach('H8.4'), breach('H8.7')]),
      told.completed('2026-12', 'L1', { start: L1.start, end: L1.end }, [breach('H8.3(d)')]),
    );
    expect(month('2026-12')?.breaches).toEqual(
      ['H8.4', 'H8.7'].map((rule) => ({
        kind: 'breach',
        rule,
        detail: `breach of ${rule}`,
        reason: null,
        foundIn: 'MaintenanceStarted',
        at: L1.start,
        maintenanceId: 'L1',
        unplannedId: null,
      })),
    );
  });

  test('of Unplanned Maintenance stand in the month in which it began', async () => {
    const breach: told.FindingFact = { rule: 'H8.7', outcome: 'breach', detail: 'nobody was told' };
    await log.tell('2026-12-31T23:00:00Z', told.declared('U1', '2026-12-31T23:00:00Z'));
    await log.tell(
      '2027-01-01T02:00:00Z',
      told.ended('U1', { start: '2026-12-31T23:00:00Z', end: '2027-01-01T02:00:00Z' }, [breach]),
    );
    expect(month('2026-12')?.breaches).toMatchObject([{ unplannedId: 'U1', maintenanceId: null, rule: 'H8.7' }]);
  });
});

test('Unplanned Maintenance is listed with the time that it took to tell of it', async () => {
  await log.tell(
    '2026-12-09T14:40:00Z',
    told.declared('U1', '2026-12-09T14:30:00Z', {
      awareAt: '2026-12-09T14:00:00Z',
      notifiedAt: '2026-12-09T14:40:00Z',
      before: true,
    }),
  );
  expect(month('2026-12')?.unplanned).toEqual([
    {
      kind: 'unplanned',
      unplannedId: 'U1',
      awareAt: '2026-12-09T14:00:00Z',
      notifiedAt: '2026-12-09T14:40:00Z',
      elapsedMinutes: 40,
      emergency: false,
      plannedBeforeMonth: true,
    },
  ]);
});

test('as of a position it lists what had been recorded by then', async () => {
  await log.tell('2026-11-02T21:00:00Z', told.published('2026-12', { margin: 20 }));
  const before = log.store.head();
  await log.tell(AT, told.scheduled(L1), told.reissued('2026-12', 2, 'MaintenanceScheduled', 'L1'));
  expect(report('2026-12', '2026-12', AT, before).total).toMatchObject({ schedules: 1, reissues: 0 });
  expect(report('2026-12').total).toMatchObject({ schedules: 1, reissues: 1 });
});
