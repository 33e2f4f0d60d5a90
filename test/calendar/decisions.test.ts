import { addActivity } from '../../src/calendar/add-activity/add-activity.js';
import { cancelMaintenance } from '../../src/calendar/cancel-maintenance/cancel-maintenance.js';
import { completeMaintenance } from '../../src/calendar/complete-maintenance/complete-maintenance.js';
import { publishMonthlySchedule } from '../../src/calendar/publish-monthly-schedule/publish-monthly-schedule.js';
import { reclassifyMaintenance } from '../../src/calendar/reclassify-maintenance/reclassify-maintenance.js';
import { reportProgress } from '../../src/calendar/report-progress/report-progress.js';
import { rescheduleAtPanelRequest } from '../../src/calendar/reschedule-at-panel-request/reschedule-at-panel-request.js';
import { rescheduleMaintenance } from '../../src/calendar/reschedule-maintenance/reschedule-maintenance.js';
import { startMaintenance } from '../../src/calendar/start-maintenance/start-maintenance.js';
import { extendDerogation } from '../../src/panel/extend-derogation/extend-derogation.js';
import { grantDerogation } from '../../src/panel/grant-derogation/grant-derogation.js';
import { requestReschedule } from '../../src/panel/request-reschedule/request-reschedule.js';
import { revokeDerogation } from '../../src/panel/revoke-derogation/revoke-derogation.js';
import {
  activity,
  addLowImpactWindow,
  CORE,
  findingsOf,
  refusedBy,
  scheduleMaintenance,
  SSI,
  TestCalendar,
  window,
} from '../support/calendar.js';
import { high, low, published } from '../support/december.js';

describe('before publication', () => {
  test('a window needs its lead time: 10 clear Working Days for Low, 20 for High, under H8.4', async () => {
    const calendar = new TestCalendar('2026-11-20T10:00:00Z');
    expect(refusedBy(await calendar.submit(scheduleMaintenance, low('A', '04')))).toBe('H8.4');
    expect((await calendar.submit(scheduleMaintenance, low('A', '05'))).kind).toBe('answered');
    expect(refusedBy(await calendar.submit(scheduleMaintenance, high('B', '18')))).toBe('H8.4');
    expect((await calendar.submit(scheduleMaintenance, high('B', '19'))).kind).toBe('answered');
  });

  test('windows of migration systems only are planned until the month begins, or with 10 clear Working Days', async () => {
    const migration = (day: string): ReturnType<typeof window> =>
      window('MIG', `2026-12-${day}T20:00:00Z`, `2026-12-${day}T21:00:00Z`, CORE, {
        activities: [activity(CORE, { migrationSystems: true })],
      });
    const november = new TestCalendar('2026-11-30T10:00:00Z');
    expect((await november.submit(scheduleMaintenance, migration('01'))).kind).toBe('answered');
    const december = new TestCalendar('2026-12-01T10:00:00Z');
    expect(refusedBy(await december.submit(scheduleMaintenance, migration('15')))).toBe('AL-3.1(c)');
    expect((await december.submit(scheduleMaintenance, migration('16'))).kind).toBe('answered');
  });

  test('a move needs the lead time of its class, and records one fact', async () => {
    const calendar = new TestCalendar();
    await calendar.plan(low());
    const to = { start: '2026-12-09T20:00:00Z', end: '2026-12-09T22:00:00Z' };
    await calendar.given(rescheduleMaintenance, { maintenanceId: 'L1', ...to, reason: 'Not ready' });
    expect(calendar.facts('month-2026-12')).toEqual(['MaintenanceScheduled', 'MaintenanceRescheduled']);
  });

  test('an outage longer than its window is the caller’s mistake', async () => {
    const calendar = new TestCalendar();
    const outcome = await calendar.submit(scheduleMaintenance, {
      ...low(),
      activities: [activity(SSI, { ssiOutageMinutes: 121 })],
    });
    expect(outcome).toMatchObject({ kind: 'invalid', errors: [{ pointer: '/activities/0/ssiOutageMinutes' }] });
    await calendar.plan({ ...low(), activities: [activity(SSI, { ssiOutageMinutes: 120 })] });
    const shorter = { start: '2026-12-09T20:00:00Z', end: '2026-12-09T21:00:00Z', reason: 'x' };
    expect(await calendar.submit(rescheduleMaintenance, { maintenanceId: 'L1', ...shorter })).toMatchObject({
      kind: 'invalid',
      errors: [{ pointer: '/end', detail: expect.stringContaining('120 minutes') as string }],
    });
  });
});

