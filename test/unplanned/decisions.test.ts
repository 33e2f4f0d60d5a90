import { reportProgress } from '../../src/calendar/report-progress/report-progress.js';
import { startMaintenance } from '../../src/calendar/start-maintenance/start-maintenance.js';
import { bound, chosenAct } from '../../src/commands/chosen-act.js';
import {
  declareUnplannedMaintenance,
  type DeclareUnplannedMaintenance,
} from '../../src/unplanned/declare-unplanned-maintenance/declare-unplanned-maintenance.js';
import { endUnplannedMaintenance } from '../../src/unplanned/end-unplanned-maintenance/end-unplanned-maintenance.js';
import { reportUnplannedProgress } from '../../src/unplanned/report-unplanned-progress/report-unplanned-progress.js';
import { activity, findingsOf, SSI, TestCalendar, window } from '../support/calendar.js';

/** An outage in the middle of the day of 9 November 2026: no night band, no notice. */
const outage = (change: Partial<DeclareUnplannedMaintenance> = {}): DeclareUnplannedMaintenance => ({
  unplannedId: 'U1',
  awareAt: '2026-11-09T14:00:00Z',
  start: '2026-11-09T14:30:00Z',
  expectedEnd: '2026-11-09T16:00:00Z',
  emergency: true,
  activities: [activity(SSI, { ssiOutageMinutes: 90 })],
  riskToReturn: 'None known',
  ...change,
});

const ended = { unplannedId: 'U1', end: '2026-11-09T16:00:00Z', ssiOutageMinutes: 90, servicesDisrupted: [SSI] };
const told = { unplannedId: 'U1', expectedEnd: '2026-11-09T17:00:00Z', expectedDisruption: 'Another hour' };

/** The outage, declared at 14:05 before it began, the clock now at `now`. */
async function declared(now = '2026-11-09T15:30:00Z'): Promise<TestCalendar> {
  const calendar = new TestCalendar('2026-11-09T14:05:00Z');
  await calendar.given(declareUnplannedMaintenance, outage());
  return calendar.at(now);
}

describe('declaring', () => {
  test('after the event records when it happened and when it was told as two times', async () => {
    const calendar = new TestCalendar('2026-11-10T09:00:00Z');
    expect(await calendar.given(declareUnplannedMaintenance, outage())).toMatchObject({
      unplannedId: 'U1',
      month: '2026-11',
      notifiedAt: '2026-11-10T09:00:00Z',
      minutesToNotice: 1140,
    });
    expect(calendar.store.readStream('unplanned-U1')).toMatchObject([
      {
        type: 'UnplannedMaintenanceDeclared',
        occurredAt: '2026-11-09T14:30:00Z',
        recordedAt: '2026-11-10T09:00:00.000Z',
        data: { notifiedAt: '2026-11-10T09:00:00Z', plannedBeforeMonth: false },
      },
    ]);
  });

  test('before the event occurs when it is told: what has not begun has not occurred', async () => {
    const calendar = await declared();
    expect(calendar.store.readStream('unplanned-U1')[0]?.occurredAt).toBe('2026-11-09T14:05:00Z');
  });

  test('tells the minutes from awareness to notice under H8.6, and judges them by no invented deadline', async () => {
    const calendar = new TestCalendar('2027-11-10T09:00:00Z');
    const outcome = await calendar.submit(declareUnplannedMaintenance, outage());
    expect(findingsOf(outcome, 'breach')).toEqual([]);
    expect(findingsOf(outcome, 'pass')).toContainEqual(
      expect.objectContaining({ rule: 'H8.6', value: 366 * 1440 - 300, unit: 'minutes' }),
    );
  });

  test.each([
    ['an emergency', outage(), []],
    [
      'planned before its month began',
      outage({ start: '2026-12-01T03:00:00Z', expectedEnd: '2026-12-01T04:30:00Z', emergency: true }),
      [],
    ],
    ['no emergency and not planned before its month', outage({ emergency: false }), ['no emergency']],
    [
      'no emergency and yet to begin, before its month',
      outage({ start: '2026-12-01T03:00:00Z', expectedEnd: '2026-12-01T04:30:00Z', emergency: false }),
      ['plan it instead'],
    ],
    [
      'no emergency and yet to begin, within its month',
      outage({ start: '2026-11-20T03:00:00Z', expectedEnd: '2026-11-20T04:30:00Z', emergency: false }),
      ['no emergency', 'plan it instead'],
    ],
  ])('%s: recorded, with the warnings that fit', async (_, command, warnings) => {
    const calendar = new TestCalendar('2026-11-10T09:00:00Z');
    const outcome = await calendar.submit(declareUnplannedMaintenance, command);
    expect(outcome.kind).toBe('answered');
    expect(findingsOf(outcome, 'warning').map(({ rule, detail }) => [rule, detail])).toEqual(
      warnings.map((text) => ['H8.6', expect.stringContaining(text) as string]),
    );
  });

  test('planned before its month is judged by the local month: at half past midnight of 1 June in London it has begun', async () => {
    const june = outage({
      awareAt: '2027-05-31T22:00:00Z',
      start: '2027-06-01T10:00:00Z',
      expectedEnd: '2027-06-01T11:00:00Z',
    });
    const may = new TestCalendar('2027-05-31T22:30:00Z');
    expect(await may.given(declareUnplannedMaintenance, june)).toMatchObject({ plannedBeforeMonth: true });
    const after = new TestCalendar('2027-05-31T23:30:00Z');
    expect(await after.given(declareUnplannedMaintenance, june)).toMatchObject({ plannedBeforeMonth: false });
  });

  test.each([
    ['awareness of what is to come', { awareAt: '2026-11-10T09:00:01Z' }, '/awareAt'],
    ['an end at the start', { expectedEnd: '2026-11-09T14:30:00Z' }, '/expectedEnd'],
    [
      'work that names no service (H8.4(b))',
      { activities: [activity(SSI), activity(SSI, { services: [] })] },
      '/activities/1/services',
    ],
  ])('%s is the caller’s mistake', async (_, change, pointer) => {
    const outcome = await new TestCalendar('2026-11-10T09:00:00Z').submit(declareUnplannedMaintenance, outage(change));
    expect(outcome).toMatchObject({ kind: 'invalid', errors: [{ pointer }] });
  });

  test('an id is taken once', async () => {
    expect(await (await declared()).submit(declareUnplannedMaintenance, outage())).toMatchObject({ code: 'id-taken' });
  });

  test('an SSI outage longer than the work is warned of, not refused', async () => {
    const command = outage({ activities: [activity(SSI, { ssiOutageMinutes: 91 })] });
    const outcome = await new TestCalendar('2026-11-10T09:00:00Z').submit(declareUnplannedMaintenance, command);
    expect(findingsOf(outcome, 'warning')).toMatchObject([{ rule: 'H8.7', value: 91, limit: 90 }]);
  });
});