describe('publication', () => {
  test('on the last compliant date passes; a day later needs a reason and is a breach', async () => {
    const inTime = new TestCalendar('2026-11-02T21:00:00Z');
    expect(await inTime.publish('2026-12')).toMatchObject({ version: 1, compliant: true });
    const late = new TestCalendar('2026-11-03T09:00:00Z');
    expect(refusedBy(await late.submit(publishMonthlySchedule, { month: '2026-12' }))).toBe('H8.4');
    const outcome = await late.submit(publishMonthlySchedule, { month: '2026-12', lateReason: 'The meeting overran' });
    expect(findingsOf(outcome, 'breach')).toMatchObject([{ rule: 'H8.4', limit: 20, value: 19 }]);
  });

  test('every change to a published month reissues its schedule', async () => {
    const calendar = await published();
    calendar.at('2026-11-02T10:00:00Z');
    await calendar.given(addLowImpactWindow, low('L2', '15'));
    await calendar.given(addActivity, { maintenanceId: 'L1', activity: activity('reporting') });
    await calendar.given(cancelMaintenance, { maintenanceId: 'L2', reason: 'Withdrawn' });
    const services = [{ service: 'reporting', effect: 'disrupted' as const }];
    await calendar.given(reclassifyMaintenance, { maintenanceId: 'H1', services, rationale: 'Reviewed' });
    expect(calendar.facts('month-2026-12').filter((type) => type === 'ScheduleReissued')).toHaveLength(4);
  });

  test('what turns from Low to High after publication needs 20 clear Working Days', async () => {
    const services = [{ service: CORE, effect: 'material-risk' as const }];
    const change = { maintenanceId: 'L1', services, rationale: 'The review found a dependency' };
    const late = (await published()).at('2026-11-10T10:00:00Z');
    expect(refusedBy(await late.submit(reclassifyMaintenance, change))).toBe('H8.4A(b)');
    const inTime = (await published()).at('2026-11-06T10:00:00Z');
    expect(await inTime.given(reclassifyMaintenance, change)).toMatchObject({ impact: 'High', version: 2 });
  });
});

describe('the Panel', () => {
  test('moves a window between months as one act, in both books at once, whatever the notice', async () => {
    const calendar = await published();
    calendar.at('2026-12-11T10:00:00Z');
    const { requestId } = await calendar.given(requestReschedule, { maintenanceId: 'H1', reasons: 'Top-up peak' });
    const before = calendar.store.head();
    const answer = await calendar.given(rescheduleAtPanelRequest, {
      requestId: String(requestId),
      start: '2027-01-02T22:00:00Z',
      end: '2027-01-03T01:00:00Z',
    });
    expect(answer).toMatchObject({ month: '2027-01', versions: { '2026-12': 2 }, extent: 'accommodated' });
    expect([...calendar.store.read({ after: before })].map(({ stream, type }) => `${stream} ${type}`)).toEqual([
      'month-2026-12 MaintenanceRescheduled',
      'month-2027-01 MaintenanceMovedIn',
      'month-2026-12 ScheduleReissued',
      `panel-request-${String(requestId)} PanelRequestAccommodated`,
    ]);
  });

  test('is answered in part where the new time is outside the preferred period, with why', async () => {
    const calendar = await published();
    const { requestId } = await calendar.given(requestReschedule, {
      maintenanceId: 'L1',
      reasons: 'Clash',
      preferredFrom: '2026-12-14T00:00:00Z',
      preferredTo: '2026-12-16T00:00:00Z',
    });
    const move = { requestId: String(requestId), start: '2026-12-20T20:00:00Z', end: '2026-12-20T22:00:00Z' };
    expect(await calendar.submit(rescheduleAtPanelRequest, move)).toMatchObject({ kind: 'invalid' });
    expect(refusedBy(await calendar.submit(rescheduleAtPanelRequest, { ...move, asRequested: true }))).toBe('H8.5');
    expect(await calendar.given(rescheduleAtPanelRequest, { ...move, explanation: 'No earlier night' })).toMatchObject({
      extent: 'partly',
    });
  });

  test('cannot have a window moved into the past, nor past a limit of the month in which it lands', async () => {
    const calendar = new TestCalendar();
    await calendar.plan(high());
    for (const day of ['05', '12'])
      await calendar.plan(window(`J${day}`, `2027-01-${day}T22:00:00Z`, `2027-01-${day}T23:00:00Z`, CORE));
    calendar.at('2026-10-30T10:00:00Z');
    await calendar.publish('2026-12');
    const { requestId } = await calendar.given(requestReschedule, { maintenanceId: 'H1', reasons: 'Clash' });
    const move = (start: string, end: string): ReturnType<typeof calendar.submit> =>
      calendar.submit(rescheduleAtPanelRequest, { requestId: String(requestId), start, end });
    expect(refusedBy(await move('2026-10-20T22:00:00Z', '2026-10-20T23:00:00Z'))).toBe('H8.5');
    expect(refusedBy(await move('2027-01-20T22:00:00Z', '2027-01-20T23:00:00Z'))).toBe('H8.3(c)');
    expect(calendar.facts('month-2027-01')).toEqual(['MaintenanceScheduled', 'MaintenanceScheduled']);
  });

  test('waives, extends and revokes; a revoked derogation allows nothing from its date on', async () => {
    const calendar = new TestCalendar();
    for (const day of ['05', '12'])
      await calendar.plan(window(`H${day}`, `2026-12-${day}T22:00:00Z`, `2026-12-${day}T23:00:00Z`, CORE));
    const third = window('H3', '2026-12-19T22:00:00Z', '2026-12-19T23:00:00Z', CORE);
    expect(refusedBy(await calendar.submit(scheduleMaintenance, third))).toBe('H8.3(c)');
    await calendar.given(grantDerogation, {
      derogationId: 'D1',
      clauses: ['H8.3(c)'],
      from: '2026-12-01',
      to: '2026-12-10',
      reference: 'SECP_1',
      reason: 'Peak',
    });
    expect(refusedBy(await calendar.submit(scheduleMaintenance, third))).toBe('H8.3(c)');
    await calendar.given(extendDerogation, { derogationId: 'D1', to: null });
    const waived = await calendar.submit(scheduleMaintenance, third);
    expect(findingsOf(waived, 'waived')).toMatchObject([{ rule: 'H8.3(c)', reference: 'SECP_1' }]);
    await calendar.given(revokeDerogation, { derogationId: 'D1', from: '2026-12-20', reason: 'Over' });
    const fourth = window('H4', '2026-12-20T22:00:00Z', '2026-12-20T23:00:00Z', CORE);
    expect(refusedBy(await calendar.submit(scheduleMaintenance, fourth))).toBe('H8.3(c)');
  });

  test('never relaxes notice: a derogation of every clause leaves H8.4 standing', async () => {
    const calendar = new TestCalendar('2026-11-20T10:00:00Z');
    await calendar.given(grantDerogation, {
      clauses: ['H8.3(b)', 'H8.3(c)', 'H8.3(d)'],
      from: '2026-01-01',
      to: null,
      reference: 'SECP_2',
      reason: 'All',
    });
    expect(refusedBy(await calendar.submit(scheduleMaintenance, low('A', '04')))).toBe('H8.4');
  });
});