describe('progress', () => {
  test('is measured against what was told last (H8.7)', async () => {
    const calendar = await declared();
    expect(findingsOf(await calendar.submit(reportUnplannedProgress, told), 'warning')).toMatchObject([
      { rule: 'H8.7', value: '2026-11-09T17:00', limit: '2026-11-09T16:00' },
    ]);
    expect(findingsOf(await calendar.submit(reportUnplannedProgress, told), 'warning')).toEqual([]);
    const end = await calendar
      .at('2026-11-09T17:01:00Z')
      .submit(endUnplannedMaintenance, { ...ended, end: '2026-11-09T17:01:00Z' });
    expect(findingsOf(end, 'warning')).toMatchObject([{ rule: 'H8.7', limit: '2026-11-09T17:00' }]);
  });

  test('is told during the work only', async () => {
    const calendar = await declared('2026-11-09T14:29:59Z');
    expect(await calendar.submit(reportUnplannedProgress, told)).toMatchObject({ code: 'not-started' });
    calendar.at('2026-11-09T16:00:00Z');
    expect(
      await calendar.submit(reportUnplannedProgress, { ...told, expectedEnd: '2026-11-09T14:30:00Z' }),
    ).toMatchObject({
      kind: 'invalid',
      errors: [{ pointer: '/expectedEnd' }],
    });
    await calendar.given(endUnplannedMaintenance, ended);
    expect(await calendar.submit(reportUnplannedProgress, told)).toMatchObject({ code: 'already-closed' });
    expect((await calendar.submit(reportUnplannedProgress, { ...told, unplannedId: 'U2' })).kind).toBe('missing');
  });

  test('of planned and of unplanned work is one command, and each records its own fact in its own stream', async () => {
    const calendar = new TestCalendar('2026-10-01T09:00:00Z');
    await calendar.plan(window('L1', '2026-11-09T20:00:00Z', '2026-11-09T22:00:00Z'));
    calendar.at('2026-11-09T20:00:00Z');
    await calendar.given(startMaintenance, { maintenanceId: 'L1' });
    await calendar.given(declareUnplannedMaintenance, outage());
    const command = { expectedEnd: '2026-11-09T23:00:00Z', expectedDisruption: 'Longer' };
    const act = chosenAct('ReportProgress');
    await calendar.given(act, bound(reportProgress, { maintenanceId: 'L1', ...command }));
    await calendar.given(act, bound(reportUnplannedProgress, { unplannedId: 'U1', ...command }));
    expect(calendar.facts('month-2026-11').at(-1)).toBe('MaintenanceProgressReported');
    expect(calendar.facts('unplanned-U1').at(-1)).toBe('UnplannedProgressReported');
  });
});

describe('the end', () => {
  test('records the elapsed minutes, a started one as a whole one, once', async () => {
    const calendar = await declared('2026-11-09T16:30:00Z');
    expect(await calendar.given(endUnplannedMaintenance, { ...ended, end: '2026-11-09T16:00:30Z' })).toMatchObject({
      minutes: 91,
    });
    expect(calendar.store.readStream('unplanned-U1').at(-1)).toMatchObject({ occurredAt: '2026-11-09T16:00:30Z' });
    expect(await calendar.submit(endUnplannedMaintenance, ended)).toMatchObject({ code: 'already-closed' });
  });

  test.each([
    ['in the future', '2026-11-09T15:30:01Z'],
    ['at the start', '2026-11-09T14:30:00Z'],
  ])('%s cannot be recorded', async (_, end) => {
    const outcome = await (await declared()).submit(endUnplannedMaintenance, { ...ended, end });
    expect(outcome).toMatchObject({ kind: 'invalid', errors: [{ pointer: '/end' }] });
  });

  test('with an SSI outage longer than the work is recorded, with a finding', async () => {
    const calendar = await declared('2026-11-09T16:30:00Z');
    const outcome = await calendar.submit(endUnplannedMaintenance, { ...ended, ssiOutageMinutes: 91 });
    expect(findingsOf(outcome, 'warning')).toMatchObject([{ rule: 'H8.7', value: 91, limit: 90 }]);
  });

  test('of what was never declared is missing', async () => {
    expect((await new TestCalendar().submit(endUnplannedMaintenance, ended)).kind).toBe('missing');
  });
});