describe('what happened is recorded, never refused', () => {
  async function running(): Promise<TestCalendar> {
    const calendar = (await published()).at('2026-12-12T22:00:00Z');
    await calendar.given(startMaintenance, { maintenanceId: 'H1' });
    return calendar;
  }

  test('an overrun past six hours in the month is a breach, and an early finish gives time back', async () => {
    const overrun = (await running()).at('2026-12-13T04:01:00Z');
    const done = { maintenanceId: 'H1', ssiOutageMinutes: 0, servicesDisrupted: [CORE] };
    expect(findingsOf(await overrun.submit(completeMaintenance, done), 'breach')).toMatchObject([
      { rule: 'H8.3(c)', limit: 360, value: 361 },
    ]);
    const early = (await running()).at('2026-12-13T00:00:00Z');
    const outcome = await early.submit(completeMaintenance, done);
    expect(findingsOf(outcome, 'breach')).toEqual([]);
    expect(outcome).toMatchObject({ answer: { minutes: 120 } });
  });

  test('work begun in a month never published, or at another time than told, is a breach on the record', async () => {
    const calendar = new TestCalendar();
    await calendar.plan(low());
    calendar.at('2026-12-08T19:30:00Z');
    const outcome = await calendar.submit(startMaintenance, { maintenanceId: 'L1' });
    expect(findingsOf(outcome, 'breach').map(({ rule }) => rule)).toEqual(['H8.4', 'H8.7']);
  });

  test('Low Impact maintenance that disrupted a core service is marked', async () => {
    const calendar = (await published()).at('2026-12-08T20:00:00Z');
    await calendar.given(startMaintenance, { maintenanceId: 'L1' });
    calendar.at('2026-12-08T21:00:00Z');
    await calendar.given(completeMaintenance, { maintenanceId: 'L1', ssiOutageMinutes: 5, servicesDisrupted: [CORE] });
    expect(calendar.store.readStream('month-2026-12').at(-1)?.data).toMatchObject({ unexpectedCoreDisruption: true });
  });

  test('the future is not recorded, and nothing ends before it began', async () => {
    const calendar = await running();
    const at = (end: string): ReturnType<typeof calendar.submit> =>
      calendar.submit(completeMaintenance, { maintenanceId: 'H1', end, ssiOutageMinutes: 0, servicesDisrupted: [] });
    expect(await at('2026-12-12T23:00:00Z')).toMatchObject({ kind: 'invalid', errors: [{ pointer: '/end' }] });
    expect(await at('2026-12-12T21:00:00Z')).toMatchObject({ kind: 'invalid', errors: [{ pointer: '/end' }] });
  });

  test('progress is reported while work is under way, and only then', async () => {
    const report = {
      maintenanceId: 'H1',
      expectedEnd: '2026-12-13T03:00:00Z',
      expectedDisruption: 'Another two hours',
    };
    expect(await (await published()).submit(reportProgress, report)).toMatchObject({
      kind: 'conflict',
      code: 'not-started',
    });
    const outcome = await (await running()).submit(reportProgress, report);
    expect(findingsOf(outcome, 'warning')).toMatchObject([{ rule: 'H8.7' }]);
  });

  test('progress is weighed against what was told last, as for Unplanned Maintenance', async () => {
    const calendar = await running();
    const report = { maintenanceId: 'H1', expectedDisruption: 'More' };
    await calendar.given(reportProgress, { ...report, expectedEnd: '2026-12-13T03:00:00Z' });
    const sooner = await calendar.submit(reportProgress, { ...report, expectedEnd: '2026-12-13T02:00:00Z' });
    expect(findingsOf(sooner, 'pass')).toMatchObject([{ rule: 'H8.7' }]);
    const later = await calendar.submit(reportProgress, { ...report, expectedEnd: '2026-12-13T02:01:00Z' });
    expect(findingsOf(later, 'warning')).toMatchObject([{ value: '2026-12-13T02:01', limit: '2026-12-13T02:00' }]);
  });

  test('a window that started can be neither cancelled nor moved', async () => {
    const calendar = await running();
    expect(await calendar.submit(cancelMaintenance, { maintenanceId: 'H1', reason: 'x' })).toMatchObject({
      code: 'already-started',
    });
  });
});

test('two commands that together break a limit cannot both be recorded, however they race', async () => {
  const calendar = new TestCalendar();
  const outcomes = await Promise.all(
    ['05', '07', '09', '14', '16', '18', '21', '23'].map((day) =>
      calendar.submit(scheduleMaintenance, high(`H${day}`, day)),
    ),
  );
  expect(outcomes.filter(({ kind }) => kind === 'answered')).toHaveLength(2);
  expect(outcomes.filter((outcome) => refusedBy(outcome) === 'H8.3(c)')).toHaveLength(6);
});

test('an unknown window is missing, not refused', async () => {
  const outcome = await new TestCalendar().submit(cancelMaintenance, { maintenanceId: 'none', reason: 'x' });
  expect(outcome.kind).toBe('missing');
});
